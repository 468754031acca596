-- +goose Up
-- What the platforms have told: each once, however often it is sent. Of what was sent only what names things is here. collapse is
-- the same for notifications of which one that waits is as good as many.
CREATE TABLE platform_notifications (
    platform     TEXT NOT NULL,
    id           TEXT NOT NULL, -- the platform's
    topic        TEXT NOT NULL,
    subject      TEXT NOT NULL, -- the store's domain, or TikTok's id of the shop
    detail       TEXT NOT NULL,
    triggered_at DATETIME NOT NULL,
    received_at  DATETIME NOT NULL,
    processed_at DATETIME,
    collapse     TEXT,
    PRIMARY KEY (platform, id)
);
CREATE UNIQUE INDEX platform_notifications_one_waits ON platform_notifications (collapse) WHERE processed_at IS NULL;
CREATE INDEX platform_notifications_of_subject ON platform_notifications (platform, subject);
-- Old ones are removed.
CREATE INDEX platform_notifications_by_age ON platform_notifications (received_at);

-- When the app was last let into a store, and when it was uninstalled from it: null while it is in, as far as is known.
ALTER TABLE stores ADD COLUMN installed_at DATETIME;
ALTER TABLE stores ADD COLUMN uninstalled_at DATETIME;
UPDATE stores SET installed_at = (SELECT c.updated_at FROM shopify_credentials c WHERE c.store_id = stores.id AND c.access_token IS NOT NULL);

-- What keeps a connected shop from working, on the store's side and on TikTok's; empty for nothing.
ALTER TABLE accounts ADD COLUMN shopify_problem TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN shopify_problem_detail TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN tiktok_problem TEXT NOT NULL DEFAULT '';

-- That the data of a store were removed. Whose they were is here in the transaction that does so, and not after it: then what is
-- only ever added to may be deleted.
CREATE TABLE redactions (
    notification_id TEXT PRIMARY KEY,
    store_id        TEXT,
    requested_at    DATETIME NOT NULL,
    redacted_at     DATETIME NOT NULL
);
-- +goose StatementBegin
DROP TRIGGER setting_changes_kept;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER setting_changes_kept BEFORE DELETE ON setting_changes WHEN NOT EXISTS (SELECT 1 FROM redactions WHERE store_id = OLD.store_id) BEGIN
    SELECT RAISE(ABORT, 'setting_changes is only ever added to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
DROP TRIGGER audit_entries_kept;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_entries_kept BEFORE DELETE ON audit_entries WHEN NOT EXISTS (SELECT 1 FROM redactions WHERE store_id = OLD.store_id) BEGIN
    SELECT RAISE(ABORT, 'audit_entries is only ever added to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
DROP TRIGGER disconnections_kept;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER disconnections_kept BEFORE DELETE ON disconnections WHEN NOT EXISTS (SELECT 1 FROM redactions WHERE store_id = OLD.store_id) BEGIN
    SELECT RAISE(ABORT, 'disconnections is only ever added to');
END;
-- +goose StatementEnd
