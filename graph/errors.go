package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"handback/models"
)

// Codes of top-level errors, in extensions.code. Errors of the request itself have gqlgen's own:
// GRAPHQL_PARSE_FAILED and GRAPHQL_VALIDATION_FAILED.
const (
	codeBadInput       = "BAD_USER_INPUT"
	codeTryAgain       = "TRY_AGAIN"
	codeOutcomeUnknown = "OUTCOME_UNKNOWN"
	codeInternal       = "INTERNAL"
)

// errorPresenter decides what a client sees of an error. What it may not see is in the log, with the request id.
func errorPresenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		shown := graphql.DefaultErrorPresenter(ctx, err)
		if !graphql.HasOperationContext(ctx) || shown.Extensions["code"] != nil {
			return ofRequest(ctx, shown)
		}
		var badInput *models.BadInput
		if errors.As(err, &badInput) {
			return present(ctx, shown, codeBadInput, badInput.Error())
		}
		if argument := unreadArgument(ctx, shown); argument != "" {
			return present(ctx, shown, codeBadInput, argument+" cannot be read: it is out of range or of the wrong type")
		}
		code, message := faultFor(ctx, err)
		log.ErrorContext(ctx, "fault", "code", code, "request_id", requestID(ctx), "path", shown.Path.String(), "error", err)
		return present(ctx, shown, code, message)
	}
}

func faultFor(ctx context.Context, err error) (code, message string) {
	field := graphql.GetFieldContext(ctx)
	switch {
	case errors.Is(err, models.ErrOutcomeUnknown):
		return codeOutcomeUnknown, "The connection broke while the change was being completed. Look whether it was done before trying again."
	case errors.Is(err, models.ErrTryAgain) && field != nil && field.Object == "Mutation":
		return codeTryAgain, "Nothing was done, because the database did not answer in time. Try again."
	case errors.Is(err, models.ErrTryAgain):
		return codeTryAgain, "This could not be read, because the database did not answer in time. Try again."
	default:
		return codeInternal, "Something went wrong on our side. The request id leads to the details."
	}
}

// ofRequest leaves an error of the request itself, such as an unknown field, as gqlgen words it.
func ofRequest(ctx context.Context, err *gqlerror.Error) *gqlerror.Error {
	if err.Extensions == nil {
		err.Extensions = map[string]any{"code": codeBadInput}
	}
	err.Extensions["requestId"] = requestID(ctx)
	return err
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

// recoverPanic makes a panic in a resolver a fault like any other.
func recoverPanic(_ context.Context, panicked any) error {
	return fmt.Errorf("panic: %v\n%s", panicked, debug.Stack())
}
