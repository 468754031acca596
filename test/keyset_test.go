package test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	keyring "github.com/handback/handback/secrets" // secrets are those that are planted here
	"github.com/handback/handback/test/program"
)

// runKeyset runs the command keyset, and returns what it prints.
func runKeyset(t *testing.T, step, present string) string {
	t.Helper()
	file, err := program.Shipped()
	require.NoError(t, err)
	p := program.Prepare(t, file, "HANDBACK_KEYSET="+present)
	p.Cmd.Args = append(p.Cmd.Args, "keyset", step)
	p.Begin()
	require.Zero(t, p.Wait(), p.Stderr.String())
	require.Empty(t, p.Stderr.String(), "a keyset belongs into no log")
	requireEmptyFolder(t, p.Cmd.Dir)
	require.Equal(t, 1, strings.Count(p.Stdout.String(), "\n"))
	return strings.TrimSuffix(p.Stdout.String(), "\n")
}

// saveToken saves tokens of a store as a program with the keyset does.
func saveToken(t *testing.T, databaseURL, keyset string) {
	t.Helper()
	repository := openWithKeyset(t, databaseURL, keyset)
	store, err := repository.RegisterStore(context.Background(), models.Registration{
		Store: models.Store{Domain: aurora, Name: "Aurora", Region: "US"}, Business: models.BusinessAccount{Name: "Aurora", ExternalID: "bc-1"},
	})
	require.NoError(t, err)
	in := time.Now().Add(time.Hour)
	require.NoError(t, repository.SaveCredentials(context.Background(), store.ID, models.Credentials{
		AccessToken: models.NewSecret("planted-access"), RefreshToken: models.NewSecret("planted-refresh"), AccessExpiresAt: in, RefreshExpiresAt: in,
	}, 0))
	require.NoError(t, repository.Close())
}

func openWithKeyset(t *testing.T, databaseURL, keyset string) *db.Repository {
	t.Helper()
	repository, err := db.Open(context.Background(), databaseURL, models.DefaultCatalogue())
	require.NoError(t, err)
	repository.Sealer, err = keyring.Parse(keyset)
	require.NoError(t, err)
	return repository
}

// TestKeysetRotation goes through the steps of docs/operations.md with the program itself: processes of two steps at once open what the
// other has sealed. A key that is still needed is missed at the start, before a program that runs is replaced.
func TestKeysetRotation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		platforms := program.ShopifyOf(databaseURL)
		with := func(keyset string) []string {
			return program.WithSignIn("DATABASE_URL="+databaseURL, platforms.Env(), "HANDBACK_KEYSET="+keyset)
		}
		first := runKeyset(t, "new", "")
		saveToken(t, databaseURL, first)
		added := runKeyset(t, "add", first)
		promoted := runKeyset(t, "promote", added)
		removed := runKeyset(t, "remove", promoted)
		s := keysets{first, added, promoted, removed}

		p := program.Launch(t, program.Shipped, with(removed)...)
		require.Contains(t, requireStartupError(t, p), "the keyset lacks what credentials in the database are sealed with: key "+keyIDOf(t, first)+" (stores: 1)")
		s.requireUntold(t, p)
		replaceInTurn(t, databaseURL, [][]string{with(first), with(added), with(promoted), with(removed)}, func(step int, p *program.Process) {
			if s[step] == promoted {
				require.Eventually(t, func() bool {
					return strings.Contains(p.Stderr.String(), `msg="credentials are sealed by the new key" stores=2`)
				}, program.Patience, 10*time.Millisecond, p.Stderr.String())
			}
			requireTokenOpens(t, p, platforms)
			s.requireUntold(t, p)
		})

		repository := openWithKeyset(t, databaseURL, removed)
		defer repository.Close()
		store, err := repository.StoreByDomain(context.Background(), aurora)
		require.NoError(t, err)
		credentials, err := repository.Credentials(context.Background(), store.ID)
		require.NoError(t, err)
		require.Equal(t, "planted-access", credentials.AccessToken.Reveal())
		require.Equal(t, "planted-refresh", credentials.RefreshToken.Reveal())
	})
}

// requireTokenOpens has the process ask Shopify for a name, which takes the store's token.
func requireTokenOpens(t *testing.T, p *program.Process, platforms *program.Shopify) {
	t.Helper()
	seller := p.As(program.SessionToken(borealis, "42"))
	seller.Data(`{ store { id } }`) // with which the app is let in
	asked := platforms.Count()
	require.Contains(t, seller.Data(`{ store { resourceNames(ids: ["gid://shopify/Location/1001"]) { name } } }`), `"name":"`)
	require.Greater(t, platforms.Count(), asked)
}

// keyIDOf is the id of a keyset's first key.
func keyIDOf(t *testing.T, keyset string) string {
	t.Helper()
	list, err := keyring.List(keyset)
	require.NoError(t, err)
	id, _, _ := strings.Cut(list, " ")
	return id
}

// keysets are those of a test.
type keysets []string

func (s keysets) requireUntold(t *testing.T, p *program.Process) {
	t.Helper()
	for _, text := range []string{p.Stdout.String(), p.Stderr.String()} {
		require.NotContains(t, text, "planted-")
		for _, keyset := range s {
			require.NotContains(t, text, keyset[20:80])
		}
	}
}

func TestKeysetCommandWithoutKeyset(t *testing.T) {
	t.Parallel()
	file, err := program.Shipped()
	require.NoError(t, err)
	for _, present := range []string{"", "planted", program.Keyset + "\n", `"` + program.Keyset + `"`} {
		for _, step := range []string{"add", "promote", "remove", "list"} {
			p := program.Prepare(t, file, "HANDBACK_KEYSET="+present)
			p.Cmd.Args = append(p.Cmd.Args, "keyset", step)
			p.Begin()
			line := requireStartupError(t, p)
			require.Contains(t, line, "HANDBACK_KEYSET")
			require.NotContains(t, line, "planted")
			require.NotContains(t, line, program.Keyset[20:80])
		}
	}
}

// TestDemoKeysetFile stands beside the embedded database, for its owner only, and stays what it is. Beside another database
// there is none, and none where a keyset is given.
func TestDemoKeysetFile(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		given := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL, "HANDBACK_KEYSET="+program.Keyset)
		given.Stop()
		requireEmptyFolder(t, given.Cmd.Dir)
		file := strings.TrimSuffix(strings.TrimPrefix(databaseURL, "sqlite:"), ".db") + ".keyset"
		require.NoFileExists(t, file)
		var content string
		for range 2 {
			p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
			p.Stop()
			requireEmptyFolder(t, p.Cmd.Dir)
			if !program.IsSQLite(databaseURL) {
				continue
			}
			info, err := os.Stat(file)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
			now := readFile(t, file)
			if content != "" {
				require.Equal(t, content, now)
			}
			content = now
			require.NotContains(t, p.Stdout.String()+p.Stderr.String(), strings.TrimSpace(content))
		}
		if program.IsSQLite(databaseURL) {
			files, err := filepath.Glob(file + "*")
			require.NoError(t, err)
			require.Equal(t, []string{file}, files)
			require.NoError(t, os.WriteFile(file, []byte("planted"), 0o600))
			line := requireStartupError(t, program.Launch(t, program.Shipped, "DATABASE_URL="+databaseURL))
			require.Contains(t, line, "the keyset file "+file+" is not understood")
			require.Contains(t, requireSaid(t, 1, databaseURL, "doctor"), "FAIL  keyset: the keyset file "+file+" is not understood")
		}
	})
}
