package program

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Stream is a subscription that a program is answering, as its client reads it.
type Stream struct {
	*http.Response
	t     testing.TB
	lines *bufio.Reader
	Close func()
}

// OpenStream subscribes, and returns once the answer has begun. It ends when the test does, and when it takes longer than tests wait.
func (c Client) OpenStream(query string, variables map[string]any) *Stream {
	c.T.Helper()
	stream := c.TryStream(query, variables)
	require.Equal(c.T, http.StatusOK, stream.StatusCode)
	require.Equal(c.T, "text/event-stream", stream.Header.Get("Content-Type"))
	return stream
}

// TryStream is OpenStream for one that may be rejected.
func (c Client) TryStream(query string, variables map[string]any) *Stream {
	c.T.Helper()
	stream, err := c.Subscribe(query, variables)
	require.NoError(c.T, err)
	return stream
}

// streaming has a connection for each stream: one that was kept may be closed at the moment when it is used.
var streaming = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// Subscribe is TryStream for a program that may be gone.
func (c Client) Subscribe(query string, variables map[string]any) (*Stream, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(c.T.Context(), Patience)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, strings.NewReader(string(body)))
	if err != nil {
		cancel()
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	if c.Credential != "" {
		request.Header.Set("Authorization", "Bearer "+c.Credential)
	}
	response, err := streaming.Do(request)
	if err != nil {
		cancel()
		return nil, err
	}
	c.T.Cleanup(func() { cancel(); _ = response.Body.Close() })
	return &Stream{response, c.T, bufio.NewReaderSize(response.Body, 1<<20), cancel}, nil
}

// Read returns the name and the data of what comes next, leaving out signs of life. The error is io.EOF at the end of the connection.
func (s *Stream) Read() (name, data string, err error) {
	for {
		line, err := s.lines.ReadString('\n')
		if err != nil {
			return "", "", err
		}
		line = strings.TrimSuffix(line, "\n")
		switch field, value, _ := strings.Cut(line, ": "); {
		case line == "" && name != "":
			return name, data, nil
		case field == "event":
			name = value
		case field == "data":
			data = value
		}
	}
}

// Event is the next result's only field, which must have come without errors.
func (s *Stream) Event(into any) {
	s.t.Helper()
	name, data, err := s.Read()
	require.NoError(s.t, err)
	require.Equal(s.t, "next", name)
	var result struct {
		Data   map[string]json.RawMessage
		Errors json.RawMessage
	}
	require.NoError(s.t, json.Unmarshal([]byte(data), &result), data)
	require.Empty(s.t, string(result.Errors))
	require.Len(s.t, result.Data, 1)
	for _, event := range result.Data {
		require.NoError(s.t, json.Unmarshal(event, into))
	}
}

// RequireComplete fails unless the stream ends as one that the program ends.
func (s *Stream) RequireComplete() {
	s.t.Helper()
	name, _, err := s.Read()
	require.NoError(s.t, err)
	require.Equal(s.t, "complete", name)
	_, _, err = s.Read()
	require.ErrorIs(s.t, err, io.EOF)
}
