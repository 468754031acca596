-- +goose Up
-- What sellers were sent to TikTok's consent page with. Rows are good for 30 minutes, and dropped some time after that.
CREATE TABLE tiktok_authorization_states (
    state_hash  TEXT PRIMARY KEY, -- of what TikTok sends the browser back with, which itself is not kept
    store_id    TEXT NOT NULL REFERENCES stores,
    caller_id   TEXT NOT NULL, -- who has begun it; empty for a caller who has not signed in
    actor_kind  TEXT NOT NULL,
    actor_name  TEXT NOT NULL,
    return_to   TEXT NOT NULL, -- a page of the admin
    created_at  DATETIME NOT NULL,
    used_at     DATETIME, -- when the browser came back, once
    choice_hash TEXT UNIQUE, -- of what the seller chooses among several shops with
    shops       BLOB, -- those, with their tokens, sealed; none once one was chosen
    chosen_at   DATETIME,
    CHECK (used_at IS NOT NULL OR choice_hash IS NULL),
    CHECK (choice_hash IS NOT NULL OR (shops IS NULL AND chosen_at IS NULL)),
    CHECK (shops IS NULL OR chosen_at IS NULL)
);
-- Old ones are removed.
CREATE INDEX tiktok_authorization_states_by_age ON tiktok_authorization_states (created_at);
