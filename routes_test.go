package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"

	"handback/db"
	"handback/db/dbtest"
	"handback/models"
	"handback/telemetry"
	"handback/test/program"
)

// measured are the operations whose cost is watched, as bench compares them.
var measured = []string{"Accounts", "Overview", "Settings", "AuditTrail", "DisconnectPreview", "DisconnectTikTokShop", "ConnectTikTokShop"}

var measuredVariables = map[string]map[string]any{
	"AuditTrail":        {"first": 10},
	"ConnectTikTokShop": {"authorizationCode": "sandbox:US:owner:MEASURED"},
}

// counter is the whole program but for its port, and a seller whose store is connected and edited.
type counter struct {
	tb      testing.TB
	handler http.Handler
	token   string
	bodies  map[string]string
}

// openRehearsal opens platforms that let the app into no store: everything is done in one transaction.
func openRehearsal(tb testing.TB, repository *db.Repository) *platforms {
	tb.Helper()
	c := config{Sandbox: "true", SandboxFile: filepath.Join(tb.TempDir(), "shopify")}
	platforms, err := openPlatforms(c, repository, slog.New(slog.DiscardHandler))
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, platforms.close()) })
	platforms.signIns, platforms.sessionToken = nil, nil
	return platforms
}

func newCounter(tb testing.TB, databaseURL string, traces trace.TracerProvider) *counter {
	tb.Helper()
	repository, err := db.Open(tb.Context(), databaseURL, models.DefaultCatalogue(), db.WithTracing(traces))
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, repository.Close()) })
	log := slog.New(slog.DiscardHandler)
	c := config{ShopifyAPIKey: program.AppKey, ShopifyAPISecret: program.AppSecret, ThrottleMaximum: new(1e9), ThrottleRate: new(1e9), Sandbox: "true"}
	handler, err := newHandler(c, repository, openRehearsal(tb, repository), nil, telemetry.NewReadiness(repository.Ready, log), telemetry.Telemetry{Log: log, Metrics: telemetry.NewMetrics(repository.Pools), Traces: traces})
	require.NoError(tb, err)
	requests := &counter{tb: tb, handler: handler, token: program.SessionToken("measured.myshopify.com", "1"), bodies: map[string]string{}}
	for _, name := range measured {
		document, err := os.ReadFile(filepath.Join("bench", "operations", name+".graphql"))
		require.NoError(tb, err)
		requests.bodies[name] = requests.body(string(document), measuredVariables[name])
	}
	requests.do("ConnectTikTokShop")
	requests.send(requests.body(`mutation Edit($settings: [SettingInput!]!) { updateSettings(settings: $settings) { userErrors { code } } }`, map[string]any{
		"settings": []map[string]any{{"key": "inventory.percent", "value": 70}, {"key": "order.tags", "value": []string{"web", "gift"}}},
	}))
	return requests
}

func (c *counter) body(query string, variables map[string]any) string {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(c.tb, err)
	return string(body)
}

// do carries out one of the operations.
func (c *counter) do(name string) { c.send(c.bodies[name]) }

func (c *counter) send(body string) {
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	if answer := w.Body.String(); !strings.HasPrefix(answer, `{"data":{`) || strings.Contains(answer, `"userErrors":[{`) {
		c.tb.Fatal(answer)
	}
}

// around gives what is to be done before and after an operation that changes the store, so that it finds it as it was.
func (c *counter) around(name string) (before, after func()) {
	nothing := func() {}
	switch name {
	case "ConnectTikTokShop":
		return func() { c.do("DisconnectTikTokShop") }, nothing
	case "DisconnectTikTokShop":
		return nothing, func() { c.do("ConnectTikTokShop") }
	}
	return nothing, nothing
}

// BenchmarkOperation times whole requests, from the header to the answer's last byte, without the network.
func BenchmarkOperation(b *testing.B) {
	for _, dialect := range dbtest.Dialects {
		requests := newCounter(b, dbtest.URL(b, dialect), nil)
		for _, name := range measured {
			b.Run(dialect+"/"+name, func(b *testing.B) {
				before, after := requests.around(name)
				b.ReportAllocs()
				for b.Loop() {
					b.StopTimer()
					before()
					b.StartTimer()
					requests.do(name)
					b.StopTimer()
					after()
					b.StartTimer()
				}
			})
		}
	}
}

func TestMetricsAccess(t *testing.T) {
	c, err := readConfig()
	require.NoError(t, err)
	handler := allowNetworks(c.MetricsNetworks, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for _, test := range []struct {
		peer, header string
		inside       bool
	}{
		{"127.0.0.1:80", "", true},
		{"127.8.8.8:80", "", true},
		{"[::1]:80", "", true},
		{"[::ffff:127.0.0.1]:80", "", true},
		{"10.1.2.3:80", "", true},
		{"172.16.0.1:80", "", true},
		{"192.168.1.1:80", "", true},
		{"[::ffff:10.1.2.3]:80", "", true},
		{"[fd00::1]:80", "", true},
		{"10.1.2.3:80", "Accept", true},
		{"172.32.0.1:80", "", false},
		{"100.64.0.1:80", "", false},
		{"11.0.0.1:80", "", false},
		{"203.0.113.7:80", "", false},
		{"[2001:db8::1]:80", "", false},
		{"[::ffff:203.0.113.7]:80", "", false},
		{"@", "", false},
		{"", "", false},
		{"127.0.0.1:80", "X-Forwarded-For", false},
		{"127.0.0.1:80", "Forwarded", false},
		{"10.1.2.3:80", "Via", false},
	} {
		request := httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody)
		request.RemoteAddr = test.peer
		if test.header != "" {
			request.Header.Set(test.header, "127.0.0.1")
		}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		wanted := http.StatusNotFound
		if test.inside {
			wanted = http.StatusNoContent
		}
		require.Equal(t, wanted, answer.Code, "%+v", test)
	}
}

// TestMetricsNetworks: the networks of METRICS_NETWORKS are answered and no others, and through a proxy nobody is.
func TestMetricsNetworks(t *testing.T) {
	t.Setenv("METRICS_NETWORKS", "100.64.0.0/10,fe80::/10")
	c, err := readConfig()
	require.NoError(t, err)
	handler := allowNetworks(c.MetricsNetworks, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for peer, status := range map[string]int{
		"100.64.0.1:80": http.StatusOK, "[::ffff:100.127.255.255]:80": http.StatusOK, "[fe80::1%eth0]:80": http.StatusOK,
		"100.128.0.1:80": http.StatusNotFound, "10.1.2.3:80": http.StatusNotFound, "127.0.0.1:80": http.StatusNotFound, "": http.StatusNotFound,
	} {
		request := httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody)
		request.RemoteAddr = peer
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		require.Equal(t, status, answer.Code, peer)
		request.Header.Set("X-Forwarded-For", "100.64.0.1")
		answer = httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		require.Equal(t, http.StatusNotFound, answer.Code, peer)
	}
}
