package db

import (
	"database/sql"
	"encoding/json"
	"strconv"

	"github.com/libtnb/sqlite"
	"github.com/riverqueue/river/riverdriver"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"handback/models"
)

// dialect is all that differs between the databases, beside the migrations and the codes of their errors.
type dialect struct {
	// snapshot are the options of a transaction whose reads are of one moment.
	snapshot sql.TxOptions
	// writing are those of a transaction that writes; nil for the session's.
	writing *sql.TxOptions
	// limitsQuery is sent at the begin of every transaction, and nothing outside of one; empty where sessions have the limits.
	limitsQuery string
	// appendLedger adds setting changes to the ledger; changeArgs gives its parameters from $8 on.
	appendLedger string
	changeArgs   func([]models.SettingChange) ([]any, error)
	// probe says why the database takes no writes, if so.
	probe func(session) error
	// jobDriver is River's driver. requeueJobs takes the jobs from processes that are no more; it is empty where others may
	// be at them. jobStates counts them.
	jobDriver   func(*sql.DB) riverdriver.Driver[*sql.Tx]
	requeueJobs string
	jobStates   *query[jobState]
}

var postgresDialect = dialect{
	snapshot:     sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
	appendLedger: appendLedgerPostgres, changeArgs: changeColumns, probe: probePostgres,
	jobDriver: postgresJobs, jobStates: jobStatesPostgres,
}

var sqliteDialect = dialect{
	snapshot:     sql.TxOptions{ReadOnly: true},
	appendLedger: appendLedgerSQLite, changeArgs: changeList, probe: probeSQLite,
	jobDriver: sqliteJobs, requeueJobs: requeueJobsSQLite, jobStates: jobStatesSQLite,
}

// numberedDialector is GORM's SQLite with parameters $1, $2 and so on, as everywhere else.
type numberedDialector struct{ *sqlite.Dialector }

// BindVarTo implements gorm.Dialector.
func (numberedDialector) BindVarTo(writer clause.Writer, statement *gorm.Statement, _ any) {
	_, _ = writer.WriteString("$" + strconv.Itoa(len(statement.Vars)))
}

// changeColumns gives the changes as a list for each column.
func changeColumns(changes []models.SettingChange) ([]any, error) {
	columns := make([][]string, 6)
	for i := range columns {
		columns[i] = make([]string, len(changes))
	}
	for i, c := range changes {
		for n, text := range changeTexts(c) {
			columns[n][i] = text
		}
	}
	args := make([]any, len(columns))
	for i, column := range columns {
		args[i] = column
	}
	return args, nil
}

// changeList gives the changes as one list in JSON.
func changeList(changes []models.SettingChange) ([]any, error) {
	rows := make([][6]string, len(changes))
	for i, c := range changes {
		rows[i] = changeTexts(c)
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	return []any{string(list)}, nil
}

func changeTexts(c models.SettingChange) [6]string {
	return [...]string{c.Key, string(c.Scope), string(c.Before), string(c.After), string(c.LastChangedBy.Kind), c.LastChangedBy.Name}
}

const appendLedgerPostgres = `INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text), CAST($5 AS timestamptz), CAST($6 AS text), CAST($7 AS text),
    c.key, c.scope, NULLIF(c.before, ''), NULLIF(c.after, ''), c.last_changed_by_kind, c.last_changed_by_name
FROM unnest(CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]), CAST($11 AS text[]), CAST($12 AS text[]), CAST($13 AS text[]))
    AS c (key, scope, before, after, last_changed_by_kind, last_changed_by_name)`

const appendLedgerSQLite = `INSERT INTO setting_changes (entry_seq, store_id, epoch_id, action, changed_at, changed_by_kind, changed_by_name,
    key, scope, before, after, last_changed_by_kind, last_changed_by_name)
SELECT $1, $2, $3, $4, $5, $6, $7,
    value->>0, value->>1, NULLIF(value->>2, ''), NULLIF(value->>3, ''), value->>4, value->>5
FROM json_each($8)`
