//go:build !race

package endpoint

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/handback/handback/db"
	"github.com/handback/handback/models"
)

// step is a mutation, and the outcomes that it can have where the steps before it were taken.
type step struct{ field, arguments string }

// steps give each mutation both of its outcomes, in this order. Those that make another possible stand right before it.
var steps = []step{
	{"disconnectTikTokShop", `confirm: false`},
	{"disconnectTikTokShop", `confirm: true, accountId: "account_nothing"`},
	{"disconnectTikTokShop", `confirm: true, previewToken: "stale"`},
	{"disconnectTikTokShop", `confirm: true`},
	{"disconnectTikTokShop", `confirm: true`},
	{"connectTikTokShop", `authorizationCode: "sandbox:US:owner:SERVED"`},
	{"connectTikTokShop", `authorizationCode: "sandbox:US:owner:SERVED"`},
	{"connectTikTokShop", `authorizationCode: "x"`},
	{"connectTikTokShop", `authorizationCode: "sandbox:GB:owner:SERVED"`},
	{"updateSettings", `settings: [{key: "nothing", value: 1}, {key: "order.tags", value: 3}, {key: "order.tags", value: []}]`},
	{"updateSettings", `settings: [{key: "order.tags", value: ["<&>\u2028\"\\é\u0008"]}, {key: "inventory.percent", value: 12.50}]`},
	{"updateSettings", `settings: [{key: "order.tags", value: null}]`},
	{"createApiKey", `name: "", scopes: []`},
	{"createApiKey", `name: "Partner", scopes: [READ, CONNECT]`},
	{"rotateApiKey", newestKey},
	{"createApiKey", `name: "Partner", scopes: [READ]`},
	{"revokeApiKey", newestKey},
	{"revokeApiKey", `id: "key_nothing"`},
	{"rotateApiKey", `id: "key_nothing"`},
	{"retryDisconnection", `id: "disconnection_nothing"`},
	{"acceptExceptions", `disconnectionId: "disconnection_nothing", confirm: true`},
	{"acknowledgeHandoffItems", `ids: ["handoff_nothing"]`}, {"acknowledgeHandoffItems", `ids: []`},
	{"beginTikTokAuthorization", `returnTo: "//elsewhere"`},
	{"createWebhookEndpoint", `url: "nowhere"`},
	{"createWebhookEndpoint", `url: "https://example.com/", topics: [SETTINGS_UPDATED]`},
	{"updateWebhookEndpoint", newestEndpoint + `, enabled: false`},
	{"updateWebhookEndpoint", `id: "webhook_nothing", topics: []`},
	{"rotateWebhookSecret", newestEndpoint},
	{"createWebhookEndpoint", `url: "https://example.com/again"`},
	{"redeliverEvents", `endpointId: "webhook_nothing"`},
	{"redeliverEvents", "endpointI" + newestEndpoint[1:]},
	{"redeliverEvents", "endpointI" + newestEndpoint[1:] + `, last: 2`},
	{"createWebhookEndpoint", `url: "https://example.com/more"`},
	{"deleteWebhookEndpoint", newestEndpoint},
	{"deleteWebhookEndpoint", `id: "webhook_nothing"`},
	{"rotateWebhookSecret", `id: "webhook_nothing"`},
}

// onlyRefused are mutations that need a store at Shopify to be carried out, or whose answer is another one each time.
var onlyRefused = []string{"retryDisconnection", "acceptExceptions", "beginTikTokAuthorization"}

// newestKey and newestEndpoint stand for the argument that names one.
const newestKey, newestEndpoint = "id: (newest key)", "id: (newest endpoint)"

// stepsAtOnce are taken on one database.
const stepsAtOnce = 5

// TestRandomDocumentsAreAnsweredAsByGqlgen: whatever is asked for, with whatever outcome, each byte of the answer is the
// same with the struct encoder and without.
func TestRandomDocumentsAreAnsweredAsByGqlgen(t *testing.T) {
	prepared := preparedStore(t)
	outcomes, planned, answered, rejected := map[string]bool{}, &atomic.Int64{}, 0, 0
	checks := flag.Lookup("rapid.checks")
	defer func(before string) { require.NoError(t, checks.Value.Set(before)) }(checks.Value.String())
	require.NoError(t, checks.Value.Set("5"))
	for first := range steps { // not drawn: what is drawn is mostly small, and each outcome is to be seen
		rapid.Check(t, func(r *rapid.T) {
			p := newPair(t, r, prepared, planned)
			defer p.close()
			compare := func(document string) map[string]any {
				answer := p.compare(document)
				if answer == nil {
					rejected++
				} else {
					answered++
				}
				return answer
			}
			for i := range stepsAtOnce {
				next := steps[(first+i)%len(steps)]
				g := p.generator(r)
				compare(g.query())
				if answer := compare(g.mutation(next)); answer != nil {
					refused := len(answer["step"].(map[string]any)["outcome"].([]any)) > 0
					outcomes[fmt.Sprint(next.field, " refused: ", refused)] = true
				}
			}
			compare(p.generator(r).query())
		})
	}
	require.Greater(t, answered, 4*rejected, "most of them can be answered")
	require.Greater(t, planned.Load(), int64(answered), "and much of them is plain")
	if testing.Short() {
		return // with a fifth of the checks, an outcome may be missing
	}
	for _, mutation := range emptySchema.Executable.Schema().Mutation.Fields {
		for _, refused := range []bool{true, false} {
			if !refused && slices.Contains(onlyRefused, mutation.Name) {
				continue
			}
			require.True(t, outcomes[fmt.Sprint(mutation.Name, " refused: ", refused)] || strings.HasPrefix(mutation.Name, "__"), "%s, refused: %v", mutation.Name, refused)
		}
	}
}

// preparedStore is a database file with a connected store, and the store's seller.
func preparedStore(t *testing.T) prepared {
	t.Helper()
	path := filepath.Join(t.TempDir(), "prepared.db")
	repository, err := db.Open(t.Context(), "sqlite:"+path, models.DefaultCatalogue())
	require.NoError(t, err)
	seller := connectStore(t, repository)
	require.NoError(t, repository.Close())
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	return prepared{file, seller, t.TempDir()}
}

type prepared struct {
	file   []byte
	seller models.Caller
	dir    string
}

// pair serves two databases that are the same, by the struct encoder and by gqlgen alone.
type pair struct {
	t            require.TestingT
	encoding     *endpoint
	alone        *endpoint
	repositories []*db.Repository
}

var databases atomic.Int64

func newPair(t *testing.T, r *rapid.T, from prepared, planned *atomic.Int64) *pair {
	t.Helper()
	p := &pair{t: r}
	open := func() (*db.Repository, *endpoint) {
		path := filepath.Join(from.dir, fmt.Sprintf("%d.db", databases.Add(1)))
		require.NoError(r, os.WriteFile(path, from.file, 0o600))
		repository, err := db.Open(t.Context(), "sqlite:"+path, models.DefaultCatalogue())
		require.NoError(r, err)
		foretell(repository)
		p.repositories = append(p.repositories, repository)
		e := newEndpoint(schemaOf(repository), Options{
			SignIn: func(*http.Request) (models.Caller, error) { return from.seller, nil }, Log: slog.New(slog.DiscardHandler),
			Throttle: Throttle{Maximum: 1e12, RestoreRate: 1}, Once: repository.Once,
		})
		e.limiter.now = func() time.Time { return time.Time{} }
		return repository, e
	}
	repository, e := open()
	p.encoding = e
	e.executor = e.newExecutor(schemaOf(repository).Executable)
	e.executor.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) {
		given, err := next(ctx)
		if _, is := given.(plannedValue); is {
			planned.Add(1)
		}
		return given, err
	})
	e.executor.AroundFields(newStructEncoder(schemaOf(repository), e.prices).encode)
	repository, p.alone = open()
	p.alone.executor = p.alone.newExecutor(schemaOf(repository).Executable)
	return p
}

// foretell makes everything known before that a repository makes up.
func foretell(repository *db.Repository) {
	var made atomic.Int64
	repository.NewID = func() string { return fmt.Sprintf("ffffffff-ffff-7fff-bfff-%012x", made.Add(1)) }
	repository.NewSalt = func() []byte { return make([]byte, 32) }
	repository.Sealer = plainSealer{}
	repository.NewSecret = func() []byte { return slices.Repeat([]byte{byte(made.Add(1))}, models.APIKeyRandomBytes) }
	began := time.Now().UTC().Truncate(time.Hour).Add(time.Hour)
	repository.Now = func() time.Time { return began.Add(time.Duration(made.Load()) * time.Second) }
}

// plainSealer seals nothing.
type plainSealer struct{ db.Sealer }

func (plainSealer) Seal(secret models.Secret, _, _, _ string) (models.Sealed, error) {
	return models.Sealed(secret.Reveal()), nil
}

func (p *pair) close() {
	for _, repository := range p.repositories {
		require.NoError(p.t, repository.Close())
	}
}

// compare returns the data of the answer, nil when there is none.
func (p *pair) compare(document string) map[string]any {
	ask := func(e *endpoint) string {
		request := newPost(bodyOf(document, map[string]any{"yes": true, "no": false}), "X-Request-ID", "same")
		w := httptest.NewRecorder()
		WithRequestIDs(e).ServeHTTP(w, request)
		return w.Body.String()
	}
	wanted := ask(p.alone)
	require.Equal(p.t, wanted, ask(p.encoding), document)
	var answer struct{ Data map[string]any }
	require.NoError(p.t, json.Unmarshal([]byte(wanted), &answer), document)
	return answer.Data
}

// generator asks for the ids that there are.
func (p *pair) generator(r *rapid.T) *documentGenerator {
	found := p.compare(`{ apiKeys { id } webhookEndpoints { id } store { id } accounts { id disconnections { id } } auditTrail(first: 1) { nodes { id } } }`)
	named := func(path ...string) string {
		value := any(found)
		for _, name := range path {
			if list, ok := value.([]any); ok {
				if len(list) == 0 {
					return `"nothing"`
				}
				value = list[0]
			}
			value = value.(map[string]any)[name]
		}
		return fmt.Sprintf("%q", value)
	}
	id := func(path ...string) string { return "(id: " + named(path...) + ")" }
	g := &documentGenerator{r: r, schema: emptySchema.Executable.Schema(), key: named("apiKeys", "id"), endpoint: named("webhookEndpoints", "id")}
	g.arguments = map[string][]string{
		"settings":      {"", "(scope: ADS)", "(scope: null)"},
		"auditTrail":    {"(first: 1)", "(first: 3)", "(first: 2, after: null)"},
		"disconnection": {id("accounts", "disconnections", "id"), `(id: "nothing")`},
		"node":          {id("store", "id"), id("accounts", "id"), id("auditTrail", "nodes", "id"), id("accounts", "disconnections", "id"), id("webhookEndpoints", "id"), `(id: "nothing")`},
	}
	return g
}
