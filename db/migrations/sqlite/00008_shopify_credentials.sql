-- +goose Up
-- What the app calls a store's Admin API with. Tokens are sealed, each bound to its row and column, by the key that its first
-- five bytes name; there are none while the first pair is being obtained, and when Shopify takes them no more.
CREATE TABLE shopify_credentials (
    store_id           TEXT PRIMARY KEY REFERENCES stores,
    access_token       BLOB,
    refresh_token      BLOB,
    access_expires_at  DATETIME NOT NULL,
    refresh_expires_at DATETIME NOT NULL,
    scopes             TEXT NOT NULL, -- words
    version            INTEGER NOT NULL, -- raised with every change but sealing anew: whoever writes says which one it read
    refreshing_until   DATETIME, -- how long the process that obtains the next pair may take
    updated_at         DATETIME NOT NULL,
    CHECK ((access_token IS NULL) = (refresh_token IS NULL))
);
