package tiktok

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/handback/handback/models"
)

// Kind says what a caller can do about an error.
type Kind string

// The kinds of errors.
const (
	// TokenExpired means that the access token is good no more, not even after it was refreshed.
	TokenExpired Kind = "TOKEN_EXPIRED"
	// Reauthorize means that only the seller can let the app in again: the authorization has expired or was ended.
	Reauthorize Kind = "REAUTHORIZE"
	// NotGranted means that the app may not make this call: TikTok or the seller has not granted it.
	NotGranted Kind = "NOT_GRANTED"
	// RateLimited means that there were too many calls. The token is good, and nothing was done.
	RateLimited Kind = "RATE_LIMITED"
	// ShopMismatch means that the cipher names no shop, or one that the token is not for.
	ShopMismatch Kind = "SHOP_MISMATCH"
	// Deactivated means that TikTok has closed the shop or its seller.
	Deactivated Kind = "DEACTIVATED"
	// ClockSkew means that this machine's clock is wrong: requests may be 5 minutes behind and 30 seconds ahead.
	ClockSkew Kind = "CLOCK_SKEW"
	// Internal means that TikTok failed. Trying again later is right.
	Internal Kind = "INTERNAL"
	// Unavailable means that no answer came, or none yet. Whether the call was carried out is unknown.
	Unavailable Kind = "UNAVAILABLE"
	// Unexpected means an answer that this client does not know: a mistake of the program, of its configuration (app key,
	// app secret), or a changed API.
	Unexpected Kind = "UNEXPECTED"
)

// isTransient reports whether the same call may succeed later.
func (k Kind) isTransient() bool { return k == RateLimited || k == Internal || k == Unavailable }

// Codes that answers hold beside a message; 0 is success.
const (
	CodeShopNotOfToken    = 101000
	CodeTokenExpired      = 105002
	CodeNotGranted        = 105005
	CodeSignature         = 106001
	CodeCipher            = 106013
	CodeCipherMalformed   = 12000000
	CodeRefreshExpired    = 36004001
	CodeNoAuthorization   = 36004005
	CodeRateLimited       = 36009002
	CodeInternal          = 36009003
	CodeParameter         = 36009004 // app_key, timestamp or access_token; the message says which
	CodeShopDeactivated   = 36009043
	CodeSellerDeactivated = 36009044
)

var kinds = map[int]Kind{
	CodeShopNotOfToken:    ShopMismatch,
	CodeTokenExpired:      TokenExpired,
	CodeNotGranted:        NotGranted,
	CodeSignature:         Unexpected,
	CodeCipher:            ShopMismatch,
	CodeCipherMalformed:   ShopMismatch,
	CodeRefreshExpired:    Reauthorize,
	CodeNoAuthorization:   Reauthorize,
	CodeRateLimited:       RateLimited,
	CodeInternal:          Internal,
	CodeShopDeactivated:   Deactivated,
	CodeSellerDeactivated: Deactivated,
}

// kindOf reads what an answer says. The codes decide, as they come with any status; the status does where there is none.
func kindOf(status, code int, message string) Kind {
	kind, known := kinds[code]
	message = strings.ToLower(message)
	switch {
	case known:
		return kind
	case code == CodeParameter && strings.Contains(message, "timestamp"):
		return ClockSkew
	case code == CodeParameter && strings.Contains(message, "access_token"), code/1000 == 105:
		return TokenExpired
	case code/1000 == 36004:
		return Reauthorize
	case status == http.StatusTooManyRequests:
		return RateLimited
	case status == http.StatusRequestTimeout || status >= http.StatusInternalServerError:
		return Internal
	case status == http.StatusUnauthorized && code == 0:
		return TokenExpired
	}
	return Unexpected
}

// Error is a call to TikTok that failed. It holds no token, no cipher, no address and nothing of what was sent.
type Error struct {
	Kind       Kind
	Operation  string        // such as SearchOrders
	Status     int           // of HTTP; 0 when there was no answer
	Code       int           // of TikTok; 0 when it gave none
	RequestID  string        // that TikTok's support asks for; "" when it gave none
	RetryAfter time.Duration // how long to wait before trying again, when TikTok said so

	detail string
	cause  error
}

// Error says what failed and why.
func (e *Error) Error() string {
	parts := []string{"tiktok: " + e.Operation, string(e.Kind)}
	if e.Status != 0 {
		parts = append(parts, fmt.Sprintf("HTTP %d", e.Status))
	}
	if e.Code != 0 {
		parts = append(parts, strconv.Itoa(e.Code))
	}
	if e.detail != "" {
		parts = append(parts, e.detail)
	}
	if e.RequestID != "" {
		parts = append(parts, "request "+e.RequestID)
	}
	if e.cause != nil {
		parts = append(parts, e.cause.Error())
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the error below, such as that of the network or of the context.
func (e *Error) Unwrap() error { return e.cause }

// Is makes lost access models.ErrAccessLost.
func (e *Error) Is(target error) bool { return target == models.ErrAccessLost && e.Kind == Reauthorize }

// KindOf returns the kind of an error of this package, "" for any other.
func KindOf(err error) Kind {
	if failed, ok := errors.AsType[*Error](err); ok {
		return failed.Kind
	}
	return ""
}

func unexpected(operation, detail string, cause error) *Error {
	return &Error{Kind: Unexpected, Operation: operation, detail: detail, cause: cause}
}

// tokenError gives an error of the token source the operation; one of this package says enough.
func tokenError(operation string, err error) error {
	if KindOf(err) != "" {
		return err
	}
	kind := Unavailable
	if errors.Is(err, models.ErrAccessLost) {
		kind = Reauthorize // asking again would not help
	}
	return &Error{Kind: kind, Operation: operation, detail: "no token", cause: err}
}

// redact removes secrets from what TikTok said, should it ever repeat them, and then shortens it: never a secret in two.
func redact(err error, secrets ...models.Secret) error {
	failed, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	for _, secret := range secrets {
		if !secret.IsEmpty() {
			failed.detail = strings.ReplaceAll(failed.detail, secret.Reveal(), "[redacted]")
			failed.RequestID = strings.ReplaceAll(failed.RequestID, secret.Reveal(), "[redacted]")
		}
	}
	failed.detail, failed.RequestID = shorten(failed.detail), shorten(failed.RequestID)
	return err
}

const maxDetail = 300

func shorten(text string) string {
	if len(text) <= maxDetail {
		return text
	}
	return strings.ToValidUTF8(text[:maxDetail], "") + "…"
}
