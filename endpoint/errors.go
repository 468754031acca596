package endpoint

import (
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Codes of errors of a field, in extensions.code.
const (
	codeBadInput       = "BAD_USER_INPUT"
	codeKeyMismatch    = "IDEMPOTENCY_KEY_MISMATCH"
	codeTryAgain       = "TRY_AGAIN"
	codeOutcomeUnknown = "OUTCOME_UNKNOWN"
	codeInternal       = "INTERNAL"
)

// Codes of errors of a request that was not carried out.
const (
	codeBadRequest           = "BAD_REQUEST"
	codeBatch                = "BATCH_NOT_SUPPORTED"
	codeUnauthenticated      = "UNAUTHENTICATED"
	codeAPIKeyExpired        = "API_KEY_EXPIRED"
	codeForbidden            = "FORBIDDEN"
	codeIntrospectionOff     = "INTROSPECTION_DISABLED"
	codeMethodNotAllowed     = "METHOD_NOT_ALLOWED"
	codeNotAcceptable        = "NOT_ACCEPTABLE"
	codeRequestTimeout       = "REQUEST_TIMEOUT"
	codeUnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE"
	codeThrottled            = "THROTTLED"
	codeOverloaded           = "OVERLOADED"
	codeBodyTooLarge         = "BODY_TOO_LARGE"
	codeVariablesTooLarge    = "VARIABLES_TOO_LARGE"
	codeTooManyTokens        = "TOO_MANY_TOKENS"
	codeTooManySelections    = "TOO_MANY_SELECTIONS"
	codeTooDeep              = "TOO_DEEP"
	codeTooManyAliases       = "TOO_MANY_ALIASES"
	codeTooManyRootFields    = "TOO_MANY_ROOT_FIELDS"
	codeTooManyDirectives    = "TOO_MANY_DIRECTIVES"
	codeTooManyVariables     = "TOO_MANY_VARIABLES"
	codeTooCostly            = "TOO_COSTLY"
	codeAnswerTooLong        = "ANSWER_TOO_LONG"
	codeAnswerDropped        = "ANSWER_DROPPED"
	codeSlowReader           = "SLOW_READER" // of a stream that could not be written any more: nobody but operators is told
	codeFragmentCycle        = "FRAGMENT_CYCLE"
	codeDocumentNotTrusted   = "DOCUMENT_NOT_TRUSTED"
	codePersistedNotFound    = "PERSISTED_QUERY_NOT_FOUND"
	codeVariables            = "BAD_VARIABLES"
	codeParse                = errcode.ParseFailed
	codeValidation           = errcode.ValidationFailed
)

// requestError is why a request is not carried out. Its errors are fit to be shown.
type requestError struct {
	// status is HTTP's. 0 stands for a request that is well formed but asks for what cannot be: 400, or 200 for
	// clients that accept application/json, as GraphQL over HTTP has it for them.
	status     int
	errors     gqlerror.List
	retryAfter time.Duration // 0 when no time helps
	challenge  string        // the header WWW-Authenticate; "" when to sign in does not help
	cost       *cost         // nil when it was not estimated
	cause      error         // for the log
}

func (e *requestError) Error() string { return e.errors.Error() }
func (e *requestError) Unwrap() error { return e.cause }

var statuses = map[string]int{
	codeUnauthenticated: http.StatusUnauthorized, codeAPIKeyExpired: http.StatusUnauthorized, codeForbidden: http.StatusForbidden,
	codeIntrospectionOff: http.StatusForbidden, codeDocumentNotTrusted: http.StatusForbidden,
	codeMethodNotAllowed: http.StatusMethodNotAllowed, codeNotAcceptable: http.StatusNotAcceptable,
	codeRequestTimeout: http.StatusRequestTimeout, codeUnsupportedMediaType: http.StatusUnsupportedMediaType,
	codeThrottled: http.StatusTooManyRequests, codeOverloaded: http.StatusServiceUnavailable,
	codeTryAgain: http.StatusServiceUnavailable, codeInternal: http.StatusInternalServerError,
	codeBodyTooLarge: http.StatusRequestEntityTooLarge, codeVariablesTooLarge: http.StatusRequestEntityTooLarge,
	codeParse: 0, codeValidation: 0, codeVariables: 0, codePersistedNotFound: 0,
}

// newRequestError rejects a request with one error. Codes without a status of their own are the client's mistakes.
func newRequestError(code, message string) *requestError {
	status, known := statuses[code]
	if !known {
		status = http.StatusBadRequest
	}
	err := &gqlerror.Error{Message: message, Extensions: map[string]any{"code": code}}
	return &requestError{status: status, errors: gqlerror.List{err}}
}

// limitError rejects a request that is beyond a limit, and names the limit.
func limitError(code, message string, limit int) *requestError {
	rejection := newRequestError(code, message+".")
	rejection.errors[0].Extensions["limit"] = limit
	return rejection
}

// at says where in the document the error is.
func (e *requestError) at(locations []gqlerror.Location) *requestError {
	e.errors[0].Locations = locations
	return e
}

func overloaded() *requestError {
	rejection := newRequestError(codeOverloaded, "Too many requests are in progress. Nothing was done; try again.")
	rejection.retryAfter = time.Second
	return rejection
}

// codeOf is the code of the first error, "" when there is none.
func codeOf(errs gqlerror.List) string {
	if len(errs) == 0 {
		return ""
	}
	code, _ := errs[0].Extensions["code"].(string)
	return code
}

// sentence makes an error's text one.
func sentence(err error) string {
	return strings.ToUpper(err.Error()[:1]) + err.Error()[1:] + "."
}

const internalMessage = "Something went wrong on our side. The request id leads to the details."

func variablesError() *requestError {
	return newRequestError(codeVariables, "The variables are not of the types that the operation declares.")
}
