package models

import (
	"slices"
	"strings"
	"time"
)

// WebhookEndpoint is an address of a partner's program that the store's events are sent to: one after the other, each until it is
// taken or given up.
type WebhookEndpoint struct {
	ID         string `gorm:"primaryKey"`
	StoreID    string
	URL        string
	Topics     WebhookTopics
	CreatedAt  time.Time
	DisabledAt *time.Time // nil while events are sent
	// SentThrough is the number of the last event that was taken, given up, or is not to be sent.
	SentThrough int64
	Waiting     bool // a job is promised that sends what is to be sent

	// What has become of the event that is to be sent next.
	Attempts       int
	FirstAttemptAt *time.Time // nil when there was none

	FailingSince *time.Time // the first attempt that has failed since one succeeded; nil when none has

	ReadAt time.Time `gorm:"-"` // the moment of which its status is told
}

// WebhookTopics are the topics that an endpoint wants, in words; none when it wants all there are.
type WebhookTopics string

// WebhookTopicsOf are those of a list; all there are when it is empty.
func WebhookTopicsOf(list []EventTopic) WebhookTopics {
	var words []string
	for _, topic := range eventTopics {
		if slices.Contains(list, topic) {
			words = append(words, string(topic))
		}
	}
	return WebhookTopics(strings.Join(words, " "))
}

// List is each topic that the endpoint wants.
func (t WebhookTopics) List() []EventTopic {
	if t == "" {
		return slices.Clone(eventTopics)
	}
	var list []EventTopic
	for word := range strings.FieldsSeq(string(t)) {
		list = append(list, EventTopic(word))
	}
	return list
}

// WebhookEndpointStatus says whether events are sent.
type WebhookEndpointStatus string

// The states of an endpoint.
const (
	WebhookActive   WebhookEndpointStatus = "ACTIVE"
	WebhookFailing  WebhookEndpointStatus = "FAILING"
	WebhookDisabled WebhookEndpointStatus = "DISABLED"
)

const (
	// WebhookFailingAfter is how long nothing was taken when an endpoint counts as failing.
	WebhookFailingAfter = 24 * time.Hour
	// WebhookDisabledAfter is how long nothing was taken when nothing more is sent to an endpoint.
	WebhookDisabledAfter = 5 * 24 * time.Hour
)

// Status is the endpoint's at this moment.
func (e *WebhookEndpoint) Status(now time.Time) WebhookEndpointStatus {
	switch {
	case e.DisabledAt != nil:
		return WebhookDisabled
	case e.FailingSince != nil && now.Sub(*e.FailingSince) >= WebhookFailingAfter:
		return WebhookFailing
	}
	return WebhookActive
}

// WebhookDelivery is one attempt to send an event to an endpoint.
type WebhookDelivery struct {
	Seq        int64 `gorm:"primaryKey"`
	ID         string
	EndpointID string
	StoreID    string
	EntrySeq   int64 // the event's place in the audit trail
	Attempt    int   // 1 for the first
	SentAt     time.Time
	Status     *int    // of the answer; nil when there was none
	Error      *string // why it has failed; nil when the event was taken
	DurationMs int

	Event *Event `gorm:"-"` // read where a list of deliveries is
}

// SendEvents is the job that sends an endpoint the events that it has not got yet. There is one for an endpoint at a time.
type SendEvents struct {
	Endpoint string `json:"endpoint"`
}

// Kind implements Job.
func (SendEvents) Kind() string { return "send_events" }

// Queue is the name of the queue.
func (SendEvents) Queue() string { return WebhookQueue }

// WebhookQueue is the queue of jobs that send events: receivers that are slow must not keep anything else waiting.
const WebhookQueue = "webhooks"
