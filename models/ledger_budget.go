package models

import (
	"fmt"
	"time"
)

// DefaultLedgerBudget is how many bytes edits and connects may add to a store's ledger and snapshots on one day: the longest settings that
// a store can have, all of them edited three times.
const DefaultLedgerBudget = 256 << 20

// ledgerRowBytes is what a change takes beside its values.
const ledgerRowBytes = 256

// LedgerBytes is how many bytes the changes add to the ledger, which has what was before them and what is after.
func LedgerBytes(changes []SettingChange) int64 {
	bytes := int64(0)
	for _, change := range changes {
		bytes += ledgerRowBytes + int64(len(change.Before)) + int64(len(change.After))
	}
	return bytes
}

// ConnectBytes is how many bytes a connect adds: the snapshot, and the changes.
func ConnectBytes(epoch *Epoch, changes []SettingChange) int64 {
	return int64(len(epoch.Snapshot)) + LedgerBytes(changes)
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

// DailyLimits is what may be stored for a store on one day, and what was on the present one.
type DailyLimits struct {
	History, Answers DailyLimit
	ResetsAt         time.Time // when the next day begins
}

// DailyLimit is in MiB.
type DailyLimit struct{ Limit, Used int }

// NewDailyLimits says what they are at a moment.
func NewDailyLimits(use DailyUse, ledgerBudget int64, now time.Time) *DailyLimits {
	answers := LedgerUse{use.AnswersDay, use.AnswerBytes}
	return &DailyLimits{
		History:  newDailyLimit(ledgerBudget, use.On(now)),
		Answers:  newDailyLimit(AnswerBudget(ledgerBudget), answers.On(now)),
		ResetsAt: time.Unix((LedgerDay(now)+1)*int64(24*time.Hour/time.Second), 0).UTC(),
	}
}

func newDailyLimit(limit, used int64) DailyLimit {
	return DailyLimit{Limit: int(limit >> 20), Used: int((used + 1<<20 - 1) >> 20)}
}

// LedgerDay is the day that a moment belongs to, in UTC, counted from 1970 on.
func LedgerDay(at time.Time) int64 { return at.Unix() / int64(24*time.Hour/time.Second) }

// RefuseLedger refuses an edit that the budget of the day has no room for.
func RefuseLedger(budget int64) *UpdateSettingsUserError {
	return refuse(DailyLimitReached, fullLedger(budget), "settings")
}

// RefuseConnectingToday refuses to connect a shop when the budget of the day is used up; nil when it is not. How much a connect adds is
// known later, when the store was read.
func RefuseConnectingToday(used, budget int64) *ConnectTikTokShopUserError {
	if used < budget {
		return nil
	}
	return refuse(ConnectDailyLimit, fullLedger(budget))
}

func fullLedger(budget int64) string {
	return fmt.Sprintf("The history of this store's settings has grown by as much as it may on one day (%d MiB). Nothing was changed; "+
		"try again after midnight (UTC).", budget>>20)
}
