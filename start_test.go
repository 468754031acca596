package main

import (
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
)

func TestServesFromAFileOfItsOwn(t *testing.T) {
	p := launch(t, shipped, "ADDR=")
	for !p.over() && p.stdout.String() == "" {
		time.Sleep(time.Millisecond)
	}
	if p.over() { // somebody else's program
		require.Contains(t, p.stderr.String(), "ADDR 127.0.0.1:8080: address already in use")
		p = start(t, shipped)
	} else {
		p.awaitReady()
		require.Equal(t, "http://127.0.0.1:8080/graphql", p.url)
	}
	require.FileExists(t, filepath.Join(p.cmd.Dir, "handback.db"))
	require.LessOrEqual(t, strings.Count(p.stdout.String(), "\n"), 10)
	require.Contains(t, p.query(`{ store { name } }`), "Aurora Outfitters")
	p.stop()
}

func TestPrintedCommandsWork(t *testing.T) {
	p := start(t, shipped)
	var commands []string
	for line := range strings.Lines(p.stdout.String()) {
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

// A second is promised; another machine may be ten times as slow, or busy.
func TestAnswersSoonAfterItsStart(t *testing.T) {
	_, err := shipped() // building takes longer
	require.NoError(t, err)
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		for _, database := range []string{"empty", "existing"} {
			began := time.Now()
			p := start(t, shipped, "DATABASE_URL="+databaseURL)
			p.query(`{ overview { tikTokShop { statusLabel } } }`)
			took := time.Since(began)
			t.Logf("%s database: first answer after %v", database, took)
			require.Less(t, took, 10*time.Second)
			p.stop()
		}
	})
}

func TestStartTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, _ string) {
		dialect := filepath.Base(t.Name())
		for _, n := range []int{2, 4, 2, 4} {
			env := "DATABASE_URL=" + dbtest.URL(t, dialect)
			programs := make([]*program, n)
			for i := range programs {
				programs[i] = launch(t, shipped, env)
			}
			for _, p := range programs {
				p.awaitReady()
				requireDemoStore(t, p)
			}
			for _, p := range programs {
				p.stop()
			}
			examine(t, strings.TrimPrefix(env, "DATABASE_URL="))
		}
	})
}

// Another start may hold a file that is not yet in the state both will leave it in.
func TestStartWaitsForAnother(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		holder, err := openDatabase(t, databaseURL).Conn(context.Background())
		require.NoError(t, err)
		defer holder.Close()
		hold := `BEGIN IMMEDIATE`
		if !isSQLite(databaseURL) {
			hold = `BEGIN; CREATE TABLE goose_db_version (id int)`
		}
		_, err = holder.ExecContext(context.Background(), hold)
		require.NoError(t, err)
		p := launch(t, shipped, "DATABASE_URL="+databaseURL)
		time.Sleep(300 * time.Millisecond)
		_, err = holder.ExecContext(context.Background(), `ROLLBACK`)
		require.NoError(t, err)
		p.awaitReady()
		requireDemoStore(t, p)
	})
}
