-- +goose Up
-- Between connected and disconnected an account is connecting or disconnecting: then it is the store's one shop, too.
DROP INDEX accounts_one_shop_per_store;
DROP INDEX accounts_one_store_per_shop;
ALTER TABLE accounts ADD COLUMN new_status TEXT NOT NULL DEFAULT 'CONNECTED' CHECK (new_status IN ('CONNECTING', 'CONNECTED', 'DISCONNECTING', 'DISCONNECTED'));
ALTER TABLE accounts ADD COLUMN new_disconnected_at DATETIME CHECK ((new_disconnected_at IS NULL) = (new_status <> 'DISCONNECTED'));
UPDATE accounts SET new_status = status, new_disconnected_at = disconnected_at;
ALTER TABLE accounts DROP COLUMN disconnected_at;
ALTER TABLE accounts DROP COLUMN status;
ALTER TABLE accounts RENAME COLUMN new_status TO status;
ALTER TABLE accounts RENAME COLUMN new_disconnected_at TO disconnected_at;
CREATE UNIQUE INDEX accounts_one_shop_per_store ON accounts (store_id)
    WHERE kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED';
CREATE UNIQUE INDEX accounts_one_store_per_shop ON accounts (external_id)
    WHERE kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED';

-- Stores that are linked have let the app in at Shopify: their settings are read and written there.
ALTER TABLE stores ADD COLUMN linked INTEGER NOT NULL DEFAULT 0;

-- When a setting was last read at Shopify.
ALTER TABLE settings ADD COLUMN observed_at DATETIME;

-- What disconnecting would meet in the store, as of when it was last read.
ALTER TABLE epochs ADD COLUMN drift TEXT NOT NULL DEFAULT '';

-- Whether the store was read back: not where it was accepted as it was last known.
ALTER TABLE disconnections ADD COLUMN verified INTEGER NOT NULL DEFAULT 1;

-- How many entries of the snapshot could not be restored.
ALTER TABLE disconnections ADD COLUMN exceptions INTEGER NOT NULL DEFAULT 0;

-- A connect, a disconnect or an edit while it is carried out in the store, and after. A row that is not complete is a promise.
CREATE TABLE transitions (
    id                       TEXT PRIMARY KEY,
    store_id                 TEXT NOT NULL REFERENCES stores,
    account_id               TEXT REFERENCES accounts,
    epoch_id                 TEXT REFERENCES epochs,
    kind                     TEXT NOT NULL CHECK (kind IN ('CONNECT', 'DISCONNECT', 'EDIT')),
    phase                    TEXT NOT NULL CHECK (phase IN ('READING', 'WRITING', 'VERIFYING', 'BLOCKED', 'REVOKING', 'COMPLETE')),
    begun_at                 DATETIME NOT NULL,
    begun_by_kind            TEXT NOT NULL,
    begun_by_name            TEXT NOT NULL,
    api_key_id               TEXT,
    api_key_name             TEXT,
    rounds                   INTEGER NOT NULL DEFAULT 0,
    writes_done              INTEGER NOT NULL DEFAULT 0,
    writes_total             INTEGER NOT NULL DEFAULT 0,
    attempts                 INTEGER NOT NULL DEFAULT 0,
    next_attempt_at          DATETIME,
    leased_until             DATETIME,
    problem_code             TEXT NOT NULL DEFAULT '',
    problem_detail           TEXT NOT NULL DEFAULT '',
    closed_at                DATETIME,
    completed_at             DATETIME,
    entry_seq                INTEGER REFERENCES audit_entries (seq),
    authorization_status     TEXT NOT NULL DEFAULT 'PENDING',
    authorization_revoked_at DATETIME
);
CREATE INDEX transitions_of_account ON transitions (account_id, begun_at);
CREATE INDEX transitions_of_epoch ON transitions (epoch_id);
-- One at a time; and what a sweep looks for.
CREATE UNIQUE INDEX transitions_one_per_store ON transitions (store_id) WHERE closed_at IS NULL;
CREATE INDEX transitions_unfinished ON transitions (begun_at) WHERE phase <> 'COMPLETE';

-- What is to be written in the store.
CREATE TABLE store_writes (
    transition_id TEXT NOT NULL REFERENCES transitions,
    seq           INTEGER NOT NULL,
    key           TEXT NOT NULL,
    entry         TEXT NOT NULL,
    target        TEXT,
    replaced      TEXT,
    state         TEXT NOT NULL,
    reason        TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (transition_id, seq)
);
CREATE INDEX transitions_of_store ON transitions (store_id, closed_at);
CREATE INDEX store_writes_pending ON store_writes (transition_id, seq) WHERE state = 'PENDING';

-- Entries of a snapshot that could not be restored.
CREATE TABLE restoration_exceptions (
    disconnection_id TEXT NOT NULL REFERENCES disconnections,
    seq              INTEGER NOT NULL,
    key              TEXT NOT NULL,
    entry            TEXT,
    reason           TEXT NOT NULL,
    recorded         TEXT,
    present          TEXT,
    PRIMARY KEY (disconnection_id, seq)
);

-- Disconnects from before were carried out in one transaction.
INSERT INTO transitions (id, store_id, account_id, epoch_id, kind, phase, begun_at, begun_by_kind, begun_by_name, api_key_id, api_key_name, closed_at, completed_at, entry_seq, authorization_status)
SELECT d.id, d.store_id, e.account_id, d.epoch_id, 'DISCONNECT', 'COMPLETE', au.occurred_at, au.actor_kind, au.actor_name, au.api_key_id, au.api_key_name, au.occurred_at, au.occurred_at, au.seq, 'NOT_CONFIRMED'
FROM disconnections d JOIN epochs e ON e.id = d.epoch_id JOIN audit_entries au ON au.seq = d.entry_seq;
