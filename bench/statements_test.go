package main

import (
	"context"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// TestStatementsFitTheSchema: what contenders send to the database, and what the comparison itself does, is prepared in a database that the
// product has made. Nothing is started and nothing is installed for it.
func TestStatementsFitTheSchema(t *testing.T) {
	conn := connect(t, dbtest.Postgres(t))
	sent := map[string]string{"what both wrote": writtenOf, "the first store is linked": linkFirst}
	maps.Copy(sent, statementsOfGo(t))
	maps.Copy(sent, statementsOfNode(t))
	require.Greater(t, len(sent), 20)
	for name, statement := range sent {
		_, err := conn.Prepare(t.Context(), "", statement)
		require.NoError(t, err, "%s: %s", name, statement)
	}
	_, err := conn.Exec(t.Context(), readFile(t, "peers/postgraphile/schema.sql"))
	require.NoError(t, err, "PostGraphile")
}

// TestStoresAreCopiedWhole: the copies have as many rows in each table as the store that was copied, and those who have their keys get in.
func TestStoresAreCopiedWhole(t *testing.T) {
	url := dbtest.Postgres(t)
	repository := makeFirstIn(t, url)
	const count = 10
	require.NoError(t, multiply(t.Context(), url, count))
	conn := connect(t, url)
	rows, err := conn.Query(t.Context(), `SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'store_id'`)
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	for _, table := range tables {
		var stores, least, most int
		err := conn.QueryRow(t.Context(), `SELECT count(*), coalesce(min(n), 0), coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM `+table+` GROUP BY store_id) AS each`).Scan(&stores, &least, &most)
		require.NoError(t, err, table)
		require.Equal(t, least, most, table)
		require.Contains(t, []int{0, count}, stores, table)
	}
	for number := first; number <= count; number++ {
		store, err := repository.StoreByDomain(t.Context(), domainOf(number))
		require.NoError(t, err)
		require.Equal(t, isLinked(number), store.Linked)
		settings, err := repository.Settings(t.Context(), models.Caller{Store: store}, models.SettingFilter{})
		require.NoError(t, err)
		require.NotEmpty(t, settings)
		if number > first {
			caller, found, err := repository.CallerByAPIKey(t.Context(), models.HashAPIKey(keyOf(number)))
			require.NoError(t, err)
			require.True(t, found)
			require.Equal(t, store.ID, caller.Store.ID)
		}
	}
	require.NoError(t, addHistory(t.Context(), url, count))
}

// makeFirstIn makes the store that is copied, as the product would.
func makeFirstIn(t *testing.T, url string) *db.Repository {
	t.Helper()
	ctx := t.Context()
	repository, err := db.Open(ctx, url, models.DefaultCatalogue())
	require.NoError(t, err)
	t.Cleanup(func() { _ = repository.Close() })
	registration, err := shopify.Sandbox{Catalogue: repository.Catalogue}.Registration(ctx, domainOf(first))
	require.NoError(t, err)
	store, err := repository.RegisterStore(ctx, registration)
	require.NoError(t, err)
	caller := models.Caller{Store: store, Actor: store.Seller()}
	_, err = repository.ConnectTikTokShop(ctx, caller, &models.Authorization{ShopCode: shopOf(first), ShopName: "TikTok Shop " + shopOf(first), Region: "US", Role: models.ShopOwner, Seller: models.SellerActive})
	require.NoError(t, err)
	_, err = repository.UpdateSettings(ctx, caller, []models.SettingInput{{Key: "inventory.percent", Value: "80"}})
	require.NoError(t, err)
	_, err = repository.CreateAPIKey(ctx, caller, models.APIKeyRequest{Name: "bench", Scopes: []models.APIKeyScope{models.ScopeRead}})
	require.NoError(t, err)
	return repository
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// statementsOfGo are the exported constants of store/statements.go, which is all that contenders in Go send.
func statementsOfGo(t *testing.T) map[string]string {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "store/statements.go", nil, 0)
	require.NoError(t, err)
	checked, err := (&types.Config{Importer: importer.Default()}).Check("store", files, []*ast.File{file}, nil)
	require.NoError(t, err)
	found := map[string]string{}
	for _, name := range checked.Scope().Names() {
		if c, ok := checked.Scope().Lookup(name).(*types.Const); ok && c.Exported() {
			found[name] = constant.StringVal(c.Val())
		}
	}
	return found
}

var (
	ofNode   = regexp.MustCompile("(?s)prepared\\(\"(\\w+)\",\\s*(?:`([^`]*)`|\"([^\"]*)\")\\)")
	partNode = regexp.MustCompile("(?s)export const (\\w+) = `([^`]*)`;")
)

// statementsOfNode are those that the servers on Node prepare.
func statementsOfNode(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("peers/node/*.js")
	require.NoError(t, err)
	var text strings.Builder
	for _, name := range names {
		text.WriteString(readFile(t, name))
	}
	var parts []string
	for _, part := range partNode.FindAllStringSubmatch(text.String(), -1) {
		parts = append(parts, "${"+part[1]+"}", part[2])
	}
	fill, found := strings.NewReplacer(append(parts, `\\`, `\`)...), map[string]string{}
	for _, statement := range ofNode.FindAllStringSubmatch(text.String(), -1) {
		found["node "+statement[1]] = fill.Replace(statement[2] + statement[3])
		require.NotContains(t, found["node "+statement[1]], "${")
	}
	require.Len(t, found, strings.Count(text.String(), "= prepared("), "each is found")
	return found
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}
