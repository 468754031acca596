package endpoint

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/handback/handback/models"
)

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
	if operation.Operation == ast.Subscription {
		return c.subscribe(params, document, points)
	}
	meter := &costMeter{budget: c.capacity.answersOf(c.caller.Store.ID), step: answerStep, query: operation.Operation == ast.Query, payer: &payer{c.limiter, c.caller}}
	meter.drawn.Store(int64(points))
	c.cleanup(meter.release)
	ctx := c.context(document, meter)
	response, rejection := c.execute(ctx, params)
	c.operation.Refusals = executionOf(ctx).refused()
	told := executionOf(ctx).toldRefusals()
	c.operation.Replayed = response != nil && wasReplayed(response)
	if c.r.Context().Err() != nil { // nobody waits for it, so that no field says that it was broken off
		meter.broken.Store(true)
	}
	used := meter.total(points)
	c.operation.Cost += used
	charged := &cost{Requested: points, Actual: new(used + c.input), Throttle: c.limiter.settle(c.caller, int(meter.drawn.Load())-used)}
	if rejection == nil {
		rejection = c.rejectTooLong(response, meter, told)
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

// context is what the operation is carried out in.
func (c *call) context(document *document, meter *costMeter) context.Context {
	ctx := models.WithReadBudget(models.WithCaller(c.r.Context(), c.caller), meter)
	current := &execution{costMeter: meter, document: document, deadline: time.Now().Add(c.remaining())}
	return context.WithValue(ctx, executionKey{}, current)
}

func (c *call) execute(ctx context.Context, params *graphql.RawParams) (*graphql.Response, *requestError) {
	ctx = graphql.StartOperationTrace(ctx)
	operation, errs := c.executor.CreateOperationContext(ctx, params)
	if len(errs) > 0 {
		return nil, variablesError()
	}
	responses, ctx := c.executor.DispatchOperation(ctx, operation)
	if response := responses(ctx); response != nil {
		return response, nil
	}
	return &graphql.Response{}, nil // nobody waits for the answer any more
}

// rejectTooLong rejects a query whose answer turned out to be more than is given, and takes what there is of it out of that
// of a mutation, which was done all the same.
func (c *call) rejectTooLong(response *graphql.Response, meter *costMeter, refused []string) *requestError {
	switch {
	case meter.query && meter.owing.Load():
		return c.throttled(nil, c.limiter.wait(c.caller, 1))
	case meter.query && meter.overBudget:
		return overloaded()
	case meter.query && (meter.truncated || meter.exceeded()):
		return newRequestError(codeTooCostly, sentence(errTooCostly))
	case meter.query && meter.unsaid.Load():
		return overloaded()
	case meter.truncated || meter.readTooMuch() || meter.unsaid.Load():
		response.Data = json.RawMessage("null")
		response.Errors = append(slices.DeleteFunc(response.Errors, isTooCostly), c.lostAnswer(meter.overBudget || meter.unsaid.Load() && !meter.readTooMuch(), refused))
	}
	return nil
}

// lostAnswer says what became of a mutation whose answer cannot be sent: because it is too long or, where that is not so, because other
// answers take the memory there is.
func (c *call) lostAnswer(forNow bool, refused []string) *gqlerror.Error {
	code, why := codeAnswerTooLong, "its answer is too long to be sent"
	if forNow {
		code, why = codeAnswerDropped, "there is no room for its answer at the moment"
	}
	outcome := "Whatever no other error is of was carried out."
	if len(refused) > 0 {
		outcome = "Refused: " + strings.Join(refused, ", ") + ". What is neither listed nor has an error was carried out."
	}
	return &gqlerror.Error{
		Message:    "The mutation is over, but " + why + ". " + outcome + " Read what you need with a query.",
		Extensions: map[string]any{"code": code, "requestId": c.operation.RequestID},
	}
}
