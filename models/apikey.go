package models

import "time"

// APIKey lets a partner's program into one store, as far as its scopes go. The secret itself is not kept.
type APIKey struct {
	ID         string
	Name       string        // the actor's name in the audit trail
	Prefix     string        // the beginning of the secret, by which people know it
	Scopes     []APIKeyScope // in the order of AllAPIKeyScopes, each once
	CreatedAt  time.Time
	LastUsedAt *time.Time // to the minute; nil when it was never used
}

// APIKeyScope is something an API key opens.
type APIKeyScope string

// The scopes.
const (
	ScopeRead         APIKeyScope = "READ"
	ScopeEditSettings APIKeyScope = "EDIT_SETTINGS"
	ScopeConnect      APIKeyScope = "CONNECT"
	ScopeDisconnect   APIKeyScope = "DISCONNECT"
)

// AllAPIKeyScopes is every scope there is.
var AllAPIKeyScopes = []APIKeyScope{ScopeRead, ScopeEditSettings, ScopeConnect, ScopeDisconnect}
