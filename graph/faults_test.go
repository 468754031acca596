package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"handback/db"
	"handback/db/dbtest"
	"handback/endpoint"
	"handback/graph"
	"handback/models"
	"handback/tiktok"
)

const disconnectMutation = `mutation { disconnectTikTokShop(confirm: true) {
	disconnection { id } overview { tikTokShop { accounts { snapshot { digest } } } } userErrors { code } } }`

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

// connectedSeller is the seller of a store that is connected to TikTok Shop.
func connectedSeller(t *testing.T, repository *db.Repository) models.Caller {
	t.Helper()
	store, err := repository.RegisterStore(context.Background(), models.Registration{
		Store:    models.Store{Domain: "faults.myshopify.com", Name: "Faults", Region: "US"},
		Business: models.BusinessAccount{Name: "Faults", ExternalID: "bc-faults"},
		Settings: repository.Catalogue.Before(),
	})
	require.NoError(t, err)
	seller := models.Caller{Store: store, Actor: models.Actor{Kind: models.ActorSeller, Name: "Seller"}}
	authorization, err := tiktok.Sandbox{}.Authorization(context.Background(), "sandbox:US:owner:FAULTS")
	require.NoError(t, err)
	result, err := repository.ConnectTikTokShop(context.Background(), seller, authorization)
	require.NoError(t, err)
	require.Empty(t, result.Refusals)
	return seller
}

// keyedRepository carries out mutations with idempotency keys, too.
type keyedRepository interface {
	graph.Repository
	Once(context.Context, models.Caller, models.IdempotentRequest, func(context.Context) ([]byte, error)) ([]byte, bool, error)
}

func serve(t *testing.T, repository keyedRepository, seller models.Caller) client {
	t.Helper()
	log := &lockedBuffer{}
	server := httptest.NewServer(endpoint.New(schemaOf(repository, tiktok.Sandbox{}), endpoint.Options{
		SignIn: as(seller), Once: repository.Once, Log: slog.New(slog.NewTextHandler(log, nil)),
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

func TestALostConnectionIsToBeTriedAgain(t *testing.T) {
	t.Parallel()
	url := dbtest.Postgres(t)
	seller, proxy := connectedSeller(t, openRepository(t, url)), dbtest.NewProxy(t, url)
	c := serve(t, openRepository(t, proxy.URL()), seller)
	proxy.At(5, dbtest.AfterAnswer, proxy.Cut)
	r := c.post(t, disconnectMutation)
	require.NotEmpty(t, proxy.Fired())
	c.requireFault(t, r, "TRY_AGAIN", "EOF", "disconnectTikTokShop")
	require.Nil(t, r.Data["disconnectTikTokShop"])
	require.NotContains(t, r.text, "127.0.0.1")

	again := c.post(t, disconnectMutation)
	require.Empty(t, again.Errors, again.text)
	require.Empty(t, again.Data["disconnectTikTokShop"].UserErrors)
	require.NotNil(t, again.Data["disconnectTikTokShop"].Disconnection)
}

func TestALostCommitIsOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		moment dbtest.Moment
		again  string
	}{
		"after it was done":  {dbtest.AfterAnswer, string(models.AlreadyDisconnected)},
		"before it was done": {dbtest.BeforeRequest, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := dbtest.Postgres(t)
			seller, proxy := connectedSeller(t, openRepository(t, url)), dbtest.NewProxy(t, url)
			c := serve(t, openRepository(t, proxy.URL()), seller)
			proxy.When(dbtest.IsCommit, test.moment, proxy.Cut)
			r := c.post(t, disconnectMutation)
			c.requireFault(t, r, "OUTCOME_UNKNOWN", "answer to the commit was lost", "disconnectTikTokShop")
			require.Nil(t, r.Data["disconnectTikTokShop"])

			again := c.post(t, disconnectMutation)
			require.Empty(t, again.Errors, again.text)
			payload := again.Data["disconnectTikTokShop"]
			require.NotNil(t, payload.Disconnection)
			var refused string
			for _, userError := range payload.UserErrors {
				refused += userError.Code
			}
			require.Equal(t, test.again, refused)
		})
	}
}

func TestAnAnswerComesInTime(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds")
	}
	t.Parallel()
	url := dbtest.Postgres(t)
	seller, proxy := connectedSeller(t, openRepository(t, url)), dbtest.NewProxy(t, url)
	c := serve(t, openRepository(t, proxy.URL()), seller)
	proxy.At(5, dbtest.BeforeRequest, proxy.BlackHole)
	r := c.post(t, disconnectMutation)
	require.Greater(t, r.took, 7*time.Second)
	require.Less(t, r.took, patience)
	c.requireFault(t, r, "TRY_AGAIN", "context deadline exceeded", "disconnectTikTokShop")
}

func TestALockedStoreIsAFaultNotAUserError(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds")
	}
	t.Parallel()
	url := dbtest.Postgres(t)
	repository := openRepository(t, url)
	seller := connectedSeller(t, repository)
	c := serve(t, repository, seller)
	holder, err := pgx.Connect(context.Background(), url)
	require.NoError(t, err)
	defer holder.Close(context.Background())
	_, err = holder.Exec(context.Background(), "BEGIN; SELECT id FROM stores FOR UPDATE")
	require.NoError(t, err)
	r := c.post(t, disconnectMutation)
	c.requireFault(t, r, "TRY_AGAIN", "55P03", "disconnectTikTokShop")
	require.Nil(t, r.Data["disconnectTikTokShop"])
}

func TestOwnFailuresAreInternal(t *testing.T) {
	t.Parallel()
	const secret = "relation accounts lies in ruins at db.internal"
	for cause, fail := range map[string]func() error{
		secret:          func() error { return errors.New(secret) },
		nilDereferenced: dereferenceNil,
	} {
		t.Run(cause, func(t *testing.T) {
			repository := openRepository(t, dbtest.URL(t, "sqlite"))
			seller := connectedSeller(t, repository)
			c := serve(t, faulty{Repository: repository, disconnect: fail, overview: fail}, seller)
			r := c.post(t, disconnectMutation)
			c.requireFault(t, r, "INTERNAL", cause, "disconnectTikTokShop")
			require.NotContains(t, r.text, "goroutine")
			require.Nil(t, r.Data["disconnectTikTokShop"])

			r = c.post(t, `{ overview { tikTokShop { status } } }`)
			c.requireFault(t, r, "INTERNAL", cause, "overview")
		})
	}
}

const nilDereferenced = "nil pointer dereference"

func dereferenceNil() error {
	var nobody *models.Caller
	_ = nobody.Store
	return nil
}

func TestAFailingOverviewHidesNoDisconnection(t *testing.T) {
	t.Parallel()
	const secret = "driver: bad connection to db.internal"
	for code, fault := range map[string]error{
		"TRY_AGAIN": errors.Join(models.ErrTryAgain, errors.New(secret)),
		"INTERNAL":  errors.New(secret),
	} {
		t.Run(code, func(t *testing.T) {
			repository := openRepository(t, dbtest.URL(t, "sqlite"))
			seller := connectedSeller(t, repository)
			c := serve(t, faulty{Repository: repository, overview: func() error { return fault }}, seller)
			r := c.post(t, disconnectMutation)
			c.requireFault(t, r, code, secret, "disconnectTikTokShop", "overview")
			require.NotContains(t, r.Errors[0].Message, "Nothing was done")
			payload := r.Data["disconnectTikTokShop"]
			require.NotNil(t, payload)
			require.NotNil(t, payload.Disconnection)
			require.Nil(t, payload.Overview)
			require.Empty(t, payload.UserErrors)

			record, err := repository.Disconnection(context.Background(), seller, payload.Disconnection.ID, models.AccountDetails{})
			require.NoError(t, err)
			require.NotNil(t, record)
		})
	}
}
