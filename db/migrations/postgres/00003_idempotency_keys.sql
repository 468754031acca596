-- +goose Up
-- Answers of mutations that may be sent again, each written by the transaction of its mutation. An answer is what the
-- API sent, byte for byte; what it answers is known by its digest only.
CREATE TABLE idempotency_keys (
    store_id   text NOT NULL REFERENCES stores,
    caller_id  text NOT NULL, -- empty for a caller who has not signed in
    key_hash   text NOT NULL, -- of the key, which may be a secret
    digest     text NOT NULL,
    answer     bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (store_id, caller_id, key_hash)
);
-- Old ones are removed.
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
