package auth_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/auth"
	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const (
	domain   = "aurora-outfitters.myshopify.com"
	header   = `{"alg":"HS256","typ":"JWT"}`
	unknown  = "hb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" // nobody's key
	somebody = "203.0.113.9:4711"
)

var sessions = auth.SessionTokens{APIKey: "0123456789abcdef0123456789abcdef", APISecret: "hush-hush-hush-hush-hush-hush-hu"}

// start is when the tests' clocks begin to run.
var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// clock stands still unless it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// open opens a database for the length of a test.
func open(tb testing.TB, databaseURL string) *db.Repository {
	tb.Helper()
	repository, err := db.Open(context.Background(), databaseURL, models.DefaultCatalogue())
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, repository.Close()) })
	return repository
}

// newAuth signs in sellers and partners by a clock that the test moves.
func newAuth(repository *db.Repository) (*auth.Auth, *clock) {
	c := &clock{now: start}
	return auth.New(auth.Config{
		Stores: repository, Platform: shopify.Sandbox{Catalogue: repository.Catalogue}, Sessions: sessions, Now: c.Now,
	}), c
}

// createKey makes an API key of the caller's store.
func createKey(tb testing.TB, repository *db.Repository, seller models.Caller, name string) (id, secret string) {
	tb.Helper()
	created, err := repository.CreateAPIKey(context.Background(), seller, models.APIKeyRequest{Name: name, Scopes: []models.APIKeyScope{models.ScopeRead}})
	require.NoError(tb, err)
	return created.Key.ID, created.Secret
}

// request is a call with these Authorization headers.
func request(from string, authorization ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
	r.RemoteAddr = from
	for _, value := range authorization {
		r.Header.Add("Authorization", value)
	}
	return r
}

func bearer(credential string) *http.Request { return request(somebody, "Bearer "+credential) }

// claims are those of a good token at the start, as Shopify makes it, with changes: a name and its value, or nil for
// a claim that is not there.
func claims(changes ...any) string {
	all := map[string]any{
		"iss": "https://" + domain + "/admin", "dest": "https://" + domain, "aud": sessions.APIKey, "sub": "42",
		"exp": start.Unix() + 60, "nbf": start.Unix(), "iat": start.Unix(), "jti": "f8912129-1af6-4cad-9ca3-76b0f7621087", "sid": "aaea182f",
	}
	for i := 0; i < len(changes); i += 2 {
		all[changes[i].(string)] = changes[i+1]
	}
	maps.DeleteFunc(all, func(_ string, value any) bool { return value == nil })
	text, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// sign makes a token without any library, whatever header and claims say.
func sign(header, claims string) string { return signWith(sessions.APISecret, header, claims) }

func signWith(secret, header, claims string) string {
	return seal(secret, encode(header)+"."+encode(claims))
}

func seal(secret, signed string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + encode(string(mac.Sum(nil)))
}

func goodToken(changes ...any) string { return sign(header, claims(changes...)) }

// at makes both addresses of a token lead to a host.
func at(host string) string {
	return goodToken("iss", "https://"+host+"/admin", "dest", "https://"+host)
}

func padding(count int) string { return strings.Repeat("x", count) }
