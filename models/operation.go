package models

import "time"

// Operation is what is known of a request to the API when its answer is out: what logs and metrics may hold. Nothing in it is
// a value that a client sent, but for the name.
type Operation struct {
	RequestID string
	StoreID   string            // "" when it was not known who is calling
	ActorKind ActorKind         // "" likewise
	Type      string            // query, mutation or subscription; "" when the request did not get so far
	Name      string            // the name that the document gives the operation
	Status    int               // of HTTP
	Code      string            // of the first error; "" when there was none
	Refusals  []RefusedMutation // of its mutations, of the codes in the schema; no errors to GraphQL
	Replayed  bool              // whether the answer was stored for an idempotency key, and nothing was done or refused anew
	Events    int               // that a stream has sent
	Cost      int               // what was charged for it, in points, its document included
	Duration  time.Duration     // from the request's header to the answer's last byte
}

// RefusedMutation says that a mutation was answered with user errors of the code. It is data to GraphQL, not an error.
type RefusedMutation struct {
	Mutation string // the field's name in the schema
	Code     string
}
