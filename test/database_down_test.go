package test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// TestSignInWhileDatabaseIsDown: whoever signs in while the database cannot be reached is told to try again, in time, and never
// that the credential is bad.
func TestSignInWhileDatabaseIsDown(t *testing.T) {
	t.Parallel()
	for name, takeDown := range map[string]func(*dbtest.Proxy){"refusing": (*dbtest.Proxy).RejectConnections, "silent": (*dbtest.Proxy).BlackHole} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := dbtest.NewProxy(t, dbtest.Postgres(t))
			p := program.Start(t, program.Shipped, program.WithSignIn("DATABASE_URL="+proxy.URL())...)
			seller := p.As(program.SessionToken(aurora, "42"))
			_, key := seller.CreateKey("Rithum", allScopes)
			takeDown(proxy)
			newcomer := program.SessionToken(borealis, "42")
			requests := []struct{ method, path, authorization, says string }{
				{http.MethodPost, "/graphql", "Bearer " + key, "TRY_AGAIN"},
				{http.MethodPost, "/graphql", "Bearer hb_" + strings.Repeat("a", 40), "TRY_AGAIN"},
				{http.MethodPost, "/graphql", "Bearer " + newcomer, "TRY_AGAIN"},
				{http.MethodGet, "/graphiql", "Bearer " + key, "Try again"},
				{http.MethodGet, "/readyz", "", "database"},
			}
			began, answers := time.Now(), make([]program.Response, len(requests))
			errs := make([]error, len(requests))
			program.Concurrently(len(requests), func(i int) {
				r := requests[i]
				answers[i], errs[i] = p.TrySend(http.DefaultClient, r.method, r.path, `{"query":"{ accounts { id } }"}`, "Authorization", r.authorization)
			})
			require.Less(t, time.Since(began), program.Patience)
			for i, answer := range answers {
				require.NoError(t, errs[i])
				require.Equal(t, http.StatusServiceUnavailable, answer.Status, "%v: %s", requests[i], answer.Body)
				require.Contains(t, answer.Body, requests[i].says)
				if requests[i].path != "/readyz" {
					require.NotEmpty(t, answer.Header.Get("Retry-After"), requests[i].path)
				}
			}
			require.Equal(t, http.StatusOK, p.Send(http.MethodGet, "/livez", "").Status)
			proxy.Heal()
			require.Eventually(t, func() bool {
				answer, err := p.TrySend(http.DefaultClient, http.MethodPost, "/graphql", `{"query":"{ store { domain } }"}`, "Authorization", "Bearer "+key)
				return err == nil && answer.Status == http.StatusOK
			}, program.Patience, 50*time.Millisecond)
			require.Equal(t, http.StatusUnauthorized, p.As("hb_"+strings.Repeat("a", 40)).Call(`{ store { domain } }`).Status)
		})
	}
}
