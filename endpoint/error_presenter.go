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

	"handback/models"
)

const internalMessage = "Something went wrong on our side. The request id leads to the details."

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
		if unread != "" {
			return present(ctx, shown, codeBadInput, unread+" cannot be read: it is out of range or of the wrong type")
		}
		code, message := faultFor(ctx, err)
		level := slog.LevelError
		if errors.Is(err, context.Canceled) { // the client went away; nothing is wrong here
			level = slog.LevelInfo
		}
		log.Log(ctx, level, "fault", "code", code, "request_id", requestID(ctx), "path", shown.Path.String(), "error", err)
		return present(ctx, shown, code, message)
	}
}

func faultFor(ctx context.Context, err error) (code, message string) {
	field := graphql.GetFieldContext(ctx)
	asked := "the database"
	if unanswered, ok := errors.AsType[*models.UnansweredError](err); ok {
		asked = unanswered.Platform
	}
	switch {
	case errors.Is(err, models.ErrOutcomeUnknown):
		return codeOutcomeUnknown, "The connection broke while the change was being completed. Look whether it was done before trying again."
	case errors.Is(err, models.ErrTryAgain) && field != nil && field.Object == "Mutation":
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
