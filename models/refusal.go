package models

import (
	"errors"
	"strings"
)

// Refusal says why something a person asked for is not done, in a way the person can put right. It becomes a
// user error of the mutation; the code is one of that mutation's.
type Refusal[Code ~string] struct {
	Code    Code
	Message string   // a sentence fit to be shown
	Field   []string // path of the argument it is about, nil when it is about none
}

// Error is the message: a refusal ends the work on what it refuses.
func (r *Refusal[Code]) Error() string { return r.Message }

// Refused tells refusals from faults, whatever their codes.
func (r *Refusal[Code]) Refused() {}

// RefusalCode is the code, for those who know no mutation.
func (r *Refusal[Code]) RefusalCode() string { return string(r.Code) }

// Refusals are all the refusals of one call, as one error.
type Refusals[Code ~string] []Refusal[Code]

// Error is all the messages.
func (r Refusals[Code]) Error() string {
	messages := make([]string, len(r))
	for i, refusal := range r {
		messages[i] = refusal.Message
	}
	return strings.Join(messages, " ")
}

// Refused is Refusal's.
func (r Refusals[Code]) Refused() {}

// RefusalsIn returns the refusals that an error consists of; nil when it is a fault, or nil.
func RefusalsIn[Code ~string](err error) []Refusal[Code] {
	if several, ok := errors.AsType[Refusals[Code]](err); ok {
		return several
	}
	if one, ok := errors.AsType[*Refusal[Code]](err); ok {
		return []Refusal[Code]{*one}
	}
	return nil
}

type (
	// ConnectTikTokShopUserError is a refusal of connectTikTokShop.
	ConnectTikTokShopUserError = Refusal[ConnectTikTokShopErrorCode]
	// BeginTikTokAuthorizationUserError is a refusal of beginTikTokAuthorization.
	BeginTikTokAuthorizationUserError = Refusal[BeginTikTokAuthorizationErrorCode]
	// DisconnectTikTokShopUserError is a refusal of disconnectTikTokShop.
	DisconnectTikTokShopUserError = Refusal[DisconnectTikTokShopErrorCode]
	// UpdateSettingsUserError is a refusal of one entry of updateSettings.
	UpdateSettingsUserError = Refusal[UpdateSettingsErrorCode]
	// RetryDisconnectionUserError is a refusal of retryDisconnection.
	RetryDisconnectionUserError = Refusal[RetryDisconnectionErrorCode]
	// AcceptExceptionsUserError is a refusal of acceptExceptions.
	AcceptExceptionsUserError = Refusal[AcceptExceptionsErrorCode]
	// AcknowledgeHandoffItemsUserError is a refusal of acknowledgeHandoffItems.
	AcknowledgeHandoffItemsUserError = Refusal[AcknowledgeHandoffItemsErrorCode]
)

func refuse[Code ~string](code Code, message string, field ...string) *Refusal[Code] {
	return &Refusal[Code]{Code: code, Message: message, Field: field}
}

// Faults a caller can act on. Any other error is the program's own failure.
var (
	// ErrTryAgain says that nothing was done and that the same call may succeed later.
	ErrTryAgain = errors.New("nothing was done; try again")
	// ErrOutcomeUnknown says that a commit was sent and its answer lost: it was all done, or none of it was.
	ErrOutcomeUnknown = errors.New("the answer to the commit was lost; look before trying again")
)

// UnansweredError is ErrTryAgain where it is a platform that did not answer, and not the database.
type UnansweredError struct {
	Platform string // such as Shopify
	Cause    error
}

func (e *UnansweredError) Error() string { return e.Platform + " did not answer: " + e.Cause.Error() }

// Unwrap returns the cause.
func (e *UnansweredError) Unwrap() error { return e.Cause }

// Is makes it ErrTryAgain.
func (e *UnansweredError) Is(target error) bool { return target == ErrTryAgain }

// BadInput is an argument no call can be made with, such as a cursor that never was one.
type BadInput struct {
	Argument string // name of the argument
	Problem  string // what is wrong with it, a sentence without the name
}

func (e *BadInput) Error() string { return e.Argument + " " + e.Problem }
