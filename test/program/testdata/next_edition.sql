-- +goose NO TRANSACTION
-- +goose Up
-- What a migration may do while programs of the edition before go on (decision 0058): it adds, with defaults, takes nothing away, and has
-- one table at a time to itself, for a moment. Programs that have prepared their statements before find a column more in each table of ours.
-- What was broken off in the middle is begun anew.
-- +goose StatementBegin
DO $$
DECLARE of_ours text;
BEGIN
    FOR of_ours IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT LIKE 'river\_%' AND tablename <> 'handback_migrations' LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN IF NOT EXISTS next_edition text NOT NULL DEFAULT ''none''', of_ours);
        COMMIT;
    END LOOP;
END
$$;
-- +goose StatementEnd
CREATE TABLE IF NOT EXISTS next_edition (
    store_id text PRIMARY KEY REFERENCES stores,
    note     text NOT NULL
);
INSERT INTO next_edition SELECT id, domain FROM stores ON CONFLICT DO NOTHING;
DROP INDEX IF EXISTS settings_next_edition;
CREATE UNIQUE INDEX CONCURRENTLY settings_next_edition ON settings (store_id, key, next_edition);
