-- History of a type and of the whole record: versions in the order of their times. The current versions that are not
-- deleted have record_resource_updated.
ALTER TABLE record_history ADD COLUMN type INTEGER NOT NULL DEFAULT 0;
UPDATE record_history SET type = (SELECT type FROM record_resource WHERE key = record_history.resource);
CREATE INDEX record_history_changed ON record_history (type, updated_at, resource, version);
CREATE INDEX record_resource_gone ON record_resource (type, updated_at) WHERE deleted = 1;
