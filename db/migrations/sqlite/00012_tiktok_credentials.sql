-- +goose Up
-- What the app calls TikTok with for an account, until the authorization was ended. Tokens and the cipher, which names the shop in
-- calls, are sealed as Shopify's tokens are; there are no tokens when TikTok takes them no more.
CREATE TABLE tiktok_credentials (
    account_id         TEXT PRIMARY KEY REFERENCES accounts,
    store_id           TEXT NOT NULL REFERENCES stores,
    shop_id            TEXT NOT NULL, -- TikTok's, which notifications name
    access_token       BLOB,
    refresh_token      BLOB,
    cipher             BLOB NOT NULL,
    access_expires_at  DATETIME NOT NULL,
    refresh_expires_at DATETIME NOT NULL,
    scopes             TEXT NOT NULL, -- words
    version            INTEGER NOT NULL, -- raised with every change but sealing anew: whoever writes says which one it read
    refreshing_until   DATETIME, -- how long the process that obtains the next pair may take
    updated_at         DATETIME NOT NULL,
    CHECK ((access_token IS NULL) = (refresh_token IS NULL))
);
CREATE INDEX tiktok_credentials_of_shop ON tiktok_credentials (shop_id);
CREATE INDEX tiktok_credentials_of_store ON tiktok_credentials (store_id);
