package endpoint

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/handback/handback/models"
)

// errorPresenter decides what a client sees of an error. What it may not see is in the log, with the request id.
func errorPresenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		shown := graphql.DefaultErrorPresenter(ctx, err)
		unread := unreadArgument(ctx, shown)
		if panicked, ok := errors.AsType[*panicError](err); ok {
			log.ErrorContext(ctx, "panic", "code", codeInternal, "request_id", requestID(ctx), "path", shown.Path.String(),
				"error", panicked, "stack", string(panicked.stack))
			if unread == "" { // gqlgen panics on arguments, too
				return present(ctx, shown, codeInternal, internalMessage)
			}
		}
		if badInput, ok := errors.AsType[*models.BadInput](err); ok {
			return present(ctx, shown, codeBadInput, badInput.Error())
		}
		if errors.Is(err, models.ErrIdempotencyKeyMismatch) {
			return present(ctx, shown, codeKeyMismatch, keyMismatchMessage)
		}
		if errors.Is(err, models.ErrAnswerDropped) {
			return present(ctx, shown, codeAnswerDropped, answerDroppedMessage)
		}
		if errors.Is(err, models.ErrUnauthenticated) { // when it was written: the request was let in
			code, message := lostAccess(err)
			return present(ctx, shown, code, message)
		}
		if errors.Is(err, errOwing) {
			return present(ctx, shown, codeThrottled, owingMessage(ctx))
		}
		if unread != "" {
			return present(ctx, shown, codeBadInput, unread+" cannot be read: it is out of range or of the wrong type")
		}
		code, message := faultFor(ctx, err)
		if current := executionOf(ctx); current != nil && isBrokenOff(err) {
			current.broken.Store(true)
		}
		level := slog.LevelError
		if errors.Is(err, context.Canceled) { // the client went away; nothing is wrong here
			level = slog.LevelInfo
		}
		log.Log(ctx, level, "fault", "code", code, "request_id", requestID(ctx), "path", shown.Path.String(), "error", err)
		return present(ctx, shown, code, message)
	}
}

// lostAccess is told whose key was revoked, or has ended, while the request was being answered.
func lostAccess(err error) (code, message string) {
	if _, expired := errors.AsType[*models.APIKeyExpired](err); expired {
		return codeAPIKeyExpired, "Nothing was done: the API key has expired meanwhile."
	}
	return codeUnauthenticated, "Nothing was done: the API key was revoked meanwhile."
}

// isBrokenOff reports whether the error is of work that was ended on the way.
func isBrokenOff(err error) bool {
	return errors.Is(err, models.ErrTryAgain) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

func faultFor(ctx context.Context, err error) (code, message string) {
	asked := "the database"
	if unanswered, ok := errors.AsType[*models.UnansweredError](err); ok {
		asked = unanswered.Platform
	}
	switch {
	case errors.Is(err, models.ErrOutcomeUnknown):
		return codeOutcomeUnknown, "The connection broke while the change was being completed. Look whether it was done before trying again."
	case errors.Is(err, models.ErrTryAgain) && ofMutation(ctx):
		return codeTryAgain, "Nothing was done, because " + asked + " did not answer in time. Try again."
	case errors.Is(err, models.ErrTryAgain):
		return codeTryAgain, "This could not be read, because " + asked + " did not answer in time. Try again."
	default:
		return codeInternal, internalMessage
	}
}

// present says code and message, where it happened, and nothing of the inside.
func present(ctx context.Context, err *gqlerror.Error, code, message string) *gqlerror.Error {
	return &gqlerror.Error{
		Message: message, Path: err.Path, Locations: err.Locations,
		Extensions: map[string]any{"code": code, "requestId": requestID(ctx)},
	}
}

// unreadArgument names the argument that gqlgen could not read, as far as it is known, or is "" when the error
// came later: a field has its arguments before its resolver is called.
func unreadArgument(ctx context.Context, err *gqlerror.Error) string {
	field := graphql.GetFieldContext(ctx)
	if field == nil || field.Args != nil || field.Field.Definition == nil || len(field.Field.Definition.Arguments) == 0 {
		return ""
	}
	if at := len(field.Path()); len(err.Path) > at {
		return err.Path[at:].String()
	}
	return "an argument of " + field.Field.Name
}

// panicError is a panic as a fault.
type panicError struct {
	reason string
	stack  []byte
}

func (e *panicError) Error() string { return "panic: " + e.reason }

// recoverPanic keeps for the log what was panicked with, in words only where they are Go's own: others may hold values.
func recoverPanic(_ context.Context, panicked any) error {
	reason := fmt.Sprintf("%T", panicked)
	var ours runtime.Error
	if err, ok := panicked.(error); ok && errors.As(err, &ours) {
		reason = ours.Error()
	}
	return &panicError{reason: reason, stack: debug.Stack()}
}

func owingMessage(ctx context.Context) string {
	if ofMutation(ctx) {
		return "You are asking for too much at once: nothing was done. Try again later."
	}
	return "You are asking for too much at once: this was not read. Try again later."
}

const keyMismatchMessage = "The idempotency key was used for another request, or another field of this one. Nothing was done. " +
	"Send that request again as it was, or take a new key."

const answerDroppedMessage = "This was carried out when it was sent first, and is not done again. Its answer was not stored: the answers " +
	"of that day had taken as much room as those of a store may. Read what you need with a query."

// presentTooCostly presents errTooCostly for the first few fields, and leaves other errors to next.
func presentTooCostly(next graphql.ErrorPresenterFunc) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		if !errors.Is(err, errTooCostly) {
			return next(ctx, err)
		}
		if current := executionOf(ctx); current != nil && current.reported.Add(1) > maxErrors {
			return nil
		}
		return present(ctx, graphql.DefaultErrorPresenter(ctx, err), codeTooCostly, sentence(errTooCostly))
	}
}

// presentWithinBudget leaves errors to next, and tells them as long as there is memory for them. An answer that lacks one is not given,
// but what became of a mutation is always told.
func presentWithinBudget(next graphql.ErrorPresenterFunc) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		shown := next(ctx, err)
		if current := executionOf(ctx); current != nil && !ofMutation(ctx) && !current.mayTell() {
			return nil
		}
		return shown
	}
}

// ofMutation reports whether a mutation itself is being answered, and not what is read for its answer.
func ofMutation(ctx context.Context) bool {
	field := graphql.GetFieldContext(ctx)
	return field != nil && field.Object == "Mutation"
}
