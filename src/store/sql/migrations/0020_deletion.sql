-- Deletion in two stages: marked (hidden, can be taken back), then purged: the bytes and what names a person are gone, the
-- rows with the receipts stay. series, instance: '' when all of the study, of the series.
CREATE TABLE archive_deletion (
  id INTEGER PRIMARY KEY,
  study TEXT NOT NULL,
  series TEXT NOT NULL,
  instance TEXT NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  at INTEGER NOT NULL,
  purge_at INTEGER NOT NULL,       -- not before
  recovered_at INTEGER,
  purged_at INTEGER,
  instances INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT;
CREATE INDEX archive_deletion_study ON archive_deletion (study);

-- The deletion it is part of, 0: none. blob_key is '' once its file is gone.
ALTER TABLE archive_instance ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX archive_instance_deleted ON archive_instance (deleted) WHERE deleted <> 0;
-- hidden: sum of 1 rejected, 2 all its instances are deleted, 4 they are purged.
CREATE INDEX archive_study_deleted ON archive_study (id) WHERE hidden >= 2;

-- Studies that may not be deleted, whatever the retention rule says.
CREATE TABLE archive_hold (
  study TEXT PRIMARY KEY,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
