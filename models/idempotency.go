package models

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// IdempotentRequest is a mutation that its client may send again, to be carried out once.
type IdempotentRequest struct {
	Key    string // chosen by the client; 1 to MaxIdempotencyKey characters
	Digest string // of all that the mutation and its answer depend on
}

const (
	// MaxIdempotencyKey is how many characters a key may have.
	MaxIdempotencyKey = 255
	// IdempotencyKeyLife is how long a key and its answer are remembered.
	IdempotencyKeyLife = 24 * time.Hour
)

// ErrIdempotencyKeyMismatch says that the key was used for another request before.
var ErrIdempotencyKeyMismatch = errors.New("the idempotency key was used for another request")

// CheckIdempotencyKey rejects a key that cannot be stored as it is; nil when it can.
func CheckIdempotencyKey(key string) error {
	switch length := utf8.RuneCountInString(key); {
	case length < 1 || length > MaxIdempotencyKey:
		return &BadInput{Argument: "key", Problem: fmt.Sprintf("must be 1 to %d characters", MaxIdempotencyKey)}
	case strings.ContainsRune(key, 0) || !utf8.ValidString(key):
		return &BadInput{Argument: "key", Problem: "must be text without the character NUL"}
	}
	return nil
}
