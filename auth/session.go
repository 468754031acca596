package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/golang-jwt/jwt/v5"

	"github.com/handback/handback/models"
)

// SessionTokens checks the session tokens that Shopify makes for an app.
type SessionTokens struct {
	APIKey    string // whom tokens are for
	APISecret string // what they are signed with; when it is empty, no token is good
	Former    string // what Shopify signs with, too, until a change of the secret is over; "" for nothing
}

// Session is what a session token says.
type Session struct {
	Domain string // of the store, in lower case
	UserID string // Shopify's number of who works in the store

	from, until time.Time // when the token is good
}

// goodAt reports whether the session's token is good at the moment.
func (s Session) goodAt(now time.Time) bool { return !now.Before(s.from) && now.Before(s.until) }

const (
	leeway  = 10 * time.Second // between Shopify's clock and ours
	maxLife = 5 * time.Minute  // of a token; Shopify's live one minute
)

// Verify returns what a token says that is good at this moment, or models.ErrUnauthenticated.
func (s SessionTokens) Verify(token string, now time.Time) (Session, error) {
	claims, err := s.parse(token, func(*claims) time.Time { return now })
	if err != nil {
		return Session{}, models.ErrUnauthenticated
	}
	return Session{Domain: claims.domain, UserID: claims.Subject, from: claims.from().Add(-leeway), until: claims.ExpiresAt.Add(leeway)}, nil
}

// outdated reports whether the token is good, but not at this moment. Ordinary clients send such ones late; guessing does
// not make them. off is how long ago it ended; it is negative for a token that is still to begin.
func (s SessionTokens) outdated(token string, now time.Time) (off time.Duration, outdated bool) {
	claims, err := s.parse(token, func(c *claims) time.Time {
		if c.NotBefore == nil {
			return time.Time{}
		}
		return c.NotBefore.Time
	})
	switch {
	case err != nil:
		return 0, false
	case now.Before(claims.from()):
		return now.Sub(claims.from()), true
	}
	return now.Sub(claims.ExpiresAt.Time), true
}

// parse checks everything about a token, its times at the moment given. What the library would let pass is looked at
// before it (form and header), while it reads (claims.UnmarshalJSON), and after (claims.Validate).
func (s SessionTokens) parse(token string, moment func(*claims) time.Time) (*claims, error) {
	if s.APIKey == "" || s.APISecret == "" || len(token) > maxCredential || !madeOf(token, base64URL+".") || !ordinaryHeader(token) {
		return nil, models.ErrUnauthenticated
	}
	var c claims
	_, err := jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithStrictDecoding(), jwt.WithAudience(s.APIKey),
		jwt.WithExpirationRequired(), jwt.WithNotBeforeRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(leeway),
		jwt.WithTimeFunc(func() time.Time { return moment(&c) }),
	).ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return s.keys(), nil })
	return &c, err
}

// keys are what a token may be signed with.
func (s SessionTokens) keys() (keys jwt.VerificationKeySet) {
	keys.Keys = append(keys.Keys, []byte(s.APISecret))
	if s.Former != "" {
		keys.Keys = append(keys.Keys, []byte(s.Former))
	}
	return keys
}

// ordinaryHeader reports whether the header is {"alg":"HS256"}, with or without "typ":"JWT". Whatever else there could
// be would say how to find another key, or that something unknown here is important.
func ordinaryHeader(token string) bool {
	encoded, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return false
	}
	header, err := readMembers(text)
	if err != nil || string(header["alg"]) != `"HS256"` {
		return false
	}
	delete(header, "alg")
	typ, typed := header["typ"]
	return len(header) == 0 || len(header) == 1 && typed && string(typ) == `"JWT"`
}

// claims are what a token says of itself.
type claims struct {
	jwt.RegisteredClaims
	domain string        // of the store; "" when the token does not name one properly
	life   time.Duration // from NotBefore to ExpiresAt
}

// UnmarshalJSON reads claims by their exact names and in the form that Shopify gives them.
func (c *claims) UnmarshalJSON(text []byte) error {
	members, err := readMembers(text)
	if err != nil {
		return err
	}
	var issuer, destination string
	for name, target := range map[string]any{"iss": &issuer, "dest": &destination, "sub": &c.Subject, "aud": &c.Audience} {
		if err := json.Unmarshal(members[name], target); err != nil {
			return err
		}
	}
	c.domain = storeDomain(issuer, destination)
	return c.readTimes(members)
}

func (c *claims) readTimes(members map[string]json.RawMessage) (err error) {
	if c.ExpiresAt, err = readTime(members["exp"]); err != nil {
		return err
	}
	if c.NotBefore, err = readTime(members["nbf"]); err != nil {
		return err
	}
	if issued, ok := members["iat"]; ok {
		if c.IssuedAt, err = readTime(issued); err != nil {
			return err
		}
	}
	c.life = c.ExpiresAt.Sub(c.NotBefore.Time)
	return nil
}

// from is when the token begins to be good.
func (c *claims) from() time.Time {
	if c.IssuedAt != nil && c.IssuedAt.After(c.NotBefore.Time) {
		return c.IssuedAt.Time
	}
	return c.NotBefore.Time
}

// readTime reads whole seconds since 1970, up to the year 4147.
func readTime(text []byte) (*jwt.NumericDate, error) {
	seconds, err := strconv.ParseUint(string(text), 10, 36)
	if err != nil {
		return nil, err
	}
	return jwt.NewNumericDate(time.Unix(int64(seconds), 0)), nil
}

// Validate is called by the library, beside its own checks of audience and times.
func (c *claims) Validate() error {
	if c.domain == "" || c.life <= 0 || c.life > maxLife || len(c.Audience) != 1 || len(c.Subject) > 20 || !madeOf(c.Subject, "0123456789") {
		return errors.New("not a session of a store's user")
	}
	return nil
}

var shopifyDomain = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com$`)

// storeDomain returns the domain that both addresses name, https://DOMAIN/admin and https://DOMAIN, or "".
func storeDomain(issuer, destination string) string {
	domain := hostOf(issuer, "/admin")
	if domain != hostOf(destination, "/") || !shopifyDomain.MatchString(domain) {
		return ""
	}
	return domain
}

// hostOf returns the host of an https address with this path or none, in lower case. Of other addresses it returns
// something that is no host, because it takes nothing else away: no user, port, query or other path.
func hostOf(address, path string) string {
	host, secure := strings.CutPrefix(address, "https://")
	if !secure || strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) { // the Kelvin sign's lower case is k
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(host, path))
}

// readMembers reads a JSON object whose members all have different names: of two with one name, others might
// believe the other one.
func readMembers(text []byte) (map[string]json.RawMessage, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("not an object")
	}
	members := map[string]json.RawMessage{}
	for decoder.More() {
		token, err := decoder.Token()
		name, isName := token.(string)
		if _, twice := members[name]; err != nil || !isName || twice {
			return nil, errors.New("not an object with different names")
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		members[name] = value
	}
	return members, nil
}
