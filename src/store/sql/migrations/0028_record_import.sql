-- Bundles that were imported, by their digest: written with what they hold, so that an import that was killed neither
-- leaves one out nor takes one twice.
CREATE TABLE record_import (
  digest TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
