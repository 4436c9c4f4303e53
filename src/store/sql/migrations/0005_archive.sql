-- DICOM studies, series and instances as indexed at intake. Counts are kept with each write, never counted on reading.
-- patient: the logical patient id at intake; identifiers and merges are the business of identity.
CREATE TABLE archive_study (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  patient TEXT NOT NULL,
  date TEXT NOT NULL,
  time TEXT NOT NULL,
  description TEXT NOT NULL,
  accession_number TEXT NOT NULL,
  study_id TEXT NOT NULL,
  referring_physician TEXT NOT NULL,
  patient_id TEXT NOT NULL,      -- as sent; (0010,0020), (0010,0021), (0010,0010), (0010,0030), (0010,0040)
  patient_issuer TEXT NOT NULL,
  patient_name TEXT NOT NULL,
  patient_birth_date TEXT NOT NULL,
  patient_sex TEXT NOT NULL,
  modalities TEXT NOT NULL,      -- those of its series, joined by '\'
  series_count INTEGER NOT NULL,
  instance_count INTEGER NOT NULL,
  first_received_at INTEGER NOT NULL,
  last_received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX archive_study_patient ON archive_study (patient, date);
CREATE INDEX archive_study_patient_id ON archive_study (patient_id, patient_issuer);
CREATE INDEX archive_study_date ON archive_study (date, time);
CREATE INDEX archive_study_accession ON archive_study (accession_number) WHERE accession_number <> '';

CREATE TABLE archive_series (
  id INTEGER PRIMARY KEY,
  study INTEGER NOT NULL REFERENCES archive_study (id),
  uid TEXT NOT NULL UNIQUE,
  modality TEXT NOT NULL,
  description TEXT NOT NULL,
  number TEXT NOT NULL,
  body_part TEXT NOT NULL,
  protocol TEXT NOT NULL,
  station TEXT NOT NULL,
  date TEXT NOT NULL,
  time TEXT NOT NULL,
  instance_count INTEGER NOT NULL
) STRICT;
CREATE INDEX archive_series_study ON archive_series (study);

-- One row per instance; the columns from blob_key on are its custody receipt.
CREATE TABLE archive_instance (
  id INTEGER PRIMARY KEY,
  series INTEGER NOT NULL REFERENCES archive_series (id),
  uid TEXT NOT NULL UNIQUE,
  sop_class TEXT NOT NULL,
  transfer_syntax TEXT NOT NULL,
  patient TEXT NOT NULL,
  number TEXT NOT NULL,
  rows INTEGER,
  columns INTEGER,
  bits_allocated INTEGER,
  frames INTEGER,
  text_inexact INTEGER NOT NULL,  -- some text does not fit its declared character set and reads as Latin-1
  blob_key TEXT NOT NULL,
  blob_bytes INTEGER NOT NULL,
  blob_digest BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  sender TEXT NOT NULL,
  called_ae TEXT NOT NULL,
  audit_leaf INTEGER NOT NULL
) STRICT;
CREATE INDEX archive_instance_series ON archive_instance (series);

-- DICOM JSON of the instance without values over 1 KiB: metadata is answered from here, never from image files.
CREATE TABLE archive_attributes (
  instance INTEGER PRIMARY KEY REFERENCES archive_instance (id),
  json TEXT NOT NULL
) STRICT;

CREATE TABLE archive_figures (
  studies INTEGER NOT NULL,
  instances INTEGER NOT NULL,
  stored_bytes INTEGER NOT NULL
) STRICT;
INSERT INTO archive_figures VALUES (0, 0, 0);

-- What could not be taken in. The same bytes refused again for the same reason raise `times`.
CREATE TABLE archive_quarantine (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  sender TEXT NOT NULL,
  reason_code TEXT NOT NULL,
  reason TEXT NOT NULL,
  blob_key TEXT NOT NULL,
  blob_bytes INTEGER NOT NULL,
  blob_digest BLOB NOT NULL,
  at INTEGER NOT NULL,
  times INTEGER NOT NULL,
  UNIQUE (blob_digest, reason_code)
) STRICT;
