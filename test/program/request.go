package program

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Result is what GraphQL over HTTP answers with.
type Result struct {
	Data   json.RawMessage
	Errors json.RawMessage
}

// Post sends a GraphQL query. The error is one of the way to the program, or an answer that is not GraphQL's.
func (p *Process) Post(client *http.Client, query string) (Result, error) {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return Result{}, err
	}
	response, err := client.Post(p.URL, "application/json", bytes.NewReader(body))
	if err != nil {
		return Result{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return Result{}, err
	}
	var result Result
	if err := json.Unmarshal(text, &result); err != nil || response.StatusCode != http.StatusOK {
		return result, fmt.Errorf("%s: %q", response.Status, text)
	}
	return result, nil
}

// Query returns the data of a query, which must give no errors.
func (p *Process) Query(query string) string {
	p.T.Helper()
	result, err := p.Post(http.DefaultClient, query)
	require.NoError(p.T, err)
	require.Empty(p.T, string(result.Errors))
	return string(result.Data)
}

// Response is a response that was read to its end.
type Response struct {
	Status int
	Header http.Header
	Body   string
}

// Code is that of the one error of a response which has no data.
func (r Response) Code(t testing.TB) string {
	t.Helper()
	var result struct {
		Data   json.RawMessage
		Errors []struct{ Extensions struct{ Code string } }
	}
	require.NoError(t, json.Unmarshal([]byte(r.Body), &result), r.Body)
	require.Len(t, result.Errors, 1, r.Body)
	require.Empty(t, result.Data)
	return result.Errors[0].Extensions.Code
}

// Send sends a request to a path of the program. The headers are names and values by turns; of one name there may be
// several.
func (p *Process) Send(method, path, body string, headers ...string) Response {
	p.T.Helper()
	response, err := p.TrySend(http.DefaultClient, method, path, body, headers...)
	require.NoError(p.T, err)
	return response
}

// TrySend is Send with a client, for requests that may fail. After an error the response holds what came of it.
func (p *Process) TrySend(client *http.Client, method, path, body string, headers ...string) (Response, error) {
	request, err := http.NewRequest(method, p.Base()+path, strings.NewReader(body))
	if err != nil {
		return Response{}, err
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		}
		request.Header.Add(headers[i], headers[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		return Response{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return Response{response.StatusCode, response.Header, string(text)}, err
}

// Metrics is what operators read.
func (p *Process) Metrics() string {
	p.T.Helper()
	response, err := http.Get(p.Ops + "/metrics")
	require.NoError(p.T, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(p.T, err)
	require.Equal(p.T, http.StatusOK, response.StatusCode)
	return string(text)
}

// Base is the program's address without a path.
func (p *Process) Base() string { return strings.TrimSuffix(p.URL, "/graphql") }

// Host is the host and port that the program listens on.
func (p *Process) Host() string { return strings.TrimPrefix(p.Base(), "http://") }

// NewClient returns a client whose many connections end with the test.
func NewClient(t testing.TB) *http.Client {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 256}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: Patience}
}

// NoRedirects is a client that follows no redirects.
var NoRedirects = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
