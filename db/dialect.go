package db

import (
	"database/sql"
	"encoding/json"
	"strconv"

	"github.com/libtnb/sqlite"
	"github.com/riverqueue/river/riverdriver"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// dialect is all that differs between the databases, beside the migrations and the codes of their errors.
type dialect struct {
	// snapshot are the options of a transaction whose reads are of one moment.
	snapshot sql.TxOptions
	// writing are those of a transaction that writes; nil for the session's.
	writing *sql.TxOptions
	// limitsQuery is sent at the begin of every transaction, and nothing outside of one; empty where sessions have the limits.
	limitsQuery string
	// appendLedger adds setting changes to the ledger, whose texts are its parameters from $8 on; appendWrites adds writes to a
	// plan, whose texts are its parameters from $3 on. rowArgs makes parameters of such texts.
	appendLedger string
	appendWrites string
	rowArgs      func(columns int, rows []rowTexts) ([]any, error)
	// probe says why the database takes no writes, if so.
	probe func(session) error
	// oneProcess says that no other process has the database: nobody is at a job that is said to run at the start.
	oneProcess bool
	// jobDriver is River's driver. jobStates counts the jobs.
	jobDriver func(*sql.DB) riverdriver.Driver[*sql.Tx]
	jobStates *query[jobState]
	// advanceJobs makes scheduled ones due so many seconds earlier.
	advanceJobs string
	// keepNumbers is said in an INSERT of rows that come with their numbers.
	keepNumbers string
	// forgetJobs removes the jobs about the transitions and accounts of the store $1.
	forgetJobs string
}

var postgresDialect = dialect{
	snapshot:     sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
	appendLedger: appendLedgerPostgres, appendWrites: appendWritesPostgres, rowArgs: rowColumns, probe: probePostgres,
	jobDriver: postgresJobs, jobStates: jobStatesPostgres, advanceJobs: advanceJobsPostgres, keepNumbers: "OVERRIDING SYSTEM VALUE", forgetJobs: forgetJobsPostgres,
}

var sqliteDialect = dialect{
	snapshot:     sql.TxOptions{ReadOnly: true},
	appendLedger: appendLedgerSQLite, appendWrites: appendWritesSQLite, rowArgs: rowList, probe: probeSQLite,
	oneProcess: true, jobDriver: sqliteJobs, jobStates: jobStatesSQLite, advanceJobs: advanceJobsSQLite, forgetJobs: forgetJobsSQLite,
}

// numberedDialector is GORM's SQLite with parameters $1, $2 and so on, as everywhere else.
type numberedDialector struct{ *sqlite.Dialector }

// BindVarTo implements gorm.Dialector.
func (numberedDialector) BindVarTo(writer clause.Writer, statement *gorm.Statement, _ any) {
	_, _ = writer.WriteString("$" + strconv.Itoa(len(statement.Vars)))
}

// rowTexts are what the rows of a list differ in, where all of them are added by one statement.
type rowTexts [8]string

// How many texts of a row there are.
const (
	changeColumns = 6
	writeColumns  = 8
)

// rowColumns gives the rows as a list for each column.
func rowColumns(count int, rows []rowTexts) ([]any, error) {
	columns := make([]any, count)
	for n := range columns {
		column := make([]string, len(rows))
		for i := range rows {
			column[i] = rows[i][n]
		}
		columns[n] = column
	}
	return columns, nil
}

// rowList gives the rows as one list in JSON.
func rowList(_ int, rows []rowTexts) ([]any, error) {
	list, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	return []any{string(list)}, nil
}

func changeTexts(c models.SettingChange) rowTexts {
	return rowTexts{c.Key, string(c.Scope), string(c.Before), string(c.After), string(c.LastChangedBy.Kind), c.LastChangedBy.Name}
}

func writeTexts(w models.StoreWrite) rowTexts {
	texts := rowTexts{w.Key, w.Entry, string(w.Target), string(w.Replaced), string(w.State), string(w.Reason), w.Detail}
	if w.EntrySeq != nil {
		texts[7] = strconv.FormatInt(*w.EntrySeq, 10)
	}
	return texts
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

const appendWritesPostgres = `INSERT INTO store_writes (transition_id, seq, key, entry, target, replaced, state, reason, detail, entry_seq)
SELECT CAST($1 AS text), CAST($2 AS bigint) + w.n, w.key, w.entry, NULLIF(w.target, ''), NULLIF(w.replaced, ''), w.state, w.reason,
    w.detail, CAST(NULLIF(w.entry_seq, '') AS bigint)
FROM unnest(CAST($3 AS text[]), CAST($4 AS text[]), CAST($5 AS text[]), CAST($6 AS text[]), CAST($7 AS text[]), CAST($8 AS text[]),
    CAST($9 AS text[]), CAST($10 AS text[]))
    WITH ORDINALITY AS w (key, entry, target, replaced, state, reason, detail, entry_seq, n)`

const appendWritesSQLite = `INSERT INTO store_writes (transition_id, seq, key, entry, target, replaced, state, reason, detail, entry_seq)
SELECT $1, $2 + 1 + w.key, w.value->>0, w.value->>1, NULLIF(w.value->>2, ''), NULLIF(w.value->>3, ''), w.value->>4, w.value->>5,
    w.value->>6, CAST(NULLIF(w.value->>7, '') AS INTEGER)
FROM json_each($3) AS w`
