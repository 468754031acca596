package models

import (
	"fmt"
	"time"
)

// DefaultLedgerBudget is how many bytes a store's callers may add to what is stored of it for good on one day: the longest settings that a
// store can have, all of them edited three times.
const DefaultLedgerBudget = 256 << 20

// What is written beside values of settings has a fixed price: what it takes at most, with the longest names and its indexes.
const (
	// EntryBytes is the price of an audit entry.
	EntryBytes = 1536
	// APIKeyBytes is the price of an API key: with the entry of its making, and with that of its end, since revoking is never refused.
	APIKeyBytes = 4096 + 2*EntryBytes
	// EndpointBytes is the price of a webhook endpoint: of the entries of its making and of its end. It goes with all it has.
	EndpointBytes = 2 * EntryBytes
	// ConnectionBytes is the price of the entries and records of a connection and of its end, since disconnecting is never refused.
	ConnectionBytes = 8 * EntryBytes
	// DeliveryBytes is the price of what the log has of an event that is sent again.
	DeliveryBytes = 512

	// ledgerRowBytes is what a change takes beside its values, and what a write to the store does.
	ledgerRowBytes = 256
)

// LedgerBytes is how many bytes the changes add to the ledger, which has what was before them and what is after.
func LedgerBytes(changes []SettingChange) int64 {
	bytes := int64(0)
	for _, change := range changes {
		bytes += ledgerRowBytes + int64(len(change.Before)) + int64(len(change.After))
	}
	return bytes
}

// EditBytes is the price of an edit: its entry, its changes, and what is written in the store at Shopify for them.
func EditBytes(changes []SettingChange, writes []StoreWrite) int64 {
	return EntryBytes + LedgerBytes(changes) + writeBytes(writes)
}

// ConnectBytes is the price of what a connect adds beside ConnectionBytes: the snapshot, the changes, and what is written in the store at
// Shopify.
func ConnectBytes(epoch *Epoch, changes []SettingChange, writes []StoreWrite) int64 {
	return int64(len(epoch.Snapshot)) + LedgerBytes(changes) + writeBytes(writes)
}

func writeBytes(writes []StoreWrite) int64 {
	bytes := int64(0)
	for _, write := range writes {
		bytes += ledgerRowBytes + int64(len(write.Entry)+len(write.Target)+len(write.Replaced))
	}
	return bytes
}

// LedgerUse is how many bytes were added on the last day that any were.
type LedgerUse struct{ LedgerDay, LedgerBytes int64 }

// On is how many of them are of the day of a moment.
func (u LedgerUse) On(at time.Time) int64 {
	if u.LedgerDay != LedgerDay(at) {
		return 0
	}
	return u.LedgerBytes
}

// DailyUse is LedgerUse, and the same of stored answers.
type DailyUse struct {
	LedgerUse
	AnswersDay, AnswerBytes int64
}

// AnswersOn is how many bytes of answers are of the day of a moment.
func (u DailyUse) AnswersOn(at time.Time) int64 { return LedgerUse{u.AnswersDay, u.AnswerBytes}.On(at) }

// With is the use after so many bytes more, at a moment.
func (u DailyUse) With(bytes int64, at time.Time) DailyUse {
	u.LedgerDay, u.LedgerBytes = LedgerDay(at), u.On(at)+bytes
	return u
}

// WithAnswer is the use after an answer of so many bytes, at a moment.
func (u DailyUse) WithAnswer(bytes int64, at time.Time) DailyUse {
	u.AnswersDay, u.AnswerBytes = LedgerDay(at), u.AnswersOn(at)+bytes
	return u
}

// DailyLimits is what may be stored for a store on one day, and what was on the present one.
type DailyLimits struct {
	History, Answers DailyLimit
	ResetsAt         time.Time // when the next day begins
}

// DailyLimit is in MiB.
type DailyLimit struct{ Limit, Used int }

// NewDailyLimits says what they are at a moment.
func NewDailyLimits(use DailyUse, ledgerBudget int64, now time.Time) *DailyLimits {
	return &DailyLimits{
		History:  newDailyLimit(ledgerBudget, use.On(now)),
		Answers:  newDailyLimit(AnswerBudget(ledgerBudget), use.AnswersOn(now)),
		ResetsAt: time.Unix((LedgerDay(now)+1)*int64(24*time.Hour/time.Second), 0).UTC(),
	}
}

func newDailyLimit(limit, used int64) DailyLimit {
	return DailyLimit{Limit: int(limit >> 20), Used: int((used + 1<<20 - 1) >> 20)}
}

// LedgerDay is the day that a moment belongs to, in UTC, counted from 1970 on.
func LedgerDay(at time.Time) int64 { return at.Unix() / int64(24*time.Hour/time.Second) }

// RefuseToday refuses what the budget of the day has no room for; nil when it has. used is what the day has taken, with what is asked for.
func RefuseToday[Code ~string](code Code, used, budget int64, field ...string) *Refusal[Code] {
	if used <= budget {
		return nil
	}
	return refuse(code, fmt.Sprintf("As much is stored for this store as may be on one day (%d MiB). Nothing was changed; try again after midnight (UTC).",
		budget>>20), field...)
}
