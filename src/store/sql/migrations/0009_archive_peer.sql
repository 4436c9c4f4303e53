-- Remote application entities: where they are and what they may do. rights: sum of 1 store, 2 find, 4 move, 8 get.
CREATE TABLE archive_peer (
  ae_title TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  port INTEGER NOT NULL,
  rights INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
