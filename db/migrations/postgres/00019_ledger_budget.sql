-- +goose Up
-- How many bytes edits have added to the store's ledger on a day, which is counted from 1970 on.
ALTER TABLE stores ADD COLUMN ledger_day bigint NOT NULL DEFAULT 0;
ALTER TABLE stores ADD COLUMN ledger_bytes bigint NOT NULL DEFAULT 0;
