package test

import (
	"context"
	"database/sql"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// slowJob is a database in which the program's hourly job has an old key to drop, and takes long.
type slowJob struct {
	t      *testing.T
	url    string
	tables *sql.DB
}

// How long the job takes: for the times of a loop on the embedded database, and for seconds on PostgreSQL.
type delay struct {
	times   string
	seconds string
}

var (
	long  = delay{"100000000000", "6"}
	short = delay{"5000000", "1"}
)

func newSlowJob(t *testing.T, databaseURL string, delay delay) slowJob {
	t.Helper()
	program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL).Stop() // makes the tables, and the demo store
	j := slowJob{t, databaseURL, program.OpenDatabase(t, databaseURL)}
	j.do(`DELETE FROM river_job`)
	j.do(`INSERT INTO idempotency_keys (store_id, caller_id, key_hash, digest, answer, created_at)
		SELECT id, '', 'old', '', '', '2026-01-02 03:04:05+00:00' FROM stores LIMIT 1`)
	if program.IsSQLite(databaseURL) {
		j.do(`CREATE TRIGGER slow BEFORE DELETE ON idempotency_keys BEGIN
			SELECT count(*) FROM (WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT ` + delay.times + `) SELECT n FROM c); END`)
		return j
	}
	j.do(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(` + delay.seconds + `); RETURN OLD; END'`)
	j.do(`CREATE TRIGGER slow BEFORE DELETE ON idempotency_keys FOR EACH ROW EXECUTE FUNCTION slow()`)
	return j
}

func (j slowJob) do(statement string) {
	j.t.Helper()
	_, err := j.tables.ExecContext(context.Background(), statement)
	require.NoError(j.t, err)
}

// end lets the job be as fast as it is.
func (j slowJob) end() {
	j.t.Helper()
	if program.IsSQLite(j.url) {
		j.do(`DROP TRIGGER slow`)
		return
	}
	j.do(`DROP TRIGGER slow ON idempotency_keys`)
}

// states are the jobs of that kind that there are and how often each was tried, and how many keys there are.
func (j slowJob) states() (jobs, keys string) {
	j.t.Helper()
	list := []string{}
	for _, row := range program.Rows(j.t, j.tables, `SELECT CAST(state AS text) || ' ' || CAST(attempt AS text) FROM river_job WHERE kind = 'forget_idempotency_keys' ORDER BY id`) {
		list = append(list, row[0])
	}
	return strings.Join(list, ", "), program.Rows(j.t, j.tables, `SELECT CAST(count(*) AS text) FROM idempotency_keys`)[0][0]
}

func (j slowJob) await(jobs, keys string) {
	j.t.Helper()
	require.EventuallyWithT(j.t, func(c *assert.CollectT) {
		foundJobs, foundKeys := j.states()
		require.Equal(c, [2]string{jobs, keys}, [2]string{foundJobs, foundKeys})
	}, program.Patience, 5*time.Millisecond)
}

// TestJobSurvivesKill: a job in the middle of which the program is killed is done by the next one, or by another that is
// running.
func TestJobSurvivesKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program, and waits for another one to notice")
	}
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		t.Parallel()
		j := newSlowJob(t, databaseURL, long)
		killed := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		j.await("running 1", "1")
		var other *program.Process
		if !program.IsSQLite(databaseURL) { // which one process has
			other = program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		}
		killed.Kill()
		began := time.Now()
		j.end()
		if other == nil {
			other = program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		}
		j.await("completed 2", "0")
		t.Logf("done %v after the kill", time.Since(began))
		other.Stop()
	})
}

// TestShutdownFinishesJob that is being done when the signal comes.
func TestShutdownFinishesJob(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		j := newSlowJob(t, databaseURL, short)
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		j.await("running 1", "1")
		p.Stop()
		jobs, keys := j.states()
		require.Equal(t, "completed 1", jobs)
		require.Equal(t, "0", keys)
	})
}

// TestShutdownInterruptsJob that takes longer than SHUTDOWN_TIMEOUT: it is done after the next start.
func TestShutdownInterruptsJob(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		j := newSlowJob(t, databaseURL, long)
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL, "SHUTDOWN_TIMEOUT=100ms")
		j.await("running 1", "1")
		require.NoError(t, p.Cmd.Process.Signal(syscall.SIGTERM))
		require.Zero(t, p.Wait(), p.Stderr.String())
		p.RequireNoWarnings()
		jobs, keys := j.states()
		require.Equal(t, "available 0", jobs)
		require.Equal(t, "1", keys)
		j.end()
		next := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		j.await("completed 1", "0")
		next.Stop()
	})
}

// TestJobsBehindPgBouncer in transaction mode, which keeps no sessions.
func TestJobsBehindPgBouncer(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.Postgres(t)
	p := program.Start(t, program.Shipped, "DATABASE_URL="+dbtest.PgBouncer(t, databaseURL, "transaction"))
	slowJob{t, databaseURL, program.OpenDatabase(t, databaseURL)}.await("completed 1", "0")
	p.Stop()
}
