-- +goose Up
-- A key can expire, and can be rotated: it is live for a while beside its successor, which has its name. Names are one when
-- people cannot tell them apart, which the folded name says; keys from before have none.
ALTER TABLE api_keys
    ADD COLUMN folded_name text,
    ADD COLUMN expires_at  timestamptz,
    ADD COLUMN rotated_at  timestamptz;
DROP INDEX api_keys_one_of_a_name;
CREATE UNIQUE INDEX api_keys_one_of_a_name ON api_keys (store_id, folded_name) WHERE revoked_at IS NULL AND rotated_at IS NULL;
-- The key that an entry is about, or that its actor came with, as it was called: written by who knows the key, so no foreign key
-- is checked with each entry.
ALTER TABLE audit_entries
    ADD COLUMN api_key_id   text,
    ADD COLUMN api_key_name text;
