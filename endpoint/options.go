// Package endpoint serves a GraphQL schema over HTTP: it negotiates, reads, bounds, prices and throttles requests, checks
// who may ask for what, has gqlgen execute the operation, and writes the answer. It knows no topic of the schema.
package endpoint

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/validator/core"
	"go.opentelemetry.io/otel/trace"

	"handback/models"
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
	// Challenge tells who is not signed in how to do it.
	Challenge Challenge // DefaultChallenge when it is zero
	// Once carries out a mutation that has an idempotency key.
	Once             Once
	Log              *slog.Logger
	Observe          Observe              // may be nil
	Throttle         Throttle             // DefaultThrottle when it is zero
	Introspection    bool                 // whether callers may ask for the schema
	TrustedDocuments TrustedDocuments     // nil lets every document through
	Traces           trace.TracerProvider // nil makes none
}

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

// New serves the schema by GET and POST.
func New(schema Schema, options Options) http.Handler {
	e := newEndpoint(schema, options)
	if options.Traces == nil {
		return WithRequestIDs(e)
	}
	return WithRequestIDs(withSpans(options.Traces, e))
}

func newEndpoint(schema Schema, options Options) *endpoint {
	if options.Throttle == (Throttle{}) {
		options.Throttle = DefaultThrottle
	}
	if options.Challenge == (Challenge{}) {
		options.Challenge = DefaultChallenge
	}
	if options.Observe == nil {
		options.Observe = func(context.Context, models.Operation) {}
	}
	if options.Traces != nil {
		options.Observe = describeSpan(options.Observe)
	}
	definitions := schema.Executable.Schema()
	e := &endpoint{
		options:   options,
		schema:    definitions,
		secret:    schema.SecretMutations,
		documents: newDocuments(schema),
		persisted: persisted{trusted: options.TrustedDocuments, known: newCache[string]()},
		prices:    readPrices(schema),
		limiter:   newRateLimiter(options.Throttle, time.Now),
		capacity:  newCapacity(),
		allowed:   operationTime,
	}
	e.executor = e.newExecutor(schema.Executable)
	e.executor.AroundFields(newStructEncoder(schema, e.prices).encode)
	if options.Traces != nil {
		e.executor.Use(traced(options.Traces))
	}
	return e
}
