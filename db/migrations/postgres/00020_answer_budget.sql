-- +goose Up
-- How many bytes of answers to mutations with keys were stored for the store on a day, which is counted as that of the ledger.
ALTER TABLE stores ADD COLUMN answers_day bigint NOT NULL DEFAULT 0;
ALTER TABLE stores ADD COLUMN answer_bytes bigint NOT NULL DEFAULT 0;
-- The mutation was carried out on a day that had no room for its answer: answer is empty, and not what was answered.
ALTER TABLE idempotency_keys ADD COLUMN answer_dropped boolean NOT NULL DEFAULT false;
-- Keys that open nothing any more are removed.
CREATE INDEX api_keys_by_revocation ON api_keys (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX api_keys_by_end ON api_keys (expires_at) WHERE rotated_at IS NOT NULL;
