package shopify

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/handback/handback/models"
)

// Kind says what a caller can do about an error.
type Kind string

// The kinds of errors.
const (
	// AccessLost means that the store lets the app in no more: uninstalled, frozen, locked, or the token is dead.
	AccessLost Kind = "ACCESS_LOST"
	// ScopeMissing means that the store has not granted what the operation needs.
	ScopeMissing Kind = "SCOPE_MISSING"
	// Unavailable means that no answer came, or none yet. Trying again later is right and does no harm.
	Unavailable Kind = "UNAVAILABLE"
	// Rejected means that Shopify understood the call and said no. Trying again will not help.
	Rejected Kind = "REJECTED"
	// Protocol means that the answer was none this client knows: a mistake of the program or a changed API.
	Protocol Kind = "PROTOCOL"
)

// Codes of Shopify that callers act upon.
const (
	CodeNotFound          = "NOT_FOUND"
	CodeStaleObject       = "STALE_OBJECT"
	CodeAppPublication    = "CANNOT_MODIFY_APP_CATALOG_PUBLICATION"
	CodeLastOnline        = "CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT"
	CodeFulfillment       = "CANNOT_MODIFY_ONLINE_ORDER_FULFILLMENT_FOR_FS_LOCATION"
	CodeInvalidToken      = "invalid_subject_token"
	CodeOperationInFlight = "OPERATION_IN_PROGRESS"
)

const (
	codeThrottled        = "THROTTLED"
	codeAccessDenied     = "ACCESS_DENIED"
	codeServerError      = "INTERNAL_SERVER_ERROR"
	codeTimeout          = "TIMEOUT"
	codeResourceNotFound = "RESOURCE_NOT_FOUND"
	codeProductLock      = "PRODUCT_LOCK_ERROR"
	codeOutdatedFeedback = "OUTDATED_FEEDBACK"
	codeLimitReached     = "LIMIT_REACHED"
)

// UserError is a reason Shopify gives for rejecting a write. Many have no code, only the field they are about.
type UserError struct {
	Field        []string `json:"field"`
	Message      string   `json:"message"`
	Code         string   `json:"code"`
	ElementIndex *int     `json:"elementIndex"`
}

// Error is a call to Shopify that failed. It holds no token, no address of a file and nothing of what was sent.
type Error struct {
	Kind       Kind
	Operation  string        // such as PublishProduct
	Status     int           // of HTTP; 0 when there was no answer
	Code       string        // of the first reason; "" when it has none
	Scopes     []string      // that are missing
	UserErrors []UserError   // why a write was rejected
	RetryAfter time.Duration // how long to wait before trying again, when Shopify said so

	detail    string
	cause     error
	throttled bool
}

// Error says what failed and why.
func (e *Error) Error() string {
	parts := []string{"shopify: " + e.Operation, string(e.Kind)}
	if e.Status != 0 {
		parts = append(parts, fmt.Sprintf("HTTP %d", e.Status))
	}
	for _, part := range []string{e.Code, strings.Join(e.Scopes, " "), e.detail} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if e.cause != nil {
		parts = append(parts, e.cause.Error())
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the error below, such as that of the network or of the context.
func (e *Error) Unwrap() error { return e.cause }

// Is makes lost access models.ErrAccessLost.
func (e *Error) Is(target error) bool {
	return target == models.ErrAccessLost && e.Kind == AccessLost
}

// KindOf returns the kind of an error of this package, "" for any other.
func KindOf(err error) Kind {
	if failed, ok := errors.AsType[*Error](err); ok {
		return failed.Kind
	}
	return ""
}

// CodeOf returns Shopify's code for an error, "" when there is none.
func CodeOf(err error) string {
	if failed, ok := errors.AsType[*Error](err); ok {
		return failed.Code
	}
	return ""
}

// IsNotFound reports whether what the call was about no longer exists. Some mutations have no codes: they tell by a
// sentence about the field id.
func IsNotFound(err error) bool {
	failed, ok := errors.AsType[*Error](err)
	if !ok || failed.Kind != Rejected {
		return false
	}
	return failed.Code == CodeNotFound || slices.ContainsFunc(failed.UserErrors, func(e UserError) bool {
		return e.Code == "" && slices.Equal(e.Field, []string{"id"}) && strings.Contains(e.Message, "does not exist")
	})
}

// rejection makes an error of the reasons a mutation gives, nil when there are none. A locked product is free again
// soon.
func rejection(operation string, reasons []UserError) error {
	if len(reasons) == 0 {
		return nil
	}
	kind := Rejected
	if reasons[0].Code == codeProductLock {
		kind = Unavailable
	}
	return &Error{Kind: kind, Operation: operation, Code: reasons[0].Code, UserErrors: reasons, detail: shorten(reasons[0].Message)}
}

func notFound(operation, what string) error {
	return &Error{Kind: Rejected, Operation: operation, Code: CodeNotFound, detail: what + " does not exist"}
}

func unexpected(operation, detail string, cause error) error {
	return &Error{Kind: Protocol, Operation: operation, detail: detail, cause: cause}
}

// graphQLError is a reason why an operation was not carried out, beside its data.
type graphQLError struct {
	Message    string `json:"message"`
	Extensions struct {
		Code           string `json:"code"`
		RequiredAccess string `json:"requiredAccess"`
	} `json:"extensions"`
}

// fault makes an error of what stands in an answer beside the data.
func fault(operation string, reasons []graphQLError) *Error {
	first := reasons[0]
	for _, reason := range reasons {
		if reason.Extensions.Code == codeAccessDenied {
			first = reason
		}
	}
	failed := &Error{Kind: Protocol, Operation: operation, Code: first.Extensions.Code, detail: shorten(first.Message)}
	switch failed.Code {
	case codeAccessDenied:
		failed.Kind = ScopeMissing
		failed.Scopes = scopesIn(cmp.Or(first.Extensions.RequiredAccess, first.Message))
	case codeThrottled:
		failed.Kind, failed.throttled = Unavailable, true
	case codeServerError, codeTimeout:
		failed.Kind = Unavailable
	case codeResourceNotFound:
		failed.Kind, failed.Code = Rejected, CodeNotFound
	}
	return failed
}

var quotedScope = regexp.MustCompile("`((?:read|write)_[a-z_]+)`")

// scopesIn finds the scopes in a sentence such as "`write_publications` access scope.".
func scopesIn(sentence string) []string {
	var scopes []string
	for _, match := range quotedScope.FindAllStringSubmatch(sentence, -1) {
		scopes = append(scopes, match[1])
	}
	return scopes
}

const maxDetail = 300

func shorten(text string) string {
	if len(text) <= maxDetail {
		return text
	}
	return strings.ToValidUTF8(text[:maxDetail], "") + "…"
}
