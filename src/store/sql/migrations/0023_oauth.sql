-- Applications that may ask for tokens. redirect_uris: a JSON array. jwks or jwks_uri: its public keys; secret_hash: of one
-- that proves itself by a secret; neither: one that cannot keep secrets. role: of tokens it has for itself.
CREATE TABLE oauth_client (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  redirect_uris TEXT NOT NULL,
  launch_uri TEXT NOT NULL,
  scopes TEXT NOT NULL,
  role TEXT NOT NULL,
  secret_hash BLOB,
  jwks TEXT NOT NULL,
  jwks_uri TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Launches from a patient's page that no application has taken up yet.
CREATE TABLE oauth_launch (
  token_hash BLOB PRIMARY KEY,
  client_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  patient TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What applications ask for while a person has not decided. launch_user: who launched, or ''.
CREATE TABLE oauth_request (
  id_hash BLOB PRIMARY KEY,
  client_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  state TEXT NOT NULL,
  scopes TEXT NOT NULL,
  challenge TEXT NOT NULL,
  nonce TEXT NOT NULL,
  patient TEXT NOT NULL,
  launch_user TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was granted: all tokens that come of one consent end together. user_id: NULL for an application by itself.
CREATE TABLE oauth_grant (
  id INTEGER PRIMARY KEY,
  client_id TEXT NOT NULL,
  user_id TEXT,
  scopes TEXT NOT NULL,
  patient TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;

-- kind: 0 code, 1 access, 2 refresh. used_at: of a code or refresh token that was exchanged; it is kept until it would have
-- expired, so that a second use is noticed.
CREATE TABLE oauth_token (
  token_hash BLOB PRIMARY KEY,
  grant_id INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  scopes TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  redirect_uri TEXT NOT NULL,
  challenge TEXT NOT NULL,
  nonce TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX oauth_token_grant ON oauth_token (grant_id);

-- Signed statements by which applications have proven who they are: none is taken twice.
CREATE TABLE oauth_assertion (
  client_id TEXT NOT NULL,
  jti_hash BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (client_id, jti_hash)
) STRICT, WITHOUT ROWID;
