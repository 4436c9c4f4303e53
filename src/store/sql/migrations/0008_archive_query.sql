-- What the search of the archive needs beyond 0005: people, names by their folded groups, modalities of studies.
-- head_study: the first study of this Patient ID and issuer. Studies without a Patient ID have no row here.
CREATE TABLE archive_patient (
  patient_id TEXT NOT NULL,
  issuer TEXT NOT NULL,
  head_study INTEGER NOT NULL REFERENCES archive_study (id),
  study_count INTEGER NOT NULL,
  series_count INTEGER NOT NULL,
  instance_count INTEGER NOT NULL,
  PRIMARY KEY (patient_id, issuer)
) STRICT, WITHOUT ROWID;

-- One row per group of the patient's name that is not empty, in lower case. grp: 0 alphabetic, 1 ideographic, 2 phonetic.
CREATE TABLE archive_name (
  value TEXT NOT NULL,
  study INTEGER NOT NULL REFERENCES archive_study (id),
  grp INTEGER NOT NULL,
  PRIMARY KEY (value, study, grp)
) STRICT, WITHOUT ROWID;

CREATE TABLE archive_study_modality (
  modality TEXT NOT NULL,
  date TEXT NOT NULL,
  study INTEGER NOT NULL REFERENCES archive_study (id),
  PRIMARY KEY (modality, date, study)
) STRICT, WITHOUT ROWID;

DROP INDEX archive_study_patient_id;
CREATE INDEX archive_study_patient_id ON archive_study (patient_id);
DROP INDEX archive_study_accession;
CREATE INDEX archive_study_accession ON archive_study (accession_number);
CREATE INDEX archive_study_birth_date ON archive_study (patient_birth_date);

INSERT INTO archive_patient (patient_id, issuer, head_study, study_count, series_count, instance_count)
  SELECT patient_id, patient_issuer, min(id), count(*), sum(series_count), sum(instance_count)
  FROM archive_study WHERE patient_id <> '' GROUP BY patient_id, patient_issuer;

INSERT OR IGNORE INTO archive_study_modality (modality, date, study)
  SELECT s.modality, t.date, t.id FROM archive_series s JOIN archive_study t ON t.id = s.study;

WITH first (study, value, rest) AS (
  SELECT id, substr(patient_name, 1, instr(patient_name || '=', '=') - 1),
         substr(patient_name, instr(patient_name || '=', '=') + 1) FROM archive_study),
second (study, value, rest) AS (
  SELECT study, substr(rest, 1, instr(rest || '=', '=') - 1), substr(rest, instr(rest || '=', '=') + 1) FROM first),
third (study, value) AS (SELECT study, substr(rest, 1, instr(rest || '=', '=') - 1) FROM second),
groups (study, value, grp) AS (
  SELECT study, value, 0 FROM first UNION ALL SELECT study, value, 1 FROM second UNION ALL SELECT study, value, 2 FROM third)
INSERT INTO archive_name (value, study, grp)
  SELECT lower(rtrim(trim(value), '^')), study, grp FROM groups WHERE rtrim(trim(value), '^') <> '';
