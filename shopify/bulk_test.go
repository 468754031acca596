package shopify_test

import (
	"fmt"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify"
)

const noBulkOperations = `{"bulkOperations":{"nodes":[],"pageInfo":{"hasNextPage":false,"endCursor":null}}}`

func products(n int) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for at := range n {
			if !yield(fmt.Sprintf("gid://shopify/Product/%d", at+1), nil) {
				return
			}
		}
	}
}

// bulkNode is a bulk operation in the recorded form.
func bulkNode(status, mutation, url string, created time.Time) string {
	address := "null"
	if url != "" {
		address = strconv.Quote(url)
	}
	return fmt.Sprintf(`{"id":"gid://shopify/BulkOperation/7","status":%q,"errorCode":null,"objectCount":"3","query":%s,"url":%s,"partialDataUrl":null,"createdAt":%q}`,
		status, strconv.Quote(mutation), address, created.UTC().Format(time.RFC3339))
}

// storage takes uploads and serves results.
type storage struct {
	t        *testing.T
	names    []string // of the fields of the form, in their order
	uploaded string
	results  http.HandlerFunc
}

func (s *storage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	assert.Empty(s.t, r.Header.Get("X-Shopify-Access-Token"), "the token is for the store only")
	if r.Method == http.MethodGet {
		s.results(w, r)
		return
	}
	assert.Positive(s.t, r.ContentLength)
	form, err := r.MultipartReader()
	require.NoError(s.t, err)
	for part, err := form.NextPart(); err == nil; part, err = form.NextPart() {
		s.take(part)
	}
	w.WriteHeader(http.StatusCreated)
}

func (s *storage) take(part *multipart.Part) {
	text, err := io.ReadAll(part)
	require.NoError(s.t, err)
	s.names = append(s.names, part.FormName())
	if part.FormName() == "file" {
		s.uploaded = string(text)
	}
}

// newBulk serves the API and the storage, and returns a client of both.
func newBulk(t *testing.T) (*recordedAPI, *storage, *shopify.Client, string) {
	api, files := newAPI(t), &storage{t: t}
	store, storage := httptest.NewServer(api), httptest.NewServer(files)
	t.Cleanup(store.Close)
	t.Cleanup(storage.Close)
	options := optionsFor(store.URL)
	options.Hosts = append(options.Hosts, storage.URL)
	api.on("StagedUploadsCreate", data(`{"stagedUploadsCreate":{"stagedTargets":[{"url":"`+storage.URL+`/","resourceUrl":null,"parameters":[`+
		`{"name":"Content-Type","value":"text/jsonl"},{"name":"success_action_status","value":"201"},{"name":"key","value":"tmp/1/bulk/vars.jsonl"},{"name":"policy","value":"p"}]}],"userErrors":[]}}`))
	return api, files, shopify.New(options), storage.URL
}

var publishAll = shopify.BulkPublishing{ID: "019a-b7", PublicationID: publication, Products: products(3)}

func started(status string) string {
	return `{"bulkOperationRunMutation":{"bulkOperation":{"id":"gid://shopify/BulkOperation/7","status":"` + status + `","query":"q","createdAt":"2026-11-01T00:00:00Z"},"userErrors":[]}}`
}

func TestProductsArePublishedInBulk(t *testing.T) {
	api, files, client, _ := newBulk(t)
	api.on("BulkOperations", data(noBulkOperations)).on("BulkOperationRunMutation", data(started("CREATED")))

	operation, err := client.StartBulkPublishing(t.Context(), store, publishAll)

	require.NoError(t, err)
	require.Equal(t, "gid://shopify/BulkOperation/7", operation.ID)
	require.False(t, operation.Finished())
	require.Equal(t, []string{"Content-Type", "success_action_status", "key", "policy", "file"}, files.names)
	require.Equal(t, `{"id":"gid://shopify/Product/1","publicationId":"gid://shopify/Publication/1"}
{"id":"gid://shopify/Product/2","publicationId":"gid://shopify/Publication/1"}
{"id":"gid://shopify/Product/3","publicationId":"gid://shopify/Publication/1"}
`, files.uploaded)
	run := api.calls[len(api.calls)-1].Variables
	require.Equal(t, "tmp/1/bulk/vars.jsonl", run["stagedUploadPath"])
	require.True(t, strings.HasPrefix(run["mutation"].(string), "mutation PublishProduct_019a_b7($id: ID!, $publicationId: ID!) {\n"), run["mutation"])
}

// TestBulkOperationIsNotStartedTwice: the answer of the start is lost, and the next look finds it by its name.
func TestBulkOperationIsNotStartedTwice(t *testing.T) {
	api, _, client, _ := newBulk(t)
	others := bulkNode("RUNNING", "mutation PublishProduct_other($id: ID!) {}", "", time.Now())
	found := others + "," + bulkNode("RUNNING", "mutation PublishProduct_019a_b7($id: ID!) {}", "", time.Now())
	list := func(nodes string) reply {
		return data(`{"bulkOperations":{"nodes":[` + nodes + `],"pageInfo":{"hasNextPage":false,"endCursor":null}}}`)
	}
	api.on("BulkOperations", list(others), list(others), list(found)).on("BulkOperationRunMutation", cut)

	operation, err := client.StartBulkPublishing(t.Context(), store, publishAll)

	require.NoError(t, err)
	require.Equal(t, "RUNNING", operation.Status)
	require.Equal(t, 1, api.times("BulkOperationRunMutation"))

	_, err = client.StartBulkPublishing(t.Context(), store, publishAll) // as after a restart
	require.NoError(t, err)
	require.Equal(t, 1, api.times("BulkOperationRunMutation"))
	require.Equal(t, 1, api.times("StagedUploadsCreate"))
}

func TestBulkOperationsOlderThanTheirResultsAreNotFound(t *testing.T) {
	api, _, client, _ := newBulk(t)
	old := bulkNode("COMPLETED", "mutation PublishProduct_019a_b7($id: ID!) {}", "", time.Now().Add(-8*24*time.Hour))
	api.on("BulkOperations", data(`{"bulkOperations":{"nodes":[`+old+`],"pageInfo":{"hasNextPage":true,"endCursor":"c"}}}`))

	found, err := client.FindBulkPublishing(t.Context(), store, publishAll)

	require.NoError(t, err)
	require.Nil(t, found)
	require.Equal(t, 1, api.times("BulkOperations"))
}

func TestBulkOperationWaitsForRoom(t *testing.T) {
	api, _, client, _ := newBulk(t)
	full := data(`{"bulkOperationRunMutation":{"bulkOperation":null,"userErrors":[{"field":null,"message":"Five are in progress","code":"OPERATION_IN_PROGRESS"}]}}`)
	api.on("BulkOperations", data(noBulkOperations)).on("BulkOperationRunMutation", full, full, data(started("CREATED")))

	_, err := client.StartBulkPublishing(t.Context(), store, publishAll)

	require.NoError(t, err)
	require.Equal(t, 3, api.times("BulkOperationRunMutation"))
}

func TestBulkOperationIsAwaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer := func(status string) reply {
			return data(`{"bulkOperation":` + bulkNode(status, "q", "", time.Now()) + `}`)
		}
		api := newAPI(t).on("BulkOperation", answer("CREATED"), answer("RUNNING"), answer("RUNNING"), answer("COMPLETED"))
		began := time.Now()

		operation, err := api.timeless().AwaitBulkOperation(t.Context(), store, "gid://shopify/BulkOperation/7")

		require.NoError(t, err)
		require.NoError(t, operation.Err())
		require.Equal(t, 3, operation.Objects)
		require.Equal(t, 7*time.Second, time.Since(began), "1 + 2 + 4")
	})
}

func TestFailedBulkOperationSaysWhy(t *testing.T) {
	for code, kind := range map[string]shopify.Kind{"ACCESS_DENIED": shopify.ScopeMissing, "TIMEOUT": shopify.Unavailable} {
		requireKind(t, kind, shopify.BulkOperation{Status: "FAILED", ErrorCode: code}.Err())
	}
}

const resultLines = `{"data":{"publishablePublish":{"publishable":{"id":"gid://shopify/Product/1","publishedOnPublication":true},"userErrors":[]}},"__lineNumber":0}
{"data":{"publishablePublish":{"publishable":null,"userErrors":[{"field":["id"],"message":"Resource does not exist"}]}},"__lineNumber":1}
{"errors":[{"message":"Internal error","extensions":{"code":"INTERNAL_SERVER_ERROR"}}],"__lineNumber":2}
`

// TestResultsAreReadLineByLine: the connection breaks in the second line, and is taken up again there.
func TestResultsAreReadLineByLine(t *testing.T) {
	api, files, client, origin := newBulk(t)
	api.on("BulkOperation", data(`{"bulkOperation":`+bulkNode("COMPLETED", "q", origin+"/results?signature=s3cret", time.Now())+`}`))
	downloads := 0
	files.results = func(w http.ResponseWriter, _ *http.Request) {
		if downloads++; downloads > 1 {
			fmt.Fprint(w, resultLines)
			return
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(resultLines)))
		fmt.Fprint(w, resultLines[:200])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	operation, err := client.BulkOperation(t.Context(), store, "gid://shopify/BulkOperation/7")
	require.NoError(t, err)

	var lines []int
	var failures []error
	for result, err := range client.BulkResults(t.Context(), operation) {
		require.NoError(t, err)
		lines, failures = append(lines, result.Line), append(failures, result.Err)
	}

	require.Equal(t, 2, downloads)
	require.Equal(t, []int{0, 1, 2}, lines)
	require.NoError(t, failures[0])
	require.True(t, shopify.IsNotFound(failures[1]))
	requireKind(t, shopify.Unavailable, failures[2])
}

func TestResultsThatAreGoneAreNoLostAccess(t *testing.T) {
	api, files, client, origin := newBulk(t)
	api.on("BulkOperation", data(`{"bulkOperation":`+bulkNode("COMPLETED", "q", origin+"/results?signature=s3cret", time.Now())+`}`))
	files.results = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }
	operation, err := client.BulkOperation(t.Context(), store, "gid://shopify/BulkOperation/7")
	require.NoError(t, err)

	for _, err := range client.BulkResults(t.Context(), operation) {
		requireKind(t, shopify.Rejected, err)
		require.NotContains(t, err.Error(), "s3cret")
	}
	require.NotContains(t, fmt.Sprintf("%v", operation), "s3cret")
}

func TestResultsThatAreUnknownAreRefused(t *testing.T) {
	api, files, client, origin := newBulk(t)
	api.on("BulkOperation", data(`{"bulkOperation":`+bulkNode("COMPLETED", "q", origin+"/results", time.Now())+`}`))
	operation, err := client.BulkOperation(t.Context(), store, "gid://shopify/BulkOperation/7")
	require.NoError(t, err)
	for _, text := range []string{"<html>", `{"data":{}}`, `{"data":{"x":null},"__lineNumber":0}`, `{"data":{"x":{"userErrors":[],"new":1}},"__lineNumber":0}`, strings.Repeat("x", 2<<20)} {
		files.results = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
		var last error
		for _, last = range client.BulkResults(t.Context(), operation) {
		}
		requireKind(t, shopify.Protocol, last)
	}
}
