package sandbox

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"

	"github.com/handback/handback/standin"
)

const (
	codeLife          = 30 * time.Minute
	accessLife        = 7 * 24 * time.Hour
	authorizationLife = 365 * 24 * time.Hour
	userSeller        = 0
	userStaff         = 1
)

// Scopes are those that sellers grant.
var Scopes = []string{
	"seller.authorization.info", "seller.shop.info", "seller.order.info", "seller.logistics", "seller.return_refund.basic",
}

// code is what consent becomes for half an hour.
type code struct {
	Seller  string
	Expires int64
}

// token is a hash of a token, and until when it is good.
type token struct {
	Hash    string
	Expires int64
}

func (t token) matches(text string, now time.Time) bool {
	return text != "" && t.Hash == hashOf(text) && now.Unix() < t.Expires
}

// authorization lets the app into shops of a seller.
type authorization struct {
	Seller   string
	Shops    []string // their ids
	Staff    bool
	Access   token
	Refresh  token
	Previous token   // the refresh token before, good until the present one was used
	Earlier  []token // those of consents before, good for as long as they would have been
	Warned   int64   // the day on which its end was told of last; 0 before it was
}

func (a *authorization) isFor(shopID string) bool { return slices.Contains(a.Shops, shopID) }

func (w *world) authorizationOf(accessToken string, now time.Time) *authorization {
	for _, a := range w.Authorizations {
		if a.Access.matches(accessToken, now) || a.isEarlier(accessToken, now) {
			return a
		}
	}
	return nil
}

// maxEarlier is how many tokens of consents before stay good.
const maxEarlier = 64

func (a *authorization) isEarlier(text string, now time.Time) bool {
	return slices.ContainsFunc(a.Earlier, func(t token) bool { return t.matches(text, now) })
}

// keepTokens lets the present tokens stay good beside the ones that come.
func (a *authorization) keepTokens() {
	a.Earlier = append(a.Earlier, a.Access, a.Refresh)
	a.Earlier = a.Earlier[max(0, len(a.Earlier)-maxEarlier):]
}

// serveToken answers a request for tokens.
func (s *Sandbox) serveToken(name string, get func(*Sandbox, url.Values, time.Time) (any, string, *problem)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		fault := s.options.Log.TakeFault(platform, name, true)
		fault.Delay(r.Context(), s.options.SlowDelay)
		s.mu.Lock()
		query, now := r.URL.Query(), s.options.Now()
		s.advance(now)
		listed := &standin.Call{Operation: name, Outcome: standin.OutcomeOK}
		var data any
		refused := faultProblem(fault)
		if refused == nil {
			refused = s.checkApp(query)
		}
		if refused == nil {
			data, listed.Target, refused = get(s, query, now)
		}
		status, text := s.write(listed, data, refused, fault)
		s.mu.Unlock()
		if fault == standin.CutBefore {
			panic(http.ErrAbortHandler)
		}
		fault.Cut()
		standin.WriteBody(w, status, text)
	}
}

func (s *Sandbox) checkApp(query url.Values) *problem {
	switch {
	case query.Get("app_key") != s.options.AppKey:
		return invalid("app_key")
	case query.Get("app_secret") != s.options.AppSecret:
		return refuse(codeSignature, "Invalid app_secret")
	}
	return nil
}

// exchange makes tokens of a code.
func (s *Sandbox) exchange(query url.Values, now time.Time) (data any, seller string, refused *problem) {
	if query.Get("grant_type") != "authorized_code" {
		return nil, "", invalid("grant_type")
	}
	text := query.Get("auth_code")
	if made := s.shopOfCode(text); made != nil {
		return s.authorize(made.Seller, now, made), made.Seller, nil
	}
	key := hashOf(text)
	consent := s.world.Codes[key]
	if consent == nil {
		return nil, "", refuse(codeAuthCode, "Invalid auth_code")
	}
	delete(s.world.Codes, key)
	s.world.drop("code", key)
	if now.Unix() >= consent.Expires {
		return nil, consent.Seller, refuse(codeAuthCode, "Expired auth_code")
	}
	return s.authorize(consent.Seller, now, s.world.shopsOf(consent.Seller)...), consent.Seller, nil
}

// shopCode is a code that needs no consent and may be used again.
var shopCode = regexp.MustCompile(`^sandbox:([A-Z]{2}):(owner|staff):([A-Za-z0-9_-]{1,64})(?::(pending|closed))?$`)

// shopOfCode makes the shop that such a code names: sandbox:<REGION>:<owner|staff>:<shop code>, with :pending or :closed
// behind it for one that may not sell. It returns nil for other codes.
func (s *Sandbox) shopOfCode(text string) *shop {
	parts := shopCode.FindStringSubmatch(text)
	if parts == nil {
		return nil
	}
	status := map[string]string{"": statusActive, "pending": statusPending, "closed": statusDeactivated}[parts[4]]
	named := Shop{Code: parts[3], Region: parts[1], Staff: parts[2] == "staff", Status: status}
	if known := s.world.Shops[idOfShop(named.Code)]; known != nil {
		named.Name, named.Seller, named.About = known.Name, known.Seller, known.About
	}
	return s.world.addShop(named)
}

// authorize lets the app into shops of a seller, and no more into others of that seller.
func (s *Sandbox) authorize(seller string, now time.Time, shops ...*shop) any {
	a := &authorization{Seller: seller}
	for _, of := range shops {
		a.Shops = append(a.Shops, of.ID)
		a.Staff = a.Staff || of.Staff
	}
	if before := s.world.Authorizations[seller]; before != nil && !s.options.ConsentOnce {
		before.keepTokens()
		a.Earlier = before.Earlier
	}
	s.world.Authorizations[seller] = a
	return s.newPair(a, now, now.Add(authorizationLife).Unix())
}

// refresh makes tokens of a refresh token. The authorization ends when it would have ended.
func (s *Sandbox) refresh(query url.Values, now time.Time) (data any, seller string, refused *problem) {
	if query.Get("grant_type") != "refresh_token" {
		return nil, "", invalid("grant_type")
	}
	text := query.Get("refresh_token")
	for _, a := range s.world.Authorizations {
		switch {
		case a.Refresh.matches(text, now):
			a.Previous = a.Refresh
			if s.options.RefreshOnce {
				a.Previous = token{}
			}
			return s.newPair(a, now, a.Refresh.Expires), a.Seller, nil
		case a.isEarlier(text, now):
			a.keepTokens()
			return s.newPair(a, now, a.Refresh.Expires), a.Seller, nil
		case a.Previous.matches(text, now):
			return s.newPair(a, now, a.Previous.Expires), a.Seller, nil
		case a.Refresh.Hash == hashOf(text):
			return nil, a.Seller, refuse(codeRefreshExpired, "refresh token expired")
		}
	}
	return nil, "", refuse(codeNoAuthorization, "can not find related auth record")
}

// newPair makes a pair of tokens that takes the place of the one before.
func (s *Sandbox) newPair(a *authorization, now time.Time, ends int64) any {
	access, refresh := "TTP_"+rand.Text(), "TTP_"+rand.Text()
	a.Access = token{hashOf(access), min(now.Add(accessLife).Unix(), ends)}
	a.Refresh = token{hashOf(refresh), ends}
	s.world.put("authorization", a.Seller, a)
	user := userSeller
	if a.Staff {
		user = userStaff
	}
	first := s.world.Shops[a.Shops[0]]
	return object{
		"access_token": access, "access_token_expire_in": a.Access.Expires,
		"refresh_token": refresh, "refresh_token_expire_in": a.Refresh.Expires,
		"open_id": "open-" + hashOf(a.Seller)[:16], "seller_name": first.Name, "seller_base_region": first.Region,
		"user_type": user, "granted_scopes": Scopes,
	}
}
