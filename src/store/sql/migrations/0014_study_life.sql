-- The life of a study. state: 0 received, 1 complete, 2 reopened. Studies of the time before states were kept count as complete.
ALTER TABLE archive_study ADD COLUMN state INTEGER NOT NULL DEFAULT 1;
-- 1: rejected, and so hidden from every search and retrieval.
ALTER TABLE archive_study ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
CREATE INDEX archive_study_open ON archive_study (last_received_at) WHERE state <> 1;
CREATE INDEX archive_study_hidden ON archive_study (id) WHERE hidden = 1;

-- What is known about the end of a study, the newest of each kind. detail: JSON, its form depends on the kind.
CREATE TABLE archive_evidence (
  study INTEGER NOT NULL REFERENCES archive_study (id),
  kind TEXT NOT NULL,
  detail TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (study, kind)
) STRICT, WITHOUT ROWID;

-- Every act on a study, in order. study: its UID, so that the history outlives the study. detail: JSON.
CREATE TABLE archive_history (
  id INTEGER PRIMARY KEY,
  study TEXT NOT NULL,
  act TEXT NOT NULL,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX archive_history_study ON archive_history (study, id);
