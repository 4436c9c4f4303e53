-- Subscriptions: one row for each Subscription resource that is on or was. state: requested (handshake to come), active, error
-- (deliveries fail and are still tried), off. owner: who asked, as trust keeps it. definition: JSON of service/subscription.
-- next_number: of the next event; delivered: the last number that was handed over. Times are microseconds since 1970.
CREATE TABLE subscription (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  who TEXT NOT NULL,
  owner TEXT NOT NULL,
  definition TEXT NOT NULL,
  error TEXT NOT NULL,
  failures INTEGER NOT NULL,
  failing_since INTEGER,
  retry_at INTEGER,
  next_number INTEGER NOT NULL,
  delivered INTEGER NOT NULL,
  sent_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a subscription is to be told: written with the version of the resource, numbered once its owner is found to be allowed
-- to see it. action: created, updated, deleted.
CREATE TABLE subscription_event (
  key INTEGER PRIMARY KEY,
  subscription TEXT NOT NULL,
  number INTEGER,
  type TEXT NOT NULL,
  resource TEXT NOT NULL,
  version INTEGER NOT NULL,
  action TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX subscription_event_number ON subscription_event (subscription, number) WHERE number IS NOT NULL;
CREATE INDEX subscription_event_new ON subscription_event (subscription, key) WHERE number IS NULL;
