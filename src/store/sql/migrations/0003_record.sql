-- Current versions. type: number of the resource type (core/record/detail/parameters.h). Times are microseconds since
-- 1970. date_first, date_last: the type's main date ([first, last)), see "main date" in parameters.h.
CREATE TABLE record_resource (
  key INTEGER PRIMARY KEY,
  type INTEGER NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  patient TEXT NOT NULL,
  date_first INTEGER,
  date_last INTEGER,
  text TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX record_resource_id ON record_resource (type, id);
CREATE INDEX record_resource_updated ON record_resource (type, updated_at) WHERE deleted = 0;
CREATE INDEX record_resource_date ON record_resource (type, date_first, date_last) WHERE deleted = 0;

-- Versions that are no longer current.
CREATE TABLE record_history (
  resource INTEGER NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  patient TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (resource, version)
) STRICT, WITHOUT ROWID;

-- Code systems and identifier systems by number; 0 stands for none.
CREATE TABLE record_system (
  id INTEGER PRIMARY KEY,
  uri TEXT NOT NULL UNIQUE
) STRICT;

-- Search index: what the current versions say. parameter: number on disk, see parameters.h. Each table is clustered by
-- value, so that a search reads one stretch of it and a probe for one resource is one seek.
CREATE TABLE record_token (
  parameter INTEGER NOT NULL,
  code TEXT NOT NULL,
  resource INTEGER NOT NULL,
  system INTEGER NOT NULL,
  PRIMARY KEY (parameter, code, resource, system)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_reference (
  parameter INTEGER NOT NULL,
  target TEXT NOT NULL,
  resource INTEGER NOT NULL,
  PRIMARY KEY (parameter, target, resource)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_string (
  parameter INTEGER NOT NULL,
  folded TEXT NOT NULL,
  resource INTEGER NOT NULL,
  exact TEXT NOT NULL,
  PRIMARY KEY (parameter, folded, resource, exact)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_date (
  parameter INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  resource INTEGER NOT NULL,
  PRIMARY KEY (parameter, first, last, resource)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_number (
  parameter INTEGER NOT NULL,
  low REAL NOT NULL,
  high REAL NOT NULL,
  resource INTEGER NOT NULL,
  system INTEGER NOT NULL,
  code TEXT NOT NULL,
  unit TEXT NOT NULL,
  PRIMARY KEY (parameter, low, high, resource, system, code, unit)
) STRICT, WITHOUT ROWID;
