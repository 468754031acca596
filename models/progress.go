package models

import (
	"strings"
	"time"
)

// DisconnectionStatus says how far a disconnect is.
type DisconnectionStatus string

// The states of a disconnect, in their order. From blocked a retry goes on with restoring.
const (
	DisconnectionRestoring DisconnectionStatus = "RESTORING"
	DisconnectionVerifying DisconnectionStatus = "VERIFYING"
	DisconnectionBlocked   DisconnectionStatus = "BLOCKED"
	DisconnectionRevoking  DisconnectionStatus = "REVOKING"
	DisconnectionComplete  DisconnectionStatus = "COMPLETE"
)

var disconnectionStatuses = map[TransitionPhase]DisconnectionStatus{
	PhaseReading: DisconnectionRestoring, PhaseWriting: DisconnectionRestoring, PhaseVerifying: DisconnectionVerifying,
	PhaseBlocked: DisconnectionBlocked, PhaseRevoking: DisconnectionRevoking, PhaseComplete: DisconnectionComplete,
}

// Status is how far the disconnect is.
func (d *Disconnection) Status() DisconnectionStatus {
	return disconnectionStatuses[d.Transition.Phase]
}

// CompletedAt is when all was done, nil until then.
func (d *Disconnection) CompletedAt() *time.Time { return d.Transition.CompletedAt }

// Authorization is what became of TikTok's authorization.
func (d *Disconnection) Authorization() AuthorizationEnd { return d.Transition.Authorization }

// Progress is how much of what is to be written to the store is done, and what hinders the rest, or else the list of open orders.
func (d *Disconnection) Progress() Progress {
	progress := d.Transition.progress(d.Account)
	if progress.Problem == nil {
		progress.Problem = d.Transition.Handoff.problem(d.Account)
	}
	return progress
}

// Setup is how far connecting is, nil unless the account is being connected.
func (a *Account) Setup() *Progress {
	if a.Transition == nil || a.Status != AccountConnecting {
		return nil
	}
	progress := a.Transition.progress(a)
	return &progress
}

// Progress is how far work in a store is.
type Progress struct {
	Done, Total   int32      // writes
	NextAttemptAt *time.Time // nil when none waits
	Attempting    bool       // a process works on it: what takes long then are the platforms
	Problem       *Problem
}

// Problem is what hinders work in a store, in words a seller understands.
type Problem struct {
	Code    ProblemCode
	Message string
	URL     *string // where to put it right; nil when there is nothing to be done but to wait
	// Parts that the sentence is made of, for programs and other languages.
	Key             *string  // of the setting that it is about; nil when it is about none, or about more than one
	Scopes          []string // of Shopify, that the app lacks
	PlatformMessage *string  // what the platform says to it, in its own words; nil when it says nothing
}

func (t *Transition) progress(account *Account) Progress {
	progress := Progress{Done: t.WritesDone, Total: t.WritesTotal, NextAttemptAt: t.NextAttemptAt, Attempting: t.LeasedUntil != nil}
	switch {
	case t.ProblemCode != "":
		progress.Problem = t.problem(account)
	case t.CauseCode != "":
		cause := Transition{Kind: TransitionConnect, Phase: PhaseBlocked, ProblemCode: t.CauseCode, ProblemDetail: t.CauseDetail}
		progress.Problem = cause.problem(account)
		progress.Problem.Message = "Connecting has failed, and is undone. " + progress.Problem.Message
	}
	return progress
}

// problem is what hinders the transition, in words that fit what is being done.
func (t *Transition) problem(account *Account) *Problem {
	problem := &Problem{Code: t.ProblemCode, Message: t.problemMessage()}
	apps := "https://" + account.StoreDomain + "/admin/settings/apps" // where apps are let in and removed
	switch t.ProblemCode {
	case ShopifyAccessLost:
		problem.URL = &apps
	case ShopifyScopeMissing:
		problem.URL, problem.Scopes = &apps, splitScopes(t.ProblemDetail)
	case VerificationFailed:
		problem.URL, problem.Key = &apps, optional(t.ProblemDetail)
	case ShopifyRejected:
		key, said := splitRejection(t.ProblemDetail)
		problem.Code, problem.URL, problem.Key, problem.PlatformMessage = VerificationFailed, &apps, optional(key), optional(said)
	case ShopifyUnexpected:
		problem.Code = ShopifyUnavailable
	case TikTokAccessLost:
		problem.URL = optional(SellerCenterURL(account.Region, account.Region))
	case TikTokUnavailable:
		if t.Phase == PhaseComplete {
			problem.URL = optional(SellerCenterURL(account.Region, account.Region))
		}
	}
	return problem
}

func (t *Transition) problemMessage() string {
	detail := about(t.ProblemDetail)
	switch t.ProblemCode {
	case ShopifyAccessLost:
		return "Shopify does not let the app into the store any more" + detail + ". Open the app in Shopify's admin, or install it again; then try again."
	case ShopifyScopeMissing:
		return "The app lacks the permission to " + permissionTo(splitScopes(t.ProblemDetail)) +
			" in the store. Open the app in Shopify's admin and allow it; then try again."
	case ShopifyUnavailable:
		return "Shopify does not answer at the moment. It is asked again by itself."
	case ShopifyUnexpected:
		return "Shopify's answer is none that the app knows. It is asked again by itself. If that goes on, ask the app's support."
	case ShopifyRejected:
		return rejectionText(t.ProblemDetail) + t.wayOn(" Put that right in Shopify's admin, then try again; or accept the store as it is.")
	case TikTokAccessLost:
		return "TikTok does not let the app in any more. End the authorization in TikTok Seller Center."
	case TikTokUnavailable:
		if t.Phase == PhaseComplete {
			return "TikTok has not confirmed for 30 days that its authorization was ended. End it in TikTok Seller Center."
		}
		return "TikTok does not answer at the moment. It is asked again by itself."
	case VerificationFailed:
		return differenceText(t.ProblemDetail) + t.wayOn(" Stop that, then try again; or accept it as it is.")
	case NewerConnection:
		return "The store belongs to a newer connection" + detail + " than this app's database knows. Nothing was written to it. The database may have been brought back from a backup."
	}
	return ""
}

// wayOn says how it goes on: by itself, or as the sentence says for a disconnect that is blocked.
func (t *Transition) wayOn(blocked string) string {
	switch {
	case t.Kind == TransitionDisconnect && t.Phase == PhaseBlocked:
		return blocked
	case t.Kind == TransitionConnect && t.NextAttemptAt != nil:
		return " It is tried again by itself; disconnecting gives the store back."
	case t.NextAttemptAt != nil:
		return " It is tried again by itself."
	}
	return ""
}

// rejectionText says that Shopify says no to what the app writes, of the detail of the problem.
func rejectionText(detail string) string {
	text := "Shopify refuses what the app asks of the store"
	key, said := splitRejection(detail)
	if key != "" {
		text = "Shopify does not let the app change " + quotedTitle(key)
	}
	if said == "" {
		return text + "."
	}
	return text + ". It says: “" + said + "”"
}

// differenceText says which setting somebody else writes.
func differenceText(key string) string {
	subject := "The store"
	if key != "" {
		subject = quotedTitle(key)
	}
	return subject + " does not stay as the app writes it: another app, an automation or a person changes it at the same time."
}

// splitRejection takes a detail apart that says what Shopify does not take, and why: the first is a setting's key, or an operation of
// the client, which is for engineers.
func splitRejection(detail string) (key, said string) {
	what, said, found := strings.Cut(detail, ": ")
	switch {
	case !found:
		what, said = "", detail
	case said == what: // Shopify has said nothing
		said = ""
	}
	if defaultDefinition(what).Key == "" {
		what = ""
	}
	return what, strings.ToValidUTF8(said, "")
}

func about(detail string) string {
	if detail == "" {
		return ""
	}
	return " (" + strings.ToValidUTF8(detail, "") + ")"
}
