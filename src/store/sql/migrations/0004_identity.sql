-- Which patient an identifier means. patient: logical id of the FHIR Patient, always one that is not merged.
CREATE TABLE identity_identifier (
  system TEXT NOT NULL,
  value TEXT NOT NULL,
  patient TEXT NOT NULL,
  PRIMARY KEY (system, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_identifier_patient ON identity_identifier (patient);

-- SHA-256 of the demographics last seen, so that the same ones again cost no read and make no new version.
CREATE TABLE identity_patient (
  patient TEXT PRIMARY KEY,
  digest BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Merges, and what each moved, so that it can be moved back. was_active: what Patient.active said, NULL when absent.
CREATE TABLE identity_merge (
  id INTEGER PRIMARY KEY,
  survivor TEXT NOT NULL,
  merged TEXT NOT NULL,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  was_active INTEGER,
  undone_at INTEGER,
  undone_by TEXT
) STRICT;
CREATE UNIQUE INDEX identity_merge_merged ON identity_merge (merged) WHERE undone_at IS NULL;

-- shown: 1 when the merge also added the identifier to the survivor's Patient resource.
CREATE TABLE identity_merge_identifier (
  merge INTEGER NOT NULL,
  system TEXT NOT NULL,
  value TEXT NOT NULL,
  shown INTEGER NOT NULL,
  PRIMARY KEY (merge, system, value)
) STRICT, WITHOUT ROWID;

-- paths: JSON array of the places in the resource whose reference was changed.
CREATE TABLE identity_merge_resource (
  merge INTEGER NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  paths TEXT NOT NULL,
  PRIMARY KEY (merge, type, id)
) STRICT, WITHOUT ROWID;

-- Rows of other rooms that were moved: table and its key as text.
CREATE TABLE identity_merge_row (
  merge INTEGER NOT NULL,
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (merge, name, key)
) STRICT, WITHOUT ROWID;
