package test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/test/program"
)

// allowedTrouble are warnings of calls to Shopify that fail and are made again.
var allowedTrouble = []string{"work in a store waits", "the store could not be read", "the store could not be released"}

// TestDisconnectSurvivesThrottleStorm: Shopify throttles a hundred calls in a row.
func TestDisconnectSurvivesThrottleStorm(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for a hundred attempts")
	}
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		shopify := program.ServeShopify(t, sandbox.Options{})
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL, shopify.DemoEnv())
		disconnectDemo(p)
		require.NoError(t, shopify.AddFault(sandbox.Fault{Operation: "*", Kind: sandbox.Throttled, Times: 100}))
		awaitGivenBack(t, p)
		throttled := 0
		for _, call := range shopify.Calls(0) {
			if call.Outcome == string(sandbox.Throttled) {
				throttled++
			}
		}
		t.Logf("%d calls were throttled", throttled)
		p.Stop(allowedTrouble...)
		program.Examine(t, databaseURL)
	})
}

// TestDisconnectRenewsExpiredToken in the middle, also when the answer with the new one is lost.
func TestDisconnectRenewsExpiredToken(t *testing.T) {
	t.Parallel()
	w := undisturbedWorlds(t)
	for name, fault := range map[string]sandbox.FaultKind{"expired": "", "refresh is lost": sandbox.CutAfter, "refresh fails": sandbox.HTTP500} {
		for _, m := range moments(w.disconnect, 4)[1:3] {
			t.Run(fmt.Sprint(name, " at ", m), func(t *testing.T) {
				t.Parallel()
				var later atomic.Int64
				shopify := program.ServeShopify(t, sandbox.Options{Now: func() time.Time { return time.Now().Add(time.Duration(later.Load())) }})
				p := program.Start(t, program.Shipped, shopify.DemoEnv())
				calls := shopify.Calls(0)
				if fault != "" {
					require.NoError(t, shopify.AddFault(sandbox.Fault{Operation: "TokenRefresh", Kind: fault, Times: 1}))
				}
				reached := m.at(shopify, func() { later.Store(int64(2 * time.Hour)) })
				disconnectDemo(p)
				requireReached(t, reached)
				awaitGivenBack(t, p)
				require.Equal(t, w.givenBack, shopify.World(t))
				refreshed := 0
				for _, call := range shopify.Calls(calls[len(calls)-1].N) {
					if call.Operation == "TokenRefresh" {
						refreshed++
					}
				}
				require.Equal(t, map[bool]int{true: 1, false: 2}[fault == ""], refreshed)
				p.Stop(allowedTrouble...)
			})
		}
	}
}

// TestStoreIsTheOnlyHost that the program asks, whatever it does: nothing of the ads channel, and nobody else. What is not
// sent to the stand-in would be sent through the proxy.
func TestStoreIsTheOnlyHost(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var elsewhere []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		elsewhere = append(elsewhere, r.Method+" "+r.Host)
		mu.Unlock()
		w.WriteHeader(http.StatusBadGateway)
	}))
	t.Cleanup(proxy.Close)
	shopify := program.ServeShopify(t, sandbox.Options{})
	p := program.Start(t, program.Shipped, shopify.DemoEnv(), "HTTP_PROXY="+proxy.URL, "HTTPS_PROXY="+proxy.URL)
	for range 2 {
		previewOf(p)
		p.Query(disconnectMutation)
		awaitGivenBack(t, p)
		p.Query(connectMutation)
		p.As("").AwaitShop("CONNECTED")
		p.Query(editStoreSetting(1).query)
	}
	p.Stop()
	require.Equal(t, []string{program.DemoDomain, "auth.tiktok-shops.com", "open-api.tiktokglobalshop.com"}, shopify.Hosts())
	require.Empty(t, elsewhere)
	file, err := program.Shipped()
	require.NoError(t, err)
	binary := readFile(t, file)
	for _, host := range []string{"business-api.tiktok.com", "ads.tiktok.com"} {
		if strings.Contains(binary, host) { // without showing all of the program
			require.Fail(t, "the program knows of "+host)
		}
	}
}
