-- Peers: what else they may do (rights gains 16 worklist, 32 mpps, 64 commitment), and what we do towards them.
ALTER TABLE archive_peer ADD COLUMN tls INTEGER NOT NULL DEFAULT 0;
ALTER TABLE archive_peer ADD COLUMN send_results INTEGER NOT NULL DEFAULT 0;
ALTER TABLE archive_peer ADD COLUMN ask_commitment INTEGER NOT NULL DEFAULT 0;
ALTER TABLE archive_peer ADD COLUMN description TEXT NOT NULL DEFAULT '';
