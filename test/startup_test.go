package test

import (
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

func TestStartupDefaults(t *testing.T) {
	p := program.Launch(t, program.Shipped, "ADDR=")
	for !p.Exited() && p.Stdout.String() == "" {
		time.Sleep(time.Millisecond)
	}
	if p.Exited() { // somebody else's program
		require.Contains(t, p.Stderr.String(), "ADDR 127.0.0.1:8080: address already in use")
		p = program.Start(t, program.Shipped)
	} else {
		p.AwaitReady()
		require.Equal(t, "http://127.0.0.1:8080/graphql", p.URL)
	}
	require.FileExists(t, filepath.Join(p.Cmd.Dir, "handback.db"))
	require.LessOrEqual(t, strings.Count(p.Stdout.String(), "\n"), 10)
	require.Contains(t, p.Query(`{ store { name } }`), "Aurora Outfitters")
	p.Stop()
}

func TestPrintedDisconnectCommands(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	var commands []string
	for line := range strings.Lines(p.Stdout.String()) {
		if strings.Contains(line, "curl") {
			commands = append(commands, line)
		}
	}
	require.Len(t, commands, 2)

	var preview struct {
		Data struct {
			Accounts []struct {
				DisconnectPreview *struct {
					Token    string
					Warnings []struct{ Message string }
					Changes  []struct{ Key string }
				}
			}
		}
		Errors []any
	}
	require.NoError(t, json.Unmarshal(shell(t, commands[0]), &preview))
	require.Empty(t, preview.Errors)
	shop := preview.Data.Accounts[0].DisconnectPreview
	require.NotEmpty(t, shop.Token)
	require.NotEmpty(t, shop.Warnings)
	require.NotEmpty(t, shop.Changes)

	var disconnected struct {
		Data struct {
			DisconnectTikTokShop struct {
				Overview      struct{ TikTokShop struct{ StatusLabel string } }
				Disconnection struct {
					Restoration struct{ SnapshotDigest, RestoredDigest string }
				}
				UserErrors []any
			}
		}
		Errors []any
	}
	require.NoError(t, json.Unmarshal(shell(t, commands[1]), &disconnected))
	require.Empty(t, disconnected.Errors)
	done := disconnected.Data.DisconnectTikTokShop
	require.Empty(t, done.UserErrors)
	require.Equal(t, "Setup in Progress", done.Overview.TikTokShop.StatusLabel)
	require.NotEmpty(t, done.Disconnection.Restoration.RestoredDigest)
	require.Equal(t, done.Disconnection.Restoration.SnapshotDigest, done.Disconnection.Restoration.RestoredDigest)
}

func shell(t *testing.T, command string) []byte {
	t.Helper()
	out, err := exec.Command("sh", "-c", command).Output()
	require.NoError(t, err)
	return out
}

// TestStartIsLogged: one line says what runs, and on what; so does a metric. Neither holds a password.
func TestStartIsLogged(t *testing.T) {
	t.Parallel()
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		kind := map[bool]string{true: "sqlite", false: "postgresql"}[program.IsSQLite(databaseURL)]
		for mode, env := range map[string][]string{"demo": nil, "sandbox": program.WithSignIn()} {
			p := program.Start(t, program.Shipped, append(env, "DATABASE_URL="+databaseURL)...)
			require.Regexp(t, `(?m)^handback_build_info\{commit="\S+",database="`+kind+`",go_version="go1\S+",mode="`+mode+`",version="\S+"\} 1$`,
				p.Metrics())
			p.Stop()
			lines := regexp.MustCompile(`(?m)^.*msg=start .*$`).FindAllString(p.Stderr.String(), -1)
			require.Len(t, lines, 1)
			require.Regexp(t, `level=INFO msg=start version=\S+ commit=\S+ database=`+kind+` mode=`+mode+` addr=`+regexp.QuoteMeta(p.Host())+` ops_addr=`+regexp.QuoteMeta(strings.TrimPrefix(p.Ops, "http://"))+`$`, lines[0])
		}
	})
}

// TestStartupTime: a second is promised; another machine may be ten times as slow, or busy.
func TestStartupTime(t *testing.T) {
	_, err := program.Shipped() // building takes longer
	require.NoError(t, err)
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		for _, database := range []string{"empty", "existing"} {
			began := time.Now()
			p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
			p.Query(`{ overview { tikTokShop { statusLabel } } }`)
			took := time.Since(began)
			t.Logf("%s database: first answer after %v", database, took)
			require.Less(t, took, 10*time.Second)
			p.Stop()
		}
	})
}

func TestConcurrentStartups(t *testing.T) {
	t.Parallel()
	dbtest.EachEmpty(t, func(t *testing.T, _ string) {
		dialect := filepath.Base(t.Name())
		for _, n := range []int{2, 4, 2, 4} {
			databaseURL := dbtest.EmptyURL(t, dialect)
			env := []string{"DATABASE_URL=" + databaseURL, program.ShopifyOf(databaseURL).DemoEnv()}
			programs := make([]*program.Process, n)
			for i := range programs {
				programs[i] = program.Launch(t, program.Shipped, env...)
			}
			for _, p := range programs {
				p.AwaitReady()
				program.RequireDemoStore(t, p.Query)
			}
			for _, p := range programs {
				p.Stop()
			}
			program.Examine(t, databaseURL)
		}
	})
}

// TestStartupWaitsForLock: another start may hold a file that is not yet in the state both will leave it in.
func TestStartupWaitsForLock(t *testing.T) {
	t.Parallel()
	dbtest.EachEmpty(t, func(t *testing.T, databaseURL string) {
		holder, err := program.OpenDatabase(t, databaseURL).Conn(context.Background())
		require.NoError(t, err)
		defer holder.Close()
		hold := `BEGIN IMMEDIATE`
		if !program.IsSQLite(databaseURL) {
			hold = `BEGIN; CREATE TABLE handback_migrations (id int)`
		}
		_, err = holder.ExecContext(context.Background(), hold)
		require.NoError(t, err)
		p := program.Launch(t, program.Shipped, "DATABASE_URL="+databaseURL)
		time.Sleep(300 * time.Millisecond)
		_, err = holder.ExecContext(context.Background(), `ROLLBACK`)
		require.NoError(t, err)
		p.AwaitReady()
		program.RequireDemoStore(t, p.Query)
	})
}
