-- Bulk export and import: a job, how far it is, and the files it made or reads. state: running, done, failed, cancelled.
-- owner: who asked, as trust keeps it for later. request, position: JSON of service/bulk. Times are microseconds since 1970.
CREATE TABLE bulk_job (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  who TEXT NOT NULL,
  owner TEXT NOT NULL,
  url TEXT NOT NULL,
  request TEXT NOT NULL,
  position TEXT NOT NULL,
  progress TEXT NOT NULL,
  resources INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  error TEXT,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  expires_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX bulk_job_time ON bulk_job (created_at);

-- kind: output (made by an export), input (to be imported).
CREATE TABLE bulk_file (
  job TEXT NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  type TEXT NOT NULL,
  resources INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  blob TEXT NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;

-- Lines of an import that were refused: an OperationOutcome each.
CREATE TABLE bulk_error (
  job TEXT NOT NULL,
  input INTEGER NOT NULL,
  line INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  PRIMARY KEY (job, input, line)
) STRICT, WITHOUT ROWID;
