-- +goose Up
-- Why the program has begun a transition by itself: the problem that ended a connect, which a disconnect undoes.
ALTER TABLE transitions ADD COLUMN cause_code TEXT NOT NULL DEFAULT '';
ALTER TABLE transitions ADD COLUMN cause_detail TEXT NOT NULL DEFAULT '';

-- What Shopify says to a write that it refuses; and of an edit the audit entry that asks for the write.
ALTER TABLE store_writes ADD COLUMN detail TEXT NOT NULL DEFAULT '';
ALTER TABLE store_writes ADD COLUMN entry_seq INTEGER REFERENCES audit_entries (seq);
