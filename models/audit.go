package models

import "time"

// AuditEntry says who did what to a store, and when. Entries are added, never changed.
type AuditEntry struct {
	Seq        int64 `gorm:"primaryKey"` // grows in the order in which a store's entries were committed
	ID         string
	StoreID    string
	AccountID  *string // nil when the entry is about the whole store
	Action     AuditAction
	Actor      Actor `gorm:"embedded;embeddedPrefix:actor_"`
	OccurredAt time.Time
	APIKeyID   *string // of the key that the entry is about, or that the actor came with
	APIKeyName *string

	APIKey        *AuditedAPIKey  `gorm:"-"` // nil when there is no such key, or it was not written down yet
	Account       *Account        `gorm:"-"`
	Disconnection *Disconnection  `gorm:"-"` // set when Action is AccountDisconnectedAction
	Changes       []SettingChange `gorm:"-"` // in key order; read only where AccountDetails asks for them
}

// AuditAction is something that can be done to a store.
type AuditAction string

// The actions.
const (
	StoreRegistered            AuditAction = "STORE_REGISTERED"
	AccountConnectedAction     AuditAction = "ACCOUNT_CONNECTED"
	AccountDisconnectingAction AuditAction = "ACCOUNT_DISCONNECTING"
	AccountDisconnectedAction  AuditAction = "ACCOUNT_DISCONNECTED"
	SettingsUpdated            AuditAction = "SETTINGS_UPDATED"
	APIKeyCreated              AuditAction = "API_KEY_CREATED"
	APIKeyRevoked              AuditAction = "API_KEY_REVOKED"
	APIKeyRotated              AuditAction = "API_KEY_ROTATED"
)

// AuditedAPIKey is what an audit entry has of an API key: no more than who reads the trail may know.
type AuditedAPIKey struct {
	ID   string
	Name string
}

// MaxAuditPage is the most entries one page of the audit trail holds.
const MaxAuditPage = 250

// AuditPage asks for the Count entries that follow the entry Before, newest first.
type AuditPage struct {
	Count  int
	Before string // ID of the last entry of the page before; "" for the first page
}

// AuditTrail is a page of entries.
type AuditTrail struct {
	Entries []*AuditEntry
	More    bool // older entries follow
}
