package models

import (
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"
	"time"
)

// APIKey lets a partner's program into one store, as far as its scopes go. The secret itself is not kept.
type APIKey struct {
	ID         string
	Name       string        // the actor's name in the audit trail
	FoldedName string        // the same for all names that people cannot tell apart
	Prefix     string        // the beginning of the secret, by which people know it
	Scopes     []APIKeyScope // in the order of AllAPIKeyScopes, each once
	CreatedAt  time.Time
	ExpiresAt  *time.Time // nil: never
	RotatedAt  *time.Time // when a successor was made; nil when none was
	LastUsedAt *time.Time // to the minute; nil when it was never used
}

// IsLive reports whether the key, which is not revoked, opens anything at this moment.
func (k APIKey) IsLive(now time.Time) bool { return !IsPast(k.ExpiresAt, now) }

// EndedAt is the moment of what becomes of the key now: never before it was made, or rotated, though the clock was set back.
func (k APIKey) EndedAt(now time.Time) time.Time {
	if k.RotatedAt != nil {
		return latest(now, k.CreatedAt, *k.RotatedAt)
	}
	return latest(now, k.CreatedAt)
}

// IsPast reports whether the moment, if there is one, has come.
func IsPast(moment *time.Time, now time.Time) bool { return moment != nil && !now.Before(*moment) }

// APIKeyScope is something an API key opens.
type APIKeyScope string

// The scopes.
const (
	ScopeRead           APIKeyScope = "READ"
	ScopeEditSettings   APIKeyScope = "EDIT_SETTINGS"
	ScopeConnect        APIKeyScope = "CONNECT"
	ScopeDisconnect     APIKeyScope = "DISCONNECT"
	ScopeManageWebhooks APIKeyScope = "MANAGE_WEBHOOKS"
)

// AllAPIKeyScopes is every scope there is.
var AllAPIKeyScopes = []APIKeyScope{ScopeRead, ScopeEditSettings, ScopeConnect, ScopeDisconnect, ScopeManageWebhooks}

const (
	// MaxAPIKeys is how many keys a store may have that are neither revoked nor rotated.
	MaxAPIKeys = 100
	// APIKeyUsePrecision is how far back a key's LastUsedAt may stay behind its last use, so that a key in heavy use
	// is not written with every request.
	APIKeyUsePrecision = time.Minute
	// EndedAPIKeyLife is how long a key is still known that was revoked, or has ended after a rotation.
	EndedAPIKeyLife = 90 * 24 * time.Hour
)

// Of the 40 characters of a secret after its mark, which are 200 random bits, people see the first 6. The other 34
// are 170 bits that only the partner has.
const (
	// APIKeyRandomBytes is how many random bytes a secret is made of.
	APIKeyRandomBytes = 25

	apiKeyMark       = "hb_"
	apiKeyCharacters = "abcdefghijklmnopqrstuvwxyz234567"
	apiKeyShown      = len(apiKeyMark) + 6
	apiKeyLength     = len(apiKeyMark) + APIKeyRandomBytes*8/5
)

var apiKeyEncoding = base32.NewEncoding(apiKeyCharacters).WithPadding(base32.NoPadding)

type (
	// CreateAPIKeyUserError is a refusal of createApiKey.
	CreateAPIKeyUserError = Refusal[CreateAPIKeyErrorCode]
	// RevokeAPIKeyUserError is a refusal of revokeApiKey.
	RevokeAPIKeyUserError = Refusal[RevokeAPIKeyErrorCode]
)

// APIKeyRequest asks for a new API key.
type APIKeyRequest struct {
	Name       string
	FoldedName string        // as APIKey has it
	Scopes     []APIKeyScope // in any order; named twice is named once
	ExpiresAt  *time.Time    // nil: never
}

// CreateAPIKeyErrorCode says why createApiKey refuses.
type CreateAPIKeyErrorCode string

// The codes of createApiKey's refusals.
const (
	InvalidName    CreateAPIKeyErrorCode = "INVALID_NAME"
	NameTaken      CreateAPIKeyErrorCode = "NAME_TAKEN"
	ScopesRequired CreateAPIKeyErrorCode = "SCOPES_REQUIRED"
	TooManyKeys    CreateAPIKeyErrorCode = "TOO_MANY_KEYS"
	InvalidExpiry  CreateAPIKeyErrorCode = "INVALID_EXPIRY"
	// CreateAPIKeyDailyLimit is RefuseToday's.
	CreateAPIKeyDailyLimit CreateAPIKeyErrorCode = "DAILY_LIMIT_REACHED"
)

// CreateAPIKeyResult is what createApiKey has made.
type CreateAPIKeyResult struct {
	Key    APIKey
	Secret string // what the partner sends; nobody can read it again
}

// RevokeAPIKeyErrorCode says why revokeApiKey refuses.
type RevokeAPIKeyErrorCode string

// APIKeyNotFound refuses a key that the store does not have, or has no longer.
const APIKeyNotFound RevokeAPIKeyErrorCode = "API_KEY_NOT_FOUND"

// RefuseAPIKeyRequest says all that is wrong with a request at this moment, whatever keys there are.
func RefuseAPIKeyRequest(request APIKeyRequest, now time.Time) []CreateAPIKeyUserError {
	var refusals []CreateAPIKeyUserError
	if problem := problemOfName(request.Name); problem != "" {
		refusals = append(refusals, *refuse(InvalidName, problem, "name"))
	}
	if len(eachOnce(request.Scopes)) == 0 {
		refusals = append(refusals, *refuse(ScopesRequired, "A key without scopes opens nothing: name one at least.", "scopes"))
	}
	if IsPast(request.ExpiresAt, now) {
		refusals = append(refusals, *refuse(InvalidExpiry, "A key must expire in the future, or never.", "expiresAt"))
	}
	return refusals
}

// RefuseAnotherAPIKey says why a request that could be carried out cannot be now. keys are the store's that are not
// revoked. The name of a key that has expired is free: ExpiredKeysReplacedBy says which keys lose it.
func RefuseAnotherAPIKey(keys []APIKey, request APIKeyRequest, now time.Time) *CreateAPIKeyUserError {
	taken := func(k APIKey) bool { return k.FoldedName == request.FoldedName && k.IsLive(now) }
	if at := slices.IndexFunc(keys, taken); at >= 0 {
		return refuse(NameTaken, "A key of the store is called "+keys[at].Name+" already. Choose a name that people can tell from it, or revoke that key first.", "name")
	}
	others := slices.DeleteFunc(slices.Clone(keys), func(k APIKey) bool { return k.RotatedAt != nil || k.FoldedName == request.FoldedName })
	if len(others) >= MaxAPIKeys {
		return refuse(TooManyKeys, "A store may have at most 100 keys. Revoke one first.")
	}
	return nil
}

// ExpiredKeysReplacedBy returns the keys that have expired and whose name the request takes. They are revoked then: a list of keys
// has no name twice, but for a key and its successor.
func ExpiredKeysReplacedBy(keys []APIKey, request APIKeyRequest) []APIKey {
	return slices.DeleteFunc(slices.Clone(keys), func(k APIKey) bool { return k.FoldedName != request.FoldedName })
}

// NewAPIKey makes a key and its secret. random are APIKeyRandomBytes bytes that nobody can guess.
func NewAPIKey(request APIKeyRequest, id string, random []byte, now time.Time) (key APIKey, secret string) {
	if len(random) != APIKeyRandomBytes {
		panic("models: a secret of another length is no API key")
	}
	secret = apiKeyMark + apiKeyEncoding.EncodeToString(random)
	return APIKey{
		ID: id, Name: request.Name, FoldedName: request.FoldedName, Prefix: secret[:apiKeyShown], Scopes: eachOnce(request.Scopes),
		CreatedAt: now, ExpiresAt: request.ExpiresAt,
	}, secret
}

func eachOnce(scopes []APIKeyScope) []APIKeyScope {
	return slices.DeleteFunc(slices.Clone(AllAPIKeyScopes), func(scope APIKeyScope) bool { return !slices.Contains(scopes, scope) })
}

// FindAPIKey returns the key of the id, or the refusal of an id that none of the keys has.
func FindAPIKey(keys []APIKey, id string) (*APIKey, *RevokeAPIKeyUserError) {
	for _, key := range keys {
		if key.ID == id {
			return &key, nil
		}
	}
	return nil, refuse(APIKeyNotFound, "This store has no such key.", "id")
}

// IsAPIKey reports whether a text has the form of a secret. Whether there is such a key, only the database knows.
func IsAPIKey(text string) bool {
	random, marked := strings.CutPrefix(text, apiKeyMark)
	return marked && len(text) == apiKeyLength && strings.Trim(random, apiKeyCharacters) == ""
}

// HashAPIKey returns what is kept of a secret. It needs neither salt nor a slow function, which protect passwords
// that people choose: nobody gets through 170 random bits by trying.
func HashAPIKey(secret string) [sha256.Size]byte { return sha256.Sum256([]byte(secret)) }

// ShouldTouch reports whether a use of the key at this moment is to be written down.
func ShouldTouch(lastUsedAt *time.Time, now time.Time) bool {
	return lastUsedAt == nil || now.Sub(*lastUsedAt) >= APIKeyUsePrecision
}
