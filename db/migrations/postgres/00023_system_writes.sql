-- +goose Up
-- What the app itself has written of a setting in one connection, newest first, which edits by hand are told from.
CREATE INDEX setting_changes_by_system ON setting_changes (epoch_id, key, seq) WHERE changed_by_kind = 'SYSTEM';
