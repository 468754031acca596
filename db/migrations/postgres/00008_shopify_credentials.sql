-- +goose Up
-- What the app calls a store's Admin API with. Tokens are sealed, each bound to its row and column, by the key that its first
-- five bytes name; there are none while the first pair is being obtained, and when Shopify takes them no more.
CREATE TABLE shopify_credentials (
    store_id           text PRIMARY KEY REFERENCES stores,
    access_token       bytea,
    refresh_token      bytea,
    access_expires_at  timestamptz NOT NULL,
    refresh_expires_at timestamptz NOT NULL,
    scopes             text NOT NULL, -- words
    version            bigint NOT NULL, -- raised with every change but sealing anew: whoever writes says which one it read
    refreshing_until   timestamptz, -- how long the process that obtains the next pair may take
    updated_at         timestamptz NOT NULL,
    CHECK ((access_token IS NULL) = (refresh_token IS NULL))
);
