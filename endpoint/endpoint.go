package endpoint

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/sync/semaphore"

	"handback/models"
)

// endpoint answers requests. What one may cost is bounded at each step before the next one is taken.
type endpoint struct {
	options   Options
	schema    *ast.Schema
	secret    []string // mutations whose answers must not be stored
	executor  *executor.Executor
	documents documents
	persisted persisted
	prices    prices
	limiter   *rateLimiter
	capacity  capacity
	allowed   time.Duration // operationTime, but where a test has more to do than that is for
}

// call is one request on its way through the steps of the endpoint.
type call struct {
	*endpoint
	*admission
	r         *http.Request
	response  responseWriter
	caller    models.Caller
	operation models.Operation
	unread    bool // the request's body is still to come
}

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
		c.operation.Duration = time.Since(began)
		e.options.Observe(r.Context(), c.operation)
	}()
	response, rejection := c.answer()
	switch {
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
	if c.response.media, rejection = negotiate(c.r); rejection != nil {
		return nil, rejection
	}
	if !c.capacity.inFlight.TryAcquire(1) {
		return nil, overloaded()
	}
	c.cleanup(func() { c.capacity.inFlight.Release(1) })
	if rejection = c.signIn(); rejection != nil {
		return nil, rejection
	}
	leave, wait, admitted := c.limiter.admit(c.caller)
	if !admitted {
		return nil, c.throttled(nil, wait)
	}
	c.cleanup(leave)
	params, rejection := c.params()
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
func (c *call) signIn() *requestError {
	var caller models.Caller
	var err error
	c.timed(func(ctx context.Context) { caller, err = c.options.SignIn(c.r.WithContext(ctx)) })
	if err != nil {
		return signInError(err, c.options.Challenge)
	}
	c.caller = caller
	c.operation.StoreID, c.operation.ActorKind = caller.Store.ID, caller.Actor.Kind
	return nil
}

// params reads the request.
func (c *call) params() (params *graphql.RawParams, rejection *requestError) {
	var size int
	if c.r.Method == http.MethodGet {
		params, size, rejection = readURL(c.r.URL)
	} else {
		var body []byte
		if body, rejection = c.readBody(); rejection == nil {
			params, size, rejection = readParams(body)
		}
	}
	if rejection == nil && size > variablesBytes {
		rejection = limitError(codeVariablesTooLarge, "The variables have more bytes than are read", variablesBytes)
	}
	return params, rejection
}

func (c *call) readBody() ([]byte, *requestError) {
	if c.r.ContentLength > bodyBytes {
		return nil, rejectBody(c.r)
	}
	reader := bodyReader{admission: c.admission, store: c.capacity.store(c.caller.Store.ID).bodies, budget: c.capacity.bodies, values: c.capacity.values}
	if !reader.holdLength(c.r.ContentLength) {
		return nil, overloaded()
	}
	c.unread = false
	return reader.read(c.r)
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
	for _, rejection := range []*requestError{
		rejectByGet(c.r.Method, operation),
		document.requirements[operation].reject(c.caller, c.options.Introspection),
		rejectVariables(c.schema, operation, params.Variables),
		rejectKeys(operation.SelectionSet, params.Variables, c.secret),
		rejectNulls(operation, params.Variables),
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

// reading reads a document when it is this store's turn, and charges for it.
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

// charge takes points for what was done already.
func (c *call) charge(points int) {
	c.operation.Cost += points
	c.limiter.settle(c.caller, -points)
}

// chargeRejection charges a request that is rejected after its body was looked at, unless the fault is ours.
func (c *call) chargeRejection(rejection *requestError) *requestError {
	if rejection.status >= http.StatusInternalServerError {
		return rejection
	}
	c.charge(failedRequestCost)
	rejection.cost = &cost{Actual: &c.operation.Cost, Throttle: c.limiter.settle(c.caller, 0)}
	return rejection
}

// throttled rejects a request of a caller who asks for too much at once. points is nil when it was not estimated.
func (c *call) throttled(points *int, wait time.Duration) *requestError {
	rejection := newRequestError(codeThrottled, "You are asking for too much at once. Nothing was done; try again later.")
	rejection.retryAfter = wait
	rejection.cost = &cost{Throttle: c.limiter.settle(c.caller, 0)}
	if points != nil {
		rejection.cost.Requested = *points
	}
	return rejection
}

// fail answers a request whose handling has failed. What was panicked with may hold a part of the answer.
func (c *call) fail(panicked any) {
	c.options.Log.LogAttrs(c.r.Context(), slog.LevelError, "panic", slog.String("code", codeInternal), slog.String("request_id", c.operation.RequestID),
		slog.String("error", fmt.Sprintf("%T", panicked)), slog.String("stack", string(debug.Stack())))
	if c.operation.Status == 0 {
		c.response.writeError(c.r, newRequestError(codeInternal, internalMessage), c.unread)
	}
}
