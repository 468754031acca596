package endpoint

import (
	"context"
	"encoding/json"
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
	secret    []string // mutations whose answers must not be stored
	executor  *executor.Executor
	documents documents
	persisted persisted
	prices    prices
	buckets   *buckets
	underWay  chan struct{}       // holds an element for each request that is being answered
	bodies    *semaphore.Weighted // room for long bodies
	answers   *semaphore.Weighted // room for what operations read and write
	reading   *semaphore.Weighted // of documents: one on each processor
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
	bodyRead  bool
	ends      []func()  // what is given back when the answer is out
	few       [4]func() // room for them: more are rare
}

// ServeHTTP implements http.Handler.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	x := &exchange{endpoint: e, w: w, r: r, operation: Operation{RequestID: requestID(r.Context())}}
	x.ends = x.few[:0]
	defer func() {
		if panicked := recover(); panicked != nil {
			x.fail(panicked)
		}
		for _, end := range x.ends {
			end()
		}
		x.operation.Duration = time.Since(began)
		e.options.Observe(r.Context(), x.operation)
	}()
	response, refusal := x.answer()
	switch {
	case r.Context().Err() != nil && (refusal == nil || refusal.status != http.StatusRequestTimeout):
		x.writeNothing() // net/http ends the context of a client that has gone, and of one that sends too slowly
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
		x.atEnd(func() { <-x.underWay })
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
	x.atEnd(leave)
	params, refusal := x.params()
	if refusal != nil {
		return nil, x.chargeFailure(refusal)
	}
	read, operation, refusal := x.read(params)
	if refusal != nil {
		return nil, x.chargeFailure(refusal)
	}
	return x.carryOut(params, read, operation)
}

// charge takes points for what was done already.
func (x *exchange) charge(points int) {
	x.operation.Cost += points
	x.buckets.settle(x.caller, -points)
}

// chargeFailure charges a request that is refused after its body was looked at, unless the fault is ours.
func (x *exchange) chargeFailure(refusal *requestError) *requestError {
	if refusal.status >= http.StatusInternalServerError {
		return refusal
	}
	x.charge(failedRequestCost)
	refusal.cost = &cost{Actual: &x.operation.Cost, Throttle: x.buckets.settle(x.caller, 0)}
	return refusal
}

func (x *exchange) atEnd(do func()) { x.ends = append(x.ends, do) }

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

// params reads the request.
func (x *exchange) params() (params *graphql.RawParams, refusal *requestError) {
	var size int
	if x.r.Method == http.MethodGet {
		params, size, refusal = readURL(x.r.URL)
	} else {
		var body []byte
		if body, refusal = x.readBody(); refusal != nil {
			return nil, refusal
		}
		if refusal = x.makeRoomForValues(body); refusal != nil {
			return nil, refusal
		}
		params, size, refusal = readParams(body)
	}
	if refusal == nil && size > variablesBytes {
		refusal = refuseLimit(codeVariablesTooLarge, "The variables have more bytes than are read", variablesBytes)
	}
	return params, refusal
}

// read finds the operation that is asked for, and refuses it when its caller may not carry it out.
func (x *exchange) read(params *graphql.RawParams) (*document, *ast.OperationDefinition, *requestError) {
	if refusal := x.persisted.resolve(params); refusal != nil {
		return nil, nil, refusal
	}
	read, refusal := x.document(params.Query)
	if refusal != nil {
		return nil, nil, refusal
	}
	operation, refusal := read.operation(params.OperationName)
	if refusal != nil {
		return nil, nil, refusal
	}
	x.operation.Type = string(operation.Operation)
	if !models.LooksSecret(operation.Name) { // it is going to be written down
		x.operation.Name = operation.Name
	}
	for _, refusal := range []*requestError{
		refuseByGet(x.r.Method, operation),
		read.needs[operation].refuse(x.caller, x.options.Introspection),
		refuseVariables(x.schema, operation, params.Variables),
		refuseKeys(operation.SelectionSet, params.Variables, x.secret),
	} {
		if refusal != nil {
			return nil, nil, refusal
		}
	}
	return read, operation, nil
}

// document returns the document of the text. To read a new one takes time that others wait for.
func (x *exchange) document(text string) (*document, *requestError) {
	if known, ok := x.documents.kept.get(text); ok {
		return known, nil
	}
	for _, turn := range []*semaphore.Weighted{x.buckets.share(x.caller).reading, x.reading} {
		if !x.acquire(turn, 1) {
			return nil, refuseOverload()
		}
		defer turn.Release(1)
	}
	read, nodes, refusal := x.documents.read(text, x.options.Introspection && x.caller.ID != "")
	x.charge(max(0, nodes-freeNodes) / nodesAPoint)
	return read, refusal
}

// carryOut charges the operation's caller, and has it executed.
func (x *exchange) carryOut(params *graphql.RawParams, read *document, operation *ast.OperationDefinition) (*graphql.Response, *requestError) {
	points := max(1, x.prices.estimate(operation.SelectionSet, params.Variables, nil, 0))
	if points > MaxCost {
		refusal := x.chargeFailure(refuseLimit(codeTooCostly, "The operation may cost more points than are spent on one: ask for shorter lists or less of each element", MaxCost))
		refusal.cost.Requested = points
		return nil, refusal
	}
	if wait, ok := x.buckets.spend(x.caller, points); !ok {
		return nil, x.throttled(&points, wait)
	}
	spent := &spending{room: x.answers, query: operation.Operation == ast.Query}
	x.atEnd(spent.release)
	response, refusal := x.execute(x.context(read, operation, spent), params)
	actual := spent.total()
	x.operation.Cost += actual
	its := &cost{Requested: points, Actual: &actual, Throttle: x.buckets.settle(x.caller, points-actual)}
	if refusal == nil && response != nil {
		refusal = x.tooLong(response, operation, spent)
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

// tooLong refuses a query whose answer turned out to be more than is given, and takes what there is of it out of that
// of a mutation, which was done all the same.
func (x *exchange) tooLong(response *graphql.Response, operation *ast.OperationDefinition, spent *spending) *requestError {
	switch {
	case operation.Operation == ast.Query && spent.crowded:
		return refuseOverload()
	case operation.Operation == ast.Query && (spent.cut || spent.tooMuch()):
		return refuseRequest(codeTooCostly, sentence(errSpent))
	case spent.cut:
		response.Data = json.RawMessage("null")
		response.Errors = append(response.Errors, &gqlerror.Error{
			Message:    "The mutation was carried out, but its answer is too long to be sent now. Read what you need with a query.",
			Extensions: map[string]any{"code": codeAnswerTooLong, "requestId": x.operation.RequestID},
		})
	}
	return nil
}

// context is what the operation is carried out in. A mutation may read whatever it needs.
func (x *exchange) context(read *document, operation *ast.OperationDefinition, spent *spending) context.Context {
	ctx := models.WithCaller(x.r.Context(), x.caller)
	if operation.Operation == ast.Query {
		ctx = models.WithAllowance(ctx, spent)
	}
	its := &execution{spending: spent, document: read, deadline: time.Now().Add(operationTime - x.waited)}
	return context.WithValue(ctx, executionKey{}, its)
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
