package test

import (
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// TestDisconnectIsOneTrace: what a request leads to has its trace id, from the request over its transaction and the jobs that it has promised to
// the calls of both platforms.
func TestDisconnectIsOneTrace(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		c := program.NewCollector(t)
		p := program.Start(t, program.Shipped, program.WithSignIn("DATABASE_URL="+databaseURL, "OTEL_EXPORTER_OTLP_ENDPOINT="+c.URL)...)
		seller := p.As(program.SessionToken("traced.myshopify.com", "42"))
		seller.Data(`mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO1") { userErrors { code } } }`)
		seller.AwaitShop("CONNECTED")
		const trace = "0af7651916cd43dd8448eb211c80319c"
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.URL, strings.NewReader(`{"query":"mutation Leave { disconnectTikTokShop(confirm: true) { userErrors { code } } }"}`))
		require.NoError(t, err)
		for name, value := range map[string]string{"Authorization": "Bearer " + seller.Credential, "Content-Type": "application/json", "Traceparent": "00-" + trace + "-b7ad6b7169203331-01"} {
			request.Header.Set(name, value)
		}
		require.NotContains(t, read(t, request), `"code"`)
		seller.AwaitDisconnection("COMPLETE")
		p.Stop()

		promise := c.Child(t, c.Span(t, "mutation Leave"), "Mutation.disconnectTikTokShop")
		job := c.Child(t, promise, "job carry_out")
		require.Equal(t, trace, hex.EncodeToString(job.GetTraceId()))
		platforms := map[string]int{}
		for _, span := range c.Spans {
			if name, _, _ := strings.Cut(span.GetName(), " "); hex.EncodeToString(span.GetTraceId()) == trace && (name == "Shopify" || name == "TikTok") {
				require.NotContains(t, span.String(), "myshopify.com")
				platforms[name]++
			}
		}
		require.Positive(t, platforms["Shopify"], "the store is given back")
		require.Positive(t, platforms["TikTok"], "and the shop let go")
	})
}
