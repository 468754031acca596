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

// Progress is how much of what is to be written to the store is done, and what hinders the rest.
func (d *Disconnection) Progress() Progress { return d.Transition.progress(d.Account) }

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
	Problem       *Problem
}

// Problem is what hinders work in a store, in words a seller understands.
type Problem struct {
	Code    ProblemCode
	Message string
	URL     *string // where to put it right; nil when there is nothing to be done but to wait
}

func (t *Transition) progress(account *Account) Progress {
	progress := Progress{Done: t.WritesDone, Total: t.WritesTotal, NextAttemptAt: t.NextAttemptAt}
	if t.ProblemCode != "" {
		progress.Problem = newProblem(t.ProblemCode, t.ProblemDetail, account)
	}
	return progress
}

func newProblem(code ProblemCode, detail string, account *Account) *Problem {
	problem := &Problem{Code: code}
	apps := "https://" + account.StoreDomain + "/admin/settings/apps" // where apps are let in and removed
	switch code {
	case ShopifyAccessLost:
		problem.Message = "Shopify does not let the app into the store any more. Open the app in Shopify's admin, or install it again; then try again."
		problem.URL = &apps
	case ShopifyScopeMissing:
		problem.Message = "The app lacks the permission " + detail + " in the store. Open the app in Shopify's admin and allow it; then try again."
		problem.URL = &apps
	case ShopifyUnavailable:
		problem.Message = "Shopify does not answer at the moment. It is asked again by itself."
	case TikTokAccessLost:
		problem.Message = "TikTok does not let the app in any more. End the authorization in TikTok Seller Center."
		problem.URL = optional(SellerCenterURL(account.Region, account.Region))
	case TikTokUnavailable:
		problem.Message = "TikTok does not answer at the moment. It is asked again by itself."
	case VerificationFailed:
		problem.Message = "The store was written three times and still reads back differently" + about(detail) + ". Something else changes it at the same time. Stop that, then try again; or accept it as it is."
		problem.URL = &apps
	case NewerConnection:
		problem.Message = "The store belongs to a newer connection" + about(detail) + " than this app's database knows. Nothing was written to it. The database may have been brought back from a backup."
	}
	return problem
}

func about(detail string) string {
	if detail == "" {
		return ""
	}
	return " (" + strings.ToValidUTF8(detail, "") + ")"
}
