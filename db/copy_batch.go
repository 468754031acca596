package db

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// A batch of rows is one statement: so many rows, of about so many bytes.
const (
	copiedBatchRows  = 200
	copiedBatchBytes = 4 << 20
)

// copiedBatch collects rows until they are inserted.
type copiedBatch struct {
	table   string
	columns []copiedColumn
	into    copyEnd

	values []any
	rows   int
	bytes  int
}

func (b *copiedBatch) add(ctx context.Context, row []any) error {
	for i, column := range b.columns {
		value := row[i]
		switch of := value.(type) {
		case string:
			b.bytes += len(of)
		case []byte:
			b.bytes += len(of)
		case int64:
			if column.truth {
				value = of != 0
			}
		}
		if b.table == "transitions" && column.name == "entry_seq" {
			value = nil // copyTransitionEntries fills it
		}
		b.values = append(b.values, value)
	}
	b.rows++
	if b.rows < copiedBatchRows && b.bytes < copiedBatchBytes {
		return nil
	}
	return b.flush(ctx)
}

func (b *copiedBatch) flush(ctx context.Context) error {
	if b.rows == 0 {
		return nil
	}
	names := make([]string, len(b.columns))
	for i, column := range b.columns {
		names[i] = column.name
	}
	places := placesOf(b.rows, "("+strings.TrimSuffix(strings.Repeat("$%d, ", len(names)), ", ")+")", len(names))
	_, err := b.into.tx.ExecContext(ctx, fmt.Sprintf("INSERT INTO %s (%s) %s VALUES %s", b.table, strings.Join(names, ", "), b.into.dialect.keepNumbers, places), b.values...)
	b.values, b.rows, b.bytes = b.values[:0], 0, 0
	return err
}

// placesOf writes the places of so many rows' parameters, a row as its format says, numbered from $1 on.
func placesOf(rows int, format string, columns int) string {
	written := make([]string, rows)
	for i := range written {
		numbers := make([]any, columns)
		for n := range numbers {
			numbers[n] = i*columns + n + 1
		}
		written[i] = fmt.Sprintf(format, numbers...)
	}
	return strings.Join(written, ", ")
}

// copyTransitionEntries gives transitions the audit entries that they name. Transitions and entries may refer to one another, and what is
// in an entry cannot be changed: so the transitions are copied without them first.
func copyTransitionEntries(ctx context.Context, source, target copyEnd) error {
	rows, err := source.tx.QueryContext(ctx, "SELECT id, entry_seq FROM transitions WHERE entry_seq IS NOT NULL")
	if err != nil {
		return err
	}
	defer rows.Close()
	var values []any
	for rows.Next() {
		var id string
		var seq int64
		if err := rows.Scan(&id, &seq); err != nil {
			return err
		}
		if values = append(values, id, seq); len(values) == 2*copiedBatchRows {
			if err := setTransitionEntries(ctx, target.tx, values); err != nil {
				return err
			}
			values = values[:0]
		}
	}
	if err := rows.Err(); err != nil || len(values) == 0 {
		return err
	}
	return setTransitionEntries(ctx, target.tx, values)
}

func setTransitionEntries(ctx context.Context, tx *sql.Tx, values []any) error {
	places := placesOf(len(values)/2, "(CAST($%d AS text), CAST($%d AS bigint))", 2)
	_, err := tx.ExecContext(ctx, "WITH named (id, seq) AS (VALUES "+places+") UPDATE transitions SET entry_seq = named.seq FROM named WHERE named.id = transitions.id", values...)
	return err
}

// continueNumbers has the database number new rows after those that were copied with their numbers.
func (e copyEnd) continueNumbers(ctx context.Context, table, column string) error {
	if e.dialect.oneProcess { // SQLite does so by itself
		return nil
	}
	_, err := e.tx.ExecContext(ctx, fmt.Sprintf("SELECT setval(pg_get_serial_sequence('%[1]s', '%[2]s'), MAX(%[2]s)) FROM %[1]s", table, column))
	return err
}
