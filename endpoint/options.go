// Package endpoint serves a GraphQL schema over HTTP: it negotiates, reads, bounds, prices and throttles requests, checks
// who may ask for what, has gqlgen execute the operation, and writes the answer. It knows no topic of the schema.
package endpoint

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/validator/core"
	"go.opentelemetry.io/otel/trace"

	"github.com/handback/handback/models"
)

// Schema is what is served, and what the endpoint must know of it.
type Schema struct {
	Executable graphql.ExecutableSchema
	// Rules are asked of every document beside those of the specification.
	Rules []core.Rule
	// ResolvedFields are the fields, as Type.field, that a resolver method answers although their object has a struct
	// field of that name, and those that are read off a struct field of another name. A method that only selects by
	// arguments among what the struct field has need not be listed: it is asked where arguments are given.
	ResolvedFields []string
	// RawScalars are the scalars whose values are strings of JSON already. An empty one stands for null.
	RawScalars []string
	// LongestSlice is how many elements an argument of @listSize(slicingArguments:) can ask for at most.
	LongestSlice int
	// SecretMutations have answers that must not be stored, so that no idempotency key may be given to them.
	SecretMutations []string
}

// Observe is told of every request after its answer.
type Observe func(context.Context, models.Operation)

// Options is what an endpoint is made with besides its schema.
type Options struct {
	// SignIn says who is calling. Its errors are models.ErrUnauthenticated, *models.APIKeyExpired, *models.TooManyAttempts,
	// or faults.
	SignIn func(*http.Request) (models.Caller, error)
	// SignInAgain says whether a request that was let in would still be: one whose body took long, or that is answered by a stream. It is
	// SignIn without the limit on attempts; nil for SignIn.
	SignInAgain func(*http.Request) (models.Caller, error)
	// Challenge tells who is not signed in how to do it.
	Challenge Challenge // DefaultChallenge when it is zero
	// Once carries out a mutation that has an idempotency key.
	Once             Once
	Log              *slog.Logger
	Observe          Observe              // may be nil
	Throttle         Throttle             // DefaultThrottle when it is zero
	Pacer            *Pacer               // one of its own when it is nil
	Introspection    bool                 // whether callers may ask for the schema
	TrustedDocuments TrustedDocuments     // nil lets every document through
	Traces           trace.TracerProvider // nil makes none
	Stopping         <-chan struct{}      // closed when streams must end, because the program is going to; nil when it never is
	Streams          Gauge                // shows how many streams are open; may be nil
}

// Gauge is a number that is shown to operators, such as one of Prometheus.
type Gauge interface {
	Inc()
	Dec()
}

type noGauge struct{}

func (noGauge) Inc() {}
func (noGauge) Dec() {}

// Once has do carry out the caller's mutation, and stores the answer with what that writes. Sent again, the request gets
// the same answer without do, or models.ErrAnswerDropped where there was no room for it.
type Once func(ctx context.Context, caller models.Caller, request models.IdempotentRequest, do func(context.Context) ([]byte, error)) (answer []byte, replayed bool, err error)

// TrustedDocuments are the only documents that are answered, by the SHA-256 of their text in small hex letters. None means that every
// document is.
type TrustedDocuments map[string]string

// Challenge is what a caller who is not signed in is told.
type Challenge struct {
	Realm   string // of the header WWW-Authenticate, whose scheme is Bearer
	Message string // which credentials there are, and where they belong
}

// DefaultChallenge is for programs that have nothing more to say.
var DefaultChallenge = Challenge{Realm: "GraphQL", Message: "Sign in: Authorization: Bearer …"}

// Header is the value of the header WWW-Authenticate.
func (c Challenge) Header() string { return "Bearer realm=" + strconv.Quote(c.Realm) }

// expired is the header WWW-Authenticate for an API key whose time is over, as RFC 6750 has it.
func (c Challenge) expired() string {
	return c.Header() + `, error="invalid_token", error_description="The API key has expired"`
}
