-- +goose Up
-- What people are called who work in a store's Shopify admin, and when Shopify was last asked.
CREATE TABLE shopify_users (
    store_id text NOT NULL REFERENCES stores,
    user_id  text NOT NULL, -- Shopify's
    name     text NOT NULL, -- empty when it is not known
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (store_id, user_id)
);
-- Those who have not been seen for long are forgotten.
CREATE INDEX shopify_users_by_age ON shopify_users (asked_at);

-- Who did it, as Shopify numbers people: two may have one name. Empty for what no person who has signed in did.
ALTER TABLE audit_entries ADD COLUMN shopify_user_id text;
ALTER TABLE transitions ADD COLUMN shopify_user_id text;
