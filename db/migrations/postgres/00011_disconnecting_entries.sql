-- +goose Up
-- The disconnect that an audit entry is the beginning of.
ALTER TABLE audit_entries ADD COLUMN disconnection_id text REFERENCES transitions;
