package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/certificate"
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
	repository, err := db.Open(context.Background(), databaseURL, models.DefaultCatalogue())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, repository.Close()) })
	return storeAPI(t, repository, "aurora-outfitters.myshopify.com")
}

// signInAs signs everybody in as the caller.
func signInAs(caller models.Caller) func(*http.Request) (models.Caller, error) {
	return func(*http.Request) (models.Caller, error) { return caller, nil }
}

func storeAPI(t *testing.T, repository *db.Repository, domain string) *api {
	t.Helper()
	store, err := repository.RegisterStore(context.Background(), models.Registration{
		Store:    models.Store{Domain: domain, Name: "Store of " + domain, Region: "US"},
		Business: models.BusinessAccount{Name: "Ads of " + domain, ExternalID: "bc-" + domain},
		Settings: repository.Catalogue.Before(),
	})
	require.NoError(t, err)
	caller := models.Caller{Store: store, Actor: models.Actor{Kind: models.ActorSeller, Name: "Seller"}}
	server := httptest.NewServer(endpoint.New(schemaOf(repository, sandboxtest.Codes{}), endpoint.Options{
		SignIn: signInAs(caller), Once: repository.Once, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Introspection: true,
	}))
	t.Cleanup(server.Close)
	return &api{t: t, url: server.URL, repository: repository}
}

func schemaOf(repository *db.Repository, tikTok graph.TikTok) endpoint.Schema {
	return endpoint.Schema(graph.NewSchema(&graph.Resolver{
		AccountRepository: repository, SettingRepository: repository, Repository: repository, Keys: repository, Consents: repository, Webhooks: repository, Catalogue: models.DefaultCatalogue(), TikTok: tikTok, SandboxShops: sandbox.ShopsToTry(), Certificates: signer,
	}))
}

var signer, _ = certificate.ParseKeys("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")

type object = map[string]any

// post sends an operation and returns the whole answer; numbers keep their digits.
func (a *api) post(query string, variables object) object {
	a.t.Helper()
	body, err := json.Marshal(object{"query": query, "variables": variables})
	require.NoError(a.t, err)
	return a.postBody(string(body))
}

func (a *api) postBody(body string) object {
	a.t.Helper()
	response, err := http.Post(a.url, "application/json", strings.NewReader(body))
	require.NoError(a.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(a.t, err)
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var answer object
	require.NoError(a.t, decoder.Decode(&answer), string(text))
	return answer
}

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

func (a *api) connect(code string) object {
	a.t.Helper()
	return a.do(`mutation($code: String!) { connectTikTokShop(authorizationCode: $code) {
		account { id name } changes { key } userErrors { code message field } } }`, object{"code": code}).(object)
}

func (a *api) disconnect(arguments string) object {
	a.t.Helper()
	return a.do(`mutation { disconnectTikTokShop(`+arguments+`) {
		account { id } disconnection { id } userErrors { code message field } } }`, nil).(object)
}

func (a *api) edit(inputs ...object) object {
	a.t.Helper()
	inputs = append([]object{}, inputs...)
	return a.do(`mutation($inputs: [SettingInput!]!) { updateSettings(settings: $inputs) {
		settings { key value } userErrors { code message field } } }`, object{"inputs": inputs}).(object)
}

// state is everything the API shows of a store.
func (a *api) state() any {
	a.t.Helper()
	return a.do(`{ node: accounts {
		id kind name externalId region status connectedAt disconnectedAt
		snapshot { takenAt digest settings { key value } } disconnectPreview { token changes { key } }
		disconnections { id restoration { restoredDigest changes { key before after } } } } }`, nil)
}

// settings reads the settings of a scope, all of them when it is "".
func (a *api) settings(scope string) []any {
	a.t.Helper()
	if scope == "" {
		return a.do(`{ settings { key scope value updatedAt updatedBy { kind name } } }`, nil).([]any)
	}
	return a.do(`query($scope: SettingScope) { settings(scope: $scope) { key value updatedAt updatedBy { kind name } } }`,
		object{"scope": scope}).([]any)
}

// codes lists each user error as "CODE path.to.argument".
func codes(payload object) []string {
	var list []string
	for _, userError := range payload["userErrors"].([]any) {
		userError := userError.(object)
		path := []string{}
		if field, ok := userError["field"].([]any); ok {
			for _, step := range field {
				path = append(path, step.(string))
			}
		}
		list = append(list, strings.TrimSpace(userError["code"].(string)+" "+strings.Join(path, ".")))
	}
	return list
}
