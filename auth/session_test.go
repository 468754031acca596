package auth_test

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/handback/handback/auth"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"strconv"
)

const second = int64(1)

var (
	now = start.Unix()
	raw = func(text string) json.RawMessage { return json.RawMessage(text) }
)

// goodTokens are let in at the start.
var goodTokens = map[string]string{
	"as Shopify makes it":        goodToken(),
	"without typ":                sign(`{"alg":"HS256"}`, claims()),
	"without iat":                goodToken("iat", nil),
	"audience in a list":         goodToken("aud", []string{sessions.APIKey}),
	"issuer without path":        goodToken("iss", "https://"+domain),
	"destination with slash":     goodToken("dest", "https://"+domain+"/"),
	"host in upper case":         at("Aurora-Outfitters.MyShopify.Com"),
	"ended 9 s ago":              goodToken("exp", now-9*second, "nbf", now-69*second, "iat", now-69*second),
	"begins in 10 s":             goodToken("exp", now+70*second, "nbf", now+10*second, "iat", now+10*second),
	"lives 5 minutes":            goodToken("exp", now+300*second),
	"header with spaces":         sign(`{ "typ": "JWT", "alg": "HS256" }`, claims()),
	"claims that say more of it": goodToken("sig", padding(100), "more", map[string]any{"exp": "never"}),
}

// staleTokens are right in everything but their times.
var staleTokens = map[string]string{
	"ended 10 s ago":  goodToken("exp", now-10*second, "nbf", now-70*second, "iat", now-70*second),
	"ended 11 s ago":  goodToken("exp", now-11*second, "nbf", now-71*second, "iat", now-71*second),
	"ended long ago":  goodToken("exp", now-999_999*second, "nbf", now-1_000_059*second, "iat", nil),
	"begins in 11 s":  goodToken("exp", now+71*second, "nbf", now+11*second, "iat", now+11*second),
	"begins tomorrow": goodToken("exp", now+86_460*second, "nbf", now+86_400*second, "iat", nil),
}

// wrongTokens are never let in. Where nothing else is said, the signature is that of the text before it.
var wrongTokens = map[string]string{
	"nothing":                 "",
	"dots":                    "..",
	"two parts":               encode(header) + "." + encode(claims()),
	"four parts":              goodToken() + "." + encode("x"),
	"no signature":            encode(header) + "." + encode(claims()) + ".",
	"other secret":            signWith("x"+sessions.APISecret, header, claims()),
	"no secret":               signWith("", header, claims()),
	"half a signature":        strings.TrimSuffix(goodToken(), goodToken()[len(goodToken())-21:]),
	"signature of another":    encode(header) + "." + encode(claims("sub", "43")) + goodToken()[strings.LastIndexByte(goodToken(), '.'):],
	"padding":                 goodToken() + "=",
	"padded claims":           seal(sessions.APISecret, encode(header)+"."+encode(claims())+"="),
	"line break at the end":   goodToken() + "\n",
	"line break in it":        strings.Replace(goodToken(), ".", ".\r\n", 1),
	"line break in signature": goodToken()[:len(goodToken())-5] + "\n" + goodToken()[len(goodToken())-5:],
	"space":                   goodToken() + " ",
	"standard base64":         seal(sessions.APISecret, encode(header)+"."+encode(claims())+"+/"),
	"loose bits in signature": goodToken()[:len(goodToken())-1] + nextTo(goodToken()[len(goodToken())-1]),
	"loose bits in header":    seal(sessions.APISecret, encode(`{"alg":"HS256"}` + " ")[:21]+"B."+encode(claims())),
	"bytes after it":          goodToken() + "A",
	"5 KiB":                   goodToken("more", padding(5<<10)),
	"just over the limit":     goodToken("more", padding(3<<10)),

	"alg none":              sign(`{"alg":"none","typ":"JWT"}`, claims()),
	"alg none, unsigned":    encode(`{"alg":"none"}`) + "." + encode(claims()) + ".",
	"alg None":              sign(`{"alg":"None"}`, claims()),
	"alg missing":           sign(`{"typ":"JWT"}`, claims()),
	"alg empty":             sign(`{"alg":""}`, claims()),
	"alg null":              sign(`{"alg":null}`, claims()),
	"alg in a list":         sign(`{"alg":["HS256"]}`, claims()),
	"alg in lower case":     sign(`{"alg":"hs256"}`, claims()),
	"alg twice":             sign(`{"alg":"none","alg":"HS256"}`, claims()),
	"alg twice, otherwise":  sign(`{"alg":"HS256","alg":"none"}`, claims()),
	"alg twice, escaped":    sign(`{"\u0061lg":"none","alg":"HS256"}`, claims()),
	"ALG":                   sign(`{"ALG":"HS256"}`, claims()),
	"alg RS256":             sign(`{"alg":"RS256","typ":"JWT"}`, claims()),
	"alg ES256":             sign(`{"alg":"ES256","typ":"JWT"}`, claims()),
	"alg HS384":             sign(`{"alg":"HS384","typ":"JWT"}`, claims()),
	"alg HS512":             sign(`{"alg":"HS512","typ":"JWT"}`, claims()),
	"HS384, properly":       hs384(claims()),
	"kid":                   sign(`{"alg":"HS256","typ":"JWT","kid":"1"}`, claims()),
	"kid of a file":         sign(`{"alg":"HS256","kid":"../../dev/null"}`, claims()),
	"kid, signed with it":   signWith("1", `{"alg":"HS256","kid":"1"}`, claims()),
	"jwk":                   sign(`{"alg":"HS256","typ":"JWT","jwk":{"kty":"oct","k":"eA"}}`, claims()),
	"jwk, signed with it":   signWith("x", `{"alg":"HS256","typ":"JWT","jwk":{"kty":"oct","k":"eA"}}`, claims()),
	"jku":                   sign(`{"alg":"HS256","jku":"https://evil.com/keys"}`, claims()),
	"x5u":                   sign(`{"alg":"HS256","x5u":"https://evil.com/key"}`, claims()),
	"x5c":                   sign(`{"alg":"HS256","x5c":[]}`, claims()),
	"crit":                  sign(`{"alg":"HS256","typ":"JWT","crit":["exp"]}`, claims()),
	"crit, empty":           sign(`{"alg":"HS256","crit":[]}`, claims()),
	"b64":                   sign(`{"alg":"HS256","b64":true}`, claims()),
	"zip":                   sign(`{"alg":"HS256","zip":"DEF"}`, claims()),
	"other typ":             sign(`{"alg":"HS256","typ":"at+jwt"}`, claims()),
	"typ null":              sign(`{"alg":"HS256","typ":null}`, claims()),
	"empty header":          sign(``, claims()),
	"header null":           sign(`null`, claims()),
	"header a list":         sign(`["alg","HS256"]`, claims()),
	"header no JSON":        sign(`{"alg":"HS256"`, claims()),
	"more after the header": sign(`{"alg":"HS256"} {}`, claims()),

	"claims empty":         sign(header, ``),
	"claims null":          sign(header, `null`),
	"claims a list":        sign(header, `[]`),
	"claims nothing":       sign(header, `{}`),
	"claims no JSON":       sign(header, strings.TrimSuffix(claims(), "}")),
	"more after claims":    sign(header, claims()+"{}"),
	"a claim twice":        sign(header, strings.Replace(claims(), "{", `{"sub":"43",`, 1)),
	"exp missing":          goodToken("exp", nil),
	"exp null":             goodToken("exp", raw(`null`)),
	"exp a string":         goodToken("exp", strconv.FormatInt(now+60, 10)),
	"exp in a list":        goodToken("exp", []int64{now + 60}),
	"exp true":             goodToken("exp", true),
	"exp 0":                goodToken("exp", 0),
	"exp negative":         goodToken("exp", -now-60),
	"exp huge":             goodToken("exp", raw(`1e300`)),
	"exp huge in digits":   goodToken("exp", raw(`99999999999999999999`)),
	"exp over 64 bits":     goodToken("exp", raw(fmt.Sprint("18446744073709551616", now+60))),
	"times huge":           goodToken("exp", now+1<<36+60, "nbf", now+1<<36, "iat", nil),
	"exp NaN":              sign(header, strings.Replace(claims("exp", -1), "-1", "NaN", 1)),
	"exp with exponent":    goodToken("exp", raw(`1.77244926e9`)),
	"EXP for exp":          goodToken("exp", nil, "EXP", now+60),
	"nbf missing":          goodToken("nbf", nil),
	"nbf null":             goodToken("nbf", raw(`null`)),
	"nbf a string":         goodToken("nbf", strconv.FormatInt(now, 10)),
	"nbf 0":                goodToken("nbf", 0),
	"nbf negative":         goodToken("nbf", -1),
	"NBF for nbf":          goodToken("nbf", nil, "NBF", now),
	"life over 5 minutes":  goodToken("exp", now+301*second),
	"life of a year":       goodToken("exp", now+31_536_000*second),
	"no life":              goodToken("exp", now, "nbf", now),
	"ends before it began": goodToken("exp", now+1*second, "nbf", now+5*second),
	"iat a string":         goodToken("iat", "now"),
	"iat null":             goodToken("iat", raw(`null`)),
	"iat negative":         goodToken("iat", -1),
	"made in 11 s":         goodToken("iat", now+11*second),

	"aud missing":           goodToken("aud", nil),
	"aud null":              goodToken("aud", raw(`null`)),
	"aud empty":             goodToken("aud", ""),
	"aud other":             goodToken("aud", "1"+sessions.APIKey[1:]),
	"aud in upper case":     goodToken("aud", strings.ToUpper(sessions.APIKey)),
	"aud the beginning":     goodToken("aud", sessions.APIKey[:31]),
	"aud a number":          goodToken("aud", 1),
	"aud empty list":        goodToken("aud", []string{}),
	"aud one more":          goodToken("aud", []string{sessions.APIKey, "another app"}),
	"aud one before":        goodToken("aud", []string{"another app", sessions.APIKey}),
	"aud a list with a 1":   goodToken("aud", []any{sessions.APIKey, 1}),
	"aud a list in a list":  goodToken("aud", []any{[]string{sessions.APIKey}}),
	"aud an object":         goodToken("aud", map[string]string{"0": sessions.APIKey}),
	"sub missing":           goodToken("sub", nil),
	"sub null":              goodToken("sub", raw(`null`)),
	"sub empty":             goodToken("sub", ""),
	"sub a number":          goodToken("sub", 42),
	"sub a word":            goodToken("sub", "admin"),
	"sub negative":          goodToken("sub", "-42"),
	"sub with a space":      goodToken("sub", "42 "),
	"sub in Arabic digits":  goodToken("sub", "٤٢"),
	"sub of 21 digits":      goodToken("sub", strings.Repeat("1", 21)),
	"iss missing":           goodToken("iss", nil),
	"iss null":              goodToken("iss", raw(`null`)),
	"iss empty":             goodToken("iss", ""),
	"iss a number":          goodToken("iss", 1),
	"dest missing":          goodToken("dest", nil),
	"dest null":             goodToken("dest", raw(`null`)),
	"dest empty":            goodToken("dest", ""),
	"both empty":            goodToken("dest", "", "iss", ""),
	"both without host":     goodToken("dest", "https://", "iss", "https:///admin"),
	"different stores":      goodToken("dest", "https://borealis.myshopify.com"),
	"different, otherwise":  goodToken("iss", "https://borealis.myshopify.com/admin"),
	"dest without scheme":   goodToken("dest", domain),
	"dest http":             goodToken("dest", "http://"+domain),
	"iss http":              goodToken("iss", "http://"+domain+"/admin"),
	"both http":             goodToken("iss", "http://"+domain+"/admin", "dest", "http://"+domain),
	"dest ftp":              goodToken("dest", "ftp://"+domain),
	"dest with user":        goodToken("dest", "https://user@"+domain),
	"dest with path":        goodToken("dest", "https://"+domain+"/admin"),
	"dest with query":       goodToken("dest", "https://"+domain+"?x"),
	"dest with empty query": goodToken("dest", "https://"+domain+"/?"),
	"dest with fragment":    goodToken("dest", "https://"+domain+"/#"),
	"iss with other path":   goodToken("iss", "https://"+domain+"/admin/x"),
	"iss with slash":        goodToken("iss", "https://"+domain+"/"),
	"iss with user":         goodToken("iss", "https://user:password@"+domain+"/admin"),
	"both with user":        at("user@" + domain),
	"both with port":        at(domain + ":443"),
	"both with colon":       at(domain + ":"),
	"both with dot":         at(domain + "."),
	"both with path":        at(domain + "/x"),
	"both with query":       at(domain + "?x=" + domain),
	"evil after it":         at(domain + ".evil.com"),
	"evil with user":        at(domain + "@evil.com"),
	"evil with path":        at("evil.com/" + domain),
	"evil with fragment":    at("evil.com#" + domain),
	"evil with backslash":   at(`evil.com\` + domain),
	"evil with null":        at("evil.com\x00." + domain),
	"evil with line break":  at("evil.com\n" + domain),
	"domain before break":   at(domain + "\n"),
	"evilmyshopify.com":     at("evilmyshopify.com"),
	"dash before":           at("evil-myshopify.com"),
	"other ending":          at("aurora.myshopify.co"),
	"other domain":          at("aurora.shopify.com"),
	"only myshopify.com":    at("myshopify.com"),
	"no name":               at(".myshopify.com"),
	"two names":             at("a.b.myshopify.com"),
	"dash first":            at("-aurora.myshopify.com"),
	"underscore":            at("aurora_.myshopify.com"),
	"percent":               at("aurora%2e.myshopify.com"),
	"space before":          at(" " + domain),
	"unicode":               at("aurorá.myshopify.com"),
	"Kelvin sign":           at("\u212Aelvin.myshopify.com"),
	"Kelvin sign, once":     goodToken("iss", "https://kelvin.myshopify.com/admin", "dest", "https://\u212Aelvin.myshopify.com"),
	"full-width dot":        at("aurora．myshopify.com"),
	"a name of 64":          at(padding(64) + ".myshopify.com"),
	"IP address":            at("127.0.0.1"),
	"IPv6 address":          at("[::1]"),
}

// nextTo returns a character that stands for the same bits as the last of a signature, but for those not used.
func nextTo(last byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return alphabet[strings.IndexByte(alphabet, last)+1:][:1]
}

func hs384(claims string) string {
	signed := encode(`{"alg":"HS384","typ":"JWT"}`) + "." + encode(claims)
	mac := hmac.New(sha512.New384, []byte(sessions.APISecret))
	mac.Write([]byte(signed))
	return signed + "." + encode(string(mac.Sum(nil)))
}

func TestGoodSessionTokens(t *testing.T) {
	for name, token := range goodTokens {
		session, err := sessions.Verify(token, start)
		require.NoError(t, err, name)
		require.Equal(t, domain, session.Domain, name)
		require.Equal(t, "42", session.UserID, name)
	}
}

func TestBadSessionTokensAreRejectedUniformly(t *testing.T) {
	for _, tokens := range []map[string]string{wrongTokens, staleTokens} {
		for name, token := range tokens {
			session, err := sessions.Verify(token, start)
			require.Same(t, models.ErrUnauthenticated, err, name)
			require.Empty(t, session, name)
		}
	}
}

func TestBadSessionTokensSignNobodyIn(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"))
	from := 0
	for _, tokens := range []map[string]string{wrongTokens, staleTokens} {
		for name, token := range tokens {
			from++
			authenticator, _ := newAuth(repository)
			caller, err := authenticator.Caller(request(fmt.Sprintf("203.0.113.%d:1", from%256), "Bearer "+token))
			require.Same(t, models.ErrUnauthenticated, err, name)
			require.Empty(t, caller, name)
		}
	}
	store, err := repository.StoreByDomain(t.Context(), domain)
	require.NoError(t, err)
	require.Empty(t, store, "a bad token registers nothing")
}

func TestSessionTokenLifetime(t *testing.T) {
	token := goodToken("exp", now+60)
	for at, good := range map[time.Duration]bool{
		-11 * time.Second: false, -10 * time.Second: true, 0: true, 59 * time.Second: true, 69 * time.Second: true,
		70*time.Second - 1: true, 70 * time.Second: false, 71 * time.Second: false, -10*time.Second - 1: false,
	} {
		_, err := sessions.Verify(token, start.Add(at))
		require.Equal(t, good, err == nil, at)
	}
}

// TestKnownSessionTokenExpires: what is known of a token is not for ever.
func TestKnownSessionTokenExpires(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"))
	for name, token := range map[string]string{
		"without iat": goodToken("nbf", now-1, "iat", nil, "exp", now+60), "iat before nbf": goodToken("nbf", now-1, "iat", now-5, "exp", now+60),
		"iat after nbf": goodToken("nbf", now-5, "iat", now-1, "exp", now+60),
	} {
		authenticator, clock := newAuth(repository)
		for _, step := range []struct {
			by   time.Duration
			good bool
		}{{0, true}, {70*time.Second - 1, true}, {1, false}, {-81 * time.Second, true}, {-1, false}, {1, true}} {
			clock.move(step.by)
			_, err := authenticator.Caller(bearer(token))
			require.Equal(t, step.good, err == nil, "%s, %v", name, step)
		}
	}
}

func TestSessionTokensNeedASecret(t *testing.T) {
	for _, tokens := range []auth.SessionTokens{{}, {APIKey: sessions.APIKey}, {APISecret: sessions.APISecret}} {
		for _, token := range []string{
			signWith(tokens.APISecret, header, claims("aud", tokens.APIKey)), signWith(tokens.APISecret, header, claims("aud", []string{tokens.APIKey})),
			signWith(tokens.APISecret, header, claims("aud", nil)), goodToken(),
		} {
			_, err := tokens.Verify(token, start)
			require.Same(t, models.ErrUnauthenticated, err)
		}
	}
}

func TestChangedSessionTokenIsRejected(t *testing.T) {
	token := []byte(goodToken())
	rapid.Check(t, func(t *rapid.T) {
		changed := append([]byte(nil), token...)
		at := rapid.IntRange(0, len(token)-1).Draw(t, "at")
		changed[at] += rapid.ByteRange(1, 255).Draw(t, "by")
		_, err := sessions.Verify(string(changed), start)
		require.Same(t, models.ErrUnauthenticated, err)
	})
}

// FuzzSessionToken signs whatever it is given: only what names a store and its user in the one proper way is believed.
func FuzzSessionToken(f *testing.F) {
	f.Add(header, claims())
	f.Add(`{"alg":"HS256"}`, claims("aud", []string{sessions.APIKey}, "iat", nil))
	f.Add(`{"alg":"HS256","alg":"none"}`, `null`)
	f.Add(`null`, claims("exp", raw(`null`)))
	f.Add(header, `{"exp":1e999,"nbf":[[[[]]]],"aud":{}}`)
	f.Fuzz(func(t *testing.T, header, claims string) {
		session, err := sessions.Verify(sign(header, claims), start)
		if err != nil {
			require.Same(t, models.ErrUnauthenticated, err)
			return
		}
		var kind map[string]string
		require.NoError(t, json.Unmarshal([]byte(header), &kind))
		require.Equal(t, "HS256", kind["alg"])
		var said map[string]any
		require.NoError(t, json.Unmarshal([]byte(claims), &said))
		require.Equal(t, session.UserID, said["sub"])
		require.Regexp(t, `^[a-z0-9-]+\.myshopify\.com$`, session.Domain)
		require.Equal(t, "https://"+session.Domain, strings.TrimSuffix(strings.ToLower(said["dest"].(string)), "/"))
		require.InDelta(t, now, said["exp"], 310)
		require.InDelta(t, now, said["nbf"], 310)
	})
}
