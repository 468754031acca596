package models

import (
	"encoding/base64"
	"time"
)

const (
	// MaxWebhookEndpoints is how many endpoints a store may have.
	MaxWebhookEndpoints = 10
	// MaxWebhookSecrets is how many secrets of an endpoint may be live: every delivery is signed with each of them.
	MaxWebhookSecrets = 5
	// WebhookSecretOverlap is how long a secret stays live beside its successor.
	WebhookSecretOverlap = 24 * time.Hour
	// WebhookSecretBytes is how many random bytes a secret is made of.
	WebhookSecretBytes = 32

	webhookSecretMark = "whsec_"
)

// WebhookRequest asks for a webhook endpoint.
type WebhookRequest struct {
	URL    string
	Topics []EventTopic // none: all there are, and ever will be
}

// WebhookChange asks for an endpoint to be another one. What is nil stays as it is.
type WebhookChange struct {
	ID      string
	URL     *string
	Topics  []EventTopic // not nil, and empty: all there are, and ever will be
	Enabled *bool
}

// RedeliveryRequest asks for events to be sent to an endpoint again: those that follow the event After, or the newest.
type RedeliveryRequest struct {
	EndpointID string
	After      string // ID of an event; "" for all there are
	Last       int    // so many of the newest events that the endpoint wants; 0 for those that follow After
}

// WebhookSecretResult is an endpoint with a secret that was made for it.
type WebhookSecretResult struct {
	Endpoint WebhookEndpoint
	Secret   Secret // nobody can read it again
}

// WebhookDeliveryPage asks of each endpoint for the Count deliveries that were made before the delivery Before, newest first.
type WebhookDeliveryPage struct {
	Endpoint string // the only one that is asked for; "" for all the store has
	Count    int
	Before   string // ID of the last delivery of the page before; "" for the first page
}

// WebhookDeliveries are a page of an endpoint's deliveries.
type WebhookDeliveries struct {
	Deliveries []WebhookDelivery
	More       bool // older ones follow
}

type (
	// CreateWebhookEndpointUserError is a refusal of createWebhookEndpoint.
	CreateWebhookEndpointUserError = Refusal[CreateWebhookEndpointErrorCode]
	// UpdateWebhookEndpointUserError is a refusal of updateWebhookEndpoint.
	UpdateWebhookEndpointUserError = Refusal[UpdateWebhookEndpointErrorCode]
	// DeleteWebhookEndpointUserError is a refusal of deleteWebhookEndpoint.
	DeleteWebhookEndpointUserError = Refusal[DeleteWebhookEndpointErrorCode]
	// RotateWebhookSecretUserError is a refusal of rotateWebhookSecret.
	RotateWebhookSecretUserError = Refusal[RotateWebhookSecretErrorCode]
	// RedeliverEventsUserError is a refusal of redeliverEvents.
	RedeliverEventsUserError = Refusal[RedeliverEventsErrorCode]

	// CreateWebhookEndpointErrorCode says why createWebhookEndpoint refuses.
	CreateWebhookEndpointErrorCode string
	// UpdateWebhookEndpointErrorCode says why updateWebhookEndpoint refuses.
	UpdateWebhookEndpointErrorCode string
	// DeleteWebhookEndpointErrorCode says why deleteWebhookEndpoint refuses.
	DeleteWebhookEndpointErrorCode string
	// RotateWebhookSecretErrorCode says why rotateWebhookSecret refuses.
	RotateWebhookSecretErrorCode string
	// RedeliverEventsErrorCode says why redeliverEvents refuses.
	RedeliverEventsErrorCode string
)

// The codes of refusals about webhook endpoints.
const (
	CreateInvalidURL         CreateWebhookEndpointErrorCode = "INVALID_URL"
	TooManyEndpoints         CreateWebhookEndpointErrorCode = "TOO_MANY_ENDPOINTS"
	CreateSecretsUnavailable CreateWebhookEndpointErrorCode = "SECRETS_UNAVAILABLE"
	CreateEndpointDailyLimit CreateWebhookEndpointErrorCode = "DAILY_LIMIT_REACHED"

	UpdateEndpointNotFound   UpdateWebhookEndpointErrorCode = "ENDPOINT_NOT_FOUND"
	UpdateInvalidURL         UpdateWebhookEndpointErrorCode = "INVALID_URL"
	UpdateEndpointDailyLimit UpdateWebhookEndpointErrorCode = "DAILY_LIMIT_REACHED"

	DeleteEndpointNotFound DeleteWebhookEndpointErrorCode = "ENDPOINT_NOT_FOUND"

	RotateEndpointNotFound   RotateWebhookSecretErrorCode = "ENDPOINT_NOT_FOUND"
	SecretRotationInProgress RotateWebhookSecretErrorCode = "ROTATION_IN_PROGRESS"
	RotateSecretsUnavailable RotateWebhookSecretErrorCode = "SECRETS_UNAVAILABLE"
	RotateSecretDailyLimit   RotateWebhookSecretErrorCode = "DAILY_LIMIT_REACHED"

	RedeliverEndpointNotFound RedeliverEventsErrorCode = "ENDPOINT_NOT_FOUND"
	EndpointDisabled          RedeliverEventsErrorCode = "ENDPOINT_DISABLED"
	RedeliverNoEvents         RedeliverEventsErrorCode = "NO_EVENTS"
	RedeliverDailyLimit       RedeliverEventsErrorCode = "DAILY_LIMIT_REACHED"
)

// RefuseUnkeptSecret refuses to make a secret that could not be opened any more after the next start.
func RefuseUnkeptSecret[Code ~string](code Code) *Refusal[Code] {
	return refuse(code, "This server keeps no secrets: whoever runs it must give it a keyset first (HANDBACK_KEYSET).")
}

// RefuseUnknownEndpoint refuses an endpoint that the store does not have; argument names it.
func RefuseUnknownEndpoint[Code ~string](code Code, argument string) *Refusal[Code] {
	return refuse(code, "This store has no such webhook endpoint.", argument)
}

// RefuseURL says why no events can be sent to an address, nil when they can.
func RefuseURL[Code ~string](code Code, address string, local bool) *Refusal[Code] {
	if problem := problemOfWebhookURL(address, local); problem != "" {
		return refuse(code, problem, "url")
	}
	return nil
}

// RefuseAnotherEndpoint says why a store that has so many endpoints gets none more.
func RefuseAnotherEndpoint(present int64) *CreateWebhookEndpointUserError {
	if present < MaxWebhookEndpoints {
		return nil
	}
	return refuse(TooManyEndpoints, "A store may have at most 10 webhook endpoints. Delete one first.")
}

// RefuseAnotherSecret says why an endpoint that has so many live secrets gets none more.
func RefuseAnotherSecret(live int) *RotateWebhookSecretUserError {
	if live < MaxWebhookSecrets {
		return nil
	}
	return refuse(SecretRotationInProgress, "The endpoint has 5 secrets that are good still. Wait until one of them ends, or make another endpoint and delete this one.", "id")
}

// WebhookSecretsEndAt is the moment at which secrets that were made at these moments get a successor now: never before one of them was
// made, though the clock was set back.
func WebhookSecretsEndAt(made []time.Time, now time.Time) time.Time {
	return latest(append(made, now)...)
}

// RefuseRedelivery says why nothing is sent to the endpoint again.
func RefuseRedelivery(endpoint *WebhookEndpoint) *RedeliverEventsUserError {
	if endpoint.DisabledAt == nil {
		return nil
	}
	return refuse(EndpointDisabled, "The webhook endpoint is disabled: enable it first.", "endpointId")
}

// RefuseNoEvents refuses to send the newest events again where there are none.
func RefuseNoEvents() *RedeliverEventsUserError {
	return refuse(RedeliverNoEvents, "There are no events of this sort yet.", "last")
}

// Apply returns the endpoint as the change makes it, and whether that is another one. With another address, and when it is enabled,
// an endpoint begins anew: what has failed counts no more. With other topics only the event at hand does.
func (c WebhookChange) Apply(endpoint WebhookEndpoint, now time.Time) (after WebhookEndpoint, changed bool) {
	after = endpoint
	if c.URL != nil && *c.URL != endpoint.URL {
		after.URL, changed = *c.URL, true
		after.BeginAnew()
	}
	if topics := WebhookTopicsOf(c.Topics); c.Topics != nil && topics != endpoint.Topics {
		after.Topics, changed = topics, true
		after.Attempts, after.FirstAttemptAt = 0, nil // the next event may be another one, which has three days of its own
	}
	switch {
	case c.Enabled == nil:
	case !*c.Enabled && endpoint.DisabledAt == nil:
		at := latest(now, endpoint.CreatedAt)
		after.DisabledAt, changed = &at, true
	case *c.Enabled && (endpoint.DisabledAt != nil || endpoint.FailingSince != nil || endpoint.Attempts > 0):
		after.DisabledAt, changed = nil, true
		after.BeginAnew()
	}
	return after, changed
}

// BeginAnew forgets what has failed.
func (e *WebhookEndpoint) BeginAnew() {
	e.Attempts, e.FirstAttemptAt, e.FailingSince = 0, nil, nil
}

// SendAgain has the events after a number be sent again. Those that were never sent are not skipped.
func (e *WebhookEndpoint) SendAgain(after int64) {
	e.SentThrough = min(e.SentThrough, after)
	e.Attempts, e.FirstAttemptAt = 0, nil
}

// NewWebhookSecret makes a secret of WebhookSecretBytes bytes that nobody can guess, in the form that the libraries of Standard
// Webhooks read.
func NewWebhookSecret(random []byte) Secret {
	if len(random) != WebhookSecretBytes {
		panic("models: a secret of another length signs no webhooks")
	}
	return NewSecret(webhookSecretMark + base64.StdEncoding.EncodeToString(random))
}
