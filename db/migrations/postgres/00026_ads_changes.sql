-- +goose Up
-- The few changes of settings of the ads channel, so that what it was at any time is known.
CREATE INDEX setting_changes_of_ads ON setting_changes (store_id, key, entry_seq, seq) WHERE scope = 'ADS';
