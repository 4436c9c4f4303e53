-- People as they are compared (core/matching), one row for each patient who may be found: not deleted, not merged into another.
CREATE TABLE identity_person (
  person INTEGER PRIMARY KEY,
  patient TEXT NOT NULL UNIQUE,
  traits TEXT NOT NULL
) STRICT;
-- Keys under which they meet others: 48 bits of a digest.
CREATE TABLE identity_key (
  key INTEGER NOT NULL,
  person INTEGER NOT NULL,
  PRIMARY KEY (key, person)
) STRICT, WITHOUT ROWID;
-- How many have a name: "f" and a family name, "g" and a given name; "" counts the people.
CREATE TABLE identity_name (
  name TEXT PRIMARY KEY,
  people INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Models learned on the people of this site; the last one is used.
CREATE TABLE identity_model (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  model TEXT NOT NULL,
  people INTEGER NOT NULL
) STRICT;
-- Two who may be one person. a < b. decision: NULL open, 'same', 'linked', 'different', 'later'. merge: of the decision 'same'.
CREATE TABLE identity_pair (
  id INTEGER PRIMARY KEY,
  a TEXT NOT NULL,
  b TEXT NOT NULL,
  probability REAL NOT NULL,
  evidence TEXT NOT NULL,
  at INTEGER NOT NULL,
  decision TEXT,
  decided_at INTEGER,
  decided_by TEXT,
  why TEXT,
  merge INTEGER
) STRICT;
CREATE UNIQUE INDEX identity_pair_two ON identity_pair (a, b);
CREATE INDEX identity_pair_b ON identity_pair (b);
CREATE INDEX identity_pair_open ON identity_pair (probability) WHERE decision IS NULL;
CREATE INDEX identity_pair_merge ON identity_pair (merge) WHERE merge IS NOT NULL;
-- Everything that was ever decided about a pair.
CREATE TABLE identity_pair_history (
  id INTEGER PRIMARY KEY,
  pair INTEGER NOT NULL,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  decision TEXT NOT NULL,
  why TEXT NOT NULL
) STRICT;
CREATE INDEX identity_pair_history_pair ON identity_pair_history (pair, id);
-- Whether patients from before this table are in it.
CREATE TABLE identity_backfill (done INTEGER NOT NULL) STRICT;
