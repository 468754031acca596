-- +goose Up
-- What the platforms have told: each once, however often it is sent. Of what was sent only what names things is here. collapse is
-- the same for notifications of which one that waits is as good as many.
CREATE TABLE platform_notifications (
    platform     text NOT NULL,
    id           text NOT NULL, -- the platform's
    topic        text NOT NULL,
    subject      text NOT NULL, -- the store's domain, or TikTok's id of the shop
    detail       text NOT NULL,
    triggered_at timestamptz NOT NULL,
    received_at  timestamptz NOT NULL,
    processed_at timestamptz,
    collapse     text,
    PRIMARY KEY (platform, id)
);
CREATE UNIQUE INDEX platform_notifications_one_waits ON platform_notifications (collapse) WHERE processed_at IS NULL;
CREATE INDEX platform_notifications_of_subject ON platform_notifications (platform, subject);
-- Old ones are removed.
CREATE INDEX platform_notifications_by_age ON platform_notifications (received_at);

-- When the app was last let into a store, and when it was uninstalled from it: null while it is in, as far as is known.
ALTER TABLE stores ADD COLUMN installed_at timestamptz, ADD COLUMN uninstalled_at timestamptz;
UPDATE stores SET installed_at = (SELECT c.updated_at FROM shopify_credentials c WHERE c.store_id = stores.id AND c.access_token IS NOT NULL);

-- What keeps a connected shop from working, on the store's side and on TikTok's; empty for nothing.
ALTER TABLE accounts
    ADD COLUMN shopify_problem        text NOT NULL DEFAULT '',
    ADD COLUMN shopify_problem_detail text NOT NULL DEFAULT '',
    ADD COLUMN tiktok_problem         text NOT NULL DEFAULT '';

-- That the data of a store were removed. Whose they were is here in the transaction that does so, and not after it: then what is
-- only ever added to may be deleted.
CREATE TABLE redactions (
    notification_id text PRIMARY KEY,
    store_id        text,
    requested_at    timestamptz NOT NULL,
    redacted_at     timestamptz NOT NULL
);
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM redactions WHERE store_id = OLD.store_id) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME;
END
$$;
-- +goose StatementEnd
