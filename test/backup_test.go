package test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// everythingKept asks for what a store's seller can see of the past.
const everythingKept = `{
	store { domain name }
	accounts { id name status connectedAt snapshot { digest } disconnections { id disconnectedAt restoration { snapshotDigest restoredDigest } } }
	settings { key value updatedAt updatedBy { name } }
	auditTrail(first: 100) { nodes { id action occurredAt changes { key before after } } }
}`

// TestBackupsAreWhole makes backups as docs/backup.md says, of a program that is used meanwhile and of one that is not,
// and starts another program on each.
func TestBackupsAreWhole(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		load := keepWriting(t, p)
		confirmed := load.await(t, 20)
		underLoad := backUp(t, databaseURL, "under-load")
		load.await(t, len(load.await(t, 0))+5)
		load.stop()
		awaitPromised(t, databaseURL)
		inPeace := backUp(t, databaseURL, "in-peace")

		history := program.Examine(t, restore(t, databaseURL, underLoad))
		require.NotEmpty(t, history.Closed)
		for _, value := range confirmed {
			require.True(t, history.Written[value], "an edit from before the backup is missing: %s", value)
		}
		restored := restore(t, databaseURL, inPeace)
		require.Equal(t, program.DumpWithoutJobs(t, databaseURL), program.DumpWithoutJobs(t, restored))
		requireSameAnswers(t, p, restored)
	})
}

// requireSameAnswers starts a program on what was restored, compares what the two say, and uses the new one.
func requireSameAnswers(t *testing.T, p *program.Process, restored string) {
	t.Helper()
	another := program.Start(t, program.Shipped, "DATABASE_URL="+restored)
	require.JSONEq(t, p.Query(everythingKept), another.Query(everythingKept))
	for _, mutation := range []string{disconnectMutation, connectMutation, editShopSetting(1).query, disconnectMutation} {
		another.Query(mutation)
	}
	another.Stop("open orders could not be listed") // TikTok gave its tokens to the other program
	program.Examine(t, restored)
}

// TestCopyOfStoppedDatabaseIsWhole: of a program that was stopped the one file is enough, of one that was killed all
// files are.
func TestCopyOfStoppedDatabaseIsWhole(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*program.Process){
		"stopped": func(p *program.Process) { p.Stop() },
		"killed":  (*program.Process).Kill,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			databaseURL := dbtest.URL(t, "sqlite")
			p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
			for _, mutation := range []string{disconnectMutation, connectMutation, editShopSetting(1).query} {
				p.Query(mutation)
			}
			answers := p.Query(everythingKept)
			end(p)
			file, folder := strings.TrimPrefix(databaseURL, "sqlite:"), t.TempDir()
			if name == "stopped" {
				require.NoFileExists(t, file+"-wal")
			}
			shell := `cp "$1"* "$2"`
			require.NoError(t, exec.Command("sh", "-c", shell, "sh", file, folder).Run())
			another := program.Start(t, program.Shipped, "DATABASE_URL=sqlite:"+filepath.Join(folder, filepath.Base(file)))
			require.JSONEq(t, answers, another.Query(everythingKept))
			another.Stop()
		})
	}
}

// TestCopyOfIdleDatabaseIsWhole: some time after the last edit a copy of the one file is enough, though the program runs.
func TestCopyOfIdleDatabaseIsWhole(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for a minute")
	}
	t.Parallel()
	file := strings.TrimPrefix(dbtest.URL(t, "sqlite"), "sqlite:")
	p := program.Start(t, program.Shipped, "DATABASE_URL=sqlite:"+file)
	p.Query(disconnectMutation)
	awaitPromised(t, "sqlite:"+file)
	// The log is never empty for long: jobs are written all the while.
	size := walSize(t, file)
	require.Eventually(t, func() bool {
		before := size
		size = walSize(t, file)
		return size < before
	}, program.Patience, 50*time.Millisecond, "the log is not brought into the file")
	duplicate := filepath.Join(t.TempDir(), "copy.db")
	run(t, t.TempDir(), "cp '"+file+"' '"+duplicate+"'")
	require.Equal(t, program.DumpWithoutJobs(t, "sqlite:"+file), program.DumpWithoutJobs(t, "sqlite:"+duplicate))
	p.Stop()
}

func walSize(t *testing.T, file string) int64 {
	t.Helper()
	log, err := os.Stat(file + "-wal")
	require.NoError(t, err)
	return log.Size()
}

// writeLoad is a client that writes until it is stopped.
type writeLoad struct {
	mu        sync.Mutex
	confirmed []string // values of edits, in turn
	ended     atomic.Bool
	calls     sync.WaitGroup
	changed   chan bool
}

// keepWriting edits, disconnects and connects the demo store.
func keepWriting(t *testing.T, p *program.Process) *writeLoad {
	t.Helper()
	l := &writeLoad{changed: make(chan bool, 1)}
	client := program.NewClient(t)
	l.calls.Go(func() {
		for edit := 1; !l.ended.Load(); edit++ {
			c := editStoreSetting(edit)
			switch edit % 5 {
			case 0:
				c = &call{query: disconnectMutation}
			case 1:
				c = &call{query: connectMutation}
			}
			if c.result, c.err = p.Post(client, c.query); c.err != nil || len(c.result.Errors) > 0 {
				t.Error(c.err, string(c.result.Errors))
				return
			}
			if strings.Contains(string(c.result.Data), `"userErrors":[]`) { // it is refused while the store is given back
				l.confirm(c.value)
			}
		}
	})
	t.Cleanup(l.stop)
	return l
}

func (l *writeLoad) confirm(value string) {
	if value == "" {
		return
	}
	l.mu.Lock()
	l.confirmed = append(l.confirmed, value)
	l.mu.Unlock()
	select {
	case l.changed <- true:
	default:
	}
}

// await returns the values that were written when there are so many.
func (l *writeLoad) await(t *testing.T, n int) []string {
	t.Helper()
	for late := time.After(program.Patience); ; {
		l.mu.Lock()
		confirmed := l.confirmed
		l.mu.Unlock()
		if len(confirmed) >= n {
			return confirmed
		}
		select {
		case <-l.changed:
		case <-late:
			require.FailNow(t, "nothing is written")
		}
	}
}

func (l *writeLoad) stop() {
	l.ended.Store(true)
	l.calls.Wait()
}

// awaitPromised waits until what the last calls promised is done: it is written after their answers.
func awaitPromised(t *testing.T, databaseURL string) {
	t.Helper()
	tables := program.OpenDatabase(t, databaseURL)
	require.Eventually(t, func() bool {
		return len(program.Rows(t, tables, `SELECT kind FROM river_job WHERE finalized_at IS NULL`)) == 0
	}, program.Patience, 50*time.Millisecond, "jobs are not finished")
}

// backUp makes a backup by the command of docs/backup.md, and returns its file.
func backUp(t *testing.T, databaseURL, name string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if program.IsSQLite(databaseURL) {
		command := strings.Replace(documented(t, "sqlite3 "), "'backup.db'", "'"+file+"'", 1)
		if _, err := exec.LookPath("sqlite3"); err == nil {
			run(t, filepath.Dir(strings.TrimPrefix(databaseURL, "sqlite:")), command)
			return file
		}
		statement := regexp.MustCompile(`VACUUM INTO '[^']*'`).FindString(command)
		_, err := program.OpenDatabase(t, databaseURL).Exec(statement)
		require.NoError(t, err)
		return file
	}
	run(t, t.TempDir(), strings.Replace(documented(t, "pg_dump "), "backup.dump", file, 1), "DATABASE_URL="+databaseURL)
	return file
}

// restore makes a database of a backup by the command of docs/backup.md.
func restore(t *testing.T, from, backup string) (databaseURL string) {
	t.Helper()
	if program.IsSQLite(from) {
		folder := t.TempDir()
		run(t, folder, strings.Replace(documented(t, "cp "), "backup.db", backup, 1))
		return "sqlite:" + filepath.Join(folder, "handback.db")
	}
	databaseURL = dbtest.EmptyURL(t, "postgres")
	run(t, t.TempDir(), strings.Replace(documented(t, "pg_restore "), "backup.dump", backup, 1), "NEW_DATABASE_URL="+databaseURL)
	return databaseURL
}

// documented is the line of docs/backup.md that begins so.
func documented(t *testing.T, beginning string) string {
	t.Helper()
	for line := range strings.Lines(program.ReadFile(t, "docs/backup.md")) {
		if strings.HasPrefix(line, beginning) {
			return line
		}
	}
	require.FailNow(t, "docs/backup.md has no such command", beginning)
	return ""
}

func run(t *testing.T, folder, command string, env ...string) {
	t.Helper()
	cmd := exec.Command("sh", "-ec", command)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), env...)
	if len(env) > 0 {
		cmd.Env = append(cmd.Env, "PATH="+dbtest.ServerFolder(t)+string(os.PathListSeparator)+os.Getenv("PATH"))
	}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
}
