-- CodeSystems, ValueSets and ConceptMaps of the record, as they are now: kept in the transaction that writes them. kind: 0, 1, 2.
CREATE TABLE terminology_resource (
  kind INTEGER NOT NULL,
  id TEXT NOT NULL,
  url TEXT NOT NULL,
  version TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- Code systems loaded from files. lines: how far the load has come; finished: NULL while it has not reached the end of the file.
CREATE TABLE terminology_system (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL,
  version TEXT NOT NULL,
  name TEXT NOT NULL,
  source TEXT NOT NULL,
  ignores_case INTEGER NOT NULL,
  lines INTEGER NOT NULL,
  finished INTEGER
) STRICT;
CREATE UNIQUE INDEX terminology_system_url ON terminology_system (url, version);

-- designations: JSON array of [language, value]; properties: JSON array of [code, type, value].
CREATE TABLE terminology_concept (
  system INTEGER NOT NULL,
  code TEXT NOT NULL,
  display TEXT NOT NULL,
  definition TEXT NOT NULL,
  parent TEXT NOT NULL,
  flags INTEGER NOT NULL,
  designations TEXT NOT NULL,
  properties TEXT NOT NULL,
  PRIMARY KEY (system, code)
) STRICT, WITHOUT ROWID;

-- One row; rises with every change, so that each process notices the changes of the others.
CREATE TABLE terminology_generation (number INTEGER NOT NULL) STRICT;
INSERT INTO terminology_generation (number) VALUES (1);
