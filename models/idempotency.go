package models

import "errors"

// IdempotentRequest is a mutation that its client may send again, to be carried out once.
type IdempotentRequest struct {
	Key    string // chosen by the client; 1 to MaxIdempotencyKey characters
	Digest string // of all that the mutation and its answer depend on
}

// MaxIdempotencyKey is how many characters a key may have.
const MaxIdempotencyKey = 255

// ErrIdempotencyKeyMismatch says that the key was used for another request before.
var ErrIdempotencyKeyMismatch = errors.New("the idempotency key was used for another request")
