package endpoint

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"reflect"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/handback/handback/models"
)

// A subscription is answered by a stream of Server-Sent Events, as the distinct connections mode of graphql-sse has it: its resolver
// gives a channel once, and each event that comes out of it is executed as an operation of its own, with its own time, cost and answer.

// stream is a subscription that is being answered.
type stream struct {
	*call

	params    *graphql.RawParams
	operation *graphql.OperationContext
	document  *document
	points    int // that an event is estimated at, but for how long it is
	paid      int // points for the event that comes next
	budget    *streamBudget
	source    reflect.Value // the channel of events; invalid before there is one
	control   *http.ResponseController
	waits     [waitCases]reflect.SelectCase
	over      bool // the reader is gone, or takes nothing: there is nothing more to be written
}

// What a stream waits for.
const (
	waitGone = iota
	waitStopping
	waitHeartbeat
	waitRecheck
	waitNext // what comes next: an event, or points to spend on one
	waitCases
)

// subscribe answers a subscription that is paid for. What hinders the stream from beginning is the answer then.
func (c *call) subscribe(params *graphql.RawParams, document *document, points int) (*graphql.Response, *requestError) {
	release, rejection := c.admitStream()
	if rejection != nil {
		c.limiter.settle(c.caller, points)
		return nil, rejection
	}
	defer release()
	kept := &graphql.RawParams{Query: params.Query, OperationName: params.OperationName, Variables: params.Variables} // without extensions, which may be long
	s := &stream{call: c, params: kept, document: document, points: points, budget: &streamBudget{shared: c.capacity.eventsOf(c.caller.Store.ID), payer: payer{c.limiter, c.caller}}}
	defer s.budget.release()
	ctx, cancel := context.WithCancel(c.r.Context())
	defer cancel() // ends the source
	response, rejection := s.open(ctx, cancel)
	used := 1
	if rejection != nil || response != nil { // else it is told with the first event
		used += s.budget.takeCost()
	}
	c.operation.Cost += used
	charged := &cost{Requested: points, Actual: &used, Throttle: c.limiter.settle(c.caller, points-1)}
	if rejection != nil {
		rejection.cost = charged
		return nil, rejection
	}
	if response != nil {
		response.Extensions = map[string]any{"cost": charged}
		return response, nil
	}
	c.release() // of what requests have that are answered at once
	c.streamed = true
	s.serve(ctx)
	c.operation.Cost += s.budget.takeCost()
	return nil, nil
}

// admitStream counts one more stream. Each holds a connection for as long as it lasts, so there are limits of their own.
func (c *call) admitStream() (release func(), rejection *requestError) {
	select {
	case <-c.options.Stopping:
		return nil, overloaded()
	default:
	}
	ofStore := c.capacity.store(c.caller.Store.ID).streams
	if !ofStore.TryAcquire(1) {
		rejection := limitError(codeThrottled, "Too many streams of the store are open. End one, or try again later", storeStreams)
		rejection.retryAfter = streamRetry
		return nil, rejection
	}
	if !c.capacity.streams.TryAcquire(1) {
		ofStore.Release(1)
		return nil, overloaded()
	}
	c.options.Streams.Inc()
	return func() {
		c.options.Streams.Dec()
		c.capacity.streams.Release(1)
		ofStore.Release(1)
	}, nil
}

// open has the resolver give its channel, within the time of an operation. Without one, the response says why.
func (s *stream) open(ctx context.Context, cancel context.CancelFunc) (*graphql.Response, *requestError) {
	late := time.AfterFunc(s.remaining(), cancel)
	defer late.Stop()
	current := &execution{costMeter: s.meter(), document: s.document, source: &s.source}
	ctx = context.WithValue(models.WithReadBudget(models.WithCaller(ctx, s.caller), s.budget), executionKey{}, current)
	ctx = graphql.StartOperationTrace(ctx)
	operation, errs := s.executor.CreateOperationContext(ctx, s.params)
	if len(errs) > 0 {
		return nil, variablesError()
	}
	s.operation = operation
	responses, ctx := s.executor.DispatchOperation(ctx, operation)
	if s.source.IsValid() {
		return nil, nil
	}
	if response := responses(ctx); response != nil {
		return response, nil
	}
	return &graphql.Response{}, nil
}

// meter measures one event.
func (s *stream) meter() *costMeter {
	return &costMeter{budget: s.capacity.eventsOf(s.caller.Store.ID), step: eventStep, query: true, ofEvent: true}
}

// serve sends what the source gives until that ends, the reader is gone, the credential is no longer good, or the program stops.
func (s *stream) serve(ctx context.Context) {
	heartbeat, recheck := time.NewTicker(s.times.heartbeat), time.NewTicker(jitter(s.times.recheck))
	defer heartbeat.Stop()
	defer recheck.Stop()
	for wait, channel := range map[int]any{
		waitGone: ctx.Done(), waitStopping: s.options.Stopping, waitHeartbeat: heartbeat.C, waitRecheck: recheck.C,
	} {
		s.waits[wait] = reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(channel)}
	}
	s.begin()
	for {
		event, ok := s.await(s.source)
		if !ok || !s.pay() || !s.send(event) {
			break
		}
		s.budget.noteSent()
	}
	s.write([]byte(completeEvent))
}

// begin sends the header. The time limits of net/http are for requests that are answered at once.
func (s *stream) begin() {
	s.control = http.NewResponseController(s.response.ResponseWriter)
	_ = s.control.SetReadDeadline(time.Time{}) // it would end the request's context; a writer that knows no deadlines has none
	s.response.streamHeader()
	s.write([]byte(heartbeatComment))
}

// await waits for what the channel gives. It reports false when that has ended, or the stream must.
func (s *stream) await(channel reflect.Value) (value reflect.Value, ok bool) {
	s.waits[waitNext] = reflect.SelectCase{Dir: reflect.SelectRecv, Chan: channel}
	for !s.over {
		switch chosen, value, open := reflect.Select(s.waits[:]); chosen {
		case waitNext:
			return value, open
		case waitHeartbeat:
			s.write([]byte(heartbeatComment))
		case waitRecheck:
			if !s.mayGoOn() {
				return reflect.Value{}, false
			}
		case waitGone:
			s.over = true
		case waitStopping:
			return reflect.Value{}, false
		}
	}
	return reflect.Value{}, false
}

// pay charges the caller for an event, and waits until there is enough to spend. To send what was read costs as much again, but an event
// that costs more than a full bucket does not wait for ever.
func (s *stream) pay() bool {
	s.paid = max(s.points, min(s.points+s.budget.heldPoints(), int(s.limiter.callers.throttle.Maximum)))
	for {
		wait, ok := s.limiter.spend(s.caller, s.paid)
		if ok {
			return true
		}
		timer := time.NewTimer(jitter(min(max(wait, minPayWait), maxPayWait)))
		_, ok = s.await(reflect.ValueOf(timer.C))
		timer.Stop()
		if !ok {
			return false
		}
	}
}

// mayGoOn reports whether the credential that the stream was opened with is still good. A database that does not answer says nothing
// against it; whatever else is wrong ends the stream.
func (s *stream) mayGoOn() bool {
	ctx, cancel := context.WithTimeout(s.r.Context(), recheckTime)
	defer cancel()
	caller, err := s.options.SignInAgain(s.r.WithContext(ctx))
	if err != nil {
		return errors.Is(err, models.ErrTryAgain)
	}
	return caller.Store.ID == s.caller.Store.ID && s.document.requirements[s.operation.Operation].reject(caller, true) == nil
}

// send executes the operation for an event, and writes the result. It reports false when the stream cannot go on.
func (s *stream) send(event reflect.Value) bool {
	meter := s.meter()
	defer meter.release()
	ctx, cancel := context.WithTimeout(s.r.Context(), s.endpoint.allowed)
	defer cancel()
	ready := meter.reserve(ctx)
	response := &graphql.Response{Errors: s.errorList(overloaded())}
	if ready {
		response = s.execute(ctx, event, meter)
	}
	sent := meter.total(s.paid)
	actual := sent + s.budget.takeCost()
	s.call.operation.Cost += actual
	s.call.operation.Events++
	response.Extensions = map[string]any{"cost": &cost{Requested: s.paid, Actual: &actual, Throttle: s.limiter.settle(s.caller, s.paid-sent)}}
	if code := codeOf(response.Errors); code != "" && s.call.operation.Code == "" {
		s.call.operation.Code = code
	}
	return s.write(nextEvent(body{Errors: response.Errors, Data: response.Data, Extensions: response.Extensions})...) && !meter.overBudget && !isLost(response)
}

// isLost reports whether an event could not be sent that may be read later. Another one must not follow: with its cursor the client
// would never come back to this one. One that is too long stays so, and whoever selects less gets it from the feed.
func isLost(response *graphql.Response) bool {
	if len(response.Data) > 0 && !bytes.Equal(response.Data, jsonNull) {
		return false
	}
	return len(response.Errors) == 0 || slices.ContainsFunc(response.Errors, func(err *gqlerror.Error) bool { return !isTooCostly(err) })
}

// execute gives the event to the operation as all that its source has.
func (s *stream) execute(ctx context.Context, event reflect.Value, meter *costMeter) *graphql.Response {
	deadline, _ := ctx.Deadline()
	current := &execution{costMeter: meter, document: s.document, deadline: deadline, event: event}
	ctx = context.WithValue(models.WithReadBudget(models.WithCaller(ctx, s.caller), meter), executionKey{}, current)
	responses, ctx := s.executor.DispatchOperation(graphql.StartOperationTrace(ctx), s.operation)
	if current.field != nil {
		ctx = graphql.WithFieldContext(ctx, current.field)
	}
	response := responses(ctx)
	switch {
	case response == nil: // its time is over
		return &graphql.Response{Errors: s.errorList(newRequestError(codeTryAgain, "The event could not be read in time. Read it with a query."))}
	case current.field == nil:
		return response
	case meter.overBudget || meter.unsaid.Load():
		return &graphql.Response{Errors: s.errorList(overloaded())}
	case meter.truncated || meter.exceeded():
		return &graphql.Response{Errors: s.errorList(newRequestError(codeTooCostly, sentence(errTooCostly))), Data: jsonNull}
	case string(response.Data) == fmt.Sprintf(`{%q:null}`, current.field.Field.Alias):
		response.Data = jsonNull // an event cannot be null, so all of the answer is
	}
	return response
}

var jsonNull = json.RawMessage("null")

// errorList are the errors of a rejection, as they stand in a stream.
func (s *stream) errorList(rejection *requestError) gqlerror.List {
	for _, err := range rejection.errors {
		err.Extensions["requestId"] = s.call.operation.RequestID
	}
	return rejection.errors
}

func jitter(d time.Duration) time.Duration { return d - rand.N(d/10+1) }

// write sends to the reader, piece by piece. One who takes none in time is dropped. It reports whether all was sent.
func (s *stream) write(parts ...[]byte) bool {
	last := time.Now().Add(wholeWrites * s.times.write)
	for _, part := range parts {
		for len(part) > 0 && !s.over {
			piece := part[:min(len(part), pieceBytes)]
			part = part[len(piece):]
			if deadline := time.Now().Add(s.times.write); deadline.Before(last) {
				_ = s.control.SetWriteDeadline(deadline)
			}
			_, err := s.response.Write(piece)
			s.note(err)
		}
	}
	if !s.over {
		s.note(s.control.Flush())
	}
	return !s.over
}

// note ends a stream whose reader could not be written to.
func (s *stream) note(err error) {
	if err == nil {
		return
	}
	s.over = true
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.call.operation.Code = codeSlowReader
	}
}
