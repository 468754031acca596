package sandbox_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/shopify/sandbox/sandboxtest"
)

const store = "aurora-outfitters.myshopify.com"

// app is the product, as far as the sandbox sees it.
type app struct {
	t       *testing.T
	sandbox *sandbox.Sandbox
	http    *http.Client
	clock   *clock
	access  string
	refresh string
}

// clock is a time that passes when it is told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// install opens a sandbox and installs the app in the store.
func install(t *testing.T, options sandbox.Options) *app {
	t.Helper()
	a := open(t, options)
	require.Equal(t, http.StatusOK, a.exchange())
	return a
}

func open(t *testing.T, options sandbox.Options) *app {
	t.Helper()
	held := &clock{now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	if options.Now == nil {
		options.Now = held.Now
	}
	s := sandboxtest.Open(t, options)
	return &app{t: t, sandbox: s, http: &http.Client{Transport: s.Transport()}, clock: held}
}

// restart opens the sandbox again, as the process does.
func (a *app) restart(options sandbox.Options) *app {
	require.NoError(a.t, a.sandbox.Close())
	again := open(a.t, options)
	again.access = a.access
	return again
}

// reply is an answer over GraphQL.
type reply struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
	Extensions struct {
		Cost struct {
			RequestedQueryCost int
			ActualQueryCost    *int
			ThrottleStatus     struct{ MaximumAvailable, CurrentlyAvailable, RestoreRate float64 }
		}
	}
	text string
}

type variables map[string]any

// send sends an operation and returns the status and the body, or how the connection ended.
func (a *app) send(operation string, with variables) (int, []byte, error) {
	return a.sendText(operationText(a.t, operation), with)
}

func (a *app) sendText(text string, with variables) (int, []byte, error) {
	body, err := json.Marshal(map[string]any{"query": text, "variables": with})
	require.NoError(a.t, err)
	request, err := http.NewRequest(http.MethodPost, "https://"+store+"/admin/api/2026-10/graphql.json", bytes.NewReader(body))
	require.NoError(a.t, err)
	request.Header.Set("X-Shopify-Access-Token", a.access)
	response, err := a.http.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

func operationText(t *testing.T, operation string) string {
	text, err := os.ReadFile("../operations/" + operation + ".graphql")
	require.NoError(t, err)
	return string(text)
}

// do sends an operation that is answered by GraphQL.
func (a *app) do(operation string, with variables) reply {
	a.t.Helper()
	return a.doText(operationText(a.t, operation), with)
}

func (a *app) doText(text string, with variables) reply {
	a.t.Helper()
	status, answer, err := a.sendText(text, with)
	require.NoError(a.t, err)
	require.Equal(a.t, http.StatusOK, status)
	return decode(a.t, answer)
}

func decode(t *testing.T, text []byte) reply {
	r := reply{text: string(text)}
	require.NoError(t, json.Unmarshal(text, &r))
	return r
}

// merchant sends an operation as who plays the merchant.
func (a *app) merchant(text string) reply {
	a.t.Helper()
	body, err := json.Marshal(map[string]any{"query": text})
	require.NoError(a.t, err)
	recorder := httptest.NewRecorder()
	a.sandbox.Control().ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/sandbox/shopify/admin/api/2026-10/graphql.json", bytes.NewReader(body)))
	require.Equal(a.t, http.StatusOK, recorder.Code)
	r := decode(a.t, recorder.Body.Bytes())
	require.Empty(a.t, r.Errors, r.text)
	return r
}

// control sends a request to what the platform does not have.
func (a *app) control(method, path, body string) (int, string) {
	recorder := httptest.NewRecorder()
	a.sandbox.Control().ServeHTTP(recorder, httptest.NewRequest(method, path, strings.NewReader(body)))
	return recorder.Code, recorder.Body.String()
}

// at reads data by a path of names and places, such as publications.nodes.0.id.
func (r reply) at(path string) any {
	var value any = r.Data
	for part := range strings.SplitSeq(path, ".") {
		switch inside := value.(type) {
		case map[string]any:
			value = inside[part]
		case []any:
			value = inside[int(part[0]-'0')]
		}
	}
	return value
}

// publication returns the app's own.
func (a *app) publication() string {
	a.t.Helper()
	for _, node := range a.do("Publications", nil).at("publications.nodes").([]any) {
		publication := reply{Data: node.(map[string]any)}
		if publication.at("catalog.apps.nodes.0.id") == "gid://shopify/App/900000001" {
			return publication.at("id").(string)
		}
	}
	return ""
}

func (a *app) published() []any {
	ids := []any{}
	for _, node := range a.do("PublishedProducts", variables{"publicationId": a.publication()}).at("publication.products.nodes").([]any) {
		ids = append(ids, node.(map[string]any)["id"])
	}
	return ids
}

func (a *app) publish(product string) reply {
	a.t.Helper()
	return a.do("PublishProduct", variables{"id": product, "publicationId": a.publication()})
}

// outcomes lists the calls with an operation's name.
func (a *app) outcomes(operation string) []string {
	outcomes := []string{}
	for _, call := range a.sandbox.Calls(0) {
		if call.Operation == operation {
			outcomes = append(outcomes, call.Outcome)
		}
	}
	return outcomes
}

const (
	productID  = "gid://shopify/Product/7001"
	variantID  = "gid://shopify/ProductVariant/9001"
	locationID = "gid://shopify/Location/1001"
)
