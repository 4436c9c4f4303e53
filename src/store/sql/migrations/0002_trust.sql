-- The audit log: leaf number id - 1 of an RFC 6962 tree. Rows are only ever appended.
CREATE TABLE audit_leaf (
  id INTEGER PRIMARY KEY,
  record TEXT NOT NULL,
  leaf_hash BLOB NOT NULL
) STRICT;

-- Signed heads of the tree. frontier: the roots of the complete subtrees, from which the tree is continued.
CREATE TABLE audit_checkpoint (
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL,
  at INTEGER NOT NULL,
  signature BLOB NOT NULL,
  frontier BLOB NOT NULL
) STRICT;

CREATE TABLE trust_user (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  display TEXT NOT NULL,
  role TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  demo INTEGER NOT NULL,
  disabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE trust_session (
  token_hash BLOB PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES trust_user (id),
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX trust_session_user ON trust_session (user_id);

CREATE TABLE trust_token (
  token_hash BLOB PRIMARY KEY,
  label TEXT NOT NULL,
  role TEXT NOT NULL,
  issued_by TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
