package endpoint

import (
	"context"
	"encoding/json"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"handback/models"
)

// newExecutor makes one that gives every field to gqlgen.
func (e *endpoint) newExecutor(schema graphql.ExecutableSchema) *executor.Executor {
	x := executor.New(schema)
	x.SetQueryCache(currentDocument{})
	x.Use(extension.Introspection{}) // who may use it is decided before
	x.SetErrorPresenter(presentTooCostly(errorPresenter(e.options.Log)))
	x.SetRecoverFunc(recoverPanic)
	x.AroundRootFields(limitResponse)
	x.AroundRootFields(withinOperationTime)
	x.AroundRootFields(idempotently(e.options.Once))
	x.AroundFields(e.prices.count)
	x.AroundFields(conformIntrospection)
	return x
}

// execution is what an operation is carried out with.
type execution struct {
	*costMeter
	document *document
	deadline time.Time                           // of the work on its fields
	refusals map[string][]models.RefusedMutation // by the alias of the mutation's field
}

type executionKey struct{}

// executionOf returns that of the operation which is being carried out, nil when there is none.
func executionOf(ctx context.Context) *execution {
	current, _ := ctx.Value(executionKey{}).(*execution)
	return current
}

// currentDocument gives the executor the document that was read for the request, so that it reads none itself.
type currentDocument struct{}

// Get implements graphql.Cache.
func (currentDocument) Get(ctx context.Context, _ string) (*ast.QueryDocument, bool) {
	return executionOf(ctx).document.QueryDocument, true
}

// Add implements graphql.Cache.
func (currentDocument) Add(context.Context, string, *ast.QueryDocument) {}

// withinOperationTime ends the work on a field at the request's deadline; the answer is written after it.
func withinOperationTime(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	ctx, cancel := context.WithDeadline(ctx, executionOf(ctx).deadline)
	defer cancel()
	return next(ctx)
}

// run charges the operation's caller, and has it executed.
func (c *call) run(params *graphql.RawParams, document *document, operation *ast.OperationDefinition) (*graphql.Response, *requestError) {
	points := max(1, c.prices.estimate(operation.SelectionSet, params.Variables, nil, 0))
	if points > MaxCost {
		rejection := c.chargeRejection(limitError(codeTooCostly, "The operation may cost more points than are spent on one: ask for shorter lists or less of each element", MaxCost))
		rejection.cost.Requested = points
		return nil, rejection
	}
	if wait, ok := c.limiter.spend(c.caller, points); !ok {
		return nil, c.throttled(&points, wait)
	}
	meter := &costMeter{budget: c.capacity.answers, query: operation.Operation == ast.Query}
	c.cleanup(meter.release)
	ctx := c.context(document, operation, meter)
	response, rejection := c.execute(ctx, params)
	c.operation.Refusals = executionOf(ctx).refused()
	c.operation.Replayed = response != nil && wasReplayed(response)
	actual := meter.total()
	c.operation.Cost += actual
	charged := &cost{Requested: points, Actual: &actual, Throttle: c.limiter.settle(c.caller, points-actual)}
	if rejection == nil {
		rejection = c.rejectTooLong(response, meter)
	}
	if rejection != nil {
		rejection.cost = charged
		return nil, rejection
	}
	if response.Extensions == nil {
		response.Extensions = map[string]any{}
	}
	response.Extensions["cost"] = charged
	return response, nil
}

// context is what the operation is carried out in. A mutation may read whatever it needs.
func (c *call) context(document *document, operation *ast.OperationDefinition, meter *costMeter) context.Context {
	ctx := models.WithCaller(c.r.Context(), c.caller)
	if operation.Operation == ast.Query {
		ctx = models.WithReadBudget(ctx, meter)
	}
	current := &execution{costMeter: meter, document: document, deadline: time.Now().Add(c.remaining())}
	return context.WithValue(ctx, executionKey{}, current)
}

func (c *call) execute(ctx context.Context, params *graphql.RawParams) (*graphql.Response, *requestError) {
	ctx = graphql.StartOperationTrace(ctx)
	operation, errs := c.executor.CreateOperationContext(ctx, params)
	if len(errs) > 0 {
		return nil, newRequestError(codeVariables, "The variables are not of the types that the operation declares.")
	}
	responses, ctx := c.executor.DispatchOperation(ctx, operation)
	if response := responses(ctx); response != nil {
		return response, nil
	}
	return &graphql.Response{}, nil // nobody waits for the answer any more
}

// rejectTooLong rejects a query whose answer turned out to be more than is given, and takes what there is of it out of that
// of a mutation, which was done all the same.
func (c *call) rejectTooLong(response *graphql.Response, meter *costMeter) *requestError {
	switch {
	case meter.query && meter.overBudget:
		return overloaded()
	case meter.query && (meter.truncated || meter.exceeded()):
		return newRequestError(codeTooCostly, sentence(errTooCostly))
	case meter.truncated:
		response.Data = json.RawMessage("null")
		response.Errors = append(response.Errors, &gqlerror.Error{
			Message:    "The mutation is over, but its answer is too long to be sent. It was carried out, unless it was refused. Read what you need with a query.",
			Extensions: map[string]any{"code": codeAnswerTooLong, "requestId": c.operation.RequestID},
		})
	}
	return nil
}
