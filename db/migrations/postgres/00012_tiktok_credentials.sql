-- +goose Up
-- What the app calls TikTok with for an account, until the authorization was ended. Tokens and the cipher, which names the shop in
-- calls, are sealed as Shopify's tokens are; there are no tokens when TikTok takes them no more.
CREATE TABLE tiktok_credentials (
    account_id         text PRIMARY KEY REFERENCES accounts,
    store_id           text NOT NULL REFERENCES stores,
    shop_id            text NOT NULL, -- TikTok's, which notifications name
    access_token       bytea,
    refresh_token      bytea,
    cipher             bytea NOT NULL,
    access_expires_at  timestamptz NOT NULL,
    refresh_expires_at timestamptz NOT NULL,
    scopes             text NOT NULL, -- words
    version            bigint NOT NULL, -- raised with every change but sealing anew: whoever writes says which one it read
    refreshing_until   timestamptz, -- how long the process that obtains the next pair may take
    updated_at         timestamptz NOT NULL,
    CHECK ((access_token IS NULL) = (refresh_token IS NULL))
);
CREATE INDEX tiktok_credentials_of_shop ON tiktok_credentials (shop_id);
CREATE INDEX tiktok_credentials_of_store ON tiktok_credentials (store_id);
