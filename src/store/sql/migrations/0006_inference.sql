-- One row per run of an application, whatever its outcome. state: 0 published, 1 unchanged, 2 failed, 3 time-out.
-- decision: 0 open, 1 accepted, 2 edited, 3 rejected. priority: 0 routine, 1 urgent, 2 stat.
CREATE TABLE inference (
  id TEXT PRIMARY KEY,
  application TEXT NOT NULL,
  version TEXT NOT NULL,
  patient TEXT NOT NULL,         -- follows merges (Identity::track)
  subject TEXT NOT NULL,
  event INTEGER NOT NULL,        -- journal event that woke it, 0 for a direct call
  state INTEGER NOT NULL,
  reason TEXT NOT NULL,
  decision INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  task TEXT NOT NULL,            -- id of a Task that is still open, or ''
  flag TEXT NOT NULL,
  summary_en TEXT NOT NULL,
  summary_zh TEXT NOT NULL,
  effective INTEGER NOT NULL,    -- Case::now
  created INTEGER NOT NULL,
  duration_us INTEGER NOT NULL,
  input_digest TEXT NOT NULL,
  output_digest TEXT NOT NULL,
  manifest_digest TEXT NOT NULL,
  model_digest TEXT NOT NULL,
  findings TEXT NOT NULL,        -- JSON
  inputs TEXT NOT NULL,          -- JSON
  refs TEXT NOT NULL             -- JSON: the published objects
) STRICT;
CREATE INDEX inference_of_patient ON inference (patient, application, effective DESC);
CREATE INDEX inference_shown ON inference (priority DESC, created DESC, id DESC) WHERE state = 0 AND superseded = 0;
CREATE INDEX inference_newest ON inference (created DESC, id DESC);

CREATE TABLE inference_feedback (
  id INTEGER PRIMARY KEY,
  inference TEXT NOT NULL REFERENCES inference (id),
  action TEXT NOT NULL,
  reason TEXT NOT NULL,
  edits TEXT NOT NULL,           -- JSON
  who TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX inference_feedback_of ON inference_feedback (inference, id);

CREATE TABLE inference_read (
  inference TEXT NOT NULL REFERENCES inference (id),
  who TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (inference, who)
) STRICT, WITHOUT ROWID;
