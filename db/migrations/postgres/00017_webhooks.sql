-- +goose Up
-- Whether the store has webhook endpoints: who writes an event looks for them then only.
ALTER TABLE stores ADD COLUMN has_webhooks boolean NOT NULL DEFAULT false;
-- Where a store's events are sent to, one after the other.
CREATE TABLE webhook_endpoints (
    id               text PRIMARY KEY,
    store_id         text NOT NULL REFERENCES stores,
    url              text NOT NULL,
    topics           text NOT NULL, -- words; none for all there are
    created_at       timestamptz NOT NULL,
    disabled_at      timestamptz,
    sent_through     bigint NOT NULL, -- the number of the last event that was taken, given up, or is not to be sent
    waiting          boolean NOT NULL DEFAULT false, -- a job is promised that sends what is to be sent
    attempts         integer NOT NULL DEFAULT 0, -- of the event that is to be sent next
    first_attempt_at timestamptz, -- of that event
    failing_since    timestamptz, -- the first attempt that has failed since one succeeded
    CHECK ((attempts = 0) = (first_attempt_at IS NULL))
);
CREATE INDEX webhook_endpoints_of_store ON webhook_endpoints (store_id);
-- What deliveries are signed with: all that have not expired.
CREATE TABLE webhook_secrets (
    id          text PRIMARY KEY,
    endpoint_id text NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
    store_id    text NOT NULL REFERENCES stores,
    secret      bytea NOT NULL, -- sealed
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz
);
CREATE INDEX webhook_secrets_of_endpoint ON webhook_secrets (endpoint_id);
-- Attempts to send an event. Rows are dropped some time after that.
CREATE TABLE webhook_deliveries (
    seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id          text NOT NULL UNIQUE,
    endpoint_id text NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
    store_id    text NOT NULL REFERENCES stores,
    entry_seq   bigint NOT NULL REFERENCES audit_entries (seq),
    attempt     integer NOT NULL,
    sent_at     timestamptz NOT NULL,
    status      integer, -- of the answer; none when there was none
    error       text, -- why it has failed; none when it was taken
    duration_ms integer NOT NULL
);
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (endpoint_id, seq);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (sent_at);
CREATE INDEX webhook_deliveries_of_entry ON webhook_deliveries (entry_seq);
