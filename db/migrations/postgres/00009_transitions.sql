-- +goose Up
-- Between connected and disconnected an account is connecting or disconnecting: then it is the store's one shop, too.
ALTER TABLE accounts
    DROP CONSTRAINT accounts_status_check,
    DROP CONSTRAINT accounts_check,
    ADD CONSTRAINT accounts_status_check CHECK (status IN ('CONNECTING', 'CONNECTED', 'DISCONNECTING', 'DISCONNECTED')),
    ADD CONSTRAINT accounts_check CHECK ((disconnected_at IS NULL) = (status <> 'DISCONNECTED'));
DROP INDEX accounts_one_shop_per_store;
DROP INDEX accounts_one_store_per_shop;
CREATE UNIQUE INDEX accounts_one_shop_per_store ON accounts (store_id)
    WHERE kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED';
CREATE UNIQUE INDEX accounts_one_store_per_shop ON accounts (external_id)
    WHERE kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED';

-- Stores that are linked have let the app in at Shopify: their settings are read and written there.
ALTER TABLE stores ADD COLUMN linked boolean NOT NULL DEFAULT false;

-- When a setting was last read at Shopify.
ALTER TABLE settings ADD COLUMN observed_at timestamptz;

-- What disconnecting would meet in the store, as of when it was last read.
ALTER TABLE epochs ADD COLUMN drift text NOT NULL DEFAULT '';

-- Whether the store was read back: not where it was accepted as it was last known.
ALTER TABLE disconnections ADD COLUMN verified boolean NOT NULL DEFAULT true;

-- How many entries of the snapshot could not be restored.
ALTER TABLE disconnections ADD COLUMN exceptions integer NOT NULL DEFAULT 0;

-- A connect, a disconnect or an edit while it is carried out in the store, and after. A row that is not complete is a promise.
CREATE TABLE transitions (
    id                       text PRIMARY KEY,
    store_id                 text NOT NULL REFERENCES stores,
    account_id               text REFERENCES accounts,
    epoch_id                 text REFERENCES epochs,
    kind                     text NOT NULL CHECK (kind IN ('CONNECT', 'DISCONNECT', 'EDIT')),
    phase                    text NOT NULL CHECK (phase IN ('READING', 'WRITING', 'VERIFYING', 'BLOCKED', 'REVOKING', 'COMPLETE')),
    begun_at                 timestamptz NOT NULL,
    begun_by_kind            text NOT NULL,
    begun_by_name            text NOT NULL,
    api_key_id               text,
    api_key_name             text,
    rounds                   integer NOT NULL DEFAULT 0,
    writes_done              integer NOT NULL DEFAULT 0,
    writes_total             integer NOT NULL DEFAULT 0,
    attempts                 integer NOT NULL DEFAULT 0,
    next_attempt_at          timestamptz,
    leased_until             timestamptz,
    problem_code             text NOT NULL DEFAULT '',
    problem_detail           text NOT NULL DEFAULT '',
    closed_at                timestamptz,
    completed_at             timestamptz,
    entry_seq                bigint REFERENCES audit_entries (seq),
    authorization_status     text NOT NULL DEFAULT 'PENDING',
    authorization_revoked_at timestamptz
);
CREATE INDEX transitions_of_account ON transitions (account_id, begun_at);
CREATE INDEX transitions_of_epoch ON transitions (epoch_id);
-- One at a time; and what a sweep looks for.
CREATE UNIQUE INDEX transitions_one_per_store ON transitions (store_id) WHERE closed_at IS NULL;
CREATE INDEX transitions_unfinished ON transitions (begun_at) WHERE phase <> 'COMPLETE';

-- What is to be written in the store.
CREATE TABLE store_writes (
    transition_id text NOT NULL REFERENCES transitions,
    seq           integer NOT NULL,
    key           text NOT NULL,
    entry         text NOT NULL,
    target        text,
    replaced      text,
    state         text NOT NULL,
    reason        text NOT NULL DEFAULT '',
    PRIMARY KEY (transition_id, seq)
);
CREATE INDEX transitions_of_store ON transitions (store_id, closed_at);
CREATE INDEX store_writes_pending ON store_writes (transition_id, seq) WHERE state = 'PENDING';

-- Entries of a snapshot that could not be restored.
CREATE TABLE restoration_exceptions (
    disconnection_id text NOT NULL REFERENCES disconnections,
    seq              integer NOT NULL,
    key              text NOT NULL,
    entry            text,
    reason           text NOT NULL,
    recorded         text,
    present          text,
    PRIMARY KEY (disconnection_id, seq)
);

-- Disconnects from before were carried out in one transaction.
INSERT INTO transitions (id, store_id, account_id, epoch_id, kind, phase, begun_at, begun_by_kind, begun_by_name, api_key_id, api_key_name, closed_at, completed_at, entry_seq, authorization_status)
SELECT d.id, d.store_id, e.account_id, d.epoch_id, 'DISCONNECT', 'COMPLETE', au.occurred_at, au.actor_kind, au.actor_name, au.api_key_id, au.api_key_name, au.occurred_at, au.occurred_at, au.seq, 'NOT_CONFIRMED'
FROM disconnections d JOIN epochs e ON e.id = d.epoch_id JOIN audit_entries au ON au.seq = d.entry_seq;
