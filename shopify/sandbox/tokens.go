package sandbox

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/handback/handback/standin"
)

const (
	accessLife       = time.Hour
	onlineLife       = 24 * time.Hour
	refreshLife      = 90 * 24 * time.Hour
	usedRefreshLife  = 30 * 24 * time.Hour // of a refresh token after its first use
	sessionTolerance = 10 * time.Second
)

// Types of tokens and ways to get them, as the platform names them.
const (
	grantExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
	grantRefresh  = "refresh_token"
	subjectToken  = "urn:ietf:params:oauth:token-type:id_token"
	offlineToken  = "urn:shopify:params:oauth:token-type:offline-access-token"
	onlineToken   = "urn:shopify:params:oauth:token-type:online-access-token"
)

// token is a hash of a token, and how long it is good.
type token struct {
	Hash    string
	Expires time.Time
}

func (t token) matches(text string, now time.Time) bool {
	return text != "" && t.Hash == hashOf(text) && now.Before(t.Expires)
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// grant is the tokens of an app in a store: one that works while nobody is there, which ended all before it, and one
// for the seller who was there last.
type grant struct {
	Access   token
	Refresh  token
	Previous token // the refresh token before, good until the present one is used
	Online   token
}

func (w *world) letsIn(text string, now time.Time) bool {
	return w.Installation != nil && (w.Grant.Access.matches(text, now) || w.Grant.Online.matches(text, now))
}

// newPair makes a pair of tokens that takes the place of the one before.
func (g *grant) newPair(now time.Time) (access, refresh string) {
	access, refresh = "shpat_"+rand.Text(), "shprt_"+rand.Text()
	g.Access = token{hashOf(access), now.Add(accessLife)}
	g.Refresh = token{hashOf(refresh), now.Add(refreshLife)}
	return access, refresh
}

// use reports whether a refresh token may be used. Using the present one ends the one before; the present one is then
// the one before, should the answer be lost.
func (g *grant) use(refresh string, now time.Time) bool {
	if g.Refresh.matches(refresh, now) {
		g.Previous = g.Refresh
		if limit := now.Add(usedRefreshLife); limit.Before(g.Previous.Expires) {
			g.Previous.Expires = limit
		}
		return true
	}
	return g.Previous.matches(refresh, now)
}

type tokenRequest struct {
	ClientID           string `json:"client_id"`
	ClientSecret       string `json:"client_secret"`
	GrantType          string `json:"grant_type"`
	SubjectToken       string `json:"subject_token"`
	SubjectTokenType   string `json:"subject_token_type"`
	RequestedTokenType string `json:"requested_token_type"`
	Expiring           string `json:"expiring"`
	RefreshToken       string `json:"refresh_token"`
}

type tokenAnswer struct {
	AccessToken      string          `json:"access_token"`
	Scope            string          `json:"scope"`
	ExpiresIn        int             `json:"expires_in"`
	RefreshToken     string          `json:"refresh_token,omitempty"`
	RefreshExpiresIn int             `json:"refresh_token_expires_in,omitempty"`
	UserScope        string          `json:"associated_user_scope,omitempty"`
	User             *associatedUser `json:"associated_user,omitempty"`
}

func (s *Sandbox) serveToken(w http.ResponseWriter, r *http.Request) {
	var q tokenRequest
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&q)
	shop := shopOf(r)
	if err != nil || shop == "" {
		standin.WriteJSON(w, http.StatusBadRequest, map[string]string{"error": "invalid_request"})
		return
	}
	call := &Call{Operation: "TokenExchange", Target: shop}
	switch {
	case q.GrantType == grantRefresh:
		call.Operation = "TokenRefresh"
	case q.RequestedTokenType == onlineToken:
		call.Operation = "OnlineTokenExchange"
	}
	fault, ok := s.begin(w, r, nil, call, false)
	if !ok {
		return
	}
	s.mu.Lock()
	world, status, answer := s.token(shop, q)
	call.Outcome = outcomeOfStatus(status)
	s.finish(world, call, fault)
	s.mu.Unlock()
	fault.Cut()
	standin.WriteJSON(w, status, answer)
}

// token answers a request for tokens. What a wrong secret of the app gets is not recorded.
func (s *Sandbox) token(shop string, q tokenRequest) (*world, int, any) {
	now := s.options.Now()
	if q.ClientID != s.options.APIKey || q.ClientSecret != s.options.APISecret {
		return nil, http.StatusUnauthorized, map[string]string{"error": "invalid_client"}
	}
	switch q.GrantType {
	case grantRefresh:
		return s.refresh(shop, q, now)
	case grantExchange:
		return s.exchange(shop, q, now)
	}
	return nil, http.StatusBadRequest, map[string]string{"error": "unsupported_grant_type"}
}

func (s *Sandbox) refresh(shop string, q tokenRequest, now time.Time) (*world, int, any) {
	w := s.worlds[shop]
	if w == nil || w.Installation == nil || !w.Grant.use(q.RefreshToken, now) {
		return w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"}
	}
	return w, http.StatusOK, w.offline(now)
}

// exchange makes tokens of a session token, and installs the app where it is not installed.
func (s *Sandbox) exchange(shop string, q tokenRequest, now time.Time) (*world, int, any) {
	userID, ok := s.sessionUser(q.SubjectToken, shop, now)
	if q.SubjectTokenType != subjectToken || !ok {
		return nil, http.StatusBadRequest, map[string]string{"error": "invalid_subject_token"}
	}
	w := s.world(shop)
	if w.Installation == nil {
		s.install(w)
	}
	switch {
	case q.RequestedTokenType == onlineToken:
		return w, http.StatusOK, w.online(now, userID)
	case q.RequestedTokenType == offlineToken && q.Expiring == "1":
		w.Grant.Previous = token{}
		return w, http.StatusOK, w.offline(now)
	}
	return w, http.StatusBadRequest, map[string]string{"error": "invalid_request"} // tokens that never expire are refused by now
}

func (w *world) offline(now time.Time) tokenAnswer {
	access, refresh := w.Grant.newPair(now)
	w.put("grant", "", w.Grant)
	return tokenAnswer{
		AccessToken: access, Scope: strings.Join(w.Installation.Scopes, ","), ExpiresIn: int(accessLife.Seconds()),
		RefreshToken: refresh, RefreshExpiresIn: int(refreshLife.Seconds()),
	}
}

// online makes a token of the person that the session is of.
func (w *world) online(now time.Time, userID int64) tokenAnswer {
	access := "shpua_" + rand.Text()
	w.Grant.Online = token{hashOf(access), now.Add(onlineLife)}
	w.put("grant", "", w.Grant)
	scope := strings.Join(w.Installation.Scopes, ",")
	return tokenAnswer{AccessToken: access, Scope: scope, ExpiresIn: int(onlineLife.Seconds()), UserScope: scope, User: w.associated(userID)}
}

type sessionClaims struct {
	Audience string `json:"aud"`
	Shop     string `json:"dest"`
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Expires  int64  `json:"exp"`
	Begins   int64  `json:"nbf"`
	Issued   int64  `json:"iat"`
	ID       string `json:"jti"`
}

// SessionToken returns what a page of the app has when the store's owner opens it, good for a minute.
func (s *Sandbox) SessionToken(shop string) string {
	return SessionToken(s.options.APIKey, s.options.APISecret, shop, s.options.Now())
}

// UserSessionToken returns the same when somebody else opens the page.
func (s *Sandbox) UserSessionToken(shop string, userID int64) string {
	return sessionToken(s.options.APIKey, s.options.APISecret, shop, id(userID), s.options.Now())
}

// SessionToken returns one of an app with these credentials.
func SessionToken(apiKey, apiSecret, shop string, at time.Time) string {
	return sessionToken(apiKey, apiSecret, shop, id(ownerID), at)
}

func sessionToken(apiKey, apiSecret, shop, userID string, at time.Time) string {
	now := at.Unix()
	claims := standin.Marshal(sessionClaims{
		Audience: apiKey, Shop: "https://" + shop, Issuer: "https://" + shop + "/admin", Subject: userID,
		Expires: now + 60, Begins: now, Issued: now, ID: rand.Text(),
	})
	signed := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims)
	return signed + "." + sign(apiSecret, signed)
}

func sign(secret, text string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// sessionUser verifies a session token, and says whose it is. The algorithm is not looked up in it: there is one.
func (s *Sandbox) sessionUser(text, shop string, now time.Time) (userID int64, ok bool) {
	at := strings.LastIndexByte(text, '.')
	if at < 0 || !hmac.Equal([]byte(sign(s.options.APISecret, text[:at])), []byte(text[at+1:])) {
		return 0, false
	}
	_, payload, _ := strings.Cut(text[:at], ".")
	decoded, err := base64.RawURLEncoding.DecodeString(payload)
	var claims sessionClaims
	if err != nil || json.Unmarshal(decoded, &claims) != nil {
		return 0, false
	}
	userID, err = strconv.ParseInt(claims.Subject, 10, 64)
	return userID, err == nil && claims.Audience == s.options.APIKey && claims.Shop == "https://"+shop &&
		now.Before(time.Unix(claims.Expires, 0).Add(sessionTolerance)) && !now.Before(time.Unix(claims.Begins, 0).Add(-sessionTolerance))
}
