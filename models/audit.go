package models

import "time"

// AuditEntry says who did what to a store, and when. Entries are added, never changed.
type AuditEntry struct {
	Seq           int64 `gorm:"primaryKey"` // grows in the order in which a store's entries were committed
	ID            string
	StoreID       string
	AccountID     *string // nil when the entry is about the whole store
	Action        AuditAction
	Actor         Actor `gorm:"embedded;embeddedPrefix:actor_"`
	OccurredAt    time.Time
	APIKeyID      *string // of the key that the entry is about, or that the actor came with
	APIKeyName    *string
	ShopifyUserID *string // Shopify's number of the person who did it; nil when nobody had signed in, and for entries of before it was kept
	// DisconnectionID is of the disconnect that the entry is the beginning of, or says to be blocked; nil for every other entry.
	DisconnectionID *string

	APIKey        *AuditedAPIKey  `gorm:"-"` // nil when there is no such key, or it was not written down yet
	Account       *Account        `gorm:"-"`
	Disconnection *Disconnection  `gorm:"-"` // set when Action is about a disconnect
	Changes       []SettingChange `gorm:"-"` // in key order; read only where AccountDetails asks for them
}

// AuditAction is something that can be done to a store.
type AuditAction string

// The actions.
const (
	StoreRegistered            AuditAction = "STORE_REGISTERED"
	AccountConnectedAction     AuditAction = "ACCOUNT_CONNECTED"
	AccountDisconnectingAction AuditAction = "ACCOUNT_DISCONNECTING"
	DisconnectionBlockedAction AuditAction = "DISCONNECTION_BLOCKED"
	AccountDisconnectedAction  AuditAction = "ACCOUNT_DISCONNECTED"
	SettingsUpdated            AuditAction = "SETTINGS_UPDATED"
	TikTokExpiringAction       AuditAction = "TIKTOK_AUTHORIZATION_EXPIRING"
	TikTokLostAction           AuditAction = "TIKTOK_AUTHORIZATION_LOST"
	StoreUninstalledAction     AuditAction = "STORE_UNINSTALLED"
	APIKeyCreated              AuditAction = "API_KEY_CREATED"
	APIKeyRevoked              AuditAction = "API_KEY_REVOKED"
	APIKeyRotated              AuditAction = "API_KEY_ROTATED"
	WebhookEndpointCreated     AuditAction = "WEBHOOK_ENDPOINT_CREATED"
	WebhookEndpointUpdated     AuditAction = "WEBHOOK_ENDPOINT_UPDATED"
	WebhookEndpointDeleted     AuditAction = "WEBHOOK_ENDPOINT_DELETED"
	WebhookSecretRotated       AuditAction = "WEBHOOK_SECRET_ROTATED"
	EventsRedelivered          AuditAction = "EVENTS_REDELIVERED"
)

// AuditedAPIKey is what an audit entry has of an API key: no more than who reads the trail may know.
type AuditedAPIKey struct {
	ID   string
	Name string
}

// MaxPage is the most that one page of a list holds.
const MaxPage = 250

// AuditPage asks for the Count entries that follow the entry Before, newest first.
type AuditPage struct {
	Count  int
	Before string // ID of the last entry of the page before; "" for the first page
	Filter AuditFilter
}

// MaxTriedEntries is how many entries a filter is tried on for one page: what is read for a page does not grow with the trail.
const MaxTriedEntries = 10_000

// Filtered reports whether the page leaves entries out.
func (p AuditPage) Filtered() bool {
	return p.Filter.ActorKinds != nil || p.Filter.ActorName != "" || p.Filter.Actions != nil
}

// Tries is how many entries are looked at for the page.
func (p AuditPage) Tries() int {
	if p.Filtered() {
		return MaxTriedEntries
	}
	return p.Count + 1
}

// AuditFilter selects entries. The zero one selects all.
type AuditFilter struct {
	ActorKinds []ActorKind   // nil for all of them
	ActorName  string        // "" for all of them
	Actions    []AuditAction // nil for all of them
}

// AuditTrail is a page of entries.
type AuditTrail struct {
	Entries []*AuditEntry
	More    bool   // older entries follow, or may
	End     string // ID of the entry that they follow, where that is not the last one of Entries; "" where it is
}
