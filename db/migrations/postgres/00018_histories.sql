-- +goose Up
-- Pages of a store's accounts, and of an account's disconnects.
CREATE INDEX accounts_by_connection ON accounts (store_id, connected_at, id);
CREATE INDEX transitions_disconnects ON transitions (account_id, begun_at, id) WHERE kind = 'DISCONNECT';
-- The few accounts that a write looks at, however many there were.
CREATE INDEX accounts_not_disconnected ON accounts (store_id) WHERE status <> 'DISCONNECTED';
CREATE INDEX accounts_disconnected_last ON accounts (store_id, disconnected_at, connected_at, id) WHERE kind = 'TIKTOK_SHOP' AND status = 'DISCONNECTED';
