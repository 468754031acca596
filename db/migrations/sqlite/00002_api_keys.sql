-- +goose Up
-- Keys that let a partner's program into one store. Of the secret only the SHA-256 is kept, and the first characters,
-- by which people know it. A revoked key keeps its row.
CREATE TABLE api_keys (
    id           TEXT PRIMARY KEY,
    store_id     TEXT NOT NULL REFERENCES stores,
    name         TEXT NOT NULL,
    prefix       TEXT NOT NULL,
    hash         BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    scopes       TEXT NOT NULL,
    created_at   DATETIME NOT NULL,
    last_used_at DATETIME,
    revoked_at   DATETIME
);
-- A name tells in the audit trail which key it was.
CREATE UNIQUE INDEX api_keys_one_of_a_name ON api_keys (store_id, name) WHERE revoked_at IS NULL;
