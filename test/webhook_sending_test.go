package test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// partner is a receiver of a partner's that accepts each event once.
type partner struct {
	t        *testing.T
	url      string
	endpoint string
	tables   *sql.DB // the program's database, for tests that let time pass

	mu       sync.Mutex
	verifier *standardwebhooks.Webhook
	requests int
	accepted []string
	again    int
	status   int                    // that it answers with, having accepted nothing, unless it is 0
	moment   func(n int, done bool) // is called before and after it has accepted the n-th request
}

func receive(t *testing.T) *partner {
	t.Helper()
	r := &partner{t: t}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// ServeHTTP implements http.Handler.
func (r *partner) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return
	}
	r.mu.Lock()
	r.requests++
	n, moment, status := r.requests, r.moment, r.status
	assert.NoError(r.t, r.verifier.VerifyIgnoringTimestamp(body, request.Header))
	r.mu.Unlock()
	if status != 0 {
		w.WriteHeader(status)
		return
	}
	if moment != nil {
		moment(n, false)
	}
	r.accept(request.Header.Get(standardwebhooks.HeaderWebhookID))
	if moment != nil {
		moment(n, true)
	}
}

func (r *partner) accept(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.Contains(r.accepted, id) {
		r.again++
		return
	}
	r.accepted = append(r.accepted, id)
}

func (r *partner) ids() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.accepted)
}

// at has something done when the receiver is asked next, or has accepted what it was asked next, once.
func (r *partner) at(done bool, do func()) {
	var once sync.Once
	r.mu.Lock()
	defer r.mu.Unlock()
	r.moment = func(_ int, now bool) {
		if now == done {
			once.Do(do)
		}
	}
}

func (r *partner) answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// subscribe makes an endpoint of the demo store's, as a seller does.
func (r *partner) subscribe(p *program.Process) {
	r.t.Helper()
	var made struct {
		CreateWebhookEndpoint struct {
			WebhookEndpoint struct{ ID string }
			Secret          string
		}
	}
	require.NoError(r.t, json.Unmarshal([]byte(p.Query(fmt.Sprintf(`mutation { createWebhookEndpoint(url: %q) { webhookEndpoint { id } secret userErrors { message } } }`, r.url))), &made))
	verifier, err := standardwebhooks.NewWebhook(made.CreateWebhookEndpoint.Secret)
	require.NoError(r.t, err)
	r.verifier, r.endpoint = verifier, made.CreateWebhookEndpoint.WebhookEndpoint.ID
}

func (r *partner) statusOf(p *program.Process) string {
	return p.Query(`{ webhookEndpoints { status } }`)
}

// edit has an event happen, if the program is there to do it.
func edit(p *program.Process, value int) {
	_, _ = p.Post(http.DefaultClient, fmt.Sprintf(`mutation { updateSettings(settings: [{ key: "inventory.percent", value: %d }]) { userErrors { message } } }`, value))
}

// newestEvent is the id of the newest event there is; "" when there is none.
func newestEvent(p *program.Process) string {
	events := eventsAfter(p, "")
	if len(events) == 0 {
		return ""
	}
	return events[len(events)-1]
}

// eventsAfter are the ids of the events after one.
func eventsAfter(p *program.Process, after string) (ids []string) {
	p.T.Helper()
	cursor := "null"
	for more := true; more; {
		var page struct {
			Events struct {
				Nodes    []struct{ ID string }
				PageInfo struct {
					HasNextPage bool
					EndCursor   *string
				}
			}
		}
		require.NoError(p.T, json.Unmarshal([]byte(p.Query(`{ events(first: 100, after: `+cursor+`) { nodes { id } pageInfo { hasNextPage endCursor } } }`)), &page))
		for _, node := range page.Events.Nodes {
			ids = append(ids, node.ID)
		}
		if more = page.Events.PageInfo.HasNextPage; more {
			cursor = strconv.Quote(*page.Events.PageInfo.EndCursor)
		}
	}
	return ids[slices.Index(ids, after)+1:]
}

// requireArrived waits until the receiver has accepted all events after one, in order.
func (r *partner) requireArrived(p *program.Process, after string) {
	r.t.Helper()
	want := eventsAfter(p, after)
	require.EventuallyWithT(r.t, func(c *assert.CollectT) { require.Equal(c, want, r.ids()) }, program.Patience, 20*time.Millisecond)
}

// TestWebhooksSurviveKills: while events happen and are sent the program is killed, when a receiver is asked, when it has accepted, or
// at any moment. All events arrive, in order, and what comes again has the same id.
func TestWebhooksSurviveKills(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program, and waits for another one to notice")
	}
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		t.Parallel()
		kills := 12
		if !program.IsSQLite(databaseURL) { // where it takes long until a job counts as abandoned
			kills = 4
		}
		env := []string{"DATABASE_URL=" + databaseURL, "HANDBACK_KEYSET=" + program.Keyset}
		p := program.Start(t, program.Shipped, env...)
		receiver := receive(t)
		receiver.subscribe(p)
		before := newestEvent(p)
		for n := range kills {
			happenUntilKilled(p, receiver, n)
			p = program.Start(t, program.Shipped, env...)
		}
		edit(p, 1)
		edit(p, 2)
		receiver.at(false, func() {})
		receiver.requireArrived(p, before)
		require.Positive(t, receiver.again, "what was accepted without anybody knowing came again")
		require.LessOrEqual(t, receiver.again, kills, "and nothing else did")
		t.Logf("%d events, %d of them again", len(receiver.ids()), receiver.again)
		p.Kill()
	})
}

// happenUntilKilled has events happen until the program is killed, at a moment that depends on n.
func happenUntilKilled(p *program.Process, receiver *partner, n int) {
	switch n % 3 {
	case 0, 1:
		receiver.at(n%3 == 1, p.Kill)
	default:
		receiver.at(false, func() {})
		time.AfterFunc(rand.N(300*time.Millisecond), p.Kill)
	}
	for value := 0; !p.Exited(); value++ {
		edit(p, value%100)
		if value > 20 { // the job that sends them is to be found abandoned first
			time.Sleep(200 * time.Millisecond)
		}
	}
}

// TestWebhooksByTwoProcesses: both write and send, one is killed, and the other goes on.
func TestWebhooksByTwoProcesses(t *testing.T) {
	if testing.Short() {
		t.Skip("kills a program, and waits for another one to notice")
	}
	t.Parallel()
	databaseURL := dbtest.Postgres(t)
	env := []string{"DATABASE_URL=" + databaseURL, "HANDBACK_KEYSET=" + program.Keyset}
	p, other := program.Start(t, program.Shipped, env...), program.Start(t, program.Shipped, env...)
	receiver := receive(t)
	receiver.subscribe(p)
	before := newestEvent(p)
	writing := func(count int, by ...*program.Process) {
		program.Concurrently(len(by), func(i int) {
			for n := range count {
				edit(by[i], 2*n+i)
			}
		})
	}
	writing(20, p, other)
	receiver.requireArrived(other, before)
	receiver.at(true, other.Kill)
	writing(20, p, other)
	receiver.requireArrived(p, before)
	p.Kill()
}

// TestWebhooksWaitForReceiver: on the demo store, where time can be let pass, one that is down is tried again, counts as failing after a
// day, and is sent nothing after five, until it is enabled.
func TestWebhooksWaitForReceiver(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the program to find what is due")
	}
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		t.Parallel()
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL, "SANDBOX=true")
		receiver := receive(t)
		receiver.subscribe(p)
		before := newestEvent(p)
		receiver.tables = program.OpenDatabase(t, databaseURL)
		receiver.answer(http.StatusInternalServerError)
		edit(p, 1)
		edit(p, 2)
		receiver.passUntil(p, 10, func() bool { return receiver.count() >= 3 })
		require.Contains(t, receiver.statusOf(p), "ACTIVE")
		receiver.passUntil(p, 720, func() bool { return receiver.statusOf(p) == `{"webhookEndpoints":[{"status":"FAILING"}]}` })
		receiver.passUntil(p, 720, func() bool { return receiver.statusOf(p) == `{"webhookEndpoints":[{"status":"DISABLED"}]}` })
		require.Contains(t, p.Query(`{ webhookEndpoints { deliveries(first: 1) { nodes { error } } } }`), "nothing was taken for five days")

		receiver.answer(0)
		edit(p, 3)
		p.Query(fmt.Sprintf(`mutation { updateWebhookEndpoint(id: %q, enabled: true) { userErrors { message } } }`, receiver.endpoint))
		receiver.requireArrived(p, eventsAfter(p, before)[0])
		p.Stop()
	})
}

func (r *partner) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.requests
}

// passUntil lets time pass, so many minutes for each attempt, until something is so.
func (r *partner) passUntil(p *program.Process, minutes int, reached func() bool) {
	r.t.Helper()
	for !reached() {
		r.awaitPause()
		before := r.count()
		answer := p.Send(http.MethodPost, "/sandbox/clock", fmt.Sprintf(`{"advanceMinutes":%d}`, minutes))
		require.Less(r.t, answer.Status, 300, answer.Body)
		require.Eventually(r.t, func() bool { return r.count() > before || reached() }, program.Patience, 20*time.Millisecond)
	}
}

// awaitPause waits until the job waits for its next attempt: time that passes before is not noticed by it.
func (r *partner) awaitPause() {
	r.t.Helper()
	require.Eventually(r.t, func() bool {
		jobs := program.Rows(r.t, r.tables, `SELECT CAST(state AS text) FROM river_job WHERE kind = 'send_events' AND finalized_at IS NULL`)
		return len(jobs) == 0 || jobs[0][0] == "scheduled"
	}, program.Patience, 20*time.Millisecond)
}

// TestWebhooksToPrivateAddressesAreRefused where sellers sign in, also of an endpoint whose address was another one when it was made. What
// listens there gets no connection.
func TestWebhooksToPrivateAddressesAreRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := program.Start(t, program.Shipped, program.WithSignIn("DATABASE_URL="+databaseURL)...)
		private := httptest.NewUnstartedServer(http.NotFoundHandler())
		private.Config.ConnState = func(net.Conn, http.ConnState) { t.Error("it was connected to") }
		private.StartTLS()
		defer private.Close()
		seller := p.As(program.SessionToken(aurora, "42"))
		require.Contains(t, seller.Data(`mutation { createWebhookEndpoint(url: "https://hooks.example/") { userErrors { code } } }`), `"userErrors":[]`)
		_, err := program.OpenDatabase(t, databaseURL).ExecContext(t.Context(), `UPDATE webhook_endpoints SET url = $1`, private.URL)
		require.NoError(t, err)
		seller.Data(fmt.Sprintf(editMutation, "order.tags", `["told"]`))
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			require.Contains(c, seller.Data(`{ webhookEndpoints { deliveries { nodes { status error } } } }`), `{"status":null,"error":"the address is not public"}`)
		}, program.Patience, 20*time.Millisecond)
		p.Stop()
	})
}
