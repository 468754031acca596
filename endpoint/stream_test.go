package endpoint

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestStreamHasWhatFeedHas: from a cursor on, and then what happens.
func TestStreamHasWhatFeedHas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller := openStore(t, databaseURL)
		stopping := make(chan struct{})
		s := serve(t, repository, seller, func(o *Options) { o.Stopping = stopping })
		first := s.post(`{ events(first: 1) { nodes { cursor } } }`, nil).Data["events"].(map[string]any)["nodes"].([]any)[0].(map[string]any)["cursor"]
		stream := s.openStream(bodyOf(watching, map[string]any{"after": first}))
		require.Equal(t, http.StatusOK, stream.StatusCode)
		require.Equal(t, mediaStream, stream.Header.Get("Content-Type"))
		require.Equal(t, "no-store", stream.Header.Get("Cache-Control"))
		require.Equal(t, "no", stream.Header.Get("X-Accel-Buffering"))
		require.Equal(t, ":\n", stream.frame(), "a stream begins with a sign of life")
		var events []any
		for i := range 4 {
			if i > 0 {
				require.Empty(t, s.post(edit, map[string]any{"x": []string{fmt.Sprintf("%d\n", i)}}).Errors)
			}
			result := stream.next()
			require.Empty(t, result.Errors)
			require.Positive(t, *result.Extensions.Cost.Actual)
			events = append(events, result.Data["events"])
		}
		feed := s.post(strings.Replace(strings.Replace(watching, "subscription", "query", 1), "{ id cursor", "{ nodes { id cursor", 1)+" }", map[string]any{"after": first})
		require.Equal(t, feed.Data["events"].(map[string]any)["nodes"], events)
		close(stopping)
		stream.requireComplete()
		require.Eventually(t, func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.observed) == 6 }, streamPatience, time.Millisecond)
		last := s.lastObserved(6)
		require.Equal(t, "subscription", last.Type)
		require.Equal(t, http.StatusOK, last.Status)
		require.Equal(t, 4, last.Events)
		require.Empty(t, last.Code)
	})
}

// TestStreamBeginsNow where no cursor is given: what was before is not sent. It may be asked for by GET.
func TestStreamBeginsNow(t *testing.T) {
	s := serveSQLite(t, nil)
	for i, request := range []*http.Request{
		newPost(bodyOf(watching, nil), "Accept", mediaStream), newGet(url.Values{"query": {watching}}, "Accept", mediaStream),
		newPost(bodyOf(watching, map[string]any{"after": nil}), "Accept", "application/json, text/event-stream, multipart/mixed"),
	} {
		stream := s.openStreamOf(request)
		require.Equal(t, ":\n", stream.frame())
		require.Empty(t, s.post(edit, map[string]any{"x": []string{strconv.Itoa(i)}}).Errors)
		newest := s.post(`{ auditTrail(first: 1) { nodes { id } } }`, nil).Data["auditTrail"].(map[string]any)["nodes"].([]any)[0].(map[string]any)["id"].(string)
		require.Equal(t, "event_"+strings.TrimPrefix(newest, "audit_"), stream.next().Data["events"].(map[string]any)["id"])
	}
}

// TestStreamBeginsWithFirst event where the cursor is empty, as the feed does.
func TestStreamBeginsWithFirst(t *testing.T) {
	s := serveSQLite(t, nil)
	first := s.post(`{ events(first: 1, after: "") { nodes { id } } }`, nil).Data["events"].(map[string]any)["nodes"].([]any)[0].(map[string]any)["id"]
	stream := s.openStream(bodyOf(watching, map[string]any{"after": ""}))
	require.Equal(t, first, stream.next().Data["events"].(map[string]any)["id"])
}

// TestOneAnswerAsStream: queries and mutations have one result and an end, and so have mistakes in a request, as graphql-sse has it.
func TestOneAnswerAsStream(t *testing.T) {
	s := serveSQLite(t, nil)
	unknown := "ZXZlbnRfMDAwMDAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAw"
	for _, test := range []struct {
		query, code string
		variables   map[string]any
	}{
		{`{ store { id } }`, "", nil},
		{edit, "", map[string]any{"x": []string{"a\nb"}}},
		{`{`, codeParse, nil},
		{`{ nothing }`, codeValidation, nil},
		{`query($n: Int!) { auditTrail(first: $n) { nodes { id } } }`, codeVariables, nil},
		{`{ store {` + strings.Repeat(" id", maxSelections) + ` } }`, codeTooManySelections, nil},
		{watching, codeBadInput, map[string]any{"after": "nothing"}},
		{watching, codeBadInput, map[string]any{"after": unknown}},
		{`subscription { events { id } more: events { id } }`, codeValidation, nil},
		{`subscription { ...a ...b } fragment a on Subscription { events { id } } fragment b on Subscription { b: events { id } }`, codeValidation, nil},
		{`subscription { __typename }`, codeValidation, nil},
		{`subscription { events { id } __typename }`, codeValidation, nil},
		{`subscription { events @skip(if: true) { id } }`, codeValidation, nil},
		{`subscription($x: Boolean!) { ... @include(if: $x) { events { id } } }`, codeValidation, map[string]any{"x": false}},
		{`subscription { events @idempotent(key: "x") { id } }`, codeValidation, nil},
	} {
		stream := s.openStream(bodyOf(test.query, test.variables))
		require.Equal(t, http.StatusOK, stream.StatusCode, test.query)
		require.Equal(t, "no-store", stream.Header.Get("Cache-Control"), "the answer may be a secret")
		require.Equal(t, mediaStream, stream.Header.Get("Content-Type"))
		result := stream.next()
		if test.code == "" {
			require.Empty(t, result.Errors)
			require.NotEmpty(t, result.Data)
		} else {
			require.Equal(t, test.code, result.Errors[0].Extensions["code"], test.query)
			require.Empty(t, result.Data)
		}
		stream.requireComplete()
	}
}

// TestStreamsAreAdmitted as any request is, and within limits of their own. What HTTP has a status for is told by it.
func TestStreamsAreAdmitted(t *testing.T) {
	stopping := make(chan struct{})
	s := serveSQLite(t, func(o *Options) { o.Stopping = stopping })
	rejected := func(status int, code string, header ...string) {
		t.Helper()
		a := s.post(watching, nil, header...)
		require.Equal(t, status, a.Code, a.text)
		require.Equal(t, code, a.code())
	}
	for _, accept := range []string{"", "*/*", "text/*", mediaJSON, mediaGraphQL, mediaJSON + ", " + mediaStream + ";q=0"} {
		a := s.post(watching, nil, "Accept", accept)
		require.Equal(t, codeNotAcceptable, a.code(), accept)
		require.Equal(t, http.StatusNotAcceptable, a.Code)
		require.Contains(t, a.Errors[0].Message, mediaStream)
	}
	rejected(http.StatusForbidden, codeForbidden, "Accept", mediaStream, "Test-Scopes", "EDIT_SETTINGS")
	long := s.post(watching+" #"+strings.Repeat("x", subscriptionBytes), nil, "Accept", mediaStream)
	require.Equal(t, http.StatusRequestEntityTooLarge, long.Code)
	require.EqualValues(t, subscriptionBytes, long.Errors[0].Extensions["limit"])

	ofStore, all := s.endpoint.capacity.store(s.seller.Store.ID).streams, s.endpoint.capacity.streams
	require.True(t, ofStore.TryAcquire(storeStreams))
	rejected(http.StatusTooManyRequests, codeThrottled, "Accept", mediaStream)
	ofStore.Release(storeStreams)
	require.True(t, all.TryAcquire(maxStreams))
	rejected(http.StatusServiceUnavailable, codeOverloaded, "Accept", mediaStream)
	all.Release(maxStreams)
	require.True(t, ofStore.TryAcquire(storeStreams), "who is rejected holds nothing")
	ofStore.Release(storeStreams)

	stream := s.openStream(bodyOf(watching, nil))
	stream.frame()
	require.Eventually(t, func() bool { return s.endpoint.capacity.inFlight.TryAcquire(maxInFlight) }, streamPatience, time.Millisecond, "a stream is no request in flight")
	s.endpoint.capacity.inFlight.Release(maxInFlight)
	require.False(t, all.TryAcquire(maxStreams))
	stream.close()
	require.Eventually(t, func() bool { return all.TryAcquire(maxStreams) }, streamPatience, time.Millisecond, "who is gone holds nothing")
	all.Release(maxStreams)
	close(stopping)
	rejected(http.StatusServiceUnavailable, codeOverloaded, "Accept", mediaStream)
}

// scripted gives events that a test makes up.
type scripted struct {
	*db.Repository
	events  chan *models.Event
	handoff func() error
}

func (s *scripted) WatchEvents(context.Context, models.Caller, models.EventStart, models.AccountDetails) (<-chan *models.Event, error) {
	return s.events, nil
}

func (s *scripted) HandoffItems(context.Context, models.Caller, models.HandoffFilter) (*models.HandoffPage, error) {
	return &models.HandoffPage{}, s.handoff()
}

// event is one of an account that is being disconnected, and whoever did it has the name.
func madeUpEvent(number int, name string) *models.Event {
	account := &models.Account{ID: fmt.Sprint("account_", number), Name: name}
	return &models.Event{AuditEntry: &models.AuditEntry{
		ID: fmt.Sprint("audit_", number), Action: models.AuditAction(models.AccountDisconnectingEvent), Actor: models.Actor{Kind: models.ActorSeller, Name: name},
		Account: account, Disconnection: &models.Disconnection{ID: fmt.Sprint("disconnection_", number), Account: account},
	}}
}

func serveScript(t *testing.T, change func(*Options)) (*served, *scripted) {
	t.Helper()
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	script := &scripted{Repository: repository, events: make(chan *models.Event)}
	return serve(t, script, seller, change), script
}

func (s *scripted) send(t *testing.T, events ...*models.Event) {
	t.Helper()
	for _, event := range events {
		select {
		case s.events <- event:
		case <-time.After(streamPatience):
			require.FailNow(t, "nobody takes the event")
		}
	}
}

// TestStreamEndsAfterLostEvent, and neither when something cannot be read of one, nor when one is too long.
func TestStreamEndsAfterLostEvent(t *testing.T) {
	s, script := serveScript(t, nil)
	script.handoff = func() error { return errors.New("planted") }
	names := func(n int) string { return repeated(n, func(i int) string { return fmt.Sprintf("n%d: name ", i) }) }
	stream := s.openStream(bodyOf(`subscription { happened: events { id cursor account { `+names(90)+` } auditEntry { actor { `+names(5)+` } } disconnection { handoff { totalCount } } } }`, nil))
	for i, long := range []int{10, 1 << 20, 10} {
		script.send(t, madeUpEvent(i, strings.Repeat("x", long)))
		result := stream.next()
		if i == 0 {
			require.Equal(t, codeInternal, result.Errors[0].Extensions["code"])
			require.Equal(t, []any{"happened", "disconnection", "handoff"}, result.Errors[0].Path)
			happened := result.Data["happened"].(map[string]any)
			require.Equal(t, "event_0", happened["id"])
			require.Nil(t, happened["disconnection"])
			script.handoff = func() error { return nil }
			continue
		}
		if long > 10 {
			require.Equal(t, codeTooCostly, result.Errors[0].Extensions["code"])
			require.Nil(t, result.Data)
			continue
		}
		require.Empty(t, result.Errors)
		require.Equal(t, fmt.Sprint("event_", i), result.Data["happened"].(map[string]any)["id"])
	}
	script.send(t, &models.Event{})
	result := stream.next()
	require.Equal(t, codeInternal, result.Errors[0].Extensions["code"])
	require.Nil(t, result.Data, "an event cannot be null")
	stream.requireComplete() // or the next event's cursor would lead the client past this one
	require.True(t, s.endpoint.capacity.events.TryAcquire(eventsBytes), "what was held is given back")
}

// TestStreamEndsWithCredential: it is looked at again and again. A database that is away ends nothing.
func TestStreamEndsWithCredential(t *testing.T) {
	s, script := serveScript(t, nil)
	var refusal atomic.Value
	var asked atomic.Int64
	signIn := s.endpoint.options.SignIn
	s.endpoint.options.SignInAgain = func(r *http.Request) (models.Caller, error) {
		asked.Add(1)
		if err, ok := refusal.Load().(error); ok {
			return models.Caller{}, err
		}
		return signIn(r)
	}
	s.endpoint.times.recheck = time.Millisecond
	stream := s.openStream(bodyOf(watching, nil))
	awaitAsked := func() {
		for more := asked.Load() + 3; asked.Load() < more; {
			time.Sleep(time.Millisecond)
		}
	}
	awaitAsked()
	refusal.Store(fmt.Errorf("%w: away", models.ErrTryAgain))
	awaitAsked()
	script.send(t, madeUpEvent(1, "x"))
	require.Equal(t, "event_1", stream.next().Data["events"].(map[string]any)["id"])
	refusal.Store(fmt.Errorf("%w", models.ErrUnauthenticated))
	stream.requireComplete()
}

// TestStreamEndsAfterEventWithoutMemory, of which nothing was read.
func TestStreamEndsAfterEventWithoutMemory(t *testing.T) {
	s, script := serveScript(t, nil)
	stream := s.openStream(bodyOf(watching, nil))
	stream.frame()
	require.True(t, s.endpoint.capacity.events.TryAcquire(eventsBytes))
	s.endpoint.allowed = 100 * time.Millisecond
	script.send(t, madeUpEvent(1, "x"))
	result := stream.next()
	require.Equal(t, codeOverloaded, result.Errors[0].Extensions["code"])
	require.Nil(t, result.Data)
	stream.requireComplete()
}

// TestAllStreamsOfRevokedKeyEnd, also those that look after its address has used up its failures, and whatever else signing in says.
func TestAllStreamsOfRevokedKeyEnd(t *testing.T) {
	s, _ := serveScript(t, nil)
	var revoked atomic.Bool
	var failures atomic.Int64
	signIn := s.endpoint.options.SignIn
	s.endpoint.options.SignInAgain = func(r *http.Request) (models.Caller, error) {
		refusals := []error{models.ErrUnauthenticated, &models.APIKeyExpired{}, &models.TooManyAttempts{RetryAfter: time.Second}, errors.New("planted")}
		if revoked.Load() {
			return models.Caller{}, refusals[failures.Add(1)%int64(len(refusals))]
		}
		return signIn(r)
	}
	s.endpoint.times.recheck = 10 * time.Millisecond
	var streams [12]*streamed
	for i := range streams {
		streams[i] = s.openStream(bodyOf(watching, nil))
		streams[i].frame()
	}
	revoked.Store(true)
	for _, stream := range streams {
		stream.requireComplete()
	}
	require.EqualValues(t, len(streams), failures.Load(), "each ends by the first refusal")
}

// TestStreamsLookAgainWithoutAttempts where there is a way to.
func TestStreamsLookAgainWithoutAttempts(t *testing.T) {
	s, _ := serveScript(t, func(o *Options) {
		o.SignInAgain = func(*http.Request) (models.Caller, error) { return models.Caller{}, models.ErrUnauthenticated }
	})
	s.endpoint.times.recheck = time.Millisecond
	s.openStream(bodyOf(watching, nil)).requireComplete()
}

// TestStreamWaitsForPoints: an empty bucket delays events, and drops none.
func TestStreamWaitsForPoints(t *testing.T) {
	s, script := serveScript(t, func(o *Options) { o.Throttle = Throttle{Maximum: 20, RestoreRate: 1e-9} })
	s.endpoint.times.heartbeat = time.Millisecond
	stream := s.openStream(bodyOf(`subscription { events { id account { id } } }`, nil)) // 1 to open, 2 an event
	for i := range 9 {
		script.send(t, madeUpEvent(i, "x"))
		require.Equal(t, fmt.Sprint("event_", i), stream.next().Data["events"].(map[string]any)["id"])
	}
	script.send(t, madeUpEvent(9, "x"))
	for range 10 {
		require.Equal(t, ":\n", stream.frame(), "there is nothing left to spend")
	}
	s.endpoint.limiter.settle(s.seller, 20)
	require.Equal(t, "event_9", stream.next().Data["events"].(map[string]any)["id"])
}

// TestStreamsLeaveNothingBehind, however they end.
func TestStreamsLeaveNothingBehind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller := openStore(t, databaseURL)
		stopping := make(chan struct{})
		s := serve(t, repository, seller, func(o *Options) { o.Stopping = stopping })
		for range 10 {
			stream := s.openStream(bodyOf(watching, nil))
			stream.frame()
			stream.close()
		}
		last := s.openStream(bodyOf(watching, nil))
		last.frame()
		close(stopping)
		last.requireComplete()
		assert.Eventually(t, func() bool { return !slices.ContainsFunc(goroutines(), isOfStream) }, streamPatience, 10*time.Millisecond)
		require.True(t, s.endpoint.capacity.events.TryAcquire(eventsBytes))
		require.True(t, s.endpoint.capacity.streams.TryAcquire(maxStreams))
	})
}

// TestStreamsShareWhatIsRead, and change nothing of it: each gets what the feed has.
func TestStreamsShareWhatIsRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller := openStore(t, databaseURL)
		s := serve(t, repository, seller, nil)
		const everything = ` { id cursor topic account { status snapshot { digest } disconnectPreview { changes { key before after } } disconnections { id } }
			disconnection { id status restoration { changes { key after } exceptions(first: 2) { totalCount } } handoff { totalCount } }
			auditEntry { action actor { name } changes(key: "order.tags") { key before shortAfter } } } }`
		first := s.post(`{ events(first: 1) { nodes { cursor } } }`, nil).Data["events"].(map[string]any)["nodes"].([]any)[0].(map[string]any)["cursor"]
		var streams [12]*streamed
		for i := range streams {
			streams[i] = s.openStream(bodyOf(`subscription($after: String) { events(after: $after)`+everything, map[string]any{"after": first}))
		}
		for i := range 3 {
			require.Empty(t, s.post(edit, map[string]any{"x": []string{strconv.Itoa(i)}}).Errors)
		}
		require.Empty(t, s.post(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }`, nil).Errors)
		feed := s.post(`query($after: String) { events(after: $after) { nodes`+everything+` }`, map[string]any{"after": first}).Data["events"].(map[string]any)["nodes"].([]any)
		require.Len(t, feed, 5)
		same := func(event any) any { // what the account is like changes with time
			delete(event.(map[string]any), "account")
			return event
		}
		for i, stream := range streams {
			for _, event := range feed {
				result := stream.next()
				require.Empty(t, result.Errors)
				require.Equal(t, same(event), same(result.Data["events"]), i)
			}
		}
	})
}

func goroutines() []string {
	stacks := make([]byte, 16<<20)
	return strings.Split(string(stacks[:runtime.Stack(stacks, true)]), "\n\n")
}

func isOfStream(stack string) bool {
	return strings.Contains(stack, "eventFollower") || strings.Contains(stack, "endpoint.(*stream)") || strings.Contains(stack, "eventWatch).poll(")
}
