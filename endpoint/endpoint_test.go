package endpoint

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/graph"
	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok/sandbox"
	"github.com/handback/handback/tiktok/sandbox/sandboxtest"
)

// served is the API with what it told its observer. Requests come from the store's seller, or with the header
// Test-Scopes from an API key with these scopes.
type served struct {
	http.Handler
	endpoint *endpoint
	t        *testing.T
	seller   models.Caller
	key      string // the id of the API key
	log      lockedLog
	mu       sync.Mutex
	observed []models.Operation
}

type lockedLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lockedLog) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(text)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// openStore opens a database with a store that is connected to TikTok Shop.
func openStore(t testing.TB, databaseURL string) (*db.Repository, models.Caller) {
	t.Helper()
	repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, repository.Close()) })
	return repository, connectStore(t, repository)
}

// connectStore registers a store, connects it to TikTok Shop, and returns its seller.
func connectStore(t testing.TB, repository *db.Repository) models.Caller {
	t.Helper()
	store, err := repository.RegisterStore(t.Context(), models.Registration{
		Store:    models.Store{Domain: "served.myshopify.com", Name: "Served", Region: "US"},
		Business: models.BusinessAccount{Name: "Ads", ExternalID: "bc-served"},
		Settings: repository.Catalogue.Before(),
	})
	require.NoError(t, err)
	seller := models.Caller{Store: store, Actor: store.Seller(), ID: "user_1"}
	_, err = repository.ConnectTikTokShop(t.Context(), seller, sandboxtest.Codes{}.Authorization(t, "sandbox:US:owner:SERVED"))
	require.NoError(t, err)
	return seller
}

// emptySchema is the schema of an API that has no resolvers.
var emptySchema = Schema(graph.NewSchema(nil))

// awayShopify does not answer.
type awayShopify struct{}

func (awayShopify) Observe(context.Context, models.Store) *models.Observation { return nil }

func (awayShopify) ResourceNames(context.Context, models.Store, []string) ([]models.ResourceName, error) {
	return []models.ResourceName{}, nil
}

// fullRepository is all that the API reads and changes.
type fullRepository interface {
	graph.AccountRepository
	graph.SettingRepository
	graph.Repository
}

func schemaOf(repository fullRepository) Schema {
	keys, _ := repository.(graph.APIKeys)
	consents, _ := repository.(graph.Consents)
	watch, _ := repository.(graph.EventWatch)
	webhooks, _ := repository.(graph.Webhooks)
	return Schema(graph.NewSchema(&graph.Resolver{
		AccountRepository: repository, SettingRepository: repository, Repository: repository, Watch: watch, Keys: keys, Consents: consents, Webhooks: webhooks, Shopify: awayShopify{}, Catalogue: models.DefaultCatalogue(), TikTok: sandboxtest.Codes{}, SandboxShops: sandbox.ShopsToTry(),
	}))
}

// onceOf is the repository's own where it has one.
func onceOf(repository fullRepository) Once {
	if keyed, ok := repository.(interface {
		Once(context.Context, models.Caller, models.IdempotentRequest, func(context.Context) ([]byte, error)) ([]byte, bool, error)
	}); ok {
		return keyed.Once
	}
	return nil
}

// serve serves the repository; change, which may be nil, changes the options.
func serve(t *testing.T, repository fullRepository, seller models.Caller, change func(*Options)) *served {
	t.Helper()
	s := &served{t: t, seller: seller, key: "key_1"}
	options := Options{
		SignIn: s.signIn, Log: slog.New(slog.NewTextHandler(&s.log, nil)), Observe: s.observe, Introspection: true, Once: onceOf(repository),
		Throttle: Throttle{Maximum: 1e9, RestoreRate: 1e9},
	}
	if change != nil {
		change(&options)
	}
	s.endpoint = newEndpoint(schemaOf(repository), options)
	s.Handler = WithRequestIDs(s.endpoint) // as New does where no traces are made
	return s
}

// makeKey has the API key be one that there is, as it must be to write.
func (s *served) makeKey(repository *db.Repository) {
	s.t.Helper()
	made, err := repository.CreateAPIKey(s.t.Context(), s.seller, models.APIKeyRequest{Name: "Partner", Scopes: models.AllAPIKeyScopes})
	require.NoError(s.t, err)
	s.key = made.Key.ID
}

func (s *served) signIn(r *http.Request) (models.Caller, error) {
	scopes, isKey := r.Header["Test-Scopes"]
	if !isKey {
		return s.seller, nil
	}
	caller := models.Caller{Store: s.seller.Store, Actor: models.Actor{Kind: models.ActorPartner, Name: "Partner"}, ID: s.key}
	for _, scope := range scopes {
		caller.Scopes = append(caller.Scopes, models.APIKeyScope(scope))
	}
	return caller, nil
}

func (s *served) observe(_ context.Context, o models.Operation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.observed = append(s.observed, o)
}

// lastObserved is what was told of the last request, of which there must have been as many as that.
func (s *served) lastObserved(requests int) models.Operation {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Len(s.t, s.observed, requests)
	return s.observed[requests-1]
}

// countObserved is how many requests were told of with the code.
func (s *served) countObserved(code string) (count int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, operation := range s.observed {
		if operation.Code == code {
			count++
		}
	}
	return count
}

// answer is what a client gets.
type answer struct {
	*httptest.ResponseRecorder
	text   string
	Data   map[string]any
	Errors []struct {
		Message    string
		Locations  []any
		Extensions map[string]any
	}
	Extensions struct{ Cost *cost }
}

// code is that of the first error, "" when there is none.
func (a answer) code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	return fmt.Sprint(a.Errors[0].Extensions["code"])
}

// send sends a request, and fails when its answer breaks what holds for all of them.
func (s *served) send(request *http.Request) answer {
	s.t.Helper()
	a := answer{ResponseRecorder: httptest.NewRecorder()}
	s.ServeHTTP(a, request)
	a.text = a.Body.String()
	require.NoError(s.t, json.Unmarshal([]byte(a.text), &a), a.text)
	id := a.Header().Get("X-Request-ID")
	require.NotEmpty(s.t, id)
	require.Contains(s.t, []string{mediaJSON + "; charset=utf-8", mediaGraphQL + "; charset=utf-8"}, a.Header().Get("Content-Type"))
	require.Equal(s.t, strconv.Itoa(len(a.text)), a.Header().Get("Content-Length"))
	if strings.Contains(a.text, `"data":`) {
		require.Equal(s.t, http.StatusOK, a.Code, a.text)
	} else {
		require.NotEmpty(s.t, a.Errors, a.text)
		require.False(s.t, a.Code < 300 && strings.HasPrefix(a.Header().Get("Content-Type"), mediaGraphQL), a.text)
	}
	for _, err := range a.Errors {
		require.Equal(s.t, id, err.Extensions["requestId"], a.text)
		require.NotEmpty(s.t, err.Extensions["code"], a.text)
		require.NotEmpty(s.t, err.Message)
	}
	return a
}

// newPost is a request by POST, with headers as name, value, name, value.
func newPost(body string, header ...string) *http.Request {
	request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	request.Header.Set("Content-Type", mediaJSON)
	return withHeader(request, header)
}

// newGet is a request by GET, with parameters and then headers.
func newGet(parameters url.Values, header ...string) *http.Request {
	return withHeader(httptest.NewRequest(http.MethodGet, "/graphql?"+parameters.Encode(), nil), header)
}

func withHeader(request *http.Request, header []string) *http.Request {
	for i := 0; i < len(header); i += 2 {
		request.Header.Add(header[i], header[i+1])
	}
	return request
}

func (s *served) post(query string, variables map[string]any, header ...string) answer {
	s.t.Helper()
	return s.send(newPost(bodyOf(query, variables), header...))
}

func bodyOf(query string, variables map[string]any) string {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err)
	}
	return string(body)
}

// repeated writes n parts one after another.
func repeated(n int, part func(i int) string) string {
	var text strings.Builder
	for i := range n {
		text.WriteString(part(i))
	}
	return text.String()
}
