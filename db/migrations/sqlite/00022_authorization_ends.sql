-- +goose Up
-- Operators are told how many authorizations end soon, whenever somebody asks for the metrics.
CREATE INDEX tiktok_credentials_by_end ON tiktok_credentials (refresh_expires_at) WHERE refresh_token IS NOT NULL;
