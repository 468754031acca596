-- +goose Up
-- Whether the store has webhook endpoints: who writes an event looks for them then only.
ALTER TABLE stores ADD COLUMN has_webhooks BOOLEAN NOT NULL DEFAULT FALSE;
-- Where a store's events are sent to, one after the other.
CREATE TABLE webhook_endpoints (
    id               TEXT PRIMARY KEY,
    store_id         TEXT NOT NULL REFERENCES stores,
    url              TEXT NOT NULL,
    topics           TEXT NOT NULL, -- words; none for all there are
    created_at       DATETIME NOT NULL,
    disabled_at      DATETIME,
    sent_through     INTEGER NOT NULL, -- the number of the last event that was taken, given up, or is not to be sent
    waiting          BOOLEAN NOT NULL DEFAULT FALSE, -- a job is promised that sends what is to be sent
    attempts         INTEGER NOT NULL DEFAULT 0, -- of the event that is to be sent next
    first_attempt_at DATETIME, -- of that event
    failing_since    DATETIME, -- the first attempt that has failed since one succeeded
    CHECK ((attempts = 0) = (first_attempt_at IS NULL))
);
CREATE INDEX webhook_endpoints_of_store ON webhook_endpoints (store_id);
-- What deliveries are signed with: all that have not expired.
CREATE TABLE webhook_secrets (
    id          TEXT PRIMARY KEY,
    endpoint_id TEXT NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
    store_id    TEXT NOT NULL REFERENCES stores,
    secret      BLOB NOT NULL, -- sealed
    created_at  DATETIME NOT NULL,
    expires_at  DATETIME
);
CREATE INDEX webhook_secrets_of_endpoint ON webhook_secrets (endpoint_id);
-- Attempts to send an event. Rows are dropped some time after that.
CREATE TABLE webhook_deliveries (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    endpoint_id TEXT NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
    store_id    TEXT NOT NULL REFERENCES stores,
    entry_seq   INTEGER NOT NULL REFERENCES audit_entries (seq),
    attempt     INTEGER NOT NULL,
    sent_at     DATETIME NOT NULL,
    status      INTEGER, -- of the answer; none when there was none
    error       TEXT, -- why it has failed; none when it was taken
    duration_ms INTEGER NOT NULL
);
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (endpoint_id, seq);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (sent_at);
CREATE INDEX webhook_deliveries_of_entry ON webhook_deliveries (entry_seq);
