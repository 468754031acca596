package models

// RetryDisconnectionErrorCode says why retryDisconnection refuses.
type RetryDisconnectionErrorCode string

// The codes of retryDisconnection's refusals.
const (
	RetryNotFound RetryDisconnectionErrorCode = "NOT_FOUND"
	RetryComplete RetryDisconnectionErrorCode = "ALREADY_COMPLETE"
)

// RefuseRetry says why there is nothing to go on with. The zero transition stands for none.
func RefuseRetry(transition Transition) *RetryDisconnectionUserError {
	switch {
	case transition.ID == "":
		return refuse(RetryNotFound, "This store has no such disconnect.", "id")
	case transition.Phase == PhaseComplete:
		return refuse(RetryComplete, "The disconnect is complete.", "id")
	}
	return nil
}

// AcceptExceptionsErrorCode says why acceptExceptions refuses.
type AcceptExceptionsErrorCode string

// The codes of acceptExceptions' refusals.
const (
	AcceptUnconfirmed AcceptExceptionsErrorCode = "CONFIRMATION_REQUIRED"
	AcceptNotFound    AcceptExceptionsErrorCode = "NOT_FOUND"
	AcceptNotBlocked  AcceptExceptionsErrorCode = "NOT_BLOCKED"
)

// RefuseAccepting says why there is nothing to be accepted.
func RefuseAccepting(transition Transition) *AcceptExceptionsUserError {
	switch {
	case transition.ID == "":
		return refuse(AcceptNotFound, "This store has no such disconnect.", "disconnectionId")
	case transition.Phase != PhaseBlocked:
		return refuse(AcceptNotBlocked, "The disconnect is not blocked: there is nothing to be accepted.", "disconnectionId")
	}
	return nil
}

// RefuseUnconfirmedAcceptance refuses a call that the seller has not confirmed, whatever else holds.
func RefuseUnconfirmedAcceptance(confirm bool) *AcceptExceptionsUserError {
	if confirm {
		return nil
	}
	return refuse(AcceptUnconfirmed, "Accepting must be confirmed.", "confirm")
}
