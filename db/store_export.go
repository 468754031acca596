package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/handback/handback/models"
)

// exported are the tables with rows about a store, each with how those of the store $1 are found. What opens something and says nothing
// else is left out: a test knows every table of the database.
var exported = []struct{ table, where string }{
	{"stores", "id = $1"},
	{"accounts", "store_id = $1"},
	{"epochs", "store_id = $1"},
	{"settings", "store_id = $1"},
	{"setting_changes", "store_id = $1"},
	{"audit_entries", "store_id = $1"},
	{"disconnections", "store_id = $1"},
	{"restoration_exceptions", "disconnection_id IN (SELECT id FROM disconnections WHERE store_id = $1)"},
	{"handoff_items", "store_id = $1"},
	{"transitions", "store_id = $1"},
	{"store_writes", "transition_id IN (SELECT id FROM transitions WHERE store_id = $1)"},
	{"api_keys", "store_id = $1"},
	{"shopify_credentials", "store_id = $1"},
	{"shopify_users", "store_id = $1"},
	{"tiktok_credentials", "store_id = $1"},
	{"webhook_endpoints", "store_id = $1"},
	{"webhook_deliveries", "store_id = $1"},
}

// binaryTypes are those of columns that hold nothing but hashes, salts and what is sealed.
var binaryTypes = []string{"BLOB", "BYTEA"}

// Export writes what is kept of the store of a domain as a JSON object: exportedAt, and tables, an object by table with a list of rows,
// each an object by column, all as of one moment. Columns that open something, or are made of what does, are left out. It returns models.ErrStoreNotFound for a store that
// is not known, before anything is written.
func (r *Repository) Export(ctx context.Context, domain string, to io.Writer) error {
	store, err := r.knownStore(ctx, domain)
	if err != nil {
		return err
	}
	pool, err := r.reader.DB()
	if err != nil {
		return err
	}
	tx, err := pool.BeginTx(ctx, &r.dialect.snapshot)
	if err != nil {
		return fault(err)
	}
	defer func() { _ = tx.Rollback() }()
	if !r.dialect.oneProcess {
		if _, err := tx.ExecContext(ctx, patientPostgres); err != nil { // whoever takes the rows may be slow
			return fault(err)
		}
	}
	if _, err := fmt.Fprintf(to, "{\"exportedAt\": %q, \"tables\": {", r.Now().Format(time.RFC3339Nano)); err != nil {
		return err
	}
	for i, of := range exported {
		if i > 0 {
			_, _ = io.WriteString(to, ",") // what follows fails, too
		}
		if err := exportTable(ctx, tx, of.table, of.where, store.ID, to); err != nil {
			return err
		}
	}
	_, err = io.WriteString(to, "\n}}\n")
	return err
}

func (r *Repository) knownStore(ctx context.Context, domain string) (models.Store, error) {
	store, err := r.StoreByDomain(ctx, domain)
	if err == nil && store.ID == "" {
		err = models.ErrStoreNotFound
	}
	return store, err
}

// exportTable writes a member with the rows, a line each.
func exportTable(ctx context.Context, tx *sql.Tx, table, where, storeID string, to io.Writer) error {
	rows, err := tx.QueryContext(ctx, "SELECT * FROM "+table+" WHERE "+where+" ORDER BY 1, 2", storeID)
	if err != nil {
		return fault(err)
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(to, "\n%q: [", table); err != nil {
		return err
	}
	between := "\n"
	for rows.Next() {
		row, err := exportRow(rows, columns)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(to, "%s%s", between, row); err != nil {
			return err
		}
		between = ",\n"
	}
	if err := rows.Err(); err != nil {
		return fault(err)
	}
	_, err = io.WriteString(to, "]")
	return err
}

// exportRow is a row as a JSON object.
func exportRow(rows *sql.Rows, columns []*sql.ColumnType) ([]byte, error) {
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	if err := rows.Scan(targets...); err != nil {
		return nil, err
	}
	row := map[string]any{}
	for i, column := range columns {
		if slices.Contains(binaryTypes, column.DatabaseTypeName()) {
			continue
		}
		if text, isText := values[i].([]byte); isText {
			values[i] = string(text)
		}
		row[column.Name()] = values[i]
	}
	return json.Marshal(row)
}

// RedactByHand is Redact for an operator who removes the store of a domain; installed says that it is removed also where the app is
// installed in it. It returns models.ErrStoreNotFound for a store that is not known.
func (r *Repository) RedactByHand(ctx context.Context, domain string, installed bool) (redacted bool, err error) {
	store, err := r.knownStore(ctx, domain)
	if err != nil {
		return false, err
	}
	return r.Redact(ctx, store, &models.PlatformNotification{ID: "operator_" + uuid.NewString(), TriggeredAt: r.Now()}, installed)
}
