-- Imaging procedures. procedure_scheduled: one row per ServiceRequest with a modality, as the modality worklist tells it.
-- progress: '' scheduled, 'started', 'completed', 'discontinued' as performed steps have it.
CREATE TABLE procedure_scheduled (
  id INTEGER PRIMARY KEY,
  request TEXT NOT NULL UNIQUE,
  patient TEXT NOT NULL,
  status TEXT NOT NULL,            -- of the ServiceRequest
  progress TEXT NOT NULL,
  open INTEGER NOT NULL,           -- 1: on the worklist
  start TEXT NOT NULL,             -- YYYYMMDDHHMMSS, or '' for any time
  accession_number TEXT NOT NULL,
  step_id TEXT NOT NULL,
  study TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  attributes TEXT NOT NULL         -- DICOM JSON
) STRICT;
CREATE INDEX procedure_scheduled_open ON procedure_scheduled (start) WHERE open = 1;
CREATE INDEX procedure_scheduled_accession ON procedure_scheduled (accession_number);
CREATE INDEX procedure_scheduled_patient ON procedure_scheduled (patient);
CREATE INDEX procedure_scheduled_patient_id ON procedure_scheduled (patient_id);
CREATE INDEX procedure_scheduled_study ON procedure_scheduled (study);

-- Modality performed procedure steps, and the instances they say were made.
CREATE TABLE procedure_performed (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,             -- 'IN PROGRESS', 'COMPLETED', 'DISCONTINUED'
  ae_title TEXT NOT NULL,
  modality TEXT NOT NULL,
  patient TEXT NOT NULL,           -- of the scheduled step, or ''
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  attributes BLOB NOT NULL         -- the data set, explicit VR little endian
) STRICT;
CREATE TABLE procedure_performed_study (
  performed INTEGER NOT NULL REFERENCES procedure_performed (id),
  study TEXT NOT NULL,
  PRIMARY KEY (performed, study)
) STRICT, WITHOUT ROWID;
CREATE INDEX procedure_performed_study_uid ON procedure_performed_study (study);
CREATE TABLE procedure_performed_instance (
  performed INTEGER NOT NULL REFERENCES procedure_performed (id),
  sop_instance TEXT NOT NULL,
  sop_class TEXT NOT NULL,
  series TEXT NOT NULL,
  PRIMARY KEY (performed, sop_instance)
) STRICT, WITHOUT ROWID;
