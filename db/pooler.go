package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A connection pooler such as PgBouncer in transaction mode gives every transaction to whichever server connection is
// free. Nothing that belongs to a session lasts there: neither settings sent at connect, nor prepared statements, nor
// locks. Through one, every statement is sent in a transaction that begins with limitsQuery, and is not prepared.

// pooledPostgresDialect is that of PostgreSQL through a pooler.
func pooledPostgresDialect(limitsQuery string) dialect {
	d := postgresDialect
	d.limitsQuery = limitsQuery
	d.writing = &sql.TxOptions{Isolation: sql.LevelReadCommitted} // default_transaction_isolation is not passed on
	return d
}

// chooseDialect asks whether settings sent at connect reach the server. Where a pooler drops or refuses them, it takes
// them out of the configuration and returns a dialect that sets them in each transaction.
func chooseDialect(ctx context.Context, config *pgx.ConnConfig) (dialect, error) {
	reached, err := reachesSession(ctx, config)
	if err != nil {
		return dialect{}, unreachable(config, err)
	}
	if reached {
		return postgresDialect, nil
	}
	limits, err := splitParams(config)
	if err != nil {
		return dialect{}, err
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	d := pooledPostgresDialect(setLocally(limits))
	if err := tryTransaction(ctx, config, d.limitsQuery); err != nil {
		return dialect{}, unreachable(config, err)
	}
	return d, nil
}

// reachesSession connects with a value that nothing else sets, and looks whether the session has it.
func reachesSession(ctx context.Context, config *pgx.ConnConfig) (bool, error) {
	const probe = "4321"
	trial := config.Copy()
	trial.RuntimeParams["lock_timeout"] = probe
	conn, err := pgx.ConnectConfig(ctx, trial)
	if err != nil {
		if refusesParams(err) {
			return false, nil
		}
		return false, err
	}
	defer func() { _ = conn.Close(ctx) }()
	var found string
	// Not prepared: a pooler might keep what another client has prepared under the same name.
	err = conn.QueryRow(ctx, "SELECT setting FROM pg_settings WHERE name = 'lock_timeout'", pgx.QueryExecModeExec).Scan(&found)
	return found == probe, err
}

// refusesParams reports whether PgBouncer refused a connection because of the settings that were sent.
func refusesParams(err error) bool {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	return ok && strings.Contains(pgErr.Message, "unsupported startup parameter")
}

// sessionParams are what PgBouncer passes on to the server connection of each transaction.
var sessionParams = []string{"application_name", "client_encoding", "datestyle", "standard_conforming_strings", "timezone"}

// hopParams are about the connection from the pooler to the server, which is not ours to judge.
var hopParams = []string{"tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count"}

// limitParams can be set in each transaction.
var limitParams = []string{"lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "client_connection_check_interval"}

// splitParams leaves in the configuration what a pooler passes on, and returns what is to be set in each transaction.
func splitParams(config *pgx.ConnConfig) (limits map[string]string, err error) {
	limits = map[string]string{}
	kept := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(config.RuntimeParams)) {
		value := config.RuntimeParams[name]
		switch {
		case slices.Contains(limitParams, name):
			limits[name] = value
		case slices.Contains(sessionParams, strings.ToLower(name)):
			kept[name] = value
		case !slices.Contains(hopParams, name) && name != "default_transaction_isolation":
			return nil, fmt.Errorf("DATABASE_URL has %s, which the connection pooler it leads to does not pass on: leave it out and use ALTER ROLE … SET instead", name)
		}
	}
	config.RuntimeParams = kept
	return limits, nil
}

// setLocally is a query that sets limits until the transaction ends.
func setLocally(limits map[string]string) string {
	var calls []string
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		calls = append(calls, fmt.Sprintf("set_config('%s', '%s', true)", name, strings.ReplaceAll(limits[name], "'", "''")))
	}
	return "SELECT " + strings.Join(calls, ", ")
}

// tryTransaction finds out whether the limits can be set, and whether the pooler allows transactions at all.
func tryTransaction(ctx context.Context, config *pgx.ConnConfig, limitsQuery string) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, limitsQuery)
		return err
	})
}
