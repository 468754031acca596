package endpoint

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/sync/semaphore"

	"github.com/handback/handback/models"
)

// ServeHTTP implements http.Handler.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	c := &call{endpoint: e, admission: newAdmission(r, e.allowed), r: r, operation: models.Operation{RequestID: requestID(r.Context())}, unread: r.ContentLength != 0}
	c.response = responseWriter{ResponseWriter: w, operation: &c.operation, log: e.options.Log}
	defer func() {
		if panicked := recover(); panicked != nil {
			c.fail(panicked)
		}
		c.release()
		c.operation.Duration = time.Since(began) - c.paused
		e.options.Observe(r.Context(), c.operation)
	}()
	response, rejection := c.answer()
	if rejection != nil {
		c.pause(rejection)
	}
	switch {
	case c.streamed:
	case r.Context().Err() != nil && (rejection == nil || rejection.status != http.StatusRequestTimeout):
		c.response.writeNothing() // net/http ends the context of a client that has gone, and of one that sends too slowly
	case rejection != nil:
		c.response.writeError(r, rejection, c.unread)
	default:
		c.response.writeResponse(response)
	}
}

// answer takes the steps that every request takes, in the order in which they can be rejected most cheaply.
func (c *call) answer() (response *graphql.Response, rejection *requestError) {
	if c.response.media, c.response.streamable, rejection = negotiate(c.r); rejection != nil {
		return nil, rejection
	}
	if rejection = c.signIn(c.options.SignIn); rejection != nil {
		return nil, rejection
	}
	body, rejection := c.receive()
	if rejection != nil {
		return nil, rejection
	}
	if time.Since(c.signedIn) > signInAge {
		if rejection = c.signIn(c.options.SignInAgain); rejection != nil {
			return nil, rejection
		}
	}
	if rejection = c.begin(); rejection != nil {
		return nil, rejection
	}
	params, rejection := c.params(body)
	if rejection != nil {
		return nil, c.chargeRejection(rejection)
	}
	document, operation, rejection := c.find(params)
	if rejection != nil {
		return nil, c.chargeRejection(rejection)
	}
	return c.run(params, document, operation)
}

// signIn finds out who is calling, within the time that the operation has, too.
func (c *call) signIn(signIn func(*http.Request) (models.Caller, error)) *requestError {
	places := c.capacity.signInsOf(c.r)
	var caller models.Caller
	var err error
	admitted := false
	c.timed(func(ctx context.Context) {
		if admitted = places.acquire(ctx, 1) == nil; admitted {
			defer places.release(1)
			caller, err = signIn(c.r.WithContext(ctx))
		}
	})
	switch {
	case !admitted:
		return overloaded()
	case err != nil:
		return signInError(err, c.options.Challenge)
	}
	c.caller, c.signedIn = caller, time.Now()
	c.operation.StoreID, c.operation.ActorKind = caller.Store.ID, caller.Actor.Kind
	return nil
}

// begin takes a place among the requests that are answered.
func (c *call) begin() *requestError {
	if !c.capacity.inFlight.TryAcquire(1) {
		return overloaded()
	}
	c.cleanup(func() { c.capacity.inFlight.Release(1) })
	release, wait, admitted := c.limiter.admit(c.caller, inFlight)
	if !admitted {
		return c.throttled(nil, wait)
	}
	c.cleanup(release)
	return nil
}

// params reads the request.
func (c *call) params(body []byte) (params *graphql.RawParams, rejection *requestError) {
	if c.r.Method == http.MethodGet {
		params, c.variables, rejection = readURL(c.r.URL)
	} else {
		params, c.variables, rejection = readParams(body)
	}
	if rejection == nil && c.variables > variablesBytes {
		rejection = limitError(codeVariablesTooLarge, "The variables have more bytes than are read", variablesBytes)
	}
	return params, rejection
}

// find finds the operation that is asked for, and rejects it when its caller may not carry it out.
func (c *call) find(params *graphql.RawParams) (*document, *ast.OperationDefinition, *requestError) {
	if rejection := c.persisted.resolve(params); rejection != nil {
		return nil, nil, rejection
	}
	document, rejection := c.document(params.Query)
	if rejection != nil {
		return nil, nil, rejection
	}
	operation, rejection := document.operation(params.OperationName)
	if rejection != nil {
		return nil, nil, rejection
	}
	if len(document.Operations) > 1 {
		if document, rejection = c.alone(params.Query, operation.Name, document.nodes); rejection != nil {
			return nil, nil, rejection
		}
		operation = document.Operations[0]
	}
	c.operation.Type = string(operation.Operation)
	if !models.LooksSecret(operation.Name) { // it is going to be logged
		c.operation.Name = operation.Name
	}
	c.dropUndeclared(params, operation)
	for _, rejection := range []*requestError{
		rejectByGet(c.r.Method, operation),
		document.requirements[operation].reject(c.caller, c.options.Introspection),
		rejectVariables(c.schema, operation, params.Variables),
		rejectKeys(operation.SelectionSet, params.Variables, c.secret),
		rejectNulls(operation, params.Variables),
		c.rejectStreamless(operation, params.Query),
	} {
		if rejection != nil {
			return nil, nil, rejection
		}
	}
	return document, operation, nil
}

// document returns the document of the text. To read a new one takes a processor, so each store reads one at a time.
func (c *call) document(text string) (*document, *requestError) {
	if known, ok := c.documents.cache.get(text); ok {
		return known, nil
	}
	return c.reading(func() (*document, int, *requestError) {
		return c.documents.read(text, c.options.Introspection && c.caller.ID != "")
	})
}

// alone returns the document with one of its operations.
func (c *call) alone(text, operation string, nodes int) (*document, *requestError) {
	if known, ok := c.documents.cache.get(aloneKey(text, operation)); ok {
		return known, nil
	}
	return c.reading(func() (*document, int, *requestError) { return c.documents.alone(text, operation, nodes), nodes, nil })
}

// reading reads a document within the capacity of its store, and charges for it.
func (c *call) reading(read func() (*document, int, *requestError)) (*document, *requestError) {
	for _, slots := range []*semaphore.Weighted{c.capacity.store(c.caller.Store.ID).documents, c.capacity.documents} {
		if !c.acquire(slots, 1) {
			return nil, overloaded()
		}
		defer slots.Release(1)
	}
	document, nodes, rejection := read()
	c.charge(max(0, nodes-freeNodes) / nodesAPoint)
	return document, rejection
}

// fail answers a request whose handling has failed. What was panicked with may hold a part of the answer.
func (c *call) fail(panicked any) {
	c.options.Log.LogAttrs(c.r.Context(), slog.LevelError, "panic", slog.String("code", codeInternal), slog.String("request_id", c.operation.RequestID),
		slog.String("error", fmt.Sprintf("%T", panicked)), slog.String("stack", string(debug.Stack())))
	if c.operation.Status == 0 {
		c.response.writeError(c.r, newRequestError(codeInternal, internalMessage), c.unread)
	}
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
	if options.SignInAgain == nil {
		options.SignInAgain = options.SignIn
	}
	if options.Pacer == nil {
		options.Pacer = NewPacer()
	}
	if options.Throttle == (Throttle{}) {
		options.Throttle = DefaultThrottle
	}
	if options.Challenge == (Challenge{}) {
		options.Challenge = DefaultChallenge
	}
	if options.Streams == nil {
		options.Streams = noGauge{}
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
		times:     defaultStreamTimes,
	}
	e.executor = e.newExecutor(schema.Executable)
	e.executor.AroundFields(newStructEncoder(schema, e.prices).encode)
	e.executor.AroundFields(takeSource)
	if options.Traces != nil {
		e.executor.Use(traced(options.Traces))
	}
	return e
}
