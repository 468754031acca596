package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Names and addresses in texts, and ids, of the store of a number.
const renaming = `
CREATE FUNCTION pg_temp.digits(n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lpad(n::text, 6, '0') $$;
CREATE FUNCTION pg_temp.text_of(t text, n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN strpos(t, '000001') = 0 THEN t ELSE replace(replace(replace(t, 'BENCH000001', 'BENCH' || pg_temp.digits(n)),
		'Bench 000001', 'Bench ' || pg_temp.digits(n)), 'bench-000001', 'bench-' || pg_temp.digits(n)) END $$;
CREATE FUNCTION pg_temp.id_of(t text, n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT left(t, -12) || lpad(n::text, 12, '0') $$;
CREATE FUNCTION pg_temp.key_of(n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT 'hb_' || translate(lpad(n::text, 40, '0'), '0123456789', 'abcdefghij') $$;`

// keyOf is the API key of the store of a number, as key_of has it.
func keyOf(number int) string {
	digits := fmt.Sprintf("%040d", number)
	return "hb_" + strings.Map(func(r rune) rune { return r - '0' + 'a' }, digits)
}

// special are columns that are copied by an expression of their own.
var special = map[string]string{
	"stores.linked":         "n % 2 = 1", // as isLinked has it
	"api_keys.hash":         "sha256(convert_to(pg_temp.key_of(n), 'UTF8'))",
	"api_keys.last_used_at": "now() + interval '1 day'", // a key in use writes that once a minute, which each of these would at once
	"audit_entries.seq":     followingSeq("seq"),
}

// left are tables that are not copied: what is in them is sealed for its own row.
var left = map[string]bool{"shopify_credentials": true, "tiktok_credentials": true}

// followingSeq is what becomes of the number of an entry: what the stores did they did one after the other, so that the entries of one
// lie among those of the others.
func followingSeq(column string) string {
	return "@entries::bigint + (" + column + " - 1) * (@to::int - @from::int + 1) + n - @from::int + 1"
}

// copiedColumn is a column of a table that has rows of the first store.
type copiedColumn struct {
	Table, Name string
	Type        string // as pg_catalog has it
	Identity    bool   // numbered by the database
}

// copies are statements that copy everything of the first store, whose id is @id, for the numbers from @from to @to, as far as the
// database's own list of tables and columns goes. Its entries are the first of all; those of these copies follow @entries.
func copies(ctx context.Context, tx pgx.Tx, id string) (statements []string, err error) {
	rows, err := tx.Query(ctx, `SELECT c.table_name, c.column_name, c.udt_name, c.is_identity = 'YES'
		FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND (c.table_name = 'stores' OR EXISTS (
			SELECT FROM information_schema.columns o WHERE o.table_schema = 'public' AND o.table_name = c.table_name AND o.column_name = 'store_id'))
		ORDER BY c.table_name, c.ordinal_position`)
	if err != nil {
		return nil, err
	}
	columns, err := pgx.CollectRows(rows, pgx.RowToStructByPos[copiedColumn])
	if err != nil {
		return nil, err
	}
	tables := map[string][]copiedColumn{}
	var names []string
	for _, c := range columns {
		if tables[c.Table] == nil && !left[c.Table] {
			names = append(names, c.Table)
		}
		tables[c.Table] = append(tables[c.Table], c)
	}
	for _, table := range names {
		statement, err := copyOf(ctx, tx, id, tables[table])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", table, err)
		}
		statements = append(statements, statement)
	}
	return statements, nil
}

func copyOf(ctx context.Context, tx pgx.Tx, id string, columns []copiedColumn) (string, error) {
	table, owner, order := columns[0].Table, "store_id", "n"
	if table == "stores" {
		owner = "id"
	}
	var names, values []string
	for _, c := range columns {
		value, err := c.value(ctx, tx, owner, id)
		if err != nil {
			return "", err
		}
		if c.Name == "entry_seq" || c.Name == "seq" && value != "" {
			order = c.Name + ", n"
		}
		if value != "" {
			names, values = append(names, pgx.Identifier{c.Name}.Sanitize()), append(values, value)
		}
	}
	return fmt.Sprintf("INSERT INTO %s (%s)\nSELECT %s\nFROM %s, generate_series(@from::int, @to::int) n WHERE %s = @id ORDER BY %s",
		table, strings.Join(names, ", "), strings.Join(values, ", "), table, owner, order), nil
}

// value is the expression that copies a column, "" when the database fills it.
func (c copiedColumn) value(ctx context.Context, tx pgx.Tx, owner, id string) (string, error) {
	name := pgx.Identifier{c.Name}.Sanitize()
	switch expression, ok := special[c.Table+"."+c.Name]; {
	case ok:
		return expression, nil
	case c.Name == "entry_seq":
		return followingSeq(name), nil
	case c.Identity:
		return "", nil
	case c.Type != "text":
		return name, nil
	}
	var ids, named bool
	err := tx.QueryRow(ctx, fmt.Sprintf(`SELECT coalesce(bool_or(%[1]s ~ '_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'), false), coalesce(bool_or(strpos(%[1]s, '000001') > 0), false)
		FROM %[2]s WHERE %[3]s = $1`, name, c.Table, owner), id).Scan(&ids, &named)
	switch {
	case ids:
		return "pg_temp.id_of(" + name + ", n)", err
	case named:
		return "pg_temp.text_of(" + name + ", n)", err
	}
	return name, err
}
