package db

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// copiedTables are in the order of their foreign keys. Jobs are copied by copyJobs. A test knows every table of the database.
var copiedTables = []string{
	"stores", "accounts", "epochs", "transitions", "audit_entries", "settings", "setting_changes", "disconnections",
	"restoration_exceptions", "handoff_items", "store_writes", "api_keys", "idempotency_keys", "shopify_credentials",
	"shopify_users", "tiktok_credentials", "tiktok_authorization_states", "platform_notifications", "redactions",
	"webhook_endpoints", "webhook_secrets", "webhook_deliveries",
}

// numberedTables are those whose rows the database numbers, with the column.
var numberedTables = map[string]string{"audit_entries": "seq", "setting_changes": "seq", "webhook_deliveries": "seq"}

// tableSum is what the rows of a table are, in any order: how many, and the SHA-256 of each, joined by exclusive or. No two rows of a
// table are the same.
type tableSum struct {
	rows   int64
	digest [sha256.Size]byte
}

func (s *tableSum) add(row []any) error {
	text, err := json.Marshal(row)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(text)
	subtle.XORBytes(s.digest[:], s.digest[:], digest[:])
	s.rows++
	return nil
}

// copyTable copies the rows of a table, and says what they are.
func copyTable(ctx context.Context, source, target copyEnd, table string) (tableSum, error) {
	columns, err := copiedColumnsOf(ctx, source, target, table)
	if err != nil {
		return tableSum{}, err
	}
	batch := copiedBatch{table: table, columns: columns, into: target}
	sum, err := eachRow(ctx, source, table, columns, func(row []any) error { return batch.add(ctx, row) })
	if err == nil {
		err = batch.flush(ctx)
	}
	if err == nil && table == "audit_entries" {
		err = copyTransitionEntries(ctx, source, target)
	}
	if column := numberedTables[table]; err == nil && column != "" {
		err = target.continueNumbers(ctx, table, column)
	}
	return sum, err
}

// compareTable fails unless the rows of a table are those of the sum.
func compareTable(ctx context.Context, source, target copyEnd, table string, want tableSum) error {
	columns, err := copiedColumnsOf(ctx, source, target, table)
	if err != nil {
		return err
	}
	got, err := eachRow(ctx, target, table, columns, func([]any) error { return nil })
	if err == nil && got != want {
		err = fmt.Errorf("the %d rows that were copied are read back otherwise: %d rows", want.rows, got.rows)
	}
	return err
}

// copiedColumn is a column, and what the two databases disagree about.
type copiedColumn struct {
	name   string
	binary bool // in the source: all other bytes are texts
	truth  bool // in the target a boolean, where SQLite has numbers
}

func copiedColumnsOf(ctx context.Context, source, target copyEnd, table string) ([]copiedColumn, error) {
	from, err := columnTypes(ctx, source, table)
	if err != nil {
		return nil, err
	}
	to, err := columnTypes(ctx, target, table)
	if err != nil {
		return nil, err
	}
	var columns []copiedColumn
	for _, name := range slices.Sorted(maps.Keys(to)) {
		columns = append(columns, copiedColumn{name, slices.Contains(binaryTypes, from[name]), to[name] == "BOOL"})
	}
	return columns, nil
}

// columnTypes are the types of a table's columns, as the database calls them.
func columnTypes(ctx context.Context, of copyEnd, table string) (map[string]string, error) {
	rows, err := of.tx.QueryContext(ctx, "SELECT * FROM "+table+" WHERE 1 = 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	types := map[string]string{}
	for _, column := range columns {
		types[column.Name()] = column.DatabaseTypeName()
	}
	return types, rows.Err()
}

// eachRow reads a table row by row. Values are the same from both databases.
func eachRow(ctx context.Context, of copyEnd, table string, columns []copiedColumn, do func(row []any) error) (sum tableSum, err error) {
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = column.name
	}
	rows, err := of.tx.QueryContext(ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+table)
	if err != nil {
		return tableSum{}, err
	}
	defer rows.Close()
	for rows.Next() {
		row, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			targets[i] = &row[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return tableSum{}, err
		}
		for i, column := range columns {
			row[i] = column.neutral(row[i])
		}
		if err := errors.Join(sum.add(row), do(row)); err != nil {
			return tableSum{}, err
		}
	}
	return sum, rows.Err()
}

// neutral is a value as neither database would have it only. PostgreSQL has times to the microsecond.
func (c copiedColumn) neutral(value any) any {
	switch value := value.(type) {
	case time.Time:
		return value.UTC().Truncate(time.Microsecond)
	case bool:
		if value {
			return int64(1)
		}
		return int64(0)
	case []byte:
		if !c.binary {
			return string(value)
		}
		return append([]byte{}, value...) // no bytes are not the same as no value
	}
	return value
}
