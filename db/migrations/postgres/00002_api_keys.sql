-- +goose Up
-- Keys that let a partner's program into one store. Of the secret only the SHA-256 is kept, and the first characters,
-- by which people know it. A revoked key keeps its row.
CREATE TABLE api_keys (
    id           text PRIMARY KEY,
    store_id     text NOT NULL REFERENCES stores,
    name         text NOT NULL,
    prefix       text NOT NULL,
    hash         bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    scopes       text NOT NULL,
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
-- A name tells in the audit trail which key it was.
CREATE UNIQUE INDEX api_keys_one_of_a_name ON api_keys (store_id, name) WHERE revoked_at IS NULL;
