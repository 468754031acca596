package test

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

const demoStoreDomain = "aurora-outfitters.myshopify.com"

// requireSaid runs a command on a database, and returns what it prints when it ends with the code.
func requireSaid(t *testing.T, code int, databaseURL string, arguments ...string) string {
	t.Helper()
	p := runIn(t, []string{"DATABASE_URL=" + databaseURL}, arguments...)
	require.Equal(t, code, p.Wait(), p.Stderr.String())
	return p.Stdout.String() + p.Stderr.String()
}

// TestMigrate: what is pending is said without making anything, and doctor says what to do about it.
func TestMigrate(t *testing.T) {
	t.Parallel()
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		for _, arguments := range [][]string{{"migrate", "status"}, {"migrate", "up", "--dry-run"}} {
			said := requireSaid(t, 0, databaseURL, arguments...)
			require.Regexp(t, `^version 0 of \d+; pending:\n  00001_core\n`, said)
			require.Contains(t, said, "  00006_jobs\n")
		}
		said := requireSaid(t, 1, databaseURL, "doctor")
		require.Regexp(t, `(?m)^FAIL  database: version 0 of \d+; pending:.*handback migrate up`, said)
		require.Contains(t, said, "ok    configuration: demo")
		require.Contains(t, requireSaid(t, 1, databaseURL, "export", demoStoreDomain), "pending", "no database is brought up to date to read it")
		if file, embedded := strings.CutPrefix(databaseURL, "sqlite:"); embedded {
			require.NoFileExists(t, file)
		} else {
			require.Empty(t, program.Rows(t, program.OpenDatabase(t, databaseURL), `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`))
		}

		require.Regexp(t, `^version \d+, up to date\n$`, requireSaid(t, 0, databaseURL, "migrate", "up"))
		require.Regexp(t, `^version \d+, up to date\n$`, requireSaid(t, 0, databaseURL, "migrate", "status"))
		require.NotContains(t, requireSaid(t, 0, databaseURL, "doctor"), "FAIL")

		_, err := program.OpenDatabase(t, databaseURL).Exec(`INSERT INTO handback_migrations (version_id, is_applied) VALUES (99999, TRUE)`)
		require.NoError(t, err)
		require.Contains(t, requireSaid(t, 0, databaseURL, "migrate", "status"), "newer than this program's")
		require.Contains(t, requireSaid(t, 1, databaseURL, "migrate", "up"), "newer than this program")
		said = requireSaid(t, 1, databaseURL, "doctor")
		require.Regexp(t, `(?m)^FAIL  database: version 99999, which is newer than this program's \d+: run the version that last used the database, or a later one$`, said)
	})
}

// TestDatabaseFileThatCannotBeMade is told as a start would, and not as one that a start brings up to date.
func TestDatabaseFileThatCannotBeMade(t *testing.T) {
	t.Parallel()
	databaseURL := "sqlite:" + filepath.Join(t.TempDir(), "nowhere", "handback.db")
	for _, arguments := range []string{"migrate status", "migrate up --dry-run", "migrate up", "doctor"} {
		said := requireSaid(t, 1, databaseURL, strings.Fields(arguments)...)
		require.Contains(t, said, "nowhere/handback.db: there is no folder ", arguments)
		require.NotContains(t, said, "pending")
	}
	dir := sharedFolder(t)
	p := launchUnprivileged(t, "DATABASE_URL=sqlite:"+dir+"/handback.db", "migrate", "status")
	require.Contains(t, requireStartupError(t, p), "no file can be made in the folder "+dir+": permission denied")
}

// TestDoctorBesideTheProgram: what a program that runs holds, such as its ports and the sandbox's files, is no fault.
func TestDoctorBesideTheProgram(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.EmptyURL(t, "sqlite")
	p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
	doctor := runIn(t, []string{"DATABASE_URL=" + databaseURL, "ADDR=" + p.Host(), "OPS_ADDR=" + strings.TrimPrefix(p.Ops, "http://")}, "doctor")
	require.Zero(t, doctor.Wait(), doctor.Stdout.String())
	p.Query(`{ store { id } }`)
	p.Stop()
}

// TestDoctorTriesToWrite: a database that can only be read is up to date, and the program would not be ready.
func TestDoctorTriesToWrite(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.EmptyURL(t, "postgres")
	requireSaid(t, 0, databaseURL, "migrate", "up")
	require.Regexp(t, `(?m)^ok    database: version \d+, up to date, and takes writes$`, requireSaid(t, 0, databaseURL, "doctor"))
	owner := program.OpenDatabase(t, databaseURL)
	for _, statement := range []string{`CREATE ROLE doctor_reads LOGIN`, `GRANT SELECT ON ALL TABLES IN SCHEMA public TO doctor_reads`} {
		_, err := owner.Exec(statement)
		require.NoError(t, err)
	}
	address, err := url.Parse(databaseURL)
	require.NoError(t, err)
	address.User = url.User("doctor_reads")
	require.Regexp(t, `(?m)^FAIL  database: version \d+, up to date, but the program would not be ready: the database's user lacks privileges: INSERT ON stores`, requireSaid(t, 1, address.String(), "doctor"))
	_, err = owner.Exec(`ALTER DATABASE ` + strings.TrimPrefix(address.Path, "/") + ` SET default_transaction_read_only = on`)
	require.NoError(t, err)
	require.Regexp(t, `(?m)^FAIL  database: version \d+, up to date, but the program would not be ready: .*read.only`, requireSaid(t, 1, databaseURL, "doctor"))

	file := filepath.Join(sharedFolder(t), "handback.db")
	requireSaid(t, 0, "sqlite:"+file, "migrate", "up")
	require.NoError(t, os.Chmod(filepath.Dir(file), 0o777))
	require.NoError(t, os.Chmod(file, 0o444))
	p := launchUnprivileged(t, "DATABASE_URL=sqlite:"+file, "doctor")
	require.Equal(t, 1, p.Wait())
	require.Regexp(t, `(?m)^FAIL  database: .*cannot be written to: permission denied`, p.Stdout.String())
}

// TestDoctorTellsWhatToDo of a configuration that is not understood, of a database that is not there, and of keys that are missing. What is
// wrong hinders no other check, and nothing secret is repeated.
func TestDoctorTellsWhatToDo(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		environment []string
		want        []string
	}{
		{[]string{"SHOPIFY_API_KEY=alone"}, []string{"FAIL  configuration: SHOPIFY_API_KEY and SHOPIFY_API_SECRET belong together", "FAIL  database: not looked at"}},
		{[]string{"DATABASE_URL=postgres://planted:planted@127.0.0.1:1/planted"}, []string{"ok    configuration: demo, on postgresql", "FAIL  database: cannot reach", "ok    keyset"}},
		{program.WithSignIn("HANDBACK_KEYSET=", "SANDBOX="), []string{"ok    configuration: production", "FAIL  keyset: HANDBACK_KEYSET is not set", "FAIL  certificate keys: HANDBACK_CERTIFICATE_KEYS is not set", "FAIL  Shopify and the clock: ", "FAIL  TikTok and the clock: TIKTOK_APP_KEY and TIKTOK_APP_SECRET are not set, so no shop can be connected: set them; https://open-api.tiktokglobalshop.com does not answer"}},
	} {
		p := runIn(t, append(test.environment, "HTTPS_PROXY=http://127.0.0.1:1"), "doctor")
		require.Equal(t, 1, p.Wait())
		for _, line := range test.want {
			require.Contains(t, p.Stdout.String(), line)
		}
		require.Equal(t, 6, strings.Count(p.Stdout.String(), "\n"), p.Stdout.String())
		require.NotContains(t, p.Stdout.String()+p.Stderr.String(), "planted:")
		require.Equal(t, "handback: something is not as it must be: see above\n", p.Stderr.String())
	}
}

// TestDoctorLooksAtAStore asks Shopify what the app may do there, and TikTok whether it is let into the shop.
func TestDoctorLooksAtAStore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		shop := program.ShopifyOf(databaseURL)
		environment := program.WithSignIn("DATABASE_URL="+databaseURL, shop.Env())
		p := program.Start(t, program.Shipped, environment...)
		doctor := func(code int) string {
			d := runIn(t, p.Cmd.Env, "doctor", borealis)
			require.Equal(t, code, d.Wait(), d.Stdout.String()+d.Stderr.String())
			return d.Stdout.String()
		}
		require.Contains(t, doctor(1), "FAIL  access to the store: no such store")
		p.As(program.SessionToken(borealis, "42")).Data(`{ settings { key } }`)
		require.Contains(t, doctor(0), "ok    access to the store: Shopify lets the app in, with every permission")
		require.Contains(t, doctor(0), "ok    access to the shop: no shop is connected")
		seller := p.As(program.SessionToken(borealis, "42"))
		seller.Data(`mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO1") { userErrors { code } } }`)
		seller.AwaitShop("CONNECTED")
		require.Contains(t, doctor(0), "ok    access to the shop: TikTok lets the app into ")
		require.True(t, shop.TikTok.Deauthorize("USLCDEMO1"))
		require.Contains(t, doctor(1), "FAIL  access to the shop: TikTok lets the app into ")
		shop.Grant(borealis, "read_products", "read_locations")
		require.Contains(t, doctor(1), "FAIL  access to the store: the store has not granted ")
		other := runIn(t, append(slices.Clone(p.Cmd.Env), "HANDBACK_KEYSET="+runKeyset(t, "new", "")), "doctor", borealis).Stdout.String()
		for _, check := range []string{"keyset", "access to the store", "access to the shop"} {
			require.Contains(t, other, "FAIL  "+check+": the keyset lacks what credentials in the database are sealed with: key "+keyIDOf(t, program.Keyset))
		}
		require.NotContains(t, other, "the app is not let in")
		shop.Uninstall(borealis)
		require.Contains(t, doctor(1), "FAIL  access to the store: the app is not let in by Shopify")
	})
}

// TestExportAndRedact: what is kept of a store is printed whole and without what opens anything, and nothing of it is left afterwards.
func TestExportAndRedact(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		_, secret := p.As("").CreateKey("Exported", "READ")
		p.Query(disconnectMutation)
		p.As("").AwaitDisconnection("COMPLETE")
		p.As("").AwaitAuthorizationsEnd()
		p.Stop()

		text := requireSaid(t, 0, databaseURL, "export", demoStoreDomain)
		var export struct {
			Tables struct {
				Stores   []struct{ ID, Domain string }
				APIKeys  []struct{ Name string }     `json:"api_keys"`
				Changes  []map[string]any            `json:"setting_changes"`
				Epochs   []struct{ Snapshot string } // as JSON
				Accounts []struct{ Kind string }
			}
		}
		require.NoError(t, json.Unmarshal([]byte(text), &export))
		tables := export.Tables
		require.Equal(t, demoStoreDomain, tables.Stores[0].Domain)
		require.Equal(t, "Exported", tables.APIKeys[0].Name)
		require.Len(t, tables.Accounts, 2)
		require.Len(t, tables.Epochs, 1)
		require.True(t, json.Valid([]byte(tables.Epochs[0].Snapshot)))
		store := tables.Stores[0].ID
		rows := program.Rows(t, program.OpenDatabase(t, databaseURL), `SELECT CAST(COUNT(*) AS text) FROM setting_changes WHERE store_id = '`+store+`'`)
		require.Equal(t, rows[0][0], strconv.Itoa(len(tables.Changes)))
		require.NotContains(t, text, secret)
		require.NotContains(t, text, `"hash"`)
		require.NotContains(t, text, `_token"`)
		require.Contains(t, requireSaid(t, 1, databaseURL, "export", "nobody.myshopify.com"), "no such store")

		require.Contains(t, requireSaid(t, 1, databaseURL, "redact", "nobody.myshopify.com"), "no such store")
		before := program.DumpWithoutJobs(t, databaseURL)
		require.Contains(t, requireSaid(t, 1, databaseURL, "redact", demoStoreDomain), "nothing was removed")
		require.Equal(t, before, program.DumpWithoutJobs(t, databaseURL))
		require.Contains(t, requireSaid(t, 0, databaseURL, "redact", "--installed", demoStoreDomain), "nothing is kept")
		for table, rows := range program.DumpWithoutJobs(t, databaseURL) {
			for _, row := range rows {
				require.NotContains(t, row, store, table)
			}
		}
		require.Contains(t, requireSaid(t, 1, databaseURL, "export", demoStoreDomain), "no such store")
	})
}
