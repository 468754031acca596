-- +goose Up
-- Audit entries that partners are told of are numbered 1, 2, 3 and so on in each store. The others have no number.
ALTER TABLE audit_entries ADD COLUMN event_number INTEGER;
-- +goose StatementBegin
DROP TRIGGER audit_entries_append_only;
-- +goose StatementEnd
UPDATE audit_entries SET event_number = numbered.number
FROM (
    SELECT seq, ROW_NUMBER() OVER (PARTITION BY store_id ORDER BY seq) AS number FROM audit_entries
    WHERE action IN ('ACCOUNT_CONNECTED', 'ACCOUNT_DISCONNECTING', 'ACCOUNT_DISCONNECTED', 'SETTINGS_UPDATED')) AS numbered
WHERE numbered.seq = audit_entries.seq;
-- +goose StatementBegin
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE ON audit_entries BEGIN
    SELECT RAISE(ABORT, 'audit_entries is only ever added to');
END;
-- +goose StatementEnd
CREATE UNIQUE INDEX audit_entries_events ON audit_entries (store_id, event_number) WHERE event_number IS NOT NULL;
