package models

import (
	"fmt"
	"strings"
	"time"
)

const (
	// WebhookGiveUpAfter is for how long one event is tried, before the next one is.
	WebhookGiveUpAfter = 3 * 24 * time.Hour
	// WebhookDeliveryLife is for how long it is known what became of an attempt.
	WebhookDeliveryLife = 30 * 24 * time.Hour
	// WebhookAnswerTime is how long an attempt may take, from looking up the name to the answer.
	WebhookAnswerTime = 10 * time.Second
)

// gone is the status by which a receiver says that it wants nothing any more.
const gone = 410

// How long an endpoint is left alone after an attempt that failed: twice as long each time, up to a limit.
const (
	firstWebhookPause = 5 * time.Second
	lastWebhookPause  = time.Hour
)

// UnsentEvent is an event that an endpoint has not got yet.
type UnsentEvent struct {
	EventNumber     int64
	Seq             int64 // the place of its entry in the audit trail
	AuditEntryID    string
	Topic           EventTopic
	OccurredAt      time.Time
	AccountID       *string // nil when it is about the whole store
	DisconnectionID *string // nil when it is about none
}

// ID is the same in every attempt: receivers know by it what they have got already.
func (e *UnsentEvent) ID() string { return "event_" + strings.TrimPrefix(e.AuditEntryID, "audit_") }

// WebhookWork is an endpoint with what is to be sent to it.
type WebhookWork struct {
	Endpoint    WebhookEndpoint
	Secrets     []Secret // each of them signs
	StoreDomain string
	Routes      []OrderRoute  // as they are now
	Events      []UnsentEvent // oldest first
}

// WebhookProblem says in a few words of ours why an attempt has failed: what receivers answer is repeated to nobody.
type WebhookProblem string

// The problems. One of an answer with a status is made by ProblemOfStatus.
const (
	WebhookNotUnderstood WebhookProblem = "the address is not understood"
	WebhookNotPublic     WebhookProblem = "the address is not public"
	WebhookNoSuchHost    WebhookProblem = "the name of the host is not known"
	WebhookNoConnection  WebhookProblem = "no connection"
	WebhookNotSecure     WebhookProblem = "no secure connection: TLS 1.2 or later, and a certificate for the host, are needed"
	WebhookNoAnswer      WebhookProblem = "no answer within 10 s"
	WebhookCut           WebhookProblem = "the connection was closed before there was an answer"
	WebhookNotHTTP       WebhookProblem = "the answer is not HTTP"
	WebhookNoSecret      WebhookProblem = "there is no secret to sign with"
)

// ProblemOfStatus is the problem of an answer with the status, "" when it says that the event was taken.
func ProblemOfStatus(status int) WebhookProblem {
	switch {
	case status >= 200 && status < 300:
		return ""
	case status >= 300 && status < 400:
		return WebhookProblem(fmt.Sprintf("status %d: redirects are not followed", status))
	}
	return WebhookProblem(fmt.Sprintf("status %d", status))
}

// WebhookAnswer is what became of one attempt to send an event.
type WebhookAnswer struct {
	SentAt     time.Time
	Took       time.Duration
	Status     int            // 0 when there was no answer
	Problem    WebhookProblem // "" when the event was taken
	RetryAfter time.Duration  // what the receiver asks for; 0 when it asks for nothing
}

// Taken reports whether the receiver has got the event.
func (a *WebhookAnswer) Taken() bool { return a.Problem == "" }

// WebhookOutcomes are the words for answers, for metrics.
var WebhookOutcomes = []string{outcomeTaken, outcomeRefused, outcomeNotPublic, outcomeUnanswered}

const (
	outcomeTaken      = "taken"
	outcomeRefused    = "refused"
	outcomeNotPublic  = "not_public"
	outcomeUnanswered = "unanswered"
)

// Outcome is one of WebhookOutcomes.
func (a *WebhookAnswer) Outcome() string {
	switch {
	case a.Taken():
		return outcomeTaken
	case a.Status > 0:
		return outcomeRefused
	case a.Problem == WebhookNotPublic:
		return outcomeNotPublic
	}
	return outcomeUnanswered
}

// Delivery is what the log says of the next attempt to send the event.
func (e *WebhookEndpoint) Delivery(event *UnsentEvent, answer WebhookAnswer) WebhookDelivery {
	delivery := WebhookDelivery{
		EndpointID: e.ID, StoreID: e.StoreID, EntrySeq: event.Seq, Attempt: e.Attempts + 1, SentAt: answer.SentAt,
		DurationMs: int(answer.Took.Milliseconds()),
	}
	if answer.Status > 0 {
		delivery.Status = &answer.Status
	}
	if !answer.Taken() {
		problem := string(answer.Problem)
		delivery.Error = &problem
	}
	return delivery
}

// Note records an attempt to send the event, and returns what the log says of it. After it the endpoint may be through with the
// event, or be disabled.
func (e *WebhookEndpoint) Note(event *UnsentEvent, answer WebhookAnswer) WebhookDelivery {
	delivery := e.Delivery(event, answer)
	if answer.Taken() {
		e.pass(event)
		e.FailingSince = nil
		return delivery
	}
	*delivery.Error += e.noteFailure(event, &answer)
	return delivery
}

// noteFailure returns the words that say what follows.
func (e *WebhookEndpoint) noteFailure(event *UnsentEvent, answer *WebhookAnswer) string {
	at := answer.SentAt
	e.Attempts++
	if e.FirstAttemptAt == nil {
		e.FirstAttemptAt = &at
	}
	if e.FailingSince == nil {
		e.FailingSince = &at
	}
	tried, failing := at.Sub(*e.FirstAttemptAt), at.Sub(*e.FailingSince)
	switch {
	case answer.Status == gone:
		e.disable(at)
		return ": the endpoint is disabled"
	// An endpoint that is seldom sent anything may have failed long ago, once: the event at hand has a day of its own.
	case failing >= WebhookDisabledAfter && tried >= WebhookFailingAfter:
		e.disable(at)
		return "; nothing was taken for five days: the endpoint is disabled"
	case tried >= WebhookGiveUpAfter:
		e.pass(event)
		return "; given up after three days"
	}
	return ""
}

// pass goes on to what follows the event.
func (e *WebhookEndpoint) pass(event *UnsentEvent) {
	e.SentThrough, e.Attempts, e.FirstAttemptAt = event.EventNumber, 0, nil
}

// disable leaves the event to be sent when the endpoint is enabled again, with all the time that another one has.
func (e *WebhookEndpoint) disable(at time.Time) {
	at = latest(at, e.CreatedAt)
	e.DisabledAt, e.Attempts, e.FirstAttemptAt, e.FailingSince = &at, 0, nil, nil
}

// SameWork reports whether the endpoint is what it was when its events were read, but for how far it is with them.
func (e *WebhookEndpoint) SameWork(read *WebhookEndpoint) bool {
	return e.DisabledAt == nil && e.URL == read.URL && e.Topics == read.Topics
}

// SameProgress reports whether nobody has gone on with the endpoint's events since they were read, or begun with them anew. What is
// answered from an address that was replaced meanwhile says nothing of the new one.
func (e *WebhookEndpoint) SameProgress(read *WebhookEndpoint) bool {
	return e.SentThrough == read.SentThrough && e.Attempts == read.Attempts && e.URL == read.URL
}

// WebhookPause is how long an endpoint is left alone after so many attempts have failed: between a half and the whole of what is due,
// as random from 0 to 1 says, so that endpoints that failed together are not tried together. A receiver that asks for more gets it, up
// to the same limit.
func WebhookPause(failures int, retryAfter time.Duration, random float64) time.Duration {
	const doublings = 10 // as many as it takes to reach the limit
	due := min(firstWebhookPause<<min(max(failures-1, 0), doublings), lastWebhookPause)
	pause := due/2 + time.Duration(random*float64(due/2))
	return max(pause, min(retryAfter, lastWebhookPause))
}
