package test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

const watchEvents = `subscription($after: String) { events(after: $after) { id cursor topic account { id } auditEntry { changes { key after } } } }`

// streamedEvent is an event as watchEvents asks for it.
type streamedEvent struct{ ID, Cursor, Topic string }

// feed reads the whole feed of a store.
func feed(t *testing.T, of program.Client) (events []streamedEvent) {
	t.Helper()
	var page struct {
		Events struct{ Nodes []streamedEvent }
	}
	require.NoError(t, json.Unmarshal([]byte(of.Data(`{ events(first: 250) { nodes { id cursor topic } } }`)), &page))
	return page.Events.Nodes
}

// tagOrders makes events, one each.
func tagOrders(of program.Client, texts ...string) {
	of.T.Helper()
	for _, text := range texts {
		require.Contains(of.T, of.Data(fmt.Sprintf(editMutation, "order.tags", `["`+text+`"]`)), `"userErrors":[]`)
	}
}

func (s streamedEvent) requireNext(t *testing.T, stream *program.Stream) {
	t.Helper()
	var event streamedEvent
	stream.Event(&event)
	require.Equal(t, s, event)
}

// TestEventStream: a partner's program gets a store's events as the feed has them, from a cursor on or from now on, and none of
// another store. It resumes with its cursor at another process after the first was stopped, or killed.
func TestEventStream(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program")
	}
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		environment := append(program.WithSignIn("DATABASE_URL="+databaseURL), program.ShopifyOf(databaseURL).Env())
		p := program.Start(t, program.RaceDetecting, environment...)
		seller, stranger := p.As(program.SessionToken(aurora, "42")), p.As(program.SessionToken(borealis, "4711"))
		_, key := seller.CreateKey("Follower", "READ")
		tagOrders(seller, "before")
		known := feed(t, seller)
		resumed, fresh := p.As(key).OpenStream(watchEvents, map[string]any{"after": known[0].Cursor}), p.As(key).OpenStream(watchEvents, nil)
		for i := range 5 {
			tagOrders(stranger, fmt.Sprint("theirs ", i))
			tagOrders(seller, fmt.Sprint("ours ", i))
		}
		all := feed(t, seller)
		require.Len(t, all, len(known)+5)
		for _, event := range all[1:] {
			event.requireNext(t, resumed)
		}
		for _, event := range all[len(known):] {
			event.requireNext(t, fresh)
		}
		theirs := feed(t, stranger)
		foreign := p.As(key).OpenStream(watchEvents, map[string]any{"after": theirs[0].Cursor})
		name, data, err := foreign.Read()
		require.NoError(t, err)
		require.Equal(t, "next", name)
		require.Contains(t, data, "BAD_USER_INPUT")
		foreign.RequireComplete()

		require.NoError(t, p.Cmd.Process.Signal(syscall.SIGTERM))
		resumed.RequireComplete()
		fresh.RequireComplete()
		require.Zero(t, p.Wait(), p.Stderr.String())
		p.RequireNoWarnings()
		require.Regexp(t, `type=subscription status=200 .*events=`, p.Stderr.String())

		cursor := all[len(all)-1].Cursor
		for range 2 {
			next := program.Start(t, program.RaceDetecting, environment...)
			again := next.As(key).OpenStream(watchEvents, map[string]any{"after": cursor})
			tagOrders(next.As(program.SessionToken(aurora, "42")), "one "+cursor, "two "+cursor, "three "+cursor)
			now := feed(t, next.As(key))
			for _, event := range now[len(now)-3 : len(now)-1] { // the last one is not read before the end
				event.requireNext(t, again)
			}
			next.Kill()
			cursor = now[len(now)-2].Cursor
			last := program.Start(t, program.RaceDetecting, environment...)
			after := last.As(key).OpenStream(watchEvents, map[string]any{"after": cursor})
			now[len(now)-1].requireNext(t, after)
			cursor = now[len(now)-1].Cursor
			last.Stop()
		}
	})
}

// TestEventStreamAcrossProcesses: what is written by one process is told by another, and goes on there when the first is killed.
func TestEventStreamAcrossProcesses(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program")
	}
	t.Parallel()
	databaseURL := dbtest.URL(t, "postgres")
	environment := append(program.WithSignIn("DATABASE_URL="+databaseURL), program.ShopifyOf(databaseURL).Env())
	writer, reader := program.Start(t, program.Shipped, environment...), program.Start(t, program.Shipped, environment...)
	seller := writer.As(program.SessionToken(aurora, "42"))
	_, key := seller.CreateKey("Follower", "READ")
	here, there := writer.As(key).OpenStream(watchEvents, nil), reader.As(key).OpenStream(watchEvents, nil)
	tagOrders(seller, "a", "b", "c")
	events := feed(t, seller)
	for _, event := range events[len(events)-3:] {
		event.requireNext(t, here)
		event.requireNext(t, there)
	}
	tagOrders(seller, "d", "e")
	writer.Kill()
	_, _, err := here.Read()
	for err == nil {
		_, _, err = here.Read()
	}
	more := reader.As(key).OpenStream(watchEvents, map[string]any{"after": events[len(events)-1].Cursor})
	tagOrders(reader.As(program.SessionToken(aurora, "42")), "f")
	for _, event := range feed(t, reader.As(key))[len(events):] {
		event.requireNext(t, more)
		event.requireNext(t, there)
	}
	reader.Stop()
}

// TestEventStreamThroughPgBouncer, which keeps no session that could be told anything.
func TestEventStreamThroughPgBouncer(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.Postgres(t)
	through := "DATABASE_URL=" + dbtest.PgBouncer(t, databaseURL, "transaction")
	environment := append(program.WithSignIn(through), program.ShopifyOf(databaseURL).Env())
	writer, reader := program.Start(t, program.Shipped, environment...), program.Start(t, program.Shipped, environment...)
	seller := writer.As(program.SessionToken(aurora, "42"))
	_, key := seller.CreateKey("Follower", "READ")
	stream := reader.As(key).OpenStream(watchEvents, nil)
	tagOrders(seller, "a", "b")
	events := feed(t, seller)
	for _, event := range events[len(events)-2:] {
		event.requireNext(t, stream)
	}
}

// TestEventStreamOutlivesDatabase that is away for a while: what happened meanwhile comes when it is back.
func TestEventStreamOutlivesDatabase(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds")
	}
	t.Parallel()
	for name, takeDown := range map[string]func(*dbtest.Proxy){"refusing": (*dbtest.Proxy).RejectConnections, "silent": (*dbtest.Proxy).BlackHole} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			databaseURL := dbtest.Postgres(t)
			proxy := dbtest.NewProxy(t, databaseURL)
			platforms := program.ShopifyOf(databaseURL).Env()
			reader := program.Start(t, program.Shipped, append(program.WithSignIn("DATABASE_URL="+proxy.URL()), platforms)...)
			writer := program.Start(t, program.Shipped, append(program.WithSignIn("DATABASE_URL="+databaseURL), platforms)...)
			seller := writer.As(program.SessionToken(aurora, "42"))
			_, key := seller.CreateKey("Follower", "READ")
			stream := reader.As(key).OpenStream(watchEvents, nil)
			takeDown(proxy)
			tagOrders(seller, "a", "b", "c")
			require.Eventually(t, func() bool {
				return reader.Send(http.MethodGet, "/readyz", "").Status == http.StatusServiceUnavailable
			}, program.Patience, 50*time.Millisecond)
			proxy.Heal()
			events := feed(t, seller)
			for _, event := range events[len(events)-3:] {
				event.requireNext(t, stream)
			}
		})
	}
}

// TestEventStreamEndsBeforeRequestsAreRefused: as soon as the program is not ready any more, so that its client is elsewhere by then.
func TestEventStreamEndsBeforeRequestsAreRefused(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped, "SHUTDOWN_DELAY=1m")
	stream := p.As("").OpenStream(watchEvents, nil)
	require.NoError(t, p.Cmd.Process.Signal(syscall.SIGTERM))
	stream.RequireComplete()
	require.Equal(t, http.StatusServiceUnavailable, p.Send(http.MethodGet, "/readyz", "").Status)
	rejected := p.As("").TryStream(watchEvents, nil)
	require.Equal(t, http.StatusServiceUnavailable, rejected.StatusCode)
	require.NotEmpty(t, rejected.Header.Get("Retry-After"))
}

// TestEventStreamDropsSlowReaders, who could hold what is not sent yet.
func TestEventStreamDropsSlowReaders(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds")
	}
	t.Parallel()
	p := program.Start(t, program.Shipped)
	conn, err := net.Dial("tcp", p.Host())
	require.NoError(t, err)
	defer conn.Close()
	body := `{"query":"subscription { events { auditEntry { a: changes { x: before y: after } } } }"}`
	_, err = fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: %d\r\n\r\n%s", p.Host(), len(body), body)
	require.NoError(t, err)
	begun := make([]byte, len("HTTP/1.1 200 OK"))
	_, err = io.ReadFull(conn, begun)
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 200 OK", string(begun))
	deadline := time.Now().Add(program.Patience)
	for i := 0; !strings.Contains(p.Stderr.String(), "code=SLOW_READER"); i++ {
		require.True(t, time.Now().Before(deadline), "the reader is not dropped")
		if i < 24 { // more than what lies between the program and the reader
			tagOrders(p.As(""), strings.Repeat(strconv.Itoa(i%10), 900_000))
		} else {
			time.Sleep(50 * time.Millisecond)
		}
	}
	require.Contains(t, p.As("").Data(`{ store { id } }`), "store_")
}

// TestEventStreamEndsWithKey: whose key is revoked is told nothing more, a minute later at most.
func TestEventStreamEndsWithKey(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	t.Parallel()
	p := program.Start(t, program.Shipped, program.WithSignIn()...)
	seller := p.As(program.SessionToken(aurora, "42"))
	id, key := seller.CreateKey("Follower", "READ")
	_, other := seller.CreateKey("Other", "READ")
	revoked, stays := p.As(key).OpenStream(watchEvents, nil), p.As(other).OpenStream(watchEvents, nil)
	seller.RevokeKey(id)
	revoked.RequireComplete()
	require.Equal(t, http.StatusUnauthorized, p.As(key).TryStream(watchEvents, nil).StatusCode)
	tagOrders(p.As(program.SessionToken(aurora, "42")), "after")
	var event streamedEvent
	stays.Event(&event)
	require.Equal(t, "SETTINGS_UPDATED", event.Topic)
}

// TestEventStreamsAreLimited for each store, and hinder no other request.
func TestEventStreamsAreLimited(t *testing.T) {
	t.Parallel()
	const limit = 1024
	p := program.Start(t, program.Shipped, program.WithSignIn()...)
	seller := p.As(program.SessionToken(aurora, "42"))
	_, key := seller.CreateKey("Follower", "READ")
	streams := make([]*program.Stream, limit)
	for i := range streams {
		streams[i] = p.As(key).OpenStream(`subscription { events { id } }`, nil)
	}
	rejected := seller.TryStream(watchEvents, nil)
	require.Equal(t, http.StatusTooManyRequests, rejected.StatusCode)
	require.NotEmpty(t, rejected.Header.Get("Retry-After"))
	require.Equal(t, http.StatusOK, p.As(program.SessionToken(borealis, "1")).TryStream(watchEvents, nil).StatusCode)
	tagOrders(seller, "for all")
	for _, stream := range streams {
		var event streamedEvent
		stream.Event(&event)
		require.NotEmpty(t, event.ID)
	}
	streams[0].Close()
	require.Eventually(t, func() bool { return p.As(key).TryStream(watchEvents, nil).StatusCode == http.StatusOK }, program.Patience, 50*time.Millisecond)
	require.Contains(t, p.Metrics(), "handback_streams_open 102")
}
