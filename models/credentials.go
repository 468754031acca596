package models

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// ShopifyToken is what Shopify's token endpoint answers: an access token that expires, and the token that gets the next pair.
type ShopifyToken struct {
	AccessToken      Secret
	RefreshToken     Secret
	ExpiresIn        time.Duration // of the access token; zero when the answer did not say
	RefreshExpiresIn time.Duration // of the refresh token; zero when the answer did not say
	Scopes           []string
}

// ShopifyCredentials are what the app calls a store's Admin API with. A pair of tokens has a version, which every change of
// it raises: who writes says which version it read.
type ShopifyCredentials struct {
	AccessToken      Secret // empty while the first pair is being obtained
	RefreshToken     Secret
	AccessExpiresAt  time.Time
	RefreshExpiresAt time.Time
	Scopes           []string // sorted
	Version          int64    // 0: the store has none
	// RefreshingUntil is how long the process that is obtaining the next pair may take; nil when none is.
	RefreshingUntil *time.Time
}

var (
	// ErrCredentialsChanged says that the credentials are not those that were read any more: read them again.
	ErrCredentialsChanged = errors.New("the store's credentials were changed meanwhile")
	// ErrShopifyAccessLost says that Shopify takes neither the access token nor the refresh token. Only the seller can put
	// that right, by opening the app in Shopify's admin.
	ErrShopifyAccessLost = errors.New("the app has no access to the store at Shopify: its seller must open the app there")
)

const (
	// refreshAhead is how long before its end an access token is replaced, so that it does not end on the way.
	refreshAhead = 5 * time.Minute
	// An answer of Shopify that does not say how long its tokens are good is believed for so long.
	accessLife  = 55 * time.Minute
	refreshLife = 90 * 24 * time.Hour
	// RefreshTimeout is how long obtaining and saving a pair may take.
	RefreshTimeout = 20 * time.Second
	// RefreshClaim is how long nobody else obtains a pair for the store: longer than RefreshTimeout by what clocks may
	// differ, because Shopify takes the last pair only, and two that are obtained at once have no order.
	RefreshClaim = 40 * time.Second
)

// Received makes the credentials of an answer that came at this moment. What the answer leaves out stays as it was.
func (c ShopifyCredentials) Received(token ShopifyToken, now time.Time) ShopifyCredentials {
	received := ShopifyCredentials{
		AccessToken: token.AccessToken, RefreshToken: token.RefreshToken, AccessExpiresAt: now.Add(orLife(token.ExpiresIn, accessLife)),
		RefreshExpiresAt: now.Add(orLife(token.RefreshExpiresIn, refreshLife)), Scopes: slices.Sorted(slices.Values(token.Scopes)),
	}
	if token.RefreshToken.IsEmpty() {
		received.RefreshToken, received.RefreshExpiresAt = c.RefreshToken, c.RefreshExpiresAt
	}
	if len(token.Scopes) == 0 {
		received.Scopes = c.Scopes
	}
	return received
}

func orLife(told, standard time.Duration) time.Duration {
	if told <= 0 {
		return standard
	}
	return told
}

// LacksScopes are those of the scopes that the store has not granted. Whoever may write may read.
func (c ShopifyCredentials) LacksScopes(required []string) []string {
	return slices.DeleteFunc(slices.Clone(required), func(scope string) bool {
		topic, reads := strings.CutPrefix(scope, "read_")
		return slices.Contains(c.Scopes, scope) || reads && slices.Contains(c.Scopes, "write_"+topic)
	})
}

// TokenStep is what whoever wants to call Shopify does next.
type TokenStep int

// The steps.
const (
	UseToken     TokenStep = iota // call with the access token
	RefreshToken                  // claim the refresh, then obtain a pair
	AwaitRefresh                  // another process is obtaining one: read again in a moment
	NoAccess                      // there is nothing to obtain one with
)

// NextStep says what to do with the credentials at this moment. rejected is the access token that Shopify answered 401 to, and
// empty when none was: when the credentials have another one, another process has refreshed since, and that is used.
func (c ShopifyCredentials) NextStep(rejected Secret, now time.Time) TokenStep {
	switch {
	case c.isGood(rejected) && now.Before(c.AccessExpiresAt.Add(-refreshAhead)), c.IsRefreshing(now) && c.MayStillUse(rejected, now):
		return UseToken
	case c.IsRefreshing(now):
		return AwaitRefresh
	case c.RefreshToken.IsEmpty() || !now.Before(c.RefreshExpiresAt):
		return NoAccess
	}
	return RefreshToken
}

// IsRefreshing reports whether a process may be obtaining a pair.
func (c ShopifyCredentials) IsRefreshing(now time.Time) bool {
	return c.RefreshingUntil != nil && now.Before(*c.RefreshingUntil)
}

// MayStillUse reports whether the access token will do although it should be refreshed, when that fails.
func (c ShopifyCredentials) MayStillUse(rejected Secret, now time.Time) bool {
	return c.isGood(rejected) && now.Before(c.AccessExpiresAt)
}

func (c ShopifyCredentials) isGood(rejected Secret) bool {
	return !c.AccessToken.IsEmpty() && !c.AccessToken.Equal(rejected)
}
