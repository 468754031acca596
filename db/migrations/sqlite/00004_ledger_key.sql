-- +goose Up
-- A row of the ledger is of an entry of its own store, which one foreign key says where there were three. To check those
-- took time for each setting. That its epoch is one of its store's is known by who writes it.
DROP INDEX audit_entries_of_store;
CREATE UNIQUE INDEX audit_entries_of_store ON audit_entries (store_id, seq);

CREATE TABLE setting_changes_anew (
    seq                  INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_seq            INTEGER NOT NULL,
    store_id             TEXT NOT NULL,
    epoch_id             TEXT,
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
    CHECK (before IS NOT after),
    FOREIGN KEY (store_id, entry_seq) REFERENCES audit_entries (store_id, seq)
);
INSERT INTO setting_changes_anew SELECT seq, entry_seq, store_id, epoch_id, action, key, scope, before, after,
    changed_at, changed_by_kind, changed_by_name, last_changed_by_kind, last_changed_by_name FROM setting_changes ORDER BY seq;
DROP TABLE setting_changes;
ALTER TABLE setting_changes_anew RENAME TO setting_changes;
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
