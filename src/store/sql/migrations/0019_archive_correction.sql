-- Corrections of studies, laid over what is given out; the bytes stay as they came. study: its UID, so that they outlive the study.
-- kind: 'correct', 'move', 'merge'. changes: [{"attribute", "before", "after"}]. moved_from, moved_to: patients of a move, else ''.
CREATE TABLE archive_correction (
  id INTEGER PRIMARY KEY,
  study TEXT NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  changes TEXT NOT NULL,
  moved_from TEXT NOT NULL,
  moved_to TEXT NOT NULL,
  merge INTEGER,
  undone_at INTEGER,
  undone_by TEXT,
  undone_why TEXT
) STRICT;
CREATE INDEX archive_correction_study ON archive_correction (study, id);
CREATE INDEX archive_correction_merge ON archive_correction (merge) WHERE merge IS NOT NULL;
-- 0 while nothing is laid over the study; else another number after each act.
ALTER TABLE archive_study ADD COLUMN corrected INTEGER NOT NULL DEFAULT 0;
-- What a merge moved of the studies is named by UID from now on.
UPDATE identity_merge_row SET key = (SELECT uid FROM archive_study WHERE id = CAST(key AS INTEGER))
  WHERE name = 'archive_study' AND EXISTS (SELECT 1 FROM archive_study WHERE id = CAST(key AS INTEGER));
