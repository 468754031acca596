package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"github.com/handback/handback/telemetry"
	"github.com/handback/handback/test/program"
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
	c := config{Sandbox: "true", SandboxFile: filepath.Join(tb.TempDir(), "shopify"), Keyset: program.Keyset}
	require.NoError(tb, useKeyset(tb.Context(), c, repository))
	platforms, err := openPlatforms(c, repository, slog.New(slog.DiscardHandler))
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, platforms.close()) })
	platforms.signIns, platforms.sessionToken = nil, nil
	return platforms
}

// rehearsed is the program as clients and as operators see it, with the demo store.
func rehearsed(t *testing.T, c config) (clients, operators http.Handler) {
	t.Helper()
	repository, err := db.Open(t.Context(), dbtest.URL(t, "sqlite"), models.DefaultCatalogue())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, repository.Close()) })
	seller, err := openDemoStore(t.Context(), repository, false)
	require.NoError(t, err)
	log := slog.New(slog.DiscardHandler)
	ready, metrics := telemetry.NewReadiness(repository.Ready, log), telemetry.NewMetrics(repository.Pools)
	clients, err = newHandler(c, repository, openRehearsal(t, repository), &seller, ready, telemetry.Telemetry{Log: log, Metrics: metrics})
	require.NoError(t, err)
	return clients, newOpsServer(ready, metrics, log).Handler
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

// TestMetricsAreOperatorsOnly: nobody finds them where clients come in, whatever a proxy says or leaves out.
func TestMetricsAreOperatorsOnly(t *testing.T) {
	clients, operators := rehearsed(t, config{})
	for _, test := range []struct {
		handler http.Handler
		path    string
		status  int
	}{
		{clients, "/metrics", http.StatusNotFound},
		{clients, "/metrics/", http.StatusNotFound},
		{clients, "/livez", http.StatusOK},
		{clients, "/readyz", http.StatusOK},
		{operators, "/metrics", http.StatusOK},
		{operators, "/livez", http.StatusOK},
		{operators, "/readyz", http.StatusOK},
		{operators, "/graphql", http.StatusNotFound},
		{operators, "/", http.StatusNotFound},
	} {
		answer := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodGet, test.path, http.NoBody)
		request.Host = "localhost"
		test.handler.ServeHTTP(answer, request)
		require.Equal(t, test.status, answer.Code, "%+v", test)
		require.Equal(t, test.path == "/metrics" && test.status == http.StatusOK, strings.Contains(answer.Body.String(), "go_goroutines"))
	}
}

// TestHeadersOfManyFieldsAreRejected, whatever they are sent to; those of browsers and proxies have less than half as many.
func TestHeadersOfManyFieldsAreRejected(t *testing.T) {
	clients, _ := rehearsed(t, config{})
	send := func(path string, fields int) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = "127.0.0.1"
		for i := range fields {
			r.Header.Add("A"+strconv.Itoa(i/2), "") // half of them twice
		}
		w := httptest.NewRecorder()
		clients.ServeHTTP(w, r)
		return w
	}
	for _, path := range []string{"/", "/graphql?query={__typename}", "/livez"} {
		require.Equal(t, http.StatusOK, send(path, mostFields).Code, path)
		w := send(path, mostFields+1)
		require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, w.Code, path)
		require.Equal(t, "close", w.Header().Get("Connection"))
		require.Contains(t, w.Body.String(), "HEADER_TOO_LARGE")
	}
}

// TestGraphiQLCanBeSwitchedOff, with all of its files.
func TestGraphiQLCanBeSwitchedOff(t *testing.T) {
	for on, status := range map[bool]int{true: http.StatusOK, false: http.StatusNotFound} {
		clients, _ := rehearsed(t, config{GraphiQL: on})
		for _, path := range []string{"/graphiql", "/graphiql/start.js"} {
			answer := httptest.NewRecorder()
			request := httptest.NewRequest(http.MethodGet, path, http.NoBody)
			request.Host = "localhost"
			clients.ServeHTTP(answer, request)
			require.Equal(t, status, answer.Code, path)
		}
	}
}

func TestDefaultOpsAddr(t *testing.T) {
	for _, test := range []struct {
		addr string
		port int
		ops  string
	}{
		{"127.0.0.1:8080", 8080, "127.0.0.1:9080"},
		{"127.0.0.1:8081", 8081, "127.0.0.1:9081"},
		{":http", 80, "127.0.0.1:1080"},
		{"[::1]:65000", 65000, "127.0.0.1:64000"},
		{"127.0.0.1:0", 34567, "127.0.0.1:0"},
	} {
		require.Equal(t, test.ops, config{Addr: test.addr}.opsAddr(test.port), test.addr)
	}
	require.Equal(t, "0.0.0.0:9090", config{Addr: ":8080", OpsAddr: "0.0.0.0:9090"}.opsAddr(8080))
}
