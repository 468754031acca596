package test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// behindNginx is the environment of processes that share a PostgreSQL and stand behind nginx, in which sellers sign in. The points of a
// caller are not what is tested.
func behindNginx(databaseURL string) []string {
	return program.WithSignIn("DATABASE_URL="+databaseURL, program.ShopifyOf(databaseURL).Env(), "TRUSTED_PROXIES=127.0.0.1/32",
		"THROTTLE_MAXIMUM=1000000", "THROTTLE_RESTORE_RATE=1000000", "SHUTDOWN_DELAY=1s")
}

// TestTwoProcessesBehindNginx are as one for whoever calls: nothing of a seller, a key, an answer or an event is of a process. nginx gives
// each of them every other request.
func TestTwoProcessesBehindNginx(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.Postgres(t)
	environment := behindNginx(databaseURL)
	one, other := program.Start(t, program.Shipped, environment...), program.Start(t, program.Shipped, environment...)
	way := program.StartNginx(t, one, other).Way()
	seller := way.As(program.SessionToken(aurora, "42"))
	for range 4 {
		require.Contains(t, seller.Data(`{ store { domain } }`), aurora)
	}
	id, key := seller.CreateKey("Follower", allScopes)
	partner := way.As(key)

	stream := partner.OpenStream(watchEvents, nil)
	for i := range 4 { // each mutation and its repetition, at one and the other
		tags := fmt.Sprintf(`["keyed-%d"]`, i)
		first := partner.Data(keyedEdit, "key", tags, "value", []string{tags})
		for range 3 {
			require.Equal(t, first, partner.Data(keyedEdit, "key", tags, "value", []string{tags}))
		}
	}
	events := feed(t, partner)
	require.Len(t, events, 5, "the ads account, and each edit once")
	for _, event := range events[1:] {
		event.requireNext(t, stream)
	}

	require.Contains(t, partner.Data(connectMutation), `"userErrors":[]`)
	partner.AwaitShop("CONNECTED")
	require.Contains(t, partner.Data(disconnectMutation), `"userErrors":[]`)
	partner.AwaitDisconnection("COMPLETE")
	requireJobsDoneOnce(t, databaseURL, one, other)

	seller.RevokeKey(id)
	for range 4 {
		require.Equal(t, http.StatusUnauthorized, partner.Call(`{ store { domain } }`).Status)
	}
	for _, p := range []*program.Process{one, other} {
		require.Contains(t, p.Stderr.String(), "replayed=true")
		p.Stop()
	}
	program.Examine(t, databaseURL)
}

var jobsDone = regexp.MustCompile(`handback_job_attempts_total\{job="[^"]*",outcome="done"\} (\d+)`)

// requireJobsDoneOnce compares how many jobs are done with how many the processes have done.
func requireJobsDoneOnce(t *testing.T, databaseURL string, processes ...*program.Process) {
	t.Helper()
	conns := program.OpenDatabase(t, databaseURL)
	require.Eventually(t, func() bool {
		done := 0
		for _, p := range processes {
			for _, found := range jobsDone.FindAllStringSubmatch(p.Metrics(), -1) {
				count, err := strconv.Atoi(found[1])
				require.NoError(t, err)
				done += count
			}
		}
		return program.Rows(t, conns, `SELECT CAST(count(*) AS text) FROM river_job WHERE state = 'completed'`)[0][0] == strconv.Itoa(done)
	}, program.Patience, 50*time.Millisecond)
}

// TestNginxRepeatsNoMutation that a process has got: it may have been carried out. What comes after that is answered by another process.
func TestNginxRepeatsNoMutation(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program")
	}
	t.Parallel()
	databaseURL := dbtest.Postgres(t)
	environment := behindNginx(databaseURL)
	killed, other := program.Start(t, program.Shipped, environment...), program.Start(t, program.Shipped, environment...)
	token := program.SessionToken(aurora, "42")
	tagOrders(other.As(token), "before")
	awaitJobs(t, databaseURL)
	way := program.StartNginx(t, killed, other).Way() // which begins with the first one

	release := lockStore(t, databaseURL)
	answered := make(chan int, 1)
	go func() {
		answer, err := way.TrySend(program.NewClient(t), http.MethodPost, "/graphql", percentMutation(7), "Authorization", "Bearer "+token)
		if err != nil {
			answer.Status = -1
		}
		answered <- answer.Status
	}()
	conns := program.OpenDatabase(t, databaseURL)
	require.Eventually(t, func() bool { // it has come as far as the lock
		return program.Rows(t, conns, `SELECT CAST(count(*) AS text) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)[0][0] != "0"
	}, program.Patience, 10*time.Millisecond)
	killed.Kill()
	release()
	require.Equal(t, http.StatusBadGateway, <-answered)
	for i := range 4 {
		tagOrders(way.As(token), fmt.Sprint("after ", i))
	}
	require.NotContains(t, way.As(token).Data(`{ settings { key } }`), "inventory.percent")
	require.Empty(t, program.Rows(t, conns, `SELECT key FROM setting_changes WHERE key = 'inventory.percent'`), "it was repeated")
	require.Equal(t, 1, strings.Count(program.Rows(t, conns, `SELECT string_agg(after, ' ') FROM setting_changes`)[0][0], "after 3"))
}

// TestNginxTakesTracesAway: a client from outside does not say what is traced. Behind nginx is what records headers.
func TestNginxTakesTracesAway(t *testing.T) {
	t.Parallel()
	headers := make(chan http.Header, 1)
	upstream := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { headers <- r.Header }))
	defer upstream.Close()
	way := program.StartNginx(t, &program.Process{T: t, URL: upstream.URL + "/graphql"}).Way()
	_, err := way.TrySend(program.NewClient(t), http.MethodPost, "/graphql", `{}`, "Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "X-Other", "passes")
	require.NoError(t, err)
	passed := <-headers
	require.Equal(t, "passes", passed.Get("X-Other"))
	require.Empty(t, passed.Values("Traceparent"))
}
