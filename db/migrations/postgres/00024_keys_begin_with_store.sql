-- +goose Up
-- Ids of rows are unique within their store, as all statements ask for them: so the tables can be spread over servers by the store. Programs of
-- the edition before go on with these keys.
ALTER TABLE handoff_items
    DROP CONSTRAINT handoff_items_pkey,
    ADD PRIMARY KEY (store_id, id);
ALTER TABLE webhook_deliveries
    DROP CONSTRAINT webhook_deliveries_id_key,
    ADD CONSTRAINT webhook_deliveries_id_key UNIQUE (store_id, id);
