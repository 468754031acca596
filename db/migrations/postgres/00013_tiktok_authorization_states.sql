-- +goose Up
-- What sellers were sent to TikTok's consent page with. Rows are good for 30 minutes, and dropped some time after that.
CREATE TABLE tiktok_authorization_states (
    state_hash  text PRIMARY KEY, -- of what TikTok sends the browser back with, which itself is not kept
    store_id    text NOT NULL REFERENCES stores,
    caller_id   text NOT NULL, -- who has begun it; empty for a caller who has not signed in
    actor_kind  text NOT NULL,
    actor_name  text NOT NULL,
    return_to   text NOT NULL, -- a page of the admin
    created_at  timestamptz NOT NULL,
    used_at     timestamptz, -- when the browser came back, once
    choice_hash text UNIQUE, -- of what the seller chooses among several shops with
    shops       bytea, -- those, with their tokens, sealed; none once one was chosen
    chosen_at   timestamptz,
    CHECK (used_at IS NOT NULL OR choice_hash IS NULL),
    CHECK (choice_hash IS NOT NULL OR (shops IS NULL AND chosen_at IS NULL)),
    CHECK (shops IS NULL OR chosen_at IS NULL)
);
-- Old ones are removed.
CREATE INDEX tiktok_authorization_states_by_age ON tiktok_authorization_states (created_at);
