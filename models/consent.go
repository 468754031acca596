package models

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"time"
)

// ConsentLife is how long a seller may take at TikTok, and to choose a shop after that.
const ConsentLife = 30 * time.Minute

// Consent is a seller's way to TikTok's consent page and back. Whoever comes back with its state is taken for the one that has
// begun it.
type Consent struct {
	ID       string          // the hash of its state
	Caller   Caller          // who has begun it
	ReturnTo string          // the page of the admin to come back to
	Shops    []Authorization // to choose from; none before the browser came back, and after one was chosen
}

// ConsentTimes are the moments of a consent that say whether it can be gone on with.
type ConsentTimes struct {
	CreatedAt time.Time
	UsedAt    *time.Time // when the browser came back; nil before
	ChosenAt  *time.Time // when one of several shops was chosen; nil before
}

// ConsentOutcome says what has become of a consent. Those that are not listed here are the codes of connectTikTokShop's refusals.
type ConsentOutcome string

// The outcomes.
const (
	ConsentConnected  ConsentOutcome = "CONNECTED"
	ConsentConnecting ConsentOutcome = "CONNECTING" // the store is being written to
	ConsentDenied     ConsentOutcome = "DENIED"     // the seller said no
	ConsentUnknown    ConsentOutcome = "UNKNOWN"    // it was not begun here, or long ago
	ConsentExpired    ConsentOutcome = "EXPIRED"
	ConsentUsed       ConsentOutcome = "USED"
	ConsentNoShop     ConsentOutcome = "NO_SHOP" // the seller has none
	ConsentFailed     ConsentOutcome = "FAILED"  // by our own fault, or the database's: nothing was done
	ConsentInDoubt    ConsentOutcome = "IN_DOUBT"
)

// ConsentOver says that a consent cannot be gone on with.
type ConsentOver struct {
	Outcome ConsentOutcome
}

func (o *ConsentOver) Error() string {
	return "the consent cannot be gone on with: " + string(o.Outcome)
}

// Refused is Refusal's: nothing is wrong with the program.
func (*ConsentOver) Refused() {}

// OverWhenUsed says why a consent cannot be used at this moment; nil when it can.
func (t ConsentTimes) OverWhenUsed(now time.Time) *ConsentOver { return t.over(t.UsedAt, now) }

// OverWhenChosen says why no shop can be chosen at this moment; nil when one can.
func (t ConsentTimes) OverWhenChosen(now time.Time) *ConsentOver { return t.over(t.ChosenAt, now) }

func (t ConsentTimes) over(done *time.Time, now time.Time) *ConsentOver {
	switch {
	case done != nil:
		return &ConsentOver{ConsentUsed}
	case !now.Before(t.CreatedAt.Add(ConsentLife)):
		return &ConsentOver{ConsentExpired}
	}
	return nil
}

// HashConsentSecret returns what is kept of a consent's state, or of the secret that a shop is chosen with. As of API keys, nobody
// gets through them by trying.
func HashConsentSecret(secret Secret) string {
	sum := sha256.Sum256([]byte(secret.Reveal()))
	return hex.EncodeToString(sum[:])
}

// ConsentRequest begins a consent.
type ConsentRequest struct {
	State    Secret // what TikTok sends the browser back with
	ReturnTo string // the page of the admin to come back to; "" for the first
}

// BeginTikTokAuthorizationErrorCode says why beginTikTokAuthorization refuses.
type BeginTikTokAuthorizationErrorCode string

// The codes of beginTikTokAuthorization's refusals.
const (
	BeginAlreadyConnected      BeginTikTokAuthorizationErrorCode = "ALREADY_CONNECTED"
	BeginRestorationInProgress BeginTikTokAuthorizationErrorCode = "RESTORATION_IN_PROGRESS"
	BeginTikTokAway            BeginTikTokAuthorizationErrorCode = "TIKTOK_UNAVAILABLE"
	BeginDailyLimit            BeginTikTokAuthorizationErrorCode = "DAILY_LIMIT_REACHED"
	InvalidReturnTo            BeginTikTokAuthorizationErrorCode = "INVALID_RETURN_TO"
)

// pageOfAdmin is the path of one: it can lead to no other host, and has no query of its own.
var pageOfAdmin = regexp.MustCompile(`^/([A-Za-z0-9_-]+(/[A-Za-z0-9_-]+){0,9})?$`)

const maxReturnTo = 255

// RefuseReturnTo says that the page to come back to is none of the admin's; nil when it may be one.
func (r ConsentRequest) RefuseReturnTo() *BeginTikTokAuthorizationUserError {
	if r.ReturnTo == "" || len(r.ReturnTo) <= maxReturnTo && pageOfAdmin.MatchString(r.ReturnTo) {
		return nil
	}
	return refuse(InvalidReturnTo, "This is no page of the app: name its path, such as /settings, and nothing else.", "returnTo")
}

// RefuseConsent says why no shop could be connected after a consent, whichever it is. own are the store's accounts; used and budget are
// RefuseToday's.
func RefuseConsent(own []*Account, used, budget int64) *BeginTikTokAuthorizationUserError {
	refusal := cmp.Or(RefuseConnecting(own, nil), RefuseToday(ConnectDailyLimit, used, budget))
	if refusal == nil {
		return nil
	}
	return refuse(BeginTikTokAuthorizationErrorCode(refusal.Code), refusal.Message)
}

// RefuseConsentPage says that TikTok cannot be asked.
func RefuseConsentPage(problem *PlatformError) *BeginTikTokAuthorizationUserError {
	return refuse(BeginTikTokAway, RefuseWithoutAccess(problem).Message)
}

// ShopChoice is a shop that a consent is for.
type ShopChoice struct {
	Authorization Authorization
	Refusal       *ConnectTikTokShopUserError // why it cannot be connected to the store; nil when it can
}

// NewShopChoice says whether the shop can be connected. own are the store's accounts, elsewhere those of other stores that are
// connected to the shop.
func NewShopChoice(store Store, authorization Authorization, own, elsewhere []*Account) ShopChoice {
	refusal := RefuseAuthorization(store, &authorization)
	if refusal == nil {
		refusal = RefuseConnecting(own, elsewhere)
	}
	return ShopChoice{Authorization: authorization, Refusal: refusal}
}

// ShopToConnect returns the shop that there is nothing to be chosen about: the only one, or the only one that can be connected. It
// is nil when the seller chooses, or sees why none can be.
func ShopToConnect(choices []ShopChoice) *Authorization {
	if len(choices) == 1 {
		return &choices[0].Authorization
	}
	var only *Authorization
	for i := range choices {
		switch {
		case choices[i].Refusal != nil:
		case only != nil:
			return nil
		default:
			only = &choices[i].Authorization
		}
	}
	return only
}

// OutcomeOfConnecting is what a seller is told after the account was connected.
func OutcomeOfConnecting(account *Account) ConsentOutcome {
	if account.Status == AccountConnected {
		return ConsentConnected
	}
	return ConsentConnecting
}
