-- +goose Up
-- Audit entries that partners are told of are numbered 1, 2, 3 and so on in each store. The others have no number.
ALTER TABLE audit_entries ADD COLUMN event_number bigint;
ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only;
UPDATE audit_entries SET event_number = numbered.number
FROM (
    SELECT seq, ROW_NUMBER() OVER (PARTITION BY store_id ORDER BY seq) AS number FROM audit_entries
    WHERE action IN ('ACCOUNT_CONNECTED', 'ACCOUNT_DISCONNECTING', 'ACCOUNT_DISCONNECTED', 'SETTINGS_UPDATED')) AS numbered
WHERE numbered.seq = audit_entries.seq;
ALTER TABLE audit_entries ENABLE TRIGGER audit_entries_append_only;
CREATE UNIQUE INDEX audit_entries_events ON audit_entries (store_id, event_number) WHERE event_number IS NOT NULL;
