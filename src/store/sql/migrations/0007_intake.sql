-- HL7 v2 messages as they came, with what was answered. ack: 0 AA, 1 AE. resources: JSON array of "Type/id" made or
-- changed. patient: logical id of the first patient of the message, or "".
CREATE TABLE intake_message (
  id INTEGER PRIMARY KEY,
  received_at INTEGER NOT NULL,
  sender TEXT NOT NULL,
  peer TEXT NOT NULL,
  type TEXT NOT NULL,
  trigger TEXT NOT NULL,
  control_id TEXT NOT NULL,
  digest BLOB NOT NULL,
  ack INTEGER NOT NULL,
  error TEXT NOT NULL,
  patient TEXT NOT NULL,
  resources TEXT NOT NULL,
  bytes BLOB NOT NULL,
  ack_bytes BLOB NOT NULL
) STRICT;
CREATE INDEX intake_message_control ON intake_message (sender, control_id);
CREATE INDEX intake_message_refused ON intake_message (id) WHERE ack <> 0;
-- For merges, which move the messages of one patient to another.
CREATE INDEX intake_message_patient ON intake_message (patient);
