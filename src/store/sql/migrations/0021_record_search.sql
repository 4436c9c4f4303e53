-- The search index for every parameter of every type (core/record/detail/parameters.h). The rows of earlier versions are
-- dropped; they are made again from the resources, as record_index says (core/record/detail/rebuild.cpp).
DROP INDEX record_resource_date;
DROP TABLE record_token;
DROP TABLE record_reference;
DROP TABLE record_string;
DROP TABLE record_date;
DROP TABLE record_number;

-- What the rows were made by: fingerprint() of parameters.h, '' when they have to be made; done_to: the last resource
-- that has its rows while they are being made.
CREATE TABLE record_index (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  fingerprint TEXT NOT NULL,
  done_to INTEGER NOT NULL
) STRICT;
INSERT INTO record_index VALUES (1, '', 0);

-- Resources that are not deleted, in the order they were made. present: a bit for each parameter that has a value.
CREATE TABLE record_entry (
  type INTEGER NOT NULL,
  resource INTEGER NOT NULL,
  present INTEGER NOT NULL,
  PRIMARY KEY (type, resource)
) STRICT, WITHOUT ROWID;

-- parameter: number of parameters.h. resource: key of record_resource; below zero an element of one (element_key of
-- extract.h), for composites. Tokens and references lie clustered by value: a search reads one stretch, a probe for one
-- resource is one seek.
CREATE TABLE record_token (
  parameter INTEGER NOT NULL,
  code TEXT NOT NULL,
  resource INTEGER NOT NULL,
  system INTEGER NOT NULL,
  PRIMARY KEY (parameter, code, resource, system)
) STRICT, WITHOUT ROWID;

-- What codes are called (:text), each text once.
CREATE TABLE record_phrase (
  id INTEGER PRIMARY KEY,
  folded TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE record_phrase_use (
  parameter INTEGER NOT NULL,
  phrase INTEGER NOT NULL,
  resource INTEGER NOT NULL,
  PRIMARY KEY (parameter, phrase, resource)
) STRICT, WITHOUT ROWID;

-- What is referred to, each once: Type/id or an absolute address.
CREATE TABLE record_target (
  id INTEGER PRIMARY KEY,
  target TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE record_reference (
  parameter INTEGER NOT NULL,
  target INTEGER NOT NULL,
  resource INTEGER NOT NULL,
  PRIMARY KEY (parameter, target, resource)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_reference_of ON record_reference (resource, parameter);

-- Values with an order lie by resource (probes, sort keys) and are found by their value.
CREATE TABLE record_string (
  resource INTEGER NOT NULL,
  parameter INTEGER NOT NULL,
  folded TEXT NOT NULL,
  exact TEXT NOT NULL,
  PRIMARY KEY (resource, parameter, folded, exact)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_string_value ON record_string (parameter, folded, resource);

CREATE TABLE record_date (
  resource INTEGER NOT NULL,
  parameter INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (resource, parameter, first, last)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_date_value ON record_date (parameter, first, resource);
-- Those that last longer than 32 days: a search for what ends after a time reads these beside a bounded stretch.
CREATE INDEX record_date_long ON record_date (parameter, last) WHERE last - first > 2764800000000;

CREATE TABLE record_number (
  resource INTEGER NOT NULL,
  parameter INTEGER NOT NULL,
  low REAL NOT NULL,
  high REAL NOT NULL,
  system INTEGER NOT NULL,
  code TEXT NOT NULL,
  unit TEXT NOT NULL,
  PRIMARY KEY (resource, parameter, low, high, system, code, unit)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_number_value ON record_number (parameter, low, high);
CREATE INDEX record_number_range ON record_number (parameter, high) WHERE low <> high;

-- The same amounts in canonical units of UCUM; unit: number of record_system.
CREATE TABLE record_quantity (
  resource INTEGER NOT NULL,
  parameter INTEGER NOT NULL,
  unit INTEGER NOT NULL,
  low REAL NOT NULL,
  high REAL NOT NULL,
  PRIMARY KEY (resource, parameter, unit, low, high)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_quantity_value ON record_quantity (parameter, unit, low, high);
CREATE INDEX record_quantity_range ON record_quantity (parameter, unit, high) WHERE low <> high;

-- Words of the narrative (_text) and of everything (_content), cut by core/record/detail/words.cpp; rowid is the resource.
CREATE VIRTUAL TABLE record_narrative
  USING fts5 (words, content = '', detail = none, columnsize = 0, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE record_content
  USING fts5 (words, content = '', detail = none, columnsize = 0, tokenize = 'unicode61 remove_diacritics 0');
