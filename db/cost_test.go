package db_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

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

	{"caller by API key, its last use updated", 2, func(c *costed) error {
		_, _, err := c.CallerByAPIKey(c.ctx, c.unused)
		return errors.Join(err, c.recorder.await(2*c.eachTakes)) // in the background
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

	{"accounts with how far connecting is", 4, func(c *costed) error {
		return second(c.Accounts(c.ctx, c.seller, models.AccountDetails{Setup: true}))
	}},
	{"exceptions of a restoration", 1, func(c *costed) error { return second(c.RestorationExceptions(c.ctx, c.seller, c.record, 10, 0)) }},
	{"unfinished work in stores", 1, func(c *costed) error { return second(c.TransitionStats(c.ctx)) }},
	{"connect, refused by TikTok", 0, func(c *costed) error { return refused(second(c.ConnectTikTokShop(c.ctx, c.seller, nil))) }},
	{"disconnect, unconfirmed", 0, func(c *costed) error {
		return refused(second(c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{})))
	}},
	{"connect, refused", 5, func(c *costed) error { return refused(second(c.ConnectTikTokShop(c.ctx, c.seller, owner("cost")))) }},
	{"disconnect, refused", 6, func(c *costed) error {
		none := ""
		return refused(second(c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true, PreviewToken: &none})))
	}},
	{"disconnect", 13, func(c *costed) error {
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
	{"disconnect, answered with everything", 34, func(c *costed) error {
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
	{"disconnect, with a key", 16, func(c *costed) error { return c.keyed("disconnect", disconnectConfirmed) }},
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
	{"disconnect, with a key, answered with everything", 31, func(c *costed) error {
		return c.keyed("disconnect everything", func(c *costed) error {
			result, err := c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true})
			if err != nil {
				return err
			}
			return errors.Join(c.readAccountAfter(result.Account), c.readAccountAfter(result.Disconnection.Account), c.readOverviewAfter())
		})
	}},
	{"forget idempotency keys", 1, func(c *costed) error { return second(c.ForgetIdempotencyKeys(c.ctx)) }},

	{"credentials", 1, func(c *costed) error { return second(c.Credentials(c.ctx, c.seller.Store.ID)) }},
	{"claim refresh, of none", 3, func(c *costed) error { return second(c.ClaimRefresh(c.ctx, c.seller.Store.ID, 0)) }},
	{"save credentials", 3, func(c *costed) error {
		return c.SaveCredentials(c.ctx, c.seller.Store.ID, tokens("cost", c.Now().Add(time.Hour)), 1)
	}},
	{"claim refresh", 3, func(c *costed) error { return second(c.ClaimRefresh(c.ctx, c.seller.Store.ID, 2)) }},
	{"release refresh", 3, func(c *costed) error { return c.ReleaseRefresh(c.ctx, c.seller.Store.ID, 3) }},
	{"save credentials, changed meanwhile", 3, func(c *costed) error {
		if err := c.SaveCredentials(c.ctx, c.seller.Store.ID, tokens("cost", c.Now()), 1); !errors.Is(err, models.ErrCredentialsChanged) {
			return fmt.Errorf("not refused: %w", err)
		}
		return nil
	}},
	{"check keyset", 1, func(c *costed) error { return c.CheckKeyset(c.ctx) }},
	{"reseal credentials, sealed by the primary key", 0, func(c *costed) error { return second(c.ResealCredentials(c.ctx)) }},
	{"reseal credentials", 5, func(c *costed) error { // the batch, its transaction of one row, and that there is no more
		c.rotate()
		return second(c.ResealCredentials(c.ctx))
	}},

	{"register store", 10, func(c *costed) error {
		return second(c.RegisterStore(c.ctx, c.registration("registered.myshopify.com")))
	}},
	{"register store, again", 1, func(c *costed) error {
		return second(c.RegisterStore(c.ctx, c.registration("registered.myshopify.com")))
	}},
	{"make demo store", 23, func(c *costed) error {
		return second(c.MakeDemoStore(c.ctx, models.DemoStore{
			Registration: c.registration("demo.myshopify.com"), Authorization: *owner("demo"),
			Edits: []models.SettingInput{{Key: "k0000", Value: `"edited"`}},
		}))
	}},
	{"ready", 2, func(c *costed) error { return c.Ready(c.ctx) }},
}

// registration is that of a store of every setting there is before connecting.
func (c *costed) registration(domain string) models.Registration {
	return models.Registration{
		Store:    models.Store{Domain: domain, Name: domain, Region: "US"},
		Business: models.BusinessAccount{Name: domain, ExternalID: "bc-" + domain},
		Settings: c.Catalogue.Before(),
	}
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
	t               *testing.T
	ctx             context.Context
	seller          models.Caller
	account, record string // id of the connected account, and of a disconnect
	entry           string // id of an entry of the audit trail
	key             string // id of an API key whose use is touched
	hash            [32]byte
	unused          [32]byte // hash of an API key that was never used
	keyset          string   // that credentials are sealed with
	recorder        *statementRecorder
	eachTakes       int // statements for one that is sent by itself
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

// newCosted makes a store with settings, former accounts and API keys, and records the statements from then on.
func newCosted(t *testing.T, databaseURL string, settings, accounts int) *costed {
	t.Helper()
	repository := open(t, databaseURL, manySettings(settings))
	c := &costed{Repository: repository, t: t, ctx: t.Context(), eachTakes: 1, seller: register(t, repository, "cost.myshopify.com"), keyset: newKeyset(t)}
	c.Sealer = keyring(t, c.keyset)
	for i := range accounts {
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
	_, secret = createKey(t, repository, c.seller, partner("unused"))
	c.unused = models.HashAPIKey(secret)
	c.recorder = recordStatements(t, repository)
	return c
}

func TestCallsTakeAFixedNumberOfStatements(t *testing.T) {
	for _, size := range []struct{ settings, accounts int }{{10, 1}, {45, 1}, {200, 1}, {1000, 1}, {45, 20}} {
		t.Run(fmt.Sprintf("%d settings, %d accounts", size.settings, size.accounts), func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, databaseURL string) {
				c := newCosted(t, databaseURL, size.settings, size.accounts)
				var golden strings.Builder
				for _, cost := range costs {
					statements := c.recorder.during(func() { require.NoError(t, cost.call(c)) })
					require.Len(t, statements, cost.statements, "%s:\n%s", cost.name, strings.Join(statements, "\n"))
					writeStatements(&golden, cost.name, statements)
				}
				require.NotContains(t, golden.String(), "?", "a parameter is $1, whoever writes the statement")
				requireGolden(t, "statements."+system(databaseURL)+".sql", golden.String())
			})
		})
	}
}

// TestStatementsThatAreWrittenOutAreCounted: a query that no case of costs sends may take any number of statements.
func TestStatementsThatAreWrittenOutAreCounted(t *testing.T) {
	golden, err := os.ReadFile(filepath.Join("testdata", "statements.postgresql.sql"))
	require.NoError(t, err)
	queries := writtenQueries(t)
	require.NotEmpty(t, queries)
	for name, text := range queries {
		require.Contains(t, string(golden), strings.TrimSpace(text)+";\n", "%s: no case of costs sends it", name)
	}
}

// writtenQueries are the texts of the package's variables of type query, by their names.
func writtenQueries(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	queries := map[string]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for node := range ast.Preorder(file) {
			if variable, ok := node.(*ast.ValueSpec); ok && len(variable.Values) == 1 {
				addQuery(t, queries, variable)
			}
		}
	}
	return queries
}

// addQuery adds the text of a variable that is a query.
func addQuery(t *testing.T, queries map[string]string, variable *ast.ValueSpec) {
	t.Helper()
	value, ok := variable.Values[0].(*ast.CompositeLit)
	if !ok {
		return
	}
	kind, ok := value.Type.(*ast.IndexExpr)
	if !ok || kind.X.(*ast.Ident).Name != "query" {
		return
	}
	literal, ok := value.Elts[0].(*ast.KeyValueExpr).Value.(*ast.BasicLit)
	require.True(t, ok, "%s is no literal", variable.Names[0].Name)
	text, err := strconv.Unquote(literal.Value)
	require.NoError(t, err)
	queries[variable.Names[0].Name] = text
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
