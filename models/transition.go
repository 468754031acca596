package models

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// Transition is a connect, a disconnect or an edit that is carried out in the store: it begins with the seller's word, and
// outlives requests and processes.
type Transition struct {
	ID            string `gorm:"primaryKey"` // of a disconnect it is the disconnection's
	StoreID       string
	AccountID     *string // nil for an edit
	EpochID       *string // nil for an edit, and while the store is read that is to be connected
	Kind          TransitionKind
	Phase         TransitionPhase
	BegunAt       time.Time
	BegunBy       Actor   `gorm:"embedded;embeddedPrefix:begun_by_"`
	APIKeyID      *string // that the actor came with
	APIKeyName    *string
	ShopifyUserID *string // Shopify's number of the person who began it
	Rounds        int     // how often the store was read back and differed
	// How many writes to the store are done, and how many there are in all.
	WritesDone, WritesTotal int32

	Attempts      int        // that failed, one after the other
	NextAttemptAt *time.Time // nil when none waits
	LeasedUntil   *time.Time // until when one process alone works on it
	ProblemCode   ProblemCode
	ProblemDetail string // such as a scope's name
	// CauseCode and CauseDetail say why the program has begun it by itself: the problem that ended a connect, which a disconnect
	// undoes. They are empty where a person has begun it.
	CauseCode   ProblemCode
	CauseDetail string
	ClosedAt    *time.Time // when nothing more was to be written to the store
	CompletedAt *time.Time
	EntrySeq    *int64 // of the audit entry that says what it changed; nil until it is closed

	Authorization AuthorizationEnd `gorm:"embedded;embeddedPrefix:authorization_"`
	Handoff       Handoff          `gorm:"embedded;embeddedPrefix:handoff_"` // of a disconnect: its list of open orders
}

// ErrTransitionMoved is what a process is told that works on a transition which somebody else has carried on or ended, as a
// disconnect ends a connect.
var ErrTransitionMoved = errors.New("the transition has moved on")

// Finish makes it one that had nothing to do in the store.
func (t *Transition) Finish(at time.Time) {
	t.Phase, t.ClosedAt, t.CompletedAt, t.Authorization.Status = PhaseComplete, &at, &at, AuthorizationNotConfirmed
}

// EndedAt is the moment of what ends now: never before it began, though the clock was set back.
func (t *Transition) EndedAt(now time.Time) time.Time {
	if t.ClosedAt != nil {
		return latest(now, t.BegunAt, *t.ClosedAt)
	}
	return latest(now, t.BegunAt)
}

func latest(moments ...time.Time) time.Time { return slices.MaxFunc(moments, time.Time.Compare) }

// Open reports whether something may still be written to the store.
func (t *Transition) Open() bool { return t.ClosedAt == nil }

// AtRest reports whether nobody needs to wait for it: all is done, or the store is what it is to be and the rest is tried again
// later, or a person has to help.
func (t *Transition) AtRest() bool {
	return t.CompletedAt != nil || t.Phase == PhaseBlocked || t.ClosedAt != nil && t.NextAttemptAt != nil
}

// TransitionWork is a transition with what is needed to go on with it.
type TransitionWork struct {
	Transition
	Store   Store
	Account Account // the zero Account for an edit
	Epoch   *Epoch  // nil where EpochID is
}

// CarryOut is the job that goes on with a transition.
type CarryOut struct {
	TransitionID string `json:"transitionId"`
}

// Kind implements Job.
func (CarryOut) Kind() string { return "carry_out" }

// TransitionQueue is the queue of these jobs: they may take long, and others must not wait for them.
const TransitionQueue = "transitions"

// Queue is the name of the queue.
func (CarryOut) Queue() string { return TransitionQueue }

// ReconcileStores is the job that brings in what was edited in the Shopify admin, in all stores.
type ReconcileStores struct{}

// Kind implements Job.
func (ReconcileStores) Kind() string { return "reconcile_stores" }

// Queue is the name of the queue.
func (ReconcileStores) Queue() string { return TransitionQueue }

// SweepTransitions is the job that looks for transitions that nobody goes on with.
type SweepTransitions struct{}

// Kind implements Job.
func (SweepTransitions) Kind() string { return "sweep_transitions" }

// TransitionKind tells connecting, disconnecting and editing apart.
type TransitionKind string

// The kinds.
const (
	TransitionConnect    TransitionKind = "CONNECT"
	TransitionDisconnect TransitionKind = "DISCONNECT"
	TransitionEdit       TransitionKind = "EDIT" // of settings by hand
)

// TransitionPhase is what is being done.
type TransitionPhase string

// The phases, in their order. A blocked transition goes on with writing.
const (
	PhaseReading   TransitionPhase = "READING"   // before the first write of a connect
	PhaseWriting   TransitionPhase = "WRITING"   // to the store
	PhaseVerifying TransitionPhase = "VERIFYING" // the store is read back
	PhaseBlocked   TransitionPhase = "BLOCKED"   // until a person has put something right
	PhaseRevoking  TransitionPhase = "REVOKING"  // of a disconnect: the store is as it was
	PhaseComplete  TransitionPhase = "COMPLETE"
)

// ProblemCode tells problems apart.
type ProblemCode string

// The problems.
const (
	ShopifyAccessLost   ProblemCode = "SHOPIFY_ACCESS_LOST"
	ShopifyScopeMissing ProblemCode = "SHOPIFY_SCOPE_MISSING"
	ShopifyUnavailable  ProblemCode = "SHOPIFY_UNAVAILABLE"
	TikTokAccessLost    ProblemCode = "TIKTOK_ACCESS_LOST"
	TikTokUnavailable   ProblemCode = "TIKTOK_UNAVAILABLE"
	TikTokAccessEnding  ProblemCode = "TIKTOK_ACCESS_ENDING"
	VerificationFailed  ProblemCode = "VERIFICATION_FAILED"
	NewerConnection     ProblemCode = "NEWER_CONNECTION"
)

// Problems that the API has no codes of their own for, and so no constants of their type: they are told as VERIFICATION_FAILED and
// SHOPIFY_UNAVAILABLE, in words that fit them.
const (
	ShopifyRejected   = "SHOPIFY_REFUSED"    // Shopify understands what it is asked, and says no; stored by this name since before it had the other
	ShopifyUnexpected = "SHOPIFY_UNEXPECTED" // Shopify's answer is none that the program knows
)

// PlatformError says why a platform could not be asked, or does not do what it was asked.
type PlatformError struct {
	Code       ProblemCode
	Detail     string        // such as the scope that is missing
	RetryAfter time.Duration // 0 when the platform does not say
	Cause      error
}

// Error says for the log what the cause was, too.
func (e *PlatformError) Error() string {
	text := strings.TrimSpace(string(e.Code) + " " + e.Detail)
	if e.Cause == nil {
		return text
	}
	return text + ": " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *PlatformError) Unwrap() error { return e.Cause }

// Uninstalled reports whether the app was uninstalled from the store: a store that is frozen has a detail.
func (e *PlatformError) Uninstalled() bool { return e.Code == ShopifyAccessLost && e.Detail == "" }

// MaxRejections is how often Shopify is asked for what it rejects.
const MaxRejections = 3

// Fails reports whether a transition ends with the problem, which it has met so often in a row: a person has to help a disconnect
// then, and what a connect or an edit asks for is not done.
func (t *Transition) Fails(problem ProblemCode, times int) bool {
	switch {
	case t.Phase == PhaseRevoking: // the store is as it was
		return false
	case problem == NewerConnection:
		return true
	case problem == ShopifyRejected:
		return times >= MaxRejections
	case problem == ShopifyAccessLost, problem == ShopifyScopeMissing:
		return t.Kind != TransitionConnect // which waits: the seller can disconnect it
	}
	return false
}

// Failures is how often the transition has failed in a row, when it fails now with the problem. What Shopify rejects is counted
// apart from that it does not answer.
func (t *Transition) Failures(problem ProblemCode) int {
	if problem == ShopifyRejected && t.ProblemCode != ShopifyRejected {
		return 1
	}
	return t.Attempts + 1
}

// MaxRounds is how often a store that differs after it was written is written again.
const MaxRounds = 3

// RevokePatience is how long TikTok is asked to end an authorization.
const RevokePatience = 30 * 24 * time.Hour

// RevokeAsked is the detail of the problem that TikTok was asked to end an authorization, and has not said what became of it.
const RevokeAsked = "asked"

// Asked reports whether TikTok was asked before to end the authorization.
func (t *Transition) Asked() bool {
	return t.ProblemCode == TikTokUnavailable && t.ProblemDetail == RevokeAsked
}

// GivesUp reports whether TikTok is asked no more to end the authorization.
func (t *Transition) GivesUp(now time.Time) bool {
	return t.ClosedAt != nil && now.Sub(*t.ClosedAt) >= RevokePatience
}

// AuthorizationEnd is what became of TikTok's authorization.
type AuthorizationEnd struct {
	Status    AuthorizationEndStatus
	RevokedAt *time.Time
}

// AuthorizationEndStatus tells sorts of ends apart.
type AuthorizationEndStatus string

// The ends of an authorization.
const (
	AuthorizationPending      AuthorizationEndStatus = "PENDING"
	AuthorizationRevoked      AuthorizationEndStatus = "REVOKED"
	AuthorizationAlreadyEnded AuthorizationEndStatus = "ALREADY_ENDED"
	AuthorizationNotConfirmed AuthorizationEndStatus = "NOT_CONFIRMED"
)
