-- Evidence may come before the first image (a modality's word about what it makes): it is kept by the UID of the study.
CREATE TABLE archive_evidence_by_uid (
  study TEXT NOT NULL,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (study, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO archive_evidence_by_uid (study, kind, detail, at)
  SELECT t.uid, e.kind, e.detail, e.at FROM archive_evidence e JOIN archive_study t ON t.id = e.study;
DROP TABLE archive_evidence;
ALTER TABLE archive_evidence_by_uid RENAME TO archive_evidence;
