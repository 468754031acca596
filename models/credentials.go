package models

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// TokenPair is what a platform's token endpoint answers: an access token that expires, and the token that gets the next pair.
type TokenPair struct {
	AccessToken      Secret
	RefreshToken     Secret
	ExpiresIn        time.Duration // of the access token; zero when the answer did not say
	RefreshExpiresIn time.Duration // of the refresh token; zero when the answer did not say
	Scopes           []string
}

// Credentials are what the app calls a platform with: a store's Admin API, or TikTok for an account. A pair of tokens has a version,
// which every change of it raises: who writes says which version it read.
type Credentials struct {
	AccessToken      Secret // empty while the first pair is being obtained
	RefreshToken     Secret
	AccessExpiresAt  time.Time
	RefreshExpiresAt time.Time
	Scopes           []string // sorted
	Version          int64    // 0: there are none
	// RefreshingUntil is how long the process that is obtaining the next pair may take; nil when none is.
	RefreshingUntil *time.Time
}

// TikTokCredentials are what the app calls TikTok with for an account.
type TikTokCredentials struct {
	Credentials
	Cipher Secret // names the shop in calls
	ShopID string // TikTok's id of the shop, which notifications name
}

var (
	// ErrCredentialsChanged says that the credentials are not those that were read any more: read them again.
	ErrCredentialsChanged = errors.New("the credentials were changed meanwhile")
	// ErrAccessLost says that the platform takes neither the access token nor the refresh token. Only the seller can put that right,
	// by opening the app in Shopify's admin, or by allowing the connection at TikTok again.
	ErrAccessLost = errors.New("the app has no access any more: the seller must let it in again")
)

const (
	// refreshAhead is how long before its end an access token is replaced, so that it does not end on the way.
	refreshAhead = 5 * time.Minute
	// An answer that does not say how long its tokens are good is believed for so long.
	accessLife  = 55 * time.Minute
	refreshLife = 90 * 24 * time.Hour
	// RefreshTimeout is how long obtaining and saving a pair may take.
	RefreshTimeout = 20 * time.Second
	// RefreshClaim is how long nobody else obtains a pair for the same owner: longer than RefreshTimeout by what clocks may
	// differ, because platforms take the last pair only, and two that are obtained at once have no order.
	RefreshClaim = 40 * time.Second
)

// Received makes the credentials of an answer that came at this moment. What the answer leaves out stays as it was.
func (c Credentials) Received(token TokenPair, now time.Time) Credentials {
	received := Credentials{
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

// LacksScopes are those of the scopes that were not granted. Whoever may write may read.
func (c Credentials) LacksScopes(required []string) []string {
	return slices.DeleteFunc(slices.Clone(required), func(scope string) bool {
		topic, reads := strings.CutPrefix(scope, "read_")
		return slices.Contains(c.Scopes, scope) || reads && slices.Contains(c.Scopes, "write_"+topic)
	})
}

// SupersededBy reports whether other tokens of the same seller are of a later consent, or of the same moment: TikTok's refresh tokens end
// a fixed time after the consent, on its clock. The earlier consent's may be good for nothing by then.
func (c Credentials) SupersededBy(other Credentials) bool {
	if !other.RefreshExpiresAt.Equal(c.RefreshExpiresAt) {
		return other.RefreshExpiresAt.After(c.RefreshExpiresAt)
	}
	return !other.AccessExpiresAt.Before(c.AccessExpiresAt)
}

// TokenStep is what whoever wants to call the platform does next.
type TokenStep int

// The steps.
const (
	UseToken     TokenStep = iota // call with the access token
	RefreshToken                  // claim the refresh, then obtain a pair
	AwaitRefresh                  // another process is obtaining one: read again in a moment
	NoAccess                      // there is nothing to obtain one with
)

// NextStep says what to do with the credentials at this moment. rejected is the access token that the platform refused, and
// empty when none was: when the credentials have another one, another process has refreshed since, and that is used.
func (c Credentials) NextStep(rejected Secret, now time.Time) TokenStep {
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
func (c Credentials) IsRefreshing(now time.Time) bool {
	return c.RefreshingUntil != nil && now.Before(*c.RefreshingUntil)
}

// MayStillUse reports whether the access token will do although it should be refreshed, when that fails.
func (c Credentials) MayStillUse(rejected Secret, now time.Time) bool {
	return c.isGood(rejected) && now.Before(c.AccessExpiresAt)
}

func (c Credentials) isGood(rejected Secret) bool {
	return !c.AccessToken.IsEmpty() && !c.AccessToken.Equal(rejected)
}
