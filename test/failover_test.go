package test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// TestFailover: the address of the database leads to a standby for a while, and then to the primary again. Nothing can be
// written meanwhile, which callers and orchestrators are told; afterwards everything goes on without a restart, although
// the connections made meanwhile are still open.
func TestFailover(t *testing.T) {
	t.Parallel()
	primary := dbtest.Postgres(t)
	proxy := dbtest.NewProxy(t, primary)
	p := program.Start(t, program.Shipped, "DATABASE_URL="+proxy.URL())
	client := program.NewClient(t)
	editPercent(t, p, 1)
	standby := dbtest.Standby(t, primary)
	_ = program.Rows(t, program.OpenDatabase(t, standby), `SELECT pg_wal_replay_pause()`) // so that it is seen who reads there

	both := program.Start(t, program.Shipped, "DATABASE_URL="+withHosts(t, standby, primary))
	awaitState(t, both, "200 ready")
	editPercent(t, both, 2)
	requirePercent(t, both, client, 2)
	both.Stop()

	proxy.Lead(t, standby)
	proxy.Cut()
	awaitState(t, p, "503 database")
	for range 3 {
		requireStandbyAnswers(t, p, client)
	}
	second := program.Start(t, program.Shipped, "DATABASE_URL="+proxy.URL())
	awaitState(t, second, "503 database")

	proxy.Lead(t, primary)
	began := time.Now()
	for i, each := range []*program.Process{p, second} {
		awaitState(t, each, "200 ready")
		t.Logf("ready again after %v", time.Since(began))
		for percent := 10 * (i + 1); percent < 10*(i+1)+3; percent++ {
			editPercent(t, each, percent)
			requirePercent(t, each, client, percent)
		}
	}
	for _, each := range []*program.Process{p, second} {
		each.Stop("not ready", "code=TRY_AGAIN", "jobs wait for the database", "msg=jobs", "job failed", "the connection that tells of events is lost")
	}
}

// withHosts is the address of one database that several servers have.
func withHosts(t *testing.T, first, second string) string {
	t.Helper()
	one, err := url.Parse(first)
	require.NoError(t, err)
	other, err := url.Parse(second)
	require.NoError(t, err)
	one.Host += "," + other.Host
	return one.String()
}

// awaitState waits until the program says so of itself.
func awaitState(t *testing.T, p *program.Process, state string) {
	t.Helper()
	require.Eventually(t, func() bool {
		answer, err := p.TrySend(http.DefaultClient, http.MethodGet, "/readyz", "")
		return err == nil && strconv.Itoa(answer.Status)+" "+answer.Body == state+"\n"
	}, program.Patience, 20*time.Millisecond)
}

// requireStandbyAnswers reads and writes from many sides. Reads are answered, and writes are to be tried again.
func requireStandbyAnswers(t *testing.T, p *program.Process, client *http.Client) {
	t.Helper()
	answers, errs := make([]program.Response, 24), make([]error, 24)
	program.Concurrently(len(answers), func(i int) {
		body := percentMutation(7)
		if i%2 == 0 {
			body = percentQuery
		}
		answers[i], errs[i] = p.TrySend(client, http.MethodPost, "/graphql", body)
	})
	for i, answer := range answers {
		require.NoError(t, errs[i])
		if i%2 == 0 {
			require.Equal(t, http.StatusOK, answer.Status, answer.Body)
			require.Equal(t, 1, percentOf(t, answer.Body))
			continue
		}
		require.Contains(t, answer.Body, "TRY_AGAIN")
	}
	awaitState(t, p, "503 database")
}

const percentQuery = `{"query":"{ settings { key value } }"}`

func percentMutation(percent int) string {
	return `{"query":"mutation { updateSettings(settings: [{ key: \"inventory.percent\", value: ` + strconv.Itoa(percent) + ` }]) { userErrors { code } } }"}`
}

func editPercent(t *testing.T, p *program.Process, percent int) {
	t.Helper()
	answer, err := p.TrySend(http.DefaultClient, http.MethodPost, "/graphql", percentMutation(percent))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.Status, answer.Body)
	require.Contains(t, answer.Body, `"userErrors":[]`)
}

// requirePercent reads from many sides, each of which must see what was written.
func requirePercent(t *testing.T, p *program.Process, client *http.Client, percent int) {
	t.Helper()
	answers, errs := make([]program.Response, 16), make([]error, 16)
	program.Concurrently(len(answers), func(i int) {
		answers[i], errs[i] = p.TrySend(client, http.MethodPost, "/graphql", percentQuery)
	})
	for i, answer := range answers {
		require.NoError(t, errs[i])
		require.Equal(t, percent, percentOf(t, answer.Body))
	}
}

func percentOf(t *testing.T, body string) int {
	t.Helper()
	var answer struct {
		Data struct {
			Settings []struct {
				Key   string
				Value json.RawMessage
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(body), &answer), body)
	for _, setting := range answer.Data.Settings {
		if setting.Key == "inventory.percent" {
			percent, err := strconv.Atoi(string(setting.Value))
			require.NoError(t, err)
			return percent
		}
	}
	require.FailNow(t, "the setting is missing", body)
	return 0
}
