package test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/standin"
	"github.com/handback/handback/test/program"
)

// Calls to TikTok that a disconnect makes.
const (
	searchOrders  = "POST /order/202309/orders/search"
	listShops     = "GET /authorization/202309/shops"
	deleteWebhook = "DELETE /event/202309/webhooks"
	deauthorize   = "DELETE /authorization/202403/shops"
)

// tikTokMoment is the nth call of its kind of a disconnect.
type tikTokMoment struct {
	call     string
	n        int
	done     bool // TikTok has carried it out, and the answer is lost; else TikTok never hears of it
	postgres bool // tried there, too, where a process that is gone is waited for
}

// tikTokMoments are where a disconnect has something half done at TikTok.
var tikTokMoments = []tikTokMoment{
	{call: searchOrders, n: 8, postgres: true}, // a batch of the list is stored
	{call: listShops, n: 1},                    // nothing is ended yet
	{call: deleteWebhook, n: 1, done: true},
	{call: deauthorize, n: 1},
	{call: deauthorize, n: 1, done: true, postgres: true},
	{call: listShops, n: 2}, // the proof
}

const openAtTikTok = 760

// TestDisconnectSurvivesKillAtTikTok at the calls that read what is open there and end the authorization: the next start finishes both, and
// ends nothing twice.
func TestDisconnectSurvivesKillAtTikTok(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program many times")
	}
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		dialect := map[bool]string{true: "sqlite", false: "postgres"}[program.IsSQLite(databaseURL)]
		for _, moment := range tikTokMoments {
			if dialect == "postgres" && !moment.postgres {
				continue
			}
			t.Run(fmt.Sprint(moment.call, " ", moment.n, map[bool]string{true: " answered", false: " asked"}[moment.done]), func(t *testing.T) {
				t.Parallel()
				killAtTikTok(t, moment, dbtest.URL(t, dialect))
			})
		}
	})
}

func killAtTikTok(t *testing.T, moment tikTokMoment, databaseURL string) {
	t.Helper()
	platforms := program.ServeShopify(t, sandbox.Options{})
	env := []string{"DATABASE_URL=" + databaseURL, platforms.DemoEnv()}
	first := program.Start(t, program.Shipped, env...)
	connectAnew(t, first, platforms)
	orderAtTikTok(t, platforms)
	require.Contains(t, fmt.Sprint(program.Dump(t, databaseURL)["tiktok_credentials"]), "account_")
	before := max(lastOf(platforms.Calls(0)), lastOf(platforms.TikTok.Calls(0)))
	var present atomic.Pointer[program.Process]
	present.Store(first)
	killed := killAt(t, platforms, moment, &present)

	_, _ = first.Post(program.NewClient(t), beginDisconnect)
	requireReached(t, killed)
	first.Wait()
	next := program.Start(t, program.Shipped, env...)
	present.Store(next)
	awaitGivenBack(t, next)

	requireWholeHandoff(t, next)
	requireEndedOnce(t, slices.Concat(platforms.Calls(before), platforms.TikTok.Calls(before)))
	next.Stop(waitsForTokens)
	require.Len(t, program.Examine(t, databaseURL).Closed, 2)
	require.Empty(t, program.Dump(t, databaseURL)["tiktok_credentials"])
}

// connectAnew has the demo's shop connected as a seller does it, so that TikTok has webhooks of it.
func connectAnew(t *testing.T, p *program.Process, platforms *program.Shopify) {
	t.Helper()
	require.Contains(t, p.Query(disconnectMutation), `"userErrors":[]`)
	awaitGivenBack(t, p)
	require.Contains(t, p.Query(connectMutation), `"userErrors":[]`)
	p.As("").AwaitShop("CONNECTED")
	require.Eventually(t, func() bool { return len(callsOf(platforms.TikTok.Calls(0), "PutWebhook")) >= 2 }, program.Patience, 10*time.Millisecond)
}

func orderAtTikTok(t *testing.T, platforms *program.Shopify) {
	t.Helper()
	ids, err := platforms.TikTok.AddOrders("USLCDEMO1", "AWAITING_SHIPMENT", openAtTikTok, 48*time.Hour)
	require.NoError(t, err)
	_, err = platforms.TikTok.AddCancellation(ids[0], time.Hour)
	require.NoError(t, err)
	_, err = platforms.TikTok.AddReturn(ids[1], false, time.Hour)
	require.NoError(t, err)
}

// killAt kills the present process at the moment, once. Whenever TikTok is asked to end the authorization, the store must have been given back.
func killAt(t *testing.T, platforms *program.Shopify, moment tikTokMoment, present *atomic.Pointer[program.Process]) (killed chan struct{}) {
	t.Helper()
	killed = make(chan struct{})
	var mu sync.Mutex
	n, over := 0, false
	client := program.NewClient(t)
	platforms.InterceptTikTok(func(call string, done bool) {
		if call == deauthorize && !done {
			requireGivenBackBefore(t, client, present.Load())
		}
		mu.Lock()
		defer mu.Unlock()
		if over || call != moment.call || done != moment.done {
			return
		}
		if n++; n < moment.n {
			return
		}
		over = true
		present.Load().Kill()
		close(killed)
		panic(http.ErrAbortHandler)
	})
	return killed
}

func requireGivenBackBefore(t *testing.T, client *http.Client, p *program.Process) {
	t.Helper()
	answer, err := p.Post(client, `{ accounts { disconnections { status restoration { snapshotDigest restoredDigest } } } }`)
	assert.NoError(t, err)
	var data struct {
		Accounts []struct {
			Disconnections []struct {
				Status      string
				Restoration struct{ SnapshotDigest, RestoredDigest string }
			}
		}
	}
	if assert.NoError(t, json.Unmarshal(answer.Data, &data)) && assert.NotEmpty(t, data.Accounts) {
		record := data.Accounts[0].Disconnections[0]
		assert.Equal(t, "REVOKING", record.Status)
		assert.Equal(t, record.Restoration.SnapshotDigest, record.Restoration.RestoredDigest)
	}
}

// requireWholeHandoff finds in the list of the last disconnect all that was open, once.
func requireWholeHandoff(t *testing.T, p *program.Process) {
	t.Helper()
	references, after := map[string]bool{}, "null"
	for more := true; more; {
		page := jsonAt(t, p.Query(`{ accounts { disconnections { handoff(first: 250, after: `+after+`) { totalCount readAt nodes { task orderId } pageInfo { hasNextPage endCursor } } } } }`),
			"accounts", 0, "disconnections", 0, "handoff").(map[string]any)
		require.NotNil(t, page["readAt"])
		require.EqualValues(t, openAtTikTok+2, page["totalCount"])
		for _, node := range page["nodes"].([]any) {
			item := node.(map[string]any)
			references[fmt.Sprint(item["task"], item["orderId"])] = true
		}
		info := page["pageInfo"].(map[string]any)
		more, after = info["hasNextPage"].(bool), fmt.Sprintf("%q", info["endCursor"])
	}
	require.Len(t, references, openAtTikTok+2)
}

// requireEndedOnce finds that TikTok has ended the authorization once, after the last write in the store.
func requireEndedOnce(t *testing.T, calls []standin.Call) {
	t.Helper()
	ended := callsOf(calls, "Deauthorize")
	require.Len(t, ended, 1)
	require.Equal(t, standin.OutcomeOK, ended[0].Outcome)
	deleted := callsOf(calls, "ChannelDelete")
	require.NotEmpty(t, deleted)
	for _, call := range slices.Concat(deleted, callsOf(calls, "Unpublish"), callsOf(calls, "LocationEdit"), callsOf(calls, "PublicationUpdate")) {
		require.Less(t, call.N, ended[0].N, call)
	}
}

func callsOf(calls []standin.Call, operation string) (list []standin.Call) {
	for _, call := range calls {
		if call.Operation == operation {
			list = append(list, call)
		}
	}
	return list
}
