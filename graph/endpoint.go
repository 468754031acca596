package graph

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
	"github.com/vektah/gqlparser/v2/gqlerror"
	"golang.org/x/sync/semaphore"

	"handback/models"
)

// endpoint answers requests. What one may cost is bounded at each step before the next one is taken.
type endpoint struct {
	options   Options
	schema    *ast.Schema
	executor  *executor.Executor
	documents documents
	persisted persisted
	prices    prices
	buckets   *buckets
	underWay  chan struct{} // holds an element for each request that is being answered
	bodies    *semaphore.Weighted
}

// exchange is one request and its answer.
type exchange struct {
	*endpoint
	w         http.ResponseWriter
	r         *http.Request
	media     string // of the answer
	caller    models.Caller
	waited    time.Duration // of operationTime, for signing in and for room
	operation Operation
}

// ServeHTTP implements http.Handler.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	x := &exchange{endpoint: e, w: w, r: r, operation: Operation{RequestID: requestID(r.Context())}}
	defer func() {
		if panicked := recover(); panicked != nil {
			x.fail(panicked)
		}
		x.operation.Duration = time.Since(began)
		e.options.Observe(r.Context(), x.operation)
	}()
	response, refusal := x.answer()
	switch {
	case r.Context().Err() != nil:
		x.writeNothing()
	case refusal != nil:
		x.writeRefusal(refusal)
	default:
		x.writeResponse(response)
	}
}

// answer takes the steps that every request takes, in the order in which they can be refused most cheaply.
func (x *exchange) answer() (response *graphql.Response, refusal *requestError) {
	if x.media, refusal = negotiate(x.r); refusal != nil {
		return nil, refusal
	}
	select {
	case x.underWay <- struct{}{}:
		defer func() { <-x.underWay }()
	default:
		return nil, refuseOverload()
	}
	if refusal = x.signIn(); refusal != nil {
		return nil, refusal
	}
	leave, wait, ok := x.buckets.enter(x.caller)
	if !ok {
		return nil, x.throttled(nil, wait)
	}
	defer leave()
	params, release, refusal := x.params()
	defer release()
	if refusal != nil {
		return nil, refusal
	}
	read, operation, refusal := x.read(params)
	if refusal != nil {
		x.buckets.settle(x.caller, -failedDocumentCost)
		return nil, refusal
	}
	return x.carryOut(params, read, operation)
}

// signIn finds out who is calling, within the time that the operation has, too.
func (x *exchange) signIn() *requestError {
	began := time.Now()
	ctx, cancel := context.WithTimeout(x.r.Context(), operationTime)
	defer cancel()
	caller, err := x.options.SignIn(x.r.WithContext(ctx))
	if err != nil {
		return refuseSignIn(err)
	}
	x.caller, x.waited = caller, time.Since(began)
	x.operation.StoreID, x.operation.ActorKind = caller.Store.ID, caller.Actor.Kind
	return nil
}

// params reads the request. release must be called when the answer is out.
func (x *exchange) params() (params *graphql.RawParams, release func(), refusal *requestError) {
	release = func() {}
	var size int
	if x.r.Method == http.MethodGet {
		params, size, refusal = readURL(x.r.URL)
	} else {
		var body []byte
		if body, release, refusal = x.readBody(); refusal != nil {
			return nil, release, refusal
		}
		params, size, refusal = readParams(body)
	}
	if refusal == nil && size > variablesBytes {
		refusal = refuseLimit(codeVariablesTooLarge, "The variables have more bytes than are read", variablesBytes)
	}
	return params, release, refusal
}

// read finds the operation that is asked for, and refuses it when its caller may not carry it out.
func (x *exchange) read(params *graphql.RawParams) (*document, *ast.OperationDefinition, *requestError) {
	if refusal := x.persisted.resolve(params); refusal != nil {
		return nil, nil, refusal
	}
	hints := x.options.Introspection && x.caller.ID != ""
	read, refusal := x.documents.read(params.Query, hints)
	if refusal != nil {
		return nil, nil, refusal
	}
	operation, refusal := read.operation(params.OperationName)
	if refusal != nil {
		return nil, nil, refusal
	}
	x.operation.Type, x.operation.Name = string(operation.Operation), operation.Name
	for _, refusal := range []*requestError{
		refuseByGet(x.r.Method, operation),
		read.needs[operation].refuse(x.caller, x.options.Introspection),
		refuseVariables(x.schema, operation, params.Variables),
		refuseKeys(operation.SelectionSet, params.Variables),
	} {
		if refusal != nil {
			return nil, nil, refusal
		}
	}
	return read, operation, nil
}

// carryOut charges the operation's caller, and has it executed.
func (x *exchange) carryOut(params *graphql.RawParams, read *document, operation *ast.OperationDefinition) (*graphql.Response, *requestError) {
	points := x.prices.estimate(operation.SelectionSet, params.Variables, nil, 0)
	if points > MaxCost {
		x.buckets.settle(x.caller, -failedDocumentCost)
		refusal := refuseLimit(codeTooCostly, "The operation may cost more points than are spent on one: ask for shorter lists or less of each element", MaxCost)
		refusal.cost = &cost{Requested: points, Throttle: x.buckets.settle(x.caller, 0)}
		return nil, refusal
	}
	if wait, ok := x.buckets.spend(x.caller, points); !ok {
		return nil, x.throttled(&points, wait)
	}
	deadline := time.Now().Add(operationTime - x.waited)
	ctx, spent := withSpending(models.WithCaller(x.r.Context(), x.caller))
	ctx = context.WithValue(context.WithValue(ctx, documentKey{}, read), deadlineKey{}, deadline)
	response, refusal := x.execute(ctx, params)
	actual := int(spent.points.Load())
	x.operation.Cost = actual
	its := &cost{Requested: points, Actual: &actual, Throttle: x.buckets.settle(x.caller, points-actual)}
	if spent.tooMuch() && operation.Operation == ast.Query { // what a mutation did is told
		refusal = refuseRequest(codeTooCostly, sentence(errSpent))
	}
	if refusal != nil {
		refusal.cost = its
		return nil, refusal
	}
	if response != nil {
		if response.Extensions == nil {
			response.Extensions = map[string]any{}
		}
		response.Extensions["cost"] = its
	}
	return response, nil
}

// execute returns nothing when nobody waits for the answer any more.
func (x *exchange) execute(ctx context.Context, params *graphql.RawParams) (*graphql.Response, *requestError) {
	ctx = graphql.StartOperationTrace(ctx)
	operation, errs := x.executor.CreateOperationContext(ctx, params)
	if len(errs) > 0 {
		return nil, refuseRequest(codeVariables, "The variables are not of the types that the operation declares.")
	}
	responses, ctx := x.executor.DispatchOperation(ctx, operation)
	return responses(ctx), nil
}

// throttled refuses a request of a caller who asks for too much at once. points is nil when it was not estimated.
func (x *exchange) throttled(points *int, wait time.Duration) *requestError {
	refusal := refuseRequest(codeThrottled, "You are asking for too much at once. Nothing was done; try again later.")
	refusal.retryAfter = wait
	refusal.cost = &cost{Throttle: x.buckets.settle(x.caller, 0)}
	if points != nil {
		refusal.cost.Requested = *points
	}
	return refusal
}

// fail answers a request whose handling has failed. What was panicked with may hold a part of the answer.
func (x *exchange) fail(panicked any) {
	x.options.Log.LogAttrs(x.r.Context(), slog.LevelError, "panic", slog.String("code", codeInternal), slog.String("request_id", x.operation.RequestID),
		slog.String("error", fmt.Sprintf("%T", panicked)), slog.String("stack", string(debug.Stack())))
	if x.operation.Status == 0 {
		x.writeRefusal(refuseRequest(codeInternal, internalMessage))
	}
}

// codeOf is the code of the first error, "" when there is none.
func codeOf(errs gqlerror.List) string {
	if len(errs) == 0 {
		return ""
	}
	code, _ := errs[0].Extensions["code"].(string)
	return code
}
