package test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// TestSignedInCallerIsRecorded: the audit trail and the settings name whoever did it.
func TestSignedInCallerIsRecorded(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := program.Start(t, program.Shipped, program.WithSignIn("DATABASE_URL="+databaseURL)...)
		require.NotContains(t, p.Stdout.String(), "demo")
		conns := program.OpenDatabase(t, databaseURL)
		require.Empty(t, program.Rows(t, conns, `SELECT domain FROM stores`), "there is a demo store")
		owner, clerk := p.As(program.SessionToken(aurora, "42")), p.As(program.SessionToken(aurora, "43"))
		require.Equal(t, `{"store":{"domain":"aurora.myshopify.com","name":"Aurora","region":"US"}}`, owner.Data(`{ store { domain name region } }`))
		require.Contains(t, p.As(program.SessionToken(borealis, "42")).Data(`{ store { domain } }`), borealis)
		require.Equal(t, [][]string{{aurora}, {borealis}}, program.Rows(t, conns, `SELECT domain FROM stores ORDER BY domain`))

		id, key := owner.CreateKey("Rithum", allScopes)
		partner := p.As(key)
		partner.Data(`mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:SHOP1") { userErrors { code } } }`)
		clerk.Data(`mutation { updateSettings(settings: [{ key: "order.tags", value: ["web"] }]) { userErrors { code } } }`)
		require.Contains(t, owner.Data(`{ settings(scope: STORE) { key updatedBy { kind name } } }`),
			`{"key":"order.tags","updatedBy":{"kind":"SELLER","name":"Shopify user 43"}}`)
		partner.Data(`mutation { updateSettings(settings: [{ key: "order.tags", value: ["api"] }]) { userErrors { code } } }`)
		require.Contains(t, owner.Data(`{ settings(scope: STORE) { key updatedBy { kind name } } }`),
			`{"key":"order.tags","updatedBy":{"kind":"PARTNER","name":"Rithum"}}`)
		require.Contains(t, partner.Data(`mutation { disconnectTikTokShop(confirm: true) { disconnection { disconnectedBy { kind name } } userErrors { code } } }`),
			`{"kind":"PARTNER","name":"Rithum"}`)
		require.Contains(t, partner.Data(`mutation { createWebhookEndpoint(url: "https://127.0.0.1/") { userErrors { code } } }`), "INVALID_URL", "only the demo sends there")
		owner.RevokeKey(id)
		require.Equal(t, `{"auditTrail":{"nodes":[`+strings.Join([]string{
			auditEntry("API_KEY_REVOKED", "SELLER", "Shopify user 42"), auditEntry("ACCOUNT_DISCONNECTED", "PARTNER", "Rithum"),
			auditEntry("ACCOUNT_DISCONNECTING", "PARTNER", "Rithum"),
			auditEntry("SETTINGS_UPDATED", "PARTNER", "Rithum"), auditEntry("SETTINGS_UPDATED", "SELLER", "Shopify user 43"),
			auditEntry("ACCOUNT_CONNECTED", "PARTNER", "Rithum"), auditEntry("API_KEY_CREATED", "SELLER", "Shopify user 42"),
			auditEntry("ACCOUNT_CONNECTED", "SELLER", "Shopify user 42"), auditEntry("STORE_REGISTERED", "SELLER", "Shopify user 42"),
		}, ",")+`]}}`, clerk.Data(`{ auditTrail { nodes { action actor { kind name } } } }`))
		p.Stop()
	})
}

func auditEntry(action, kind, name string) string {
	return fmt.Sprintf(`{"action":%q,"actor":{"kind":%q,"name":%q}}`, action, kind, name)
}

var changing = regexp.MustCompile(`"requestId":"[^"]*"`)

// TestSignInErrorsAreUniform: whoever has no good credential gets one and the same answer, which does not say why.
func TestSignInErrorsAreUniform(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped, program.WithSignIn("TRUSTED_PROXIES=127.0.0.0/8,10.0.0.0/8")...)
	seller := p.As(program.SessionToken(aurora, "42"))
	revoked, dead := seller.CreateKey("Gone", "READ")
	seller.RevokeKey(revoked)
	good, now := seller.Credential, time.Now().Unix()
	claims := map[string]any{"iss": "https://" + aurora + "/admin", "dest": "https://" + aurora, "aud": program.AppKey, "sub": "42", "exp": now + 60, "nbf": now}
	bad := []string{
		"", "Bearer", "Bearer ", "Basic eDp5", "Basic " + good, good, "Bearer x", "Bearer " + good + "x", "Bearer " + good[:len(good)-1],
		"Bearer " + good + ", Bearer " + good, "Bearer " + strings.Repeat("a", 10_000), "Bearer " + dead, "Bearer " + dead[:len(dead)-1] + "x",
		"Bearer hb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Bearer hb_", "Bearer " + program.SessionToken(aurora, "42", "exp", now-60, "nbf", now-120),
		"Bearer " + program.SessionToken(aurora, "42", "exp", now+240, "nbf", now+180), "Bearer " + program.SessionToken(aurora, "42", "exp", now+86400),
		"Bearer " + program.SessionToken(aurora, "42", "aud", "fedcba9876543210fedcba9876543210"), "Bearer " + program.SessionToken(aurora, "42", "dest", "https://"+borealis),
		"Bearer " + program.SessionToken("example.com", "42"), "Bearer " + program.SessionToken(aurora, "x"), "Bearer " + program.SessionToken(aurora, "42", "exp", nil),
		"Bearer " + program.SignToken("another-secret-another-secret-an", `{"alg":"HS256","typ":"JWT"}`, claims),
		"Bearer " + program.SignToken(program.AppSecret, `{"alg":"none","typ":"JWT"}`, claims), "Bearer " + program.SignToken(program.AppSecret, `{"alg":"HS512","typ":"JWT"}`, claims),
	}
	const body = `{"query":"{ store { domain } }"}`
	answers := []program.Response{p.Send(http.MethodPost, "/graphql", body), p.Send(http.MethodPost, "/graphql?access_token="+good, body, "Authorization", "Bearer "+good),
		p.Send(http.MethodGet, "/graphql?query=%7Bstore%7Bdomain%7D%7D", "")}
	for i, authorization := range bad {
		answers = append(answers, p.Send(http.MethodPost, "/graphql", body, "Authorization", authorization, "X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i)))
	}
	first := changing.ReplaceAllString(answers[0].Body, "")
	for i, answer := range answers {
		require.Equal(t, http.StatusUnauthorized, answer.Status, i)
		require.Equal(t, "UNAUTHENTICATED", answer.Code(t))
		require.Equal(t, `Bearer realm="handback"`, answer.Header.Get("WWW-Authenticate"))
		require.Equal(t, first, changing.ReplaceAllString(answer.Body, ""), i)
		for _, own := range []string{"Date", "X-Request-Id"} {
			answer.Header.Del(own)
		}
		require.Equal(t, answers[0].Header, answer.Header, i)
	}
	require.Contains(t, seller.Data(`{ store { domain } }`), aurora)
}

// TestWrongClockIsLogged: when session tokens fail for their times alone, the log names the clock, once a minute only; the
// answer is the same as ever.
func TestWrongClockIsLogged(t *testing.T) {
	t.Parallel()
	now := time.Now().Unix()
	for said, claims := range map[string][]any{
		`token=expired by=1h\d+m`:                    {"exp", now - 3600, "nbf", now - 3660, "iat", now - 3660},
		`token="not valid yet" by=(1h0m0s|5\dm\d+s)`: {"exp", now + 3660, "nbf", now + 3600, "iat", now + 3600},
	} {
		p := program.Start(t, program.Shipped, program.WithSignIn()...)
		wrong := program.SessionToken(aurora, "42", claims...)
		for range 10 {
			require.Equal(t, "UNAUTHENTICATED", p.As(wrong).Call(`{ store { id } }`).Code(t))
		}
		require.Equal(t, "UNAUTHENTICATED", p.As(wrong[:len(wrong)-2]+"xx").Call(`{ store { id } }`).Code(t))
		p.Stop("is the clock of this machine right?")
		require.Equal(t, 2, strings.Count(p.Stderr.String(), "level=WARN")) // one says that stand-ins answer
		require.Regexp(t, said, p.Stderr.String())
	}
}

// TestFailedSignInsAreLimited: guessing is slowed down for the address that it comes from, and for nobody who is known to
// be good.
func TestFailedSignInsAreLimited(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped, program.WithSignIn("TRUSTED_PROXIES=127.0.0.1/32")...)
	seller := p.As(program.SessionToken(aurora, "42"))
	_, known := seller.CreateKey("Known", "READ")
	_, fresh := seller.CreateKey("Fresh", "READ")
	send := func(credential, from string) program.Response {
		return p.Send(http.MethodPost, "/graphql", `{"query":"{ store { domain } }"}`, "Authorization", "Bearer "+credential, "X-Forwarded-For", from)
	}
	const guesser, neighbour = "203.0.113.9", "203.0.113.10"
	require.Equal(t, http.StatusOK, send(known, guesser).Status)
	slowed := program.Response{}
	for i := 0; i < 40 && slowed.Status != http.StatusTooManyRequests; i++ {
		slowed = send("hb_"+strings.Repeat(string('a'+rune(i%26)), 40), guesser)
	}
	require.Equal(t, http.StatusTooManyRequests, slowed.Status)
	require.Equal(t, "THROTTLED", slowed.Code(t))
	seconds, err := strconv.Atoi(slowed.Header.Get("Retry-After"))
	require.NoError(t, err)
	require.True(t, seconds >= 1 && seconds <= 5, seconds)
	require.Equal(t, http.StatusTooManyRequests, send(fresh, guesser).Status, "a good guess is heard")
	require.Equal(t, http.StatusOK, send(known, guesser).Status)
	require.Equal(t, http.StatusOK, send(seller.Credential, guesser).Status)
	require.Equal(t, http.StatusOK, send(fresh, neighbour).Status)
	page := p.Send(http.MethodGet, "/graphiql", "", "Authorization", "Bearer x", "X-Forwarded-For", guesser)
	require.Equal(t, http.StatusTooManyRequests, page.Status)
	require.Regexp(t, `^[1-5]$`, page.Header.Get("Retry-After"))
}

// TestSignInDisablesDemo: nobody comes in without a credential, from wherever, not even to a database that the
// demo store is in.
func TestSignInDisablesDemo(t *testing.T) {
	t.Parallel()
	databaseURL := "DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "handback.db")
	demo := program.Start(t, program.Shipped, databaseURL)
	require.Equal(t, http.StatusOK, demo.As("").Call(`{ store { name } }`).Status)
	demo.Stop()
	p := program.Start(t, program.Shipped, program.WithSignIn("ADDR=0.0.0.0:0", databaseURL)...)
	require.NotContains(t, p.Stdout.String(), "Aurora")
	p.URL = strings.Replace(p.URL, "0.0.0.0", "127.0.0.1", 1)
	for _, operation := range []string{`{ store { name } }`, `{ __typename }`, `{ __schema { types { name } } }`, `{`, disconnectMutation} {
		answer := p.As("").Call(operation)
		require.Equal(t, http.StatusUnauthorized, answer.Status)
		require.Equal(t, "UNAUTHENTICATED", answer.Code(t))
	}
	require.Equal(t, http.StatusOK, p.As(program.SessionToken(aurora, "42")).Call(`{ store { name } }`).Status)
	p.Stop()
	require.NotContains(t, p.Stdout.String()+p.Stderr.String(), program.AppSecret)
}
