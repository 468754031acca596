package jobs_test

import (
	"context"
	"database/sql"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // reads the PostgreSQL database past the repository
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/jobs"
	"github.com/handback/handback/models"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// patience is how long tests wait for what must come.
const patience = 2 * time.Minute

// fixture is a database and the client that does its jobs. What the only job there is does is replaced when forget is set.
type fixture struct {
	*db.Repository
	*jobs.Client[*sql.Tx]

	t      *testing.T
	forget func(context.Context) (int64, error)
	log    *output
	tables *sql.DB

	mu       sync.Mutex
	outcomes []jobs.Outcome
}

func newFixture(t *testing.T, databaseURL string) *fixture {
	t.Helper()
	repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, repository.Close()) })
	f := &fixture{Repository: repository, t: t, log: &output{}}
	driver, source := "pgx", databaseURL
	if path, ok := strings.CutPrefix(databaseURL, "sqlite:"); ok {
		driver, source = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	f.tables, err = sql.Open(driver, source)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.tables.Close()) })
	f.Client = f.newClient()
	return f
}

// newClient makes another client for the same database, as another process has.
func (f *fixture) newClient() *jobs.Client[*sql.Tx] {
	f.t.Helper()
	driver, err := f.JobDriver()
	require.NoError(f.t, err)
	client, err := jobs.New(driver, f, nil, slog.New(slog.NewTextHandler(f.log, nil)), nil, func(attempt jobs.Attempt) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.outcomes = append(f.outcomes, attempt.Outcome)
	})
	require.NoError(f.t, err)
	return client
}

func (f *fixture) ForgetIdempotencyKeys(ctx context.Context) (int64, error) {
	if f.forget != nil {
		return f.forget(ctx)
	}
	return f.Repository.ForgetIdempotencyKeys(ctx)
}

// start starts the client. It is stopped when the test ends.
func (f *fixture) start() {
	f.Start(f.t.Context())
	f.t.Cleanup(func() { f.Stop(ended) })
}

// ended is a context that waits for nothing.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// attempts are how the attempts ended, up to now.
func (f *fixture) attempts() []jobs.Outcome {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]jobs.Outcome{}, f.outcomes...)
}

// states are those of all jobs, with how often they were tried.
func (f *fixture) states() []string {
	rows, err := f.tables.QueryContext(f.t.Context(), `SELECT CAST(state AS text) || ' ' || CAST(attempt AS text) FROM river_job ORDER BY id`)
	require.NoError(f.t, err)
	defer rows.Close()
	states := []string{}
	for rows.Next() {
		var state string
		require.NoError(f.t, rows.Scan(&state))
		states = append(states, state)
	}
	require.NoError(f.t, rows.Err())
	return states
}

// await waits until the jobs are so.
func (f *fixture) await(states ...string) {
	f.t.Helper()
	require.EventuallyWithT(f.t, func(c *assert.CollectT) { require.Equal(c, states, f.states()) }, patience, 10*time.Millisecond, "%s", f.log)
}

// output can be read while it is written.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
