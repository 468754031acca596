package endpoint

import (
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/sync/semaphore"

	"github.com/handback/handback/models"
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
	times     streamTimes   // defaultStreamTimes, but where a test cannot wait
}

// call is one request on its way through the steps of the endpoint.
type call struct {
	*endpoint
	*admission
	r         *http.Request
	response  responseWriter
	caller    models.Caller
	signedIn  time.Time // when the caller was found
	operation models.Operation
	unread    bool // the request's body is still to come
	input     int  // points that what has arrived has cost
	variables int  // bytes of them
	values    heldValues
	streamed  bool // all of the answer is out
	paused    time.Duration
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

// pause keeps a refusal back that tells a client to slow down, and of more than are free one that costs nothing. What the request held is given
// back before. Of too many refusals at once the others are told at once, and their connections closed.
func (c *call) pause(rejection *requestError) {
	wait := min(max(rejection.retryAfter, minPause), maxPause)
	if rejection.status != http.StatusTooManyRequests {
		if rejection.cost != nil || rejection.status >= http.StatusInternalServerError || c.options.Pacer.free.Allow() {
			return
		}
		wait = maxPause
	}
	c.release()
	places := []*semaphore.Weighted{c.options.Pacer.strangers}
	if c.caller.Store.ID != "" {
		places = []*semaphore.Weighted{c.capacity.store(c.caller.Store.ID).refusals, c.options.Pacer.stores}
	}
	began := time.Now()
	if !c.options.Pacer.keep(c.r.Context(), wait, places...) {
		c.unread = true
		return
	}
	c.paused = time.Since(began)
	if rejection.retryAfter > 0 {
		rejection.retryAfter = max(rejection.retryAfter-c.paused, time.Second)
	}
}
