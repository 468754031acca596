package endpoint_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/endpoint"
	"github.com/handback/handback/graph"
	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok/sandbox"
	"github.com/handback/handback/tiktok/sandbox/sandboxtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// api is a store's seller at the API.
type api struct {
	t          *testing.T
	url        string
	repository *db.Repository
}

// newAPI serves a store that has just come to the app: not connected to TikTok Shop.
func newAPI(t *testing.T, databaseURL string) *api {
	t.Helper()
	repository := openRepository(t, databaseURL)
	seller := registerSeller(t, repository, "aurora-outfitters.myshopify.com")
	return &api{t: t, url: serve(t, repository, seller).url, repository: repository}
}

// signInAs signs everybody in as the caller.
func signInAs(caller models.Caller) func(*http.Request) (models.Caller, error) {
	return func(*http.Request) (models.Caller, error) { return caller, nil }
}

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

func schemaOf(repository fullRepository, tikTok graph.TikTok) endpoint.Schema {
	keys, _ := repository.(graph.APIKeys)
	consents, _ := repository.(graph.Consents)
	watch, _ := repository.(graph.EventWatch)
	webhooks, _ := repository.(graph.Webhooks)
	return endpoint.Schema(graph.NewSchema(&graph.Resolver{
		AccountRepository: repository, SettingRepository: repository, Repository: repository, Watch: watch, Keys: keys, Consents: consents, Webhooks: webhooks, Shopify: awayShopify{}, Catalogue: models.DefaultCatalogue(), TikTok: tikTok, SandboxShops: sandbox.ShopsToTry(),
	}))
}

type object = map[string]any

// do sends an operation that must have no top-level errors and returns its only root field.
func (a *api) do(query string, variables object) any {
	a.t.Helper()
	answer := a.post(query, variables)
	require.NotContains(a.t, answer, "errors")
	for _, field := range answer["data"].(object) {
		return field
	}
	return nil
}

// post sends an operation and returns the whole answer; numbers keep their digits.
func (a *api) post(query string, variables object) (answer object) {
	a.t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(a.send(query, variables)))
	decoder.UseNumber()
	require.NoError(a.t, decoder.Decode(&answer))
	return answer
}

func (a *api) send(query string, variables object) []byte {
	a.t.Helper()
	body, err := json.Marshal(object{"query": query, "variables": variables})
	require.NoError(a.t, err)
	response, err := http.Post(a.url, "application/json", bytes.NewReader(body))
	require.NoError(a.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(a.t, err)
	return text
}

// state is everything the API shows of a store.
func (a *api) state() any {
	a.t.Helper()
	return a.do(`{ node: accounts {
		id kind name externalId region status connectedAt disconnectedAt
		snapshot { takenAt digest settings { key value } } disconnectPreview { token changes { key } }
		disconnections { id restoration { restoredDigest changes { key before after } } } } }`, nil)
}

// faulty is a repository with one method that fails, and leaves the rest to the real one.
type faulty struct {
	*db.Repository
	overview   func() error
	disconnect func() error
}

func (f faulty) Overview(ctx context.Context, caller models.Caller, details models.AccountDetails) (*models.Overview, error) {
	if f.overview != nil {
		return nil, f.overview()
	}
	return f.Repository.Overview(ctx, caller, details)
}

func (f faulty) DisconnectTikTokShop(ctx context.Context, caller models.Caller, request models.DisconnectRequest) (*models.DisconnectTikTokShopResult, error) {
	if f.disconnect != nil {
		return nil, f.disconnect()
	}
	return f.Repository.DisconnectTikTokShop(ctx, caller, request)
}

// patience is how long tests wait for an answer. 10 seconds are promised; another machine may be many times as slow, and
// busy.
const patience = time.Minute

// client is a program at the API of a connected store.
type client struct {
	url string
	log *lockedBuffer
}

// reply is what a client gets, as far as faults go.
type reply struct {
	text, requestID string
	took            time.Duration
	Data            map[string]*struct {
		Disconnection *struct{ ID string }
		Overview      any
		UserErrors    []struct{ Code string }
	}
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(text)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func openRepository(t *testing.T, databaseURL string) *db.Repository {
	t.Helper()
	repository, err := db.Open(context.Background(), databaseURL, models.DefaultCatalogue())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, repository.Close()) })
	return repository
}

// registerSeller is the seller of a store that is registered for it.
func registerSeller(t *testing.T, repository *db.Repository, domain string) models.Caller {
	t.Helper()
	store, err := repository.RegisterStore(context.Background(), models.Registration{
		Store:    models.Store{Domain: domain, Name: "Store of " + domain, Region: "US"},
		Business: models.BusinessAccount{Name: "Ads of " + domain, ExternalID: "bc-" + domain},
		Settings: repository.Catalogue.Before(),
	})
	require.NoError(t, err)
	return models.Caller{Store: store, Actor: models.Actor{Kind: models.ActorSeller, Name: "Seller"}}
}

// connectedSeller is the seller of a store that is connected to TikTok Shop.
func connectedSeller(t *testing.T, repository *db.Repository) models.Caller {
	t.Helper()
	seller := registerSeller(t, repository, "faults.myshopify.com")
	_, err := repository.ConnectTikTokShop(context.Background(), seller, sandboxtest.Codes{}.Authorization(t, "sandbox:US:owner:FAULTS"))
	require.NoError(t, err)
	return seller
}

// keyedRepository carries out mutations with idempotency keys, too.
type keyedRepository interface {
	fullRepository
	Once(context.Context, models.Caller, models.IdempotentRequest, func(context.Context) ([]byte, error)) ([]byte, bool, error)
}

func serve(t *testing.T, repository keyedRepository, seller models.Caller) client {
	t.Helper()
	log := &lockedBuffer{}
	server := httptest.NewServer(endpoint.New(schemaOf(repository, sandboxtest.Codes{}), endpoint.Options{
		SignIn: signInAs(seller), Once: repository.Once, Log: slog.New(slog.NewTextHandler(log, nil)),
	}))
	t.Cleanup(server.Close)
	return client{server.URL, log}
}

func (c client) post(t *testing.T, query string) (r reply) {
	t.Helper()
	start := time.Now()
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(t, err)
	response, err := http.Post(c.url, "application/json", bytes.NewReader(body))
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &r), string(text))
	r.text, r.requestID, r.took = string(text), response.Header.Get("X-Request-ID"), time.Since(start)
	return r
}

// requireFault fails unless the answer holds one error, with the code and the request's id, whose cause is in the
// log and not in the answer.
func (c client) requireFault(t *testing.T, r reply, code, cause string, path ...any) {
	t.Helper()
	require.Len(t, r.Errors, 1, r.text)
	require.NotEmpty(t, r.requestID)
	require.Equal(t, map[string]any{"code": code, "requestId": r.requestID}, r.Errors[0].Extensions)
	require.Equal(t, path, r.Errors[0].Path)
	require.NotContains(t, r.text, cause)
	require.Contains(t, c.logged(r), cause)
	require.Less(t, r.took, patience)
}

// logged returns the lines of the log about the request.
func (c client) logged(r reply) (lines string) {
	for line := range strings.Lines(c.log.String()) {
		if strings.Contains(line, "request_id="+r.requestID) {
			lines += line
		}
	}
	return lines
}

const nilDereferenced = "nil pointer dereference"

func dereferenceNil() error {
	var nobody *models.Caller
	_ = nobody.Store
	return nil
}
