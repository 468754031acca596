package webhooks_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify"
)

// TestNotificationsThatStallGiveWay: however much memory is taken by bodies that do not come along, what a platform sends is stored at once.
// Each takes it from the one that has been on its way longest, and the others go on.
func TestNotificationsThatStallGiveWay(t *testing.T) {
	const most, all = 1 << 20, 32 // bytes of a body, and how many of these there is memory for
	handler, in, _ := newHandler(shopify.Notifications{Secret: secret})
	reading := make(chan bool, all)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Test-Stalls") != "" {
			r.Body = &announced{ReadCloser: r.Body, left: most - 1, all: reading}
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	post := func(topic string, body io.Reader, signed []byte, stalls string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, body)
		require.NoError(t, err)
		maps.Copy(request.Header, ofShopify(topic, string(signed), secret).Header)
		request.Header.Set("Test-Stalls", stalls)
		response, err := http.DefaultClient.Do(request)
		if err != nil { // of a connection that was closed while its body was being sent
			return http.StatusServiceUnavailable
		}
		defer response.Body.Close()
		return response.StatusCode
	}
	var senders sync.WaitGroup
	statuses := make([]int, all)
	bodies := make([]*io.PipeWriter, all)
	sent := bytes.Repeat([]byte(" "), most)
	for i := range all {
		var body *io.PipeReader
		body, bodies[i] = io.Pipe()
		senders.Go(func() { statuses[i] = post("locations/update", body, sent, "yes") })
		senders.Go(func() { _, _ = bodies[i].Write(sent[:most-1]) })
		<-reading
	}
	for i := range 2 {
		body := `{"id":1}`
		require.Equal(t, http.StatusOK, post("locations/update", strings.NewReader(body), []byte(body), ""))
		require.Len(t, in.noted, i+1)
	}
	for _, body := range bodies {
		go func() {
			_, _ = body.Write(sent[most-1:])
			_ = body.Close()
		}()
	}
	senders.Wait()
	require.Equal(t, http.StatusServiceUnavailable, statuses[0], "who has been there longest gave way")
	for _, status := range statuses[1:] {
		require.Equal(t, http.StatusOK, status, "others were read to their end")
	}
}

// announced is a body that tells when so much of it has been read.
type announced struct {
	io.ReadCloser

	left int
	all  chan<- bool
}

// Read implements io.Reader.
func (a *announced) Read(p []byte) (int, error) {
	n, err := a.ReadCloser.Read(p)
	if a.left -= n; n > 0 && a.left == 0 {
		a.all <- true
	}
	return n, err
}
