package test

import (
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// TestTelemetryHoldsNoSettingValues runs the program with everything on that tells operators about it, plants values
// wherever a client can send one, and looks for them in all that was told.
func TestTelemetryHoldsNoSettingValues(t *testing.T) {
	t.Parallel()
	const planted = "plantedValue1234567"
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		c := program.NewCollector(t)
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL, "LOG_FORMAT=json", "OTEL_EXPORTER_OTLP_ENDPOINT="+c.URL,
			"OTEL_EXPORTER_OTLP_HEADERS=x-key="+planted)
		send := func(query string, variables map[string]any, header ...string) string {
			body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
			require.NoError(t, err)
			request, err := http.NewRequest(http.MethodPost, p.URL, strings.NewReader(string(body)))
			require.NoError(t, err)
			request.Header.Set("Content-Type", "application/json")
			for i := 0; i < len(header); i += 2 {
				request.Header.Set(header[i], header[i+1])
			}
			return read(t, request)
		}
		const trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
		require.Contains(t, send(`query Overview { overview { tikTokShop { status } } }`, nil, "Traceparent", "00-"+trace+"-"+parent+"-01"), "CONNECTED")
		require.Contains(t, send(`mutation Edit($value: SettingValue) { updateSettings(settings: [{ key: "order.tags", value: $value }]) { settings { value } userErrors { code } } }`,
			map[string]any{"value": []string{planted}}), planted)
		send(`mutation { updateSettings(settings: [{ key: "`+planted+`", value: "`+planted+`" }]) { userErrors { code } } }`, nil)
		send(`mutation($code: String!) { connectTikTokShop(authorizationCode: $code) { userErrors { code } } }`, map[string]any{"code": "sandbox:US:owner:" + planted})
		send(`mutation { connectTikTokShop(authorizationCode: "`+planted+`") { userErrors { code } } }`, nil)
		send(`mutation { disconnectTikTokShop(confirm: true, previewToken: "`+planted+`") { userErrors { code } } }`, nil)
		send(`query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": "account_" + planted})
		send(`query Away { overview { tikTokShop(at: "`+planted+`") { status } } }`, nil)
		send(`{ "`+planted+`" }`, nil)
		send(planted, map[string]any{planted: planted}, "Traceparent", planted)
		send(`{ accounts { id } }`, nil, "Authorization", "Bearer "+planted)
		get, err := http.NewRequest(http.MethodGet, p.URL+`?query={store(at:"`+planted+`"){id}}`, http.NoBody)
		require.NoError(t, err)
		read(t, get)
		metrics := p.Metrics()
		p.Stop()

		require.NotContains(t, c.Text, planted)
		require.NotContains(t, metrics, planted)
		require.NotContains(t, p.Stderr.String(), planted)
		require.NotContains(t, p.Stdout.String(), planted)
		require.Contains(t, metrics, `handback_operations_total{code="OK",type="query"}`)
		require.Equal(t, 12, strings.Count(p.Stderr.String(), `"msg":"operation"`), p.Stderr.String())
		require.Contains(t, p.Stderr.String(), `"operation":"Edit","type":"mutation"`)

		overview := c.Span(t, "query Overview")
		require.Equal(t, trace, hex.EncodeToString(overview.GetTraceId()))
		require.Equal(t, parent, hex.EncodeToString(overview.GetParentSpanId()))
		resolver := c.Child(t, overview, "Query.overview")
		require.Contains(t, program.AttributesOf(c.Child(t, resolver, "SELECT").GetAttributes())["db.query.text"], "FROM accounts")
		edit := c.Child(t, c.Span(t, "mutation Edit"), "Mutation.updateSettings")
		for _, statement := range []string{"BEGIN", "SELECT", "INSERT", "COMMIT"} {
			c.Child(t, edit, statement)
		}
	})
}

func read(t *testing.T, request *http.Request) string {
	t.Helper()
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return string(text)
}
