package endpoint

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// streamPatience is how long tests wait for what a stream must send.
const streamPatience = time.Minute

// openStream sends an operation to a server of its own and returns what comes, piece by piece.
func (s *served) openStream(body string, header ...string) *streamed {
	s.t.Helper()
	return s.openStreamOf(newPost(body, append([]string{"Accept", mediaStream}, header...)...))
}

func (s *served) openStreamOf(request *http.Request) *streamed {
	s.t.Helper()
	server := httptest.NewServer(s)
	ctx, cancel := context.WithTimeout(s.t.Context(), streamPatience)
	s.t.Cleanup(func() { cancel(); server.CloseClientConnections(); server.Close() })
	sent := request.Clone(ctx)
	sent.RequestURI = ""
	sent.URL, _ = url.Parse(server.URL + request.URL.RequestURI())
	response, err := server.Client().Do(sent)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = response.Body.Close() })
	return &streamed{Response: response, lines: bufio.NewReaderSize(response.Body, 1<<20), t: s.t, close: cancel}
}

// streamed is a stream as a client reads it.
type streamed struct {
	*http.Response
	lines *bufio.Reader
	t     *testing.T
	close func()
}

// result is what an event of a stream holds.
type result struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
	Extensions struct{ Cost *cost }
}

// frame reads up to the next empty line.
func (s *streamed) frame() string {
	s.t.Helper()
	var frame strings.Builder
	for {
		line, err := s.lines.ReadString('\n')
		require.NoError(s.t, err, frame.String())
		if line == "\n" {
			return frame.String()
		}
		frame.WriteString(line)
	}
}

// next reads the next result, and leaves out signs of life.
func (s *streamed) next() (r result) {
	s.t.Helper()
	frame := s.frame()
	for frame == ":\n" {
		frame = s.frame()
	}
	data, found := strings.CutPrefix(frame, "event: next\ndata: ")
	require.True(s.t, found, frame)
	require.NoError(s.t, json.Unmarshal([]byte(data), &r), data)
	return r
}

// requireComplete fails unless the stream ends, as it should.
func (s *streamed) requireComplete() {
	s.t.Helper()
	frame := s.frame()
	for frame == ":\n" {
		frame = s.frame()
	}
	require.Equal(s.t, "event: complete\ndata: \n", frame)
	_, err := s.lines.ReadByte()
	require.ErrorIs(s.t, err, io.EOF)
}

const watching = `subscription($after: String) { events(after: $after) { id cursor topic occurredAt account { id name } auditEntry { actor { name } changes { key after } } } }`

const edit = `mutation($x: SettingValue!) { updateSettings(settings: [{key: "order.tags", value: $x}]) { userErrors { code } } }`
