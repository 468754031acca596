package test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// reader is a partner's program that reads a stream, and resumes with its cursor whenever that ends.
type reader struct {
	program atomic.Pointer[program.Process] // that is running, or was last
	mu      sync.Mutex
	got     []string
}

// TestEventsAreTheSameInThreeWays: a random run of edits, connects and disconnects, in which the program is stopped and killed, gives a
// stream that is resumed, and a webhook endpoint, the ids that the feed has: each once, in that order.
func TestEventsAreTheSameInThreeWays(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program")
	}
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		t.Parallel()
		env := []string{"DATABASE_URL=" + databaseURL, "HANDBACK_KEYSET=" + program.Keyset}
		p := program.Start(t, program.Shipped, env...)
		webhook, stream := receive(t), &reader{}
		webhook.subscribe(p)
		before := newestEvent(p)
		stream.program.Store(p)
		ended := stream.follow(newestCursor(p))
		for n := range 3 {
			happen(p, 30)
			if n%2 == 0 {
				p.Kill()
			} else {
				require.NoError(t, p.Cmd.Process.Signal(syscall.SIGTERM))
				p.Wait()
			}
			p = program.Start(t, program.Shipped, env...)
			stream.program.Store(p)
		}
		happen(p, 10)
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			want := eventsAfter(p, before)
			require.Equal(c, want, stream.ids())
			require.Equal(c, want, webhook.ids())
		}, program.Patience, 100*time.Millisecond)
		t.Logf("%d events", len(stream.ids()))
		ended()
		p.Kill()
	})
}

// newestCursor is that of the newest event there is.
func newestCursor(p *program.Process) string {
	p.T.Helper()
	events := feed(p.T.(*testing.T), p.As(""))
	return events[len(events)-1].Cursor
}

// happen does so many things at random that events tell of, if they can be done.
func happen(p *program.Process, count int) {
	for range count {
		switch rand.N(6) {
		case 0:
			_, _ = p.Post(http.DefaultClient, disconnectMutation)
		case 1:
			_, _ = p.Post(http.DefaultClient, connectMutation)
		default:
			edit(p, rand.N(100))
		}
	}
}

// follow reads what happens after the event until it is told to end.
func (r *reader) follow(after string) (end func()) {
	ending, ended := make(chan bool), make(chan bool)
	go func() {
		defer close(ended)
		for {
			select {
			case <-ending:
				return
			case <-time.After(10 * time.Millisecond):
				r.read(&after)
			}
		}
	}()
	return func() {
		close(ending)
		r.program.Load().Kill()
		<-ended
	}
}

// read reads one stream to its end.
func (r *reader) read(after *string) {
	stream, err := r.program.Load().As("").Subscribe(`subscription($after: String) { events(after: $after) { id cursor } }`, map[string]any{"after": *after})
	if err != nil {
		return
	}
	for {
		name, data, err := stream.Read()
		if err != nil || name != "next" {
			return
		}
		var result struct {
			Data struct{ Events struct{ ID, Cursor string } }
		}
		if json.Unmarshal([]byte(data), &result) != nil || result.Data.Events.ID == "" {
			return // of what is not got the comparison tells
		}
		*after = result.Data.Events.Cursor
		r.mu.Lock()
		r.got = append(r.got, result.Data.Events.ID)
		r.mu.Unlock()
	}
}

func (r *reader) ids() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}
