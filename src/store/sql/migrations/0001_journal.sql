-- Events: what happened, in the order of the commits. A row is written in the transaction that makes it true.
CREATE TABLE journal_event (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  patient TEXT NOT NULL,
  data TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

-- How far the routes have read.
CREATE TABLE journal_cursor (
  name TEXT PRIMARY KEY,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Jobs that are not done. state: 0 waits, 1 runs, 2 is dead. A finished job is deleted.
CREATE TABLE journal_job (
  id INTEGER PRIMARY KEY,
  queue TEXT NOT NULL,
  key TEXT NOT NULL,
  payload TEXT NOT NULL,
  state INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  run_at INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  crashes INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  error TEXT
) STRICT;
CREATE UNIQUE INDEX journal_job_waiting ON journal_job (queue, key) WHERE state = 0;
CREATE INDEX journal_job_next ON journal_job (queue, priority DESC, id) WHERE state = 0;
CREATE INDEX journal_job_running ON journal_job (queue, key) WHERE state = 1;
CREATE INDEX journal_job_dead ON journal_job (ended_at) WHERE state = 2;
