-- Custody of what was acknowledged: how far the re-reading of blobs has come, and what it found.
CREATE TABLE archive_scrub (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  position INTEGER NOT NULL,       -- the last archive_instance.id of this pass that was read again
  checked INTEGER NOT NULL,        -- instances of this pass
  pass_started_at INTEGER,         -- NULL: no pass is on its way
  last_pass_finished_at INTEGER,
  last_pass_checked INTEGER NOT NULL,
  passes INTEGER NOT NULL
) STRICT;
INSERT INTO archive_scrub VALUES (1, 0, 0, NULL, NULL, 0, 0);

-- One row per damaged instance; healed when a later reading found its bytes whole again.
CREATE TABLE archive_damage (
  instance INTEGER PRIMARY KEY REFERENCES archive_instance (id),
  kind TEXT NOT NULL,              -- 'missing' or 'changed'
  found_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  healed_at INTEGER
) STRICT;
