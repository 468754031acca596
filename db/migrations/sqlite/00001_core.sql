-- +goose Up
CREATE TABLE stores (
    id     TEXT PRIMARY KEY,
    domain TEXT NOT NULL UNIQUE,
    name   TEXT NOT NULL,
    region TEXT NOT NULL
);

CREATE TABLE accounts (
    id              TEXT PRIMARY KEY,
    store_id        TEXT NOT NULL REFERENCES stores,
    kind            TEXT NOT NULL CHECK (kind IN ('TIKTOK_SHOP', 'TIKTOK_FOR_BUSINESS')),
    name            TEXT NOT NULL,
    external_id     TEXT NOT NULL,
    region          TEXT NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('CONNECTED', 'DISCONNECTED')),
    connected_at    DATETIME NOT NULL,
    disconnected_at DATETIME CHECK ((disconnected_at IS NULL) = (status = 'CONNECTED')),
    epoch_id        TEXT,
    UNIQUE (store_id, kind, external_id)
);
-- One store, one connected shop; one shop, one store.
CREATE UNIQUE INDEX accounts_one_shop_per_store ON accounts (store_id)
    WHERE kind = 'TIKTOK_SHOP' AND status = 'CONNECTED';
CREATE UNIQUE INDEX accounts_one_store_per_shop ON accounts (external_id)
    WHERE kind = 'TIKTOK_SHOP' AND status = 'CONNECTED';

CREATE TABLE epochs (
    id              TEXT PRIMARY KEY,
    store_id        TEXT NOT NULL REFERENCES stores,
    account_id      TEXT NOT NULL REFERENCES accounts,
    opened_at       DATETIME NOT NULL,
    snapshot        TEXT,
    snapshot_digest TEXT NOT NULL,
    preview_salt    BLOB NOT NULL
);
CREATE INDEX epochs_of_account ON epochs (account_id);

CREATE TABLE audit_entries (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    store_id    TEXT NOT NULL REFERENCES stores,
    account_id  TEXT REFERENCES accounts,
    action      TEXT NOT NULL,
    actor_kind  TEXT NOT NULL,
    actor_name  TEXT NOT NULL,
    occurred_at DATETIME NOT NULL
);
CREATE INDEX audit_entries_of_store ON audit_entries (store_id, seq);

-- The record of how an epoch ended: one for each epoch at most. Who and when stand in its audit entry.
CREATE TABLE disconnections (
    id              TEXT PRIMARY KEY,
    store_id        TEXT NOT NULL REFERENCES stores,
    epoch_id        TEXT NOT NULL UNIQUE REFERENCES epochs,
    entry_seq       INTEGER NOT NULL UNIQUE REFERENCES audit_entries,
    restored_digest TEXT NOT NULL
);

-- What every setting is now. A removed setting keeps its row, without a value, so that who removed it stays known.
CREATE TABLE settings (
    store_id        TEXT NOT NULL REFERENCES stores,
    key             TEXT NOT NULL,
    scope           TEXT NOT NULL,
    value           TEXT,
    updated_at      DATETIME NOT NULL,
    updated_by_kind TEXT NOT NULL,
    updated_by_name TEXT NOT NULL,
    PRIMARY KEY (store_id, key)
) WITHOUT ROWID;

-- The ledger: every write of a setting there ever was. settings is what replaying it gives.
CREATE TABLE setting_changes (
    seq                  INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_seq            INTEGER NOT NULL REFERENCES audit_entries,
    store_id             TEXT NOT NULL REFERENCES stores,
    epoch_id             TEXT REFERENCES epochs,
    action               TEXT NOT NULL,
    key                  TEXT NOT NULL,
    scope                TEXT NOT NULL,
    before               TEXT,
    after                TEXT,
    changed_at           DATETIME NOT NULL,
    changed_by_kind      TEXT NOT NULL,
    changed_by_name      TEXT NOT NULL,
    last_changed_by_kind TEXT NOT NULL,
    last_changed_by_name TEXT NOT NULL,
    CHECK (before IS NOT after)
);
CREATE INDEX setting_changes_of_entry ON setting_changes (entry_seq, key);

-- +goose StatementBegin
CREATE TRIGGER setting_changes_append_only BEFORE UPDATE ON setting_changes BEGIN
    SELECT RAISE(ABORT, 'setting_changes is only ever added to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER setting_changes_kept BEFORE DELETE ON setting_changes BEGIN
    SELECT RAISE(ABORT, 'setting_changes is only ever added to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE ON audit_entries BEGIN
    SELECT RAISE(ABORT, 'audit_entries is only ever added to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_entries_kept BEFORE DELETE ON audit_entries BEGIN
    SELECT RAISE(ABORT, 'audit_entries is only ever added to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER disconnections_append_only BEFORE UPDATE ON disconnections BEGIN
    SELECT RAISE(ABORT, 'disconnections is only ever added to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER disconnections_kept BEFORE DELETE ON disconnections BEGIN
    SELECT RAISE(ABORT, 'disconnections is only ever added to');
END;
-- +goose StatementEnd
