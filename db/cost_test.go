package db_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db"
	"handback/db/dbtest"
	"handback/models"
)

var updateGolden = flag.Bool("update", false, "write the golden files in testdata")

// costs are how many statements each call takes, begin and commit included.
var costs = []struct {
	name       string
	statements int
	call       func(*costed) error
}{
	{"accounts", 1, func(c *costed) error { return second(c.Accounts(c.ctx, c.seller, models.AccountDetails{})) }},
	{"accounts with snapshot and preview", 5, func(c *costed) error {
		return second(c.Accounts(c.ctx, c.seller, models.AccountDetails{Snapshot: true, Preview: true}))
	}},
	{"accounts with everything", 7, func(c *costed) error { return second(c.Accounts(c.ctx, c.seller, everything)) }},
	{"account with everything", 7, func(c *costed) error { return second(c.Account(c.ctx, c.seller, c.account, everything)) }},
	{"preview", 5, func(c *costed) error {
		return second(c.Account(c.ctx, c.seller, c.account, models.AccountDetails{Preview: true}))
	}},
	{"overview", 1, func(c *costed) error { return second(c.Overview(c.ctx, c.seller, models.AccountDetails{})) }},
	{"overview with preview", 5, func(c *costed) error {
		return second(c.Overview(c.ctx, c.seller, models.AccountDetails{Preview: true}))
	}},
	{"overview with everything", 7, func(c *costed) error { return second(c.Overview(c.ctx, c.seller, everything)) }},
	{"settings", 1, func(c *costed) error { return second(c.Settings(c.ctx, c.seller, models.SettingFilter{})) }},
	{"settings of a scope", 1, func(c *costed) error {
		return second(c.Settings(c.ctx, c.seller, models.SettingFilter{Scope: models.ScopeAds}))
	}},
	{"store", 1, func(c *costed) error { return second(c.StoreByDomain(c.ctx, c.seller.Store.Domain)) }},
	{"disconnection", 4, func(c *costed) error {
		return second(c.Disconnection(c.ctx, c.seller, c.record, models.AccountDetails{Changes: true}))
	}},
	{"disconnection with its account's preview", 9, func(c *costed) error {
		return second(c.Disconnection(c.ctx, c.seller, c.record, models.AccountDetails{Changes: true, Preview: true}))
	}},
	{"audit trail", 1, func(c *costed) error {
		return second(c.AuditTrail(c.ctx, c.seller, models.AuditPage{Count: models.MaxAuditPage}, models.AccountDetails{}))
	}},
	{"audit trail with changes", 4, func(c *costed) error {
		return second(c.AuditTrail(c.ctx, c.seller, models.AuditPage{Count: models.MaxAuditPage}, models.AccountDetails{Changes: true}))
	}},

	{"audit trail with everything", 9, func(c *costed) error {
		return second(c.AuditTrail(c.ctx, c.seller, models.AuditPage{Count: models.MaxAuditPage}, everything))
	}},
	{"disconnection with everything", 11, func(c *costed) error { return second(c.Disconnection(c.ctx, c.seller, c.record, everything)) }},

	{"audit entry", 1, func(c *costed) error { return second(c.AuditEntry(c.ctx, c.seller, c.entry, models.AccountDetails{})) }},
	{"audit entry with everything", 9, func(c *costed) error { return second(c.AuditEntry(c.ctx, c.seller, c.entry, everything)) }},

	{"API keys", 1, func(c *costed) error { return second(c.APIKeys(c.ctx, c.seller)) }},
	{"caller by API key", 1, func(c *costed) error {
		_, _, err := c.CallerByAPIKey(c.ctx, c.hash)
		return err
	}},
	{"caller by API key, unknown", 1, func(c *costed) error {
		_, _, err := c.CallerByAPIKey(c.ctx, models.HashAPIKey("hb_"))
		return err
	}},

	{"create API key, of no name", 0, func(c *costed) error { return refused(second(c.CreateAPIKey(c.ctx, c.seller, models.APIKeyRequest{}))) }},
	{"create API key", 6, func(c *costed) error { return second(c.CreateAPIKey(c.ctx, c.seller, partner("cost"))) }},
	{"create API key, refused", 4, func(c *costed) error { return refused(second(c.CreateAPIKey(c.ctx, c.seller, partner("cost")))) }},
	{"rotate API key", 7, func(c *costed) error {
		return second(c.RotateAPIKey(c.ctx, c.seller, models.RotationRequest{ID: c.key}))
	}},
	{"rotate API key, refused", 4, func(c *costed) error {
		return refused(second(c.RotateAPIKey(c.ctx, c.seller, models.RotationRequest{ID: c.key})))
	}},
	{"revoke API key", 6, func(c *costed) error { return second(c.RevokeAPIKey(c.ctx, c.seller, c.key)) }},
	{"revoke API key, refused", 4, func(c *costed) error { return refused(second(c.RevokeAPIKey(c.ctx, c.seller, c.key))) }},

	{"connect, refused by TikTok", 0, func(c *costed) error { return refused(second(c.ConnectTikTokShop(c.ctx, c.seller, nil))) }},
	{"disconnect, unconfirmed", 0, func(c *costed) error {
		return refused(second(c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{})))
	}},
	{"connect, refused", 5, func(c *costed) error { return refused(second(c.ConnectTikTokShop(c.ctx, c.seller, owner("cost")))) }},
	{"disconnect, refused", 6, func(c *costed) error {
		none := ""
		return refused(second(c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true, PreviewToken: &none})))
	}},
	{"disconnect", 12, func(c *costed) error {
		return second(c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true}))
	}},
	{"disconnect, again", 8, func(c *costed) error {
		return refused(second(c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true})))
	}},
	{"connect", 10, func(c *costed) error {
		return second(c.ConnectTikTokShop(c.ctx, c.seller, owner("cost")))
	}},
	{"edit", 8, func(c *costed) error {
		return second(c.UpdateSettings(c.ctx, c.seller, []models.SettingInput{{Key: "k0000", Value: `"edited"`}, {Key: "k0001"}}))
	}},
	{"edit, unchanged", 5, func(c *costed) error {
		return second(c.UpdateSettings(c.ctx, c.seller, []models.SettingInput{{Key: "k0000", Value: `"edited"`}}))
	}},
	{"edit, refused", 5, func(c *costed) error {
		return refused(second(c.UpdateSettings(c.ctx, c.seller, []models.SettingInput{{Key: "unknown"}})))
	}},
	// The parts of a payload that hold details of accounts are read after the change, each by itself, as graph does.
	{"disconnect, answered with everything", 33, func(c *costed) error {
		result, err := c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true})
		if err != nil {
			return err
		}
		return errors.Join(c.readAccountAfter(result.Account), c.readAccountAfter(result.Disconnection.Account), c.readOverviewAfter())
	}},
	{"disconnect, again, answered with everything", 29, func(c *costed) error {
		var refusal *models.DisconnectRefusal
		if _, err := c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true}); !errors.As(err, &refusal) {
			return refused(err)
		}
		return errors.Join(c.readAccountAfter(refusal.Account), c.readAccountAfter(refusal.Disconnection.Account), c.readOverviewAfter())
	}},
	{"connect, answered with everything", 24, func(c *costed) error {
		result, err := c.ConnectTikTokShop(c.ctx, c.seller, owner("cost"))
		if err != nil {
			return err
		}
		return errors.Join(c.readAccountAfter(result.Account), c.readOverviewAfter())
	}},
	{"connect, refused, answered with an overview", 6, func(c *costed) error {
		_, err := c.ConnectTikTokShop(c.ctx, c.seller, owner("cost"))
		return errors.Join(refused(err), second(c.Overview(c.ctx, c.seller, models.AccountDetails{})))
	}},

	// A key costs three statements: looking it up before and in the transaction, and storing it.
	{"disconnect, with a key", 15, func(c *costed) error { return c.keyed("disconnect", disconnectConfirmed) }},
	{"disconnect, answered again", 1, func(c *costed) error { return c.keyed("disconnect", disconnectConfirmed) }},
	{"disconnect, unconfirmed, with a key", 6, func(c *costed) error {
		return c.keyed("unconfirmed", func(c *costed) error {
			return refused(second(c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{})))
		})
	}},
	{"connect, with a key, answered with an overview", 18, func(c *costed) error {
		return c.keyed("connect", func(c *costed) error {
			connected := second(c.ConnectTikTokShop(c.ctx, c.seller, owner("cost")))
			return errors.Join(connected, second(c.Overview(c.ctx, c.seller, everything)))
		})
	}},
	{"edit, with a key", 11, func(c *costed) error {
		return c.keyed("edit", func(c *costed) error {
			return second(c.UpdateSettings(c.ctx, c.seller, []models.SettingInput{{Key: "k0000", Value: `"edited again"`}}))
		})
	}},
	{"disconnect, with a key, answered with everything", 30, func(c *costed) error {
		return c.keyed("disconnect everything", func(c *costed) error {
			result, err := c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true})
			if err != nil {
				return err
			}
			return errors.Join(c.readAccountAfter(result.Account), c.readAccountAfter(result.Disconnection.Account), c.readOverviewAfter())
		})
	}},
}

// readAccountAfter reads the account of a payload, or of the record in one.
func (c *costed) readAccountAfter(left *models.Account) error {
	return second(c.Account(c.ctx, c.seller, left.ID, everything))
}

// readOverviewAfter reads the overview of a payload.
func (c *costed) readOverviewAfter() error { return second(c.Overview(c.ctx, c.seller, everything)) }

// costed is a connected store whose calls are counted.
type costed struct {
	*db.Repository
	ctx             context.Context
	seller          models.Caller
	account, record string // id of the connected account, and of a disconnect
	entry           string // id of an entry of the audit trail
	key             string // id of an API key whose use is touched
	hash            [32]byte
}

// keyed makes the call with a key.
func (c *costed) keyed(key string, call func(*costed) error) error {
	_, _, err := c.Once(c.ctx, c.seller, models.IdempotentRequest{Key: key}, func(ctx context.Context) ([]byte, error) {
		within := *c
		within.ctx = ctx
		return []byte("{}"), call(&within)
	})
	return err
}

func disconnectConfirmed(c *costed) error {
	return second(c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true}))
}

func second(_ any, err error) error { return err }

func TestCallsTakeAFixedNumberOfStatements(t *testing.T) {
	for _, size := range []struct{ settings, accounts int }{{10, 1}, {45, 1}, {200, 1}, {1000, 1}, {45, 20}} {
		t.Run(fmt.Sprintf("%d settings, %d accounts", size.settings, size.accounts), func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, databaseURL string) {
				repository := open(t, databaseURL, manySettings(size.settings))
				c := &costed{Repository: repository, ctx: t.Context(), seller: register(t, repository, "cost.myshopify.com")}
				for i := range size.accounts {
					c.account = connect(t, repository, c.seller, fmt.Sprintf("cost%d", i)).Account.ID
					c.record = disconnect(t, repository, c.seller).Disconnection.ID
				}
				c.account = connect(t, repository, c.seller, "cost").Account.ID
				trail, err := repository.AuditTrail(c.ctx, c.seller, models.AuditPage{Count: 1}, models.AccountDetails{})
				require.NoError(t, err)
				c.entry = trail.Entries[0].ID
				key, secret := createKey(t, repository, c.seller, partner("used"))
				c.key, c.hash = key.ID, models.HashAPIKey(secret)
				use(t, repository, secret)
				awaitLastUsed(t, repository, c.seller, key.ID)
				recorder := recordStatements(t, repository)
				var golden strings.Builder
				for _, cost := range costs {
					statements := recorder.during(func() { require.NoError(t, cost.call(c)) })
					require.Len(t, statements, cost.statements, "%s:\n%s", cost.name, strings.Join(statements, "\n"))
					writeStatements(&golden, cost.name, statements)
				}
				require.NotContains(t, golden.String(), "?", "a parameter is $1, whoever writes the statement")
				requireGolden(t, "statements."+system(databaseURL)+".sql", golden.String())
			})
		})
	}
}

// writeStatements writes what a call sends, as a person reads it.
func writeStatements(golden *strings.Builder, call string, statements []string) {
	fmt.Fprintf(golden, "-- %s\n", call)
	for _, statement := range statements {
		fmt.Fprintf(golden, "%s;\n", strings.TrimSpace(statement))
	}
	golden.WriteString("\n")
}

// requireGolden compares with a file in testdata, which -update writes.
func requireGolden(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *updateGolden {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	golden, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(golden), text, "go test ./db -run FixedNumber -update writes the file")
}

// manySettings is a catalogue of so many settings that connecting writes, half of them new, and a few of ads.
func manySettings(count int) models.Catalogue {
	definitions := make([]models.SettingDefinition, count)
	for i := range definitions {
		d := models.SettingDefinition{Key: fmt.Sprintf("k%04d", i), Type: "string", Editable: true, Scope: models.ScopeTikTokShop, Connected: `"connected"`}
		if i%2 == 0 {
			d.Scope, d.Before = models.ScopeStore, `"before"`
		}
		if i%9 == 8 {
			d.Scope, d.Before, d.Connected = models.ScopeAds, `"ads"`, ""
		}
		definitions[i] = d
	}
	return models.NewCatalogue(definitions)
}

// statementRecorder hears the statements that go to a database.
type statementRecorder struct {
	mu         sync.Mutex
	statements []string
}

func (e *statementRecorder) record(statement string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.statements = append(e.statements, statement)
}

// during returns what was heard while do ran.
func (e *statementRecorder) during(do func()) []string {
	e.mu.Lock()
	e.statements = nil
	e.mu.Unlock()
	do()
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.statements
}

func recordStatements(t *testing.T, repository *db.Repository) *statementRecorder {
	t.Helper()
	e := &statementRecorder{}
	require.NoError(t, repository.Rewire(func(conns *sql.DB) *sql.DB {
		recorder := sql.OpenDB(recordingConnector{conns, e})
		recorder.SetMaxOpenConns(conns.Stats().MaxOpenConnections)
		t.Cleanup(func() { require.NoError(t, errors.Join(recorder.Close(), conns.Close())) })
		return recorder
	}))
	return e
}

// recordingConnector opens connections of another pool, with an ear on them.
type recordingConnector struct {
	conns    *sql.DB
	recorder *statementRecorder
}

func (c recordingConnector) Driver() driver.Driver { return c.conns.Driver() }

func (c recordingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	held, err := c.conns.Conn(ctx)
	if err != nil {
		return nil, err
	}
	conn := &recordingConn{held: held, recorder: c.recorder}
	return conn, held.Raw(func(raw any) error {
		conn.Conn = raw.(driver.Conn)
		return nil
	})
}

type recordingConn struct {
	driver.Conn
	held     *sql.Conn
	recorder *statementRecorder
}

func (c *recordingConn) QueryContext(ctx context.Context, statement string, args []driver.NamedValue) (driver.Rows, error) {
	c.recorder.record(statement)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, statement, args)
}

func (c *recordingConn) ExecContext(ctx context.Context, statement string, args []driver.NamedValue) (driver.Result, error) {
	c.recorder.record(statement)
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, statement, args)
}

func (c *recordingConn) PrepareContext(ctx context.Context, statement string) (driver.Stmt, error) {
	c.recorder.record("PREPARE " + statement)
	return c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, statement)
}

func (c *recordingConn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	c.recorder.record("BEGIN")
	tx, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, options)
	return recordingTx{tx, c.recorder}, err
}

func (c *recordingConn) CheckNamedValue(value *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return driver.ErrSkip
}

// Close gives the connection back to the pool it is of.
func (c *recordingConn) Close() error { return c.held.Close() }

type recordingTx struct {
	driver.Tx
	recorder *statementRecorder
}

func (t recordingTx) Commit() error {
	t.recorder.record("COMMIT")
	return t.Tx.Commit()
}

func (t recordingTx) Rollback() error {
	t.recorder.record("ROLLBACK")
	return t.Tx.Rollback()
}
