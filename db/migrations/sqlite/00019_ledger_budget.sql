-- +goose Up
-- How many bytes edits have added to the store's ledger on a day, which is counted from 1970 on.
ALTER TABLE stores ADD COLUMN ledger_day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stores ADD COLUMN ledger_bytes INTEGER NOT NULL DEFAULT 0;
