package endpoint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestNextEventHasOneLine, whatever white space there is in values that are JSON already.
func TestNextEventHasOneLine(t *testing.T) {
	t.Parallel()
	written := string(bytes.Join(nextEvent(body{Data: json.RawMessage("{\"a\":\r\n[1,\n2]}")}), nil))
	data, found := strings.CutPrefix(written, "event: next\ndata: ")
	require.True(t, found)
	require.Equal(t, len(data)-2, strings.Index(data, "\n"))
	require.JSONEq(t, `{"data":{"a":[1,2]}}`, data)
}

// TestSlowReadersAreDropped, and nothing is kept for them.
func TestSlowReadersAreDropped(t *testing.T) {
	s, script := serveScript(t, nil)
	s.endpoint.times.write = 50 * time.Millisecond
	server := httptest.NewServer(s)
	defer server.Close()
	conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	body := bodyOf(`subscription { events { id account { name } } }`, nil)
	_, err = fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	require.NoError(t, err)
	dropped := func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.observed) > 0 }
	event := madeUpEvent(1, strings.Repeat("x", 1<<20))
	require.Eventually(t, func() bool {
		select {
		case script.events <- event:
		case <-time.After(10 * time.Millisecond):
		}
		return dropped()
	}, streamPatience, time.Microsecond)
	require.Equal(t, codeSlowReader, s.lastObserved(1).Code)
	require.True(t, s.endpoint.capacity.streams.TryAcquire(maxStreams))
}

// TestStreamShowsSignsOfLife while nothing happens.
func TestStreamShowsSignsOfLife(t *testing.T) {
	s, script := serveScript(t, nil)
	s.endpoint.times.heartbeat = time.Millisecond
	stream := s.openStream(bodyOf(watching, nil))
	for range 5 {
		require.Equal(t, ":\n", stream.frame())
	}
	script.send(t, madeUpEvent(1, "x"))
	require.Equal(t, "event_1", stream.next().Data["events"].(map[string]any)["id"])
	require.Equal(t, ":\n", stream.frame())
}
