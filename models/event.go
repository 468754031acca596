package models

import (
	"slices"
	"strings"
	"time"
)

// Event is something that partners are told of: an audit entry with a number. A store's events are numbered without gaps in the
// order in which they were committed.
type Event struct {
	AuditEntry *AuditEntry
}

// EventTopic says what an event is about.
type EventTopic string

// The topics. Each is the action of its events' audit entries, too.
const (
	AccountConnectedEvent     EventTopic = "ACCOUNT_CONNECTED"
	AccountDisconnectingEvent EventTopic = "ACCOUNT_DISCONNECTING"
	DisconnectionBlockedEvent EventTopic = "DISCONNECTION_BLOCKED"
	AccountDisconnectedEvent  EventTopic = "ACCOUNT_DISCONNECTED"
	SettingsUpdatedEvent      EventTopic = "SETTINGS_UPDATED"
	TikTokExpiringEvent       EventTopic = "TIKTOK_AUTHORIZATION_EXPIRING"
	TikTokLostEvent           EventTopic = "TIKTOK_AUTHORIZATION_LOST"
	StoreUninstalledEvent     EventTopic = "STORE_UNINSTALLED"
)

var eventTopics = []EventTopic{
	AccountConnectedEvent, AccountDisconnectingEvent, DisconnectionBlockedEvent, AccountDisconnectedEvent, SettingsUpdatedEvent,
	TikTokExpiringEvent, TikTokLostEvent, StoreUninstalledEvent,
}

// IsEvent reports whether partners are told of entries with the action.
func (a AuditAction) IsEvent() bool { return slices.Contains(eventTopics, EventTopic(a)) }

// ID is that of the audit entry, as an event.
func (e *Event) ID() string { return "event_" + strings.TrimPrefix(e.AuditEntry.ID, "audit_") }

// AuditEntryOf is the id of the audit entry that an event is.
func AuditEntryOf(eventID string) string { return "audit_" + strings.TrimPrefix(eventID, "event_") }

// Topic is what the event is about.
func (e *Event) Topic() EventTopic { return EventTopic(e.AuditEntry.Action) }

// OccurredAt is when it happened.
func (e *Event) OccurredAt() time.Time { return e.AuditEntry.OccurredAt }

// Account is the account that the event is about, nil when it is about the whole store.
func (e *Event) Account() *Account { return e.AuditEntry.Account }

// Disconnection is the disconnect that the event is about, nil when it is about none.
func (e *Event) Disconnection() *Disconnection { return e.AuditEntry.Disconnection }

// EventPage asks for the Count events that follow the event After, oldest first.
type EventPage struct {
	Count int
	After string // ID of an event; "" for the first page
}

// EventStart is where a subscriber to events begins.
type EventStart struct {
	After string // ID of the last event that was seen; "" to begin with the first one
	Now   bool   // to begin with what happens from now on; After is "" then
}

// Events are a page of a store's events.
type Events struct {
	Events []Event
	More   bool // newer ones follow
}

// TellTikTokLost is the job that tells of an account whose tokens were found to be good for nothing. It is promised where the store's
// lock, which events need, cannot be waited for.
type TellTikTokLost struct {
	Account string `json:"account"`
	Entry   string `json:"entry"` // the id of the audit entry, so that a repetition adds none
}

// Kind implements Job.
func (TellTikTokLost) Kind() string { return "tell_tiktok_lost" }

// Queue is the name of the queue.
func (TellTikTokLost) Queue() string { return NotificationQueue }
