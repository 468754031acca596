package test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/shopify"
	"github.com/handback/handback/test/program"
)

// TestAppSecretIsChangedWithoutAnInterruption: while Shopify signs with either secret, both are taken; when the former is taken away,
// only the new one is.
func TestAppSecretIsChangedWithoutAnInterruption(t *testing.T) {
	t.Parallel()
	const former, present = program.AppSecret, "planted-second-secret-of-the-app"
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		for _, step := range []struct {
			environment []string
			taken       map[string]bool // by the secret that signs
		}{
			{nil, map[string]bool{former: true, present: false}},
			{[]string{"SHOPIFY_API_SECRET=" + present, "SHOPIFY_API_SECRET_FORMER=" + former}, map[string]bool{former: true, present: true}},
			{[]string{"SHOPIFY_API_SECRET=" + present}, map[string]bool{former: false, present: true}},
		} {
			environment := append(program.WithSignIn("DATABASE_URL="+databaseURL, program.ShopifyOf(databaseURL).Env()), step.environment...)
			p := program.Start(t, program.Shipped, environment...)
			for secret, taken := range step.taken {
				status := map[bool]int{true: http.StatusOK, false: http.StatusUnauthorized}[taken]
				require.Equal(t, status, p.As(program.SessionTokenBy(secret, borealis, "42")).Call(`{ store { id } }`).Status)
				require.Equal(t, status, notifyBy(p, secret).Status)
			}
			p.Kill()
		}
	})
}

// notifyBy sends what Shopify would, signed with a secret.
func notifyBy(p *program.Process, secret string) program.Response {
	const body = `{"id":1}`
	return p.Send(http.MethodPost, "/webhooks/shopify", body, "Content-Type", "application/json", "X-Shopify-Topic", "locations/update",
		"X-Shopify-Shop-Domain", borealis, "X-Shopify-Api-Version", "2026-01", "X-Shopify-Webhook-Id", "id-"+secret[:12],
		"X-Shopify-Hmac-Sha256", shopify.SignNotification(secret, []byte(body)))
}
