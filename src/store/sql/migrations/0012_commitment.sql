-- Storage commitment. archive_commitment: what peers asked us to commit to; reason: NULL not looked at yet, 0 committed,
-- else a failure reason of PS3.3 C.14.1.1.
CREATE TABLE archive_commitment (
  id INTEGER PRIMARY KEY,
  transaction_uid TEXT NOT NULL,
  ae_title TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  answered_at INTEGER,             -- every instance has been looked at
  reported_at INTEGER,             -- the peer has taken the answer
  instances INTEGER NOT NULL,
  failed INTEGER NOT NULL
) STRICT;
CREATE INDEX archive_commitment_transaction ON archive_commitment (transaction_uid);

CREATE TABLE archive_commitment_item (
  commitment INTEGER NOT NULL REFERENCES archive_commitment (id),
  position INTEGER NOT NULL,
  sop_class TEXT NOT NULL,
  sop_instance TEXT NOT NULL,
  reason INTEGER,
  PRIMARY KEY (commitment, position)
) STRICT, WITHOUT ROWID;

-- What we sent to a peer, and whether it has committed to it.
CREATE TABLE archive_sent (
  id INTEGER PRIMARY KEY,
  ae_title TEXT NOT NULL,
  sop_class TEXT NOT NULL,
  sop_instance TEXT NOT NULL,
  cause TEXT NOT NULL,             -- 'result', 'move'
  sent_at INTEGER NOT NULL,
  transaction_uid TEXT,            -- NULL: commitment was not asked for
  asked_at INTEGER,
  answered_at INTEGER,
  reason INTEGER                   -- 0 committed, else the failure reason the peer gave
) STRICT;
CREATE UNIQUE INDEX archive_sent_instance ON archive_sent (ae_title, sop_instance);
CREATE INDEX archive_sent_transaction ON archive_sent (transaction_uid) WHERE transaction_uid IS NOT NULL;
