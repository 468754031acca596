package test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// rollingLoad is what clients do while processes behind nginx are replaced: none of their requests may fail, and each edit is carried out once.
type rollingLoad struct {
	t                  *testing.T
	way                *program.Process
	over               atomic.Bool
	calling, following sync.WaitGroup
	counts             []atomic.Int64 // of requests answered, by client

	mu        sync.Mutex
	edited    []string // values that clients were told are written
	complaint string
	streamed  []streamedEvent
}

// startLoad has some clients call until the load is stopped, and one follow the events, beginning anew where its stream was ended.
func startLoad(t *testing.T, way *program.Process) *rollingLoad {
	t.Helper()
	const clients = 6
	l := &rollingLoad{t: t, way: way, counts: make([]atomic.Int64, clients)}
	token := program.SessionToken(aurora, "42")
	first := l.open(token, "")
	l.following.Go(func() { l.follow(token, first) })
	for number := range clients {
		l.calling.Go(func() { l.call(number, token) })
	}
	l.awaitProgress()
	return l
}

// call has connections of its own for each request: on one that is kept nginx may close it while the client sends.
func (l *rollingLoad) call(number int, token string) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: program.Patience}
	for i := 0; !l.over.Load(); i++ {
		value := fmt.Sprintf(`["client-%d-%d"]`, number, i)
		query, edits := map[string]any{"query": `{ store { id } settings { key value } accounts { id } }`}, false
		switch i % 3 {
		case 1:
			query, edits = map[string]any{"query": fmt.Sprintf(editMutation, "order.tags", value)}, true
		case 2:
			query, edits = map[string]any{"query": keyedEdit, "variables": map[string]any{"key": value, "value": json.RawMessage(value)}}, true
		}
		body, err := json.Marshal(query)
		if err != nil {
			panic(err)
		}
		answer, err := l.way.TrySend(client, http.MethodPost, "/graphql", string(body), "Authorization", "Bearer "+token)
		l.mu.Lock()
		switch {
		case err != nil || answer.Status != http.StatusOK || strings.Contains(answer.Body, `"errors"`) || edits && !strings.Contains(answer.Body, `"userErrors":[]`):
			l.complaint = fmt.Sprintf("%v %d %s", err, answer.Status, answer.Body)
			l.over.Store(true)
		case edits:
			l.edited = append(l.edited, value)
		}
		l.mu.Unlock()
		l.counts[number].Add(1)
		time.Sleep(5 * time.Millisecond)
	}
}

// lastEdit is what the load ends with.
const lastEdit = "the last one"

func (l *rollingLoad) open(token, after string) *program.Stream {
	variables := map[string]any{}
	if after != "" {
		variables["after"] = after
	}
	stream, err := l.way.As(token).Subscribe(watchEvents, variables)
	if err != nil || stream.StatusCode != http.StatusOK {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.complaint = fmt.Sprintf("a stream is not let in: %v", err)
		l.over.Store(true)
		return nil
	}
	return stream
}

// follow reads the events up to that of the last edit.
func (l *rollingLoad) follow(token string, stream *program.Stream) {
	cursor := ""
	for stream != nil {
		name, data, err := stream.Read()
		if err != nil || name == "complete" { // its process stops
			stream.Close()
			stream = l.open(token, cursor)
			continue
		}
		var result struct {
			Data struct{ Events streamedEvent }
		}
		if json.Unmarshal([]byte(data), &result) != nil || result.Data.Events.ID == "" {
			l.complain("not an event: " + data)
			return
		}
		cursor = result.Data.Events.Cursor
		l.streamed = append(l.streamed, result.Data.Events)
		if strings.Contains(data, lastEdit) {
			return
		}
	}
}

func (l *rollingLoad) complain(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.complaint = text
	l.over.Store(true)
}

// awaitProgress returns when each client has had some more answers, so that processes are replaced while all are calling.
func (l *rollingLoad) awaitProgress() {
	l.t.Helper()
	for i := range l.counts {
		wanted := l.counts[i].Load() + 3
		require.Eventually(l.t, func() bool { return l.over.Load() || l.counts[i].Load() >= wanted }, program.Patience, 5*time.Millisecond)
	}
}

// stop ends the load, and compares what clients were told with what is in the database.
func (l *rollingLoad) stop(databaseURL string) {
	l.t.Helper()
	l.over.Store(true)
	l.calling.Wait()
	require.Empty(l.t, l.complaint)
	tagOrders(l.way.As(program.SessionToken(aurora, "42")), lastEdit)
	l.following.Wait()
	require.Empty(l.t, l.complaint)
	written := map[string]int{}
	for _, row := range program.Rows(l.t, program.OpenDatabase(l.t, databaseURL), `SELECT c.after FROM setting_changes c JOIN stores s ON s.id = c.store_id WHERE c.key = 'order.tags' AND s.domain = '`+aurora+`'`) {
		written[row[0]]++
	}
	for _, value := range l.edited {
		require.Equal(l.t, 1, written[value], value)
		delete(written, value)
	}
	delete(written, `["web","priority"]`) // which the store had before
	require.Equal(l.t, map[string]int{`["` + lastEdit + `"]`: 1}, written, "nobody was told of it")
	known := feedAfter(l.t, l.way.As(program.SessionToken(aurora, "42")), len(l.edited)+10)
	require.Equal(l.t, known[len(known)-len(l.streamed):], l.streamed, "the stream is not the feed")
	require.GreaterOrEqual(l.t, len(l.streamed), len(l.edited))
	l.t.Logf("%d edits, none failed", len(l.edited))
}

// feedAfter is the whole feed of a store, in pages.
func feedAfter(t *testing.T, of program.Client, atMost int) (events []streamedEvent) {
	t.Helper()
	for after := ""; len(events) <= atMost; {
		variables := ""
		if after != "" {
			variables = `, after: ` + strconv.Quote(after)
		}
		var page struct {
			Events struct{ Nodes []streamedEvent }
		}
		require.NoError(t, json.Unmarshal([]byte(of.Data(`{ events(first: 250`+variables+`) { nodes { id cursor topic } } }`)), &page))
		if len(page.Events.Nodes) == 0 {
			break
		}
		events = append(events, page.Events.Nodes...)
		after = events[len(events)-1].Cursor
	}
	return events
}

// replace puts another process into the place of one, as docs/scale.md says: it is started and ready, nginx leads to it and not to the
// former one any more, and only then that one is stopped.
func replace(t *testing.T, nginx *program.Nginx, former, staying, next *program.Process) {
	t.Helper()
	awaitState(t, next, "200 ready")
	awaitState(t, former, "200 ready")
	nginx.Lead(next, staying)
	require.NoError(t, former.Cmd.Process.Signal(syscall.SIGTERM))
	require.Zero(t, former.Wait(), former.Stderr.String())
	former.RequireNoWarnings()
}

// TestRollingRestart: both processes are replaced, one after the other, while clients call by way of nginx, follow events, and a store is
// connected and given back: no request fails, no edit is lost or carried out twice, no event is missed, and the jobs go on.
func TestRollingRestart(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the program")
	}
	t.Parallel()
	requireRolling(t, program.Shipped, program.Shipped)
}

// earlierVariable names the binary of an earlier edition of the program, such as the last release's.
const earlierVariable = "HANDBACK_EARLIER"

// TestRollingUpgrade is TestRollingRestart with processes that bring the database up to date, while those of the edition before serve and go
// on for a while with the schema of the next one. That is one with everything that a migration may do (decision 0058), or with
// HANDBACK_EARLIER this one, and the binary that is named there is the edition before.
func TestRollingUpgrade(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the program")
	}
	t.Parallel()
	former, next := program.Shipped, program.Next
	if file := os.Getenv(earlierVariable); file != "" {
		former, next = func() (string, error) { return file, nil }, program.Shipped
	}
	databaseURL := requireRolling(t, former, next)
	if os.Getenv(earlierVariable) != "" {
		return // its schema may be the same
	}
	// One that is started again afterwards does not work by a schema that it cannot know.
	late := program.Launch(t, former, behindNginx(databaseURL)...)
	require.Equal(t, 1, late.Wait())
	require.Contains(t, late.Stderr.String(), "the database is newer than this program")
}

// requireRolling replaces two processes by others of maybe another edition. It returns the address of the database.
func requireRolling(t *testing.T, former, next program.Binary) (databaseURL string) {
	t.Helper()
	databaseURL = dbtest.EmptyURL(t, "postgres") // which the first process gives the schema of its edition
	environment := behindNginx(databaseURL)
	one, other := program.Start(t, former, environment...), program.Start(t, former, environment...)
	nginx := program.StartNginx(t, one, other)
	load := startLoad(t, nginx.Way())
	stranger := nginx.Way().As(program.SessionToken(borealis, "43"))
	require.Contains(t, stranger.Data(connectMutation), `"userErrors":[]`)

	third := program.Start(t, next, environment...)
	load.awaitProgress() // both editions are asked
	replace(t, nginx, one, other, third)
	load.awaitProgress()
	stranger.AwaitShop("CONNECTED")
	require.Contains(t, stranger.Data(disconnectMutation), `"userErrors":[]`)
	fourth := program.Start(t, next, environment...)
	replace(t, nginx, other, third, fourth)
	load.awaitProgress()
	stranger.AwaitDisconnection("COMPLETE")
	load.stop(databaseURL)
	third.Stop()
	fourth.Stop()
	program.Examine(t, databaseURL)
	return databaseURL
}
