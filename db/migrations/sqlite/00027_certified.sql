-- +goose Up
-- Who accepted a restoration that could not be whole, and what carried it out; NULL for nobody, and in records from before.
ALTER TABLE disconnections ADD COLUMN accepted_by_kind text;
ALTER TABLE disconnections ADD COLUMN accepted_by_name text;
ALTER TABLE disconnections ADD COLUMN versions text;
