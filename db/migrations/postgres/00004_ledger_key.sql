-- +goose Up
-- A row of the ledger is of an entry of its own store, which one foreign key says where there were three. To check those was
-- a third of what PostgreSQL did for a disconnect. That its epoch is one of its store's is known by who writes it.
-- Every change of a store begins with its row there: none of another process is half done after this.
LOCK TABLE stores IN ACCESS EXCLUSIVE MODE;
DROP INDEX audit_entries_of_store;
CREATE UNIQUE INDEX audit_entries_of_store ON audit_entries (store_id, seq);
ALTER TABLE setting_changes
    DROP CONSTRAINT setting_changes_entry_seq_fkey,
    DROP CONSTRAINT setting_changes_store_id_fkey,
    DROP CONSTRAINT setting_changes_epoch_id_fkey,
    ADD FOREIGN KEY (store_id, entry_seq) REFERENCES audit_entries (store_id, seq);
