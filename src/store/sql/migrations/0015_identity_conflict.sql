-- Two patients under one number who may be one person. The number came with clearly different demographics (the systems are equal),
-- or from another issuer. differs: "birth_date gender name". decision: NULL open, 'same', 'different'. merge: of the decision 'same'.
CREATE TABLE identity_conflict (
  id INTEGER PRIMARY KEY,
  known_system TEXT NOT NULL,
  system TEXT NOT NULL,
  value TEXT NOT NULL,
  known TEXT NOT NULL,
  other TEXT NOT NULL,
  differs TEXT NOT NULL,
  at INTEGER NOT NULL,
  sender TEXT NOT NULL,
  decision TEXT,
  decided_at INTEGER,
  decided_by TEXT,
  why TEXT,
  merge INTEGER
) STRICT;
CREATE UNIQUE INDEX identity_conflict_pair ON identity_conflict (known, other);
CREATE INDEX identity_conflict_open ON identity_conflict (id) WHERE decision IS NULL;
CREATE INDEX identity_conflict_merge ON identity_conflict (merge) WHERE merge IS NOT NULL;

-- The same number of another issuer.
CREATE INDEX identity_identifier_value ON identity_identifier (value);
