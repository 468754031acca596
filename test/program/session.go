package program

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"time"
)

// What Shopify knows the app by, and what it signs session tokens with.
const (
	AppKey    = "0123456789abcdef0123456789abcdef"
	AppSecret = "planted-app-secret-planted-app-se"
)

// Keyset seals tokens in databases of tests.
const Keyset = "COuc1c4CEmQKWAowdHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUuY3J5cHRvLnRpbmsuQWVzR2NtS2V5EiIaIMb98eoO9irQ1YsL3+cDA/6rm3nf8b6udBDnzu/8hm9hGAEQARjrnNXOAiAB"

// CertificateKey signs certificates of tests.
const CertificateKey = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"

// WithSignIn is an environment in which callers sign in, and a stand-in answers for Shopify.
func WithSignIn(more ...string) []string {
	return append([]string{"SHOPIFY_API_KEY=" + AppKey, "SHOPIFY_API_SECRET=" + AppSecret, "HANDBACK_KEYSET=" + Keyset, "SANDBOX=true"}, more...)
}

// tokenLife is how long tokens of tests are good, in seconds: nearly as long as any may be, because a test may take longer
// than the minute of Shopify's.
const tokenLife = 240

// SessionToken is one that Shopify makes for a user of a store, but for the changes: a claim and its value by turns. A
// claim with the value nil is left out.
func SessionToken(domain, user string, changes ...any) string {
	return SessionTokenBy(AppSecret, domain, user, changes...)
}

// SessionTokenBy is one that is signed with another secret.
func SessionTokenBy(secret, domain, user string, changes ...any) string {
	now := time.Now().Unix()
	claims := map[string]any{
		"iss": "https://" + domain + "/admin", "dest": "https://" + domain, "aud": AppKey, "sub": user,
		"exp": now + tokenLife, "nbf": now - 1, "iat": now - 1, "jti": "f8912129-1af6-4cad-9ca3-76b0f7621087", "sid": "aaea182f",
	}
	for i := 0; i < len(changes); i += 2 {
		claims[changes[i].(string)] = changes[i+1]
	}
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	return SignToken(secret, `{"alg":"HS256","typ":"JWT"}`, claims)
}

// SignToken makes a JSON Web Token with any header, signed with HMAC-SHA256 whatever the header says.
func SignToken(secret, header string, claims map[string]any) string {
	text, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	signed := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString(text)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
