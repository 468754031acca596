package endpoint

import (
	"errors"
	"time"

	"github.com/handback/handback/models"
)

// signInError turns an error of signing in into an answer. Which check a credential failed is not said, but to who has the
// secret of a key that has expired.
func signInError(err error, challenge Challenge) *requestError {
	var tooMany *models.TooManyAttempts
	var expired *models.APIKeyExpired
	rejection := newRequestError(codeInternal, internalMessage)
	switch {
	case errors.As(err, &expired):
		rejection = newRequestError(codeAPIKeyExpired, "The API key expired at "+expired.At.UTC().Format(time.RFC3339)+". Ask the store's seller for another.")
		rejection.challenge = challenge.expired()
	case errors.Is(err, models.ErrUnauthenticated):
		rejection = newRequestError(codeUnauthenticated, challenge.Message)
		rejection.challenge = challenge.Header()
	case errors.As(err, &tooMany):
		rejection = newRequestError(codeThrottled, "Too many failed attempts to sign in from this address. Try again later.")
		rejection.retryAfter = tooMany.RetryAfter
	case errors.Is(err, models.ErrTryAgain):
		rejection = newRequestError(codeTryAgain, "Nothing was done, because the database did not answer in time. Try again.")
		rejection.retryAfter = time.Second
	}
	rejection.cause = err
	return rejection
}
