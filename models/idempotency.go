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
	// IdempotencyKeyLife is how long a key and its answer are stored.
	IdempotencyKeyLife = 24 * time.Hour

	// idempotencyKeyBytes is what a key takes beside its answer.
	idempotencyKeyBytes = 512
)

// ErrIdempotencyKeyMismatch says that the key was used for another request before.
var ErrIdempotencyKeyMismatch = errors.New("the idempotency key was used for another request")

// ErrAnswerDropped says that the request was carried out before, on a day that had no room for its answer.
var ErrAnswerDropped = errors.New("the answer to the request was not stored")

// AnswerBudget is how many bytes of answers are stored for a store on one day, of which its ledger may take so many: a quarter of
// them, because answers go after a day and the ledger stays.
func AnswerBudget(ledgerBudget int64) int64 { return ledgerBudget / 4 }

// AnswerBytes is what an answer takes that is stored with its key.
func AnswerBytes(answer []byte) int64 { return idempotencyKeyBytes + int64(len(answer)) }

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
