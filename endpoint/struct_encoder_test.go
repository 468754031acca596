package endpoint

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// withAndWithoutEncoder serves one repository twice: as it is served, and by gqlgen alone.
func withAndWithoutEncoder(repository *db.Repository, seller models.Caller) (encoding, alone *endpoint) {
	endpoint := func() *endpoint {
		return newEndpoint(schemaOf(repository), Options{
			SignIn: func(*http.Request) (models.Caller, error) { return seller, nil }, Log: slog.New(slog.DiscardHandler),
			Throttle: Throttle{Maximum: 1e9, RestoreRate: 1e9}, Introspection: true, Once: repository.Once,
		})
	}
	encoding, alone = endpoint(), endpoint()
	alone.executor = alone.newExecutor(schemaOf(repository).Executable)
	return encoding, alone
}

func answerOf(e *endpoint, body string) string {
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	WithRequestIDs(e).ServeHTTP(w, r)
	return w.Body.String()
}

// everyField selects all there is of an account, of a record, and of an entry.
const everyField = `
	fragment Who on Actor { kind name __typename }
	fragment Changed on SettingChange { key scope kind before after lastChangedBy { ...Who } __typename }
	fragment Orders on OrderManagement { routes { task system url __typename } __typename }
	fragment Record on Disconnection {
		id disconnectedAt disconnectedBy { ...Who } account { id status } restoration { snapshotTakenAt snapshotDigest restoredDigest changes { ...Changed } }
	}
	fragment Whole on Account {
		id kind name externalId region status connectedAt disconnectedAt orderManagement { ...Orders }
		snapshot { takenAt digest settings { key scope value __typename } __typename }
		disconnectPreview { token snapshotTakenAt warnings { code message count __typename } changes { ...Changed } __typename }
		disconnections { ...Record }
	}`

// TestStructEncoderMatchesGqlgen: whatever is asked for, what is written at once is what gqlgen writes field by field.
func TestStructEncoderMatchesGqlgen(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	encoding, alone := withAndWithoutEncoder(repository, seller)
	for _, mutation := range []string{
		`mutation { updateSettings(settings: [{key: "order.tags", value: ["<&>\u2028\"\\é"]}, {key: "inventory.percent", value: 12.50}]) { userErrors { code } } }`,
		`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }`,
		`mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:SERVED") { userErrors { code } } }`,
	} {
		require.NotContains(t, answerOf(encoding, asBody(t, mutation, nil)), "errors\":")
	}
	documents := map[string]map[string]any{
		`{ store { id domain name region __typename } accounts { ...Whole } }` + everyField:                                                                                    nil,
		`{ overview { tikTokShop { status statusLabel accounts { ...Whole } } tikTokForBusiness { accounts { id } } orderManagement { ...Orders } __typename } }` + everyField: nil,
		`{ settings { key k: key scope value updatedAt updatedBy { kind name } } ads: settings(scope: ADS) { key } }`:                                                          nil,
		`{ settings { definition { type } } }`: nil,
		`{ settings { key definition { description type values editable } } sandboxShops { name externalId region about authorizationCode } }`: nil,
		`{ a: settings { ...Some } b: settings { ...Some definition { values } } } fragment Some on Setting { definition { type } }`:           nil,
		`mutation { a: disconnectTikTokShop(confirm: false) { ...Some } b: disconnectTikTokShop(confirm: false) { ...Some overview { tikTokShop { statusLabel accounts { name snapshot { digest } } } } } }
			fragment Some on DisconnectTikTokShopPayload { overview { tikTokShop { status accounts { id } } } userErrors { code } }`: nil,
		`{ auditTrail(first: 10) { edges { cursor node { id account { ...Whole } } } nodes { id action actor { ...Who } occurredAt apiKey { id name __typename } account { id } disconnection { ...Record } changes { ...Changed } }
			pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }` + everyField: nil,
		`query($with: Boolean!) { accounts { id @include(if: $with) name @skip(if: $with) ... @include(if: $with) { status } ...Some @skip(if: $with) } } fragment Some on Account { region kind }`:                                                                                       {"with": true},
		`query($with: Boolean!) { accounts { id @include(if: $with) name @skip(if: $with) ... @include(if: $with) { status } ...Some @skip(if: $with) } } fragment Some on Account { region kind } `:                                                                                      {"with": false},
		`{ accounts { id ... on Node { id } ... on Account { disconnections { id } disconnections { account { name } } } } a: accounts { ...Two } b: accounts { ...Two name } ...Three } fragment Two on Account { snapshot { digest } } fragment Three on Query { accounts { region } }`: nil,
		`{ __schema { types { name fields(includeDeprecated: true) { name description args { name description defaultValue } } enumValues { name description } inputFields { name description } } directives { name description args { name description } } } }`:                          nil,
		`{ __typename accounts { __typename } apiKeys { id name prefix scopes createdAt expiresAt rotatedAt lastUsedAt } }`:                                                                                                                                                               nil,
		`mutation { updateSettings(settings: [{key: "nothing", value: 1}, {key: "listing.autoOptimize", value: 3}]) { settings { key } userErrors { code message field __typename } } }`:                                                                                                  nil,
		`mutation { connectTikTokShop(authorizationCode: "x") { account { id } changes { key } overview { tikTokShop { status } } userErrors { code message field } } }`:                                                                                                                  nil,
	}
	var written atomic.Int64 // fields of the query type are resolved side by side
	counting := encoding.newExecutor(schemaOf(repository).Executable)
	counting.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) {
		given, err := next(ctx)
		if _, planned := given.(plannedValue); planned {
			written.Add(1)
		}
		return given, err
	})
	counting.AroundFields(newStructEncoder(schemaOf(repository), encoding.prices).encode)
	encoding.executor = counting
	for document, variables := range documents {
		body := asBody(t, document, variables)
		wanted := answerOf(alone, body)
		require.NotContains(t, wanted, `"errors":`, document)
		require.JSONEq(t, wanted, answerOf(encoding, body), document)
		require.Len(t, answerOf(encoding, body), len(wanted), document) // members are in the same order, numbers have their digits
	}
	require.Greater(t, written.Load(), int64(2*15), "most of them are plain")
}

// TestStructEncoderPlanHoldsForEveryCaller: with other variables, it may ask for more.
func TestStructEncoderPlanHoldsForEveryCaller(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	const more = `{ disconnectPreview { warnings { code } } snapshot { digest } disconnections { restoration { changes { key } } } }`
	for _, document := range []string{
		`query($without: Boolean!) { accounts { kind } accounts @skip(if: $without) ` + more + ` }`,
		`query($without: Boolean!) { accounts { kind ...More @skip(if: $without) } } fragment More on Account ` + more,
		`query($without: Boolean!) { accounts { kind } ...All @skip(if: $without) } fragment All on Query { accounts ` + more + ` }`,
	} {
		for _, order := range [][]bool{{true, false, true}, {false, true, false}} {
			encoding, alone := withAndWithoutEncoder(repository, seller)
			for _, without := range order {
				body := asBody(t, document, map[string]any{"without": without})
				require.JSONEq(t, answerOf(alone, body), answerOf(encoding, body), document)
			}
		}
	}
}

// TestStructEncoderStopsAtCostLimit: what is asked for a hundred times over may be without end.
func TestStructEncoderStopsAtCostLimit(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	s := serve(t, repository, seller, nil)
	for range 20 {
		s.post(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } connectTikTokShop(authorizationCode: "sandbox:US:owner:SERVED") { userErrors { code } } }`, nil)
	}
	endless := "id"
	for range 6 {
		endless = "disconnections { account { " + endless + " } }"
	}
	for _, once := range []string{"", `@idempotent(key: "k")`} {
		a := s.post(`mutation { disconnectTikTokShop(confirm: true, previewToken: "no") `+once+` { account { `+endless+` } userErrors { code } } }`, nil)
		require.NotEmpty(t, a.Errors)
		require.Less(t, *a.Extensions.Cost.Actual, 2*maxMutationCost)
	}
	value := []string{strings.Repeat("x", models.MaxValueBytes-4)}
	s.post(`mutation($value: SettingValue!) { updateSettings(settings: [{key: "order.tags", value: $value}]) { userErrors { code } } }`, map[string]any{"value": value})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a := s.post(`{ settings { `+repeated(maxAliases, func(i int) string { return fmt.Sprintf("a%d: value ", i) })+`} }`, nil)
	runtime.ReadMemStats(&after)
	require.Equal(t, codeTooCostly, a.code())
	require.Less(t, (after.TotalAlloc-before.TotalAlloc)>>20, uint64(128), "MiB")
}

// TestTypenameDependsOnNoValue: a client that finds null for it takes the whole object for null.
func TestTypenameDependsOnNoValue(t *testing.T) {
	s := serveSQLite(t, nil)
	const name = `__typename t: __typename userErrors { __typename code t: __typename }`
	for call, refusal := range map[string]string{
		`disconnectTikTokShop(confirm: false)`:              "CONFIRMATION_REQUIRED",
		`connectTikTokShop(authorizationCode: "x")`:         "AUTHORIZATION_INVALID",
		`updateSettings(settings: [{key: "no", value: 1}])`: "UNKNOWN_SETTING",
		`createApiKey(name: "", scopes: [READ])`:            "INVALID_NAME",
		`revokeApiKey(id: "no")`:                            "API_KEY_NOT_FOUND",
	} {
		field, _, _ := strings.Cut(call, "(")
		of := strings.ToUpper(field[:1]) + field[1:]
		a := s.post(`mutation { `+call+` { `+name+` } }`, nil)
		require.Equal(t, map[string]any{field: map[string]any{
			"__typename": of + "Payload", "t": of + "Payload",
			"userErrors": []any{map[string]any{"__typename": of + "UserError", "t": of + "UserError", "code": refusal}},
		}}, a.Data, a.text)
	}
}

// broken answers with what is not all there.
type broken struct {
	*db.Repository
}

func (broken) Settings(context.Context, models.Caller, models.SettingFilter) ([]models.Setting, error) {
	return []models.Setting{{Key: "whole", Value: "1"}, {Key: "empty"}}, nil
}

func (broken) Accounts(context.Context, models.Caller, models.AccountDetails) ([]*models.Account, error) {
	return []*models.Account{{ID: "a", Disconnections: []*models.Disconnection{{ID: "d", Restoration: models.Restoration{Changes: []models.SettingChange{{Key: "k"}}}}}}}, nil
}

func (broken) UpdateSettings(context.Context, models.Caller, []models.SettingInput) ([]models.Setting, error) {
	return []models.Setting{{Key: "empty"}}, nil
}

// TestMissingObjectIsFaultOfItsField, as it is to gqlgen: the rest is answered, and what was done is told.
func TestMissingObjectIsFaultOfItsField(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	encoding, alone := withAndWithoutEncoder(repository, seller)
	for _, e := range []*endpoint{encoding, alone} {
		e.executor = e.newExecutor(schemaOf(broken{repository}).Executable)
	}
	encoding.executor.AroundFields(newStructEncoder(schemaOf(broken{repository}), encoding.prices).encode)
	for document, path := range map[string]string{
		`{ settings { key value } }`:                                                                              `["settings",1,"value"]`,
		`{ store { name } settings { value } }`:                                                                   `["settings",1,"value"]`,
		`{ accounts { id disconnections { id account { id } } } }`:                                                `["accounts",0,"disconnections",0,"account"]`,
		`{ accounts { id d: disconnections { account { name } id } } }`:                                           `["accounts",0,"d",0,"account"]`,
		`{ settings { key } accounts { id disconnections { id restoration { changes { key before after } } } } }`: "",
		`mutation { updateSettings(settings: []) { settings { key value } userErrors { code } } }`:                `["updateSettings","settings",0,"value"]`,
	} {
		ask := func(e *endpoint) string {
			w := httptest.NewRecorder()
			WithRequestIDs(e).ServeHTTP(w, newPost(bodyOf(document, nil), "X-Request-ID", "same"))
			require.Equal(t, http.StatusOK, w.Code)
			answer, _, _ := strings.Cut(w.Body.String(), `"extensions":{"cost"`) // what is not written in the end is not charged
			return answer
		}
		wanted := ask(alone)
		require.Equal(t, wanted, ask(encoding), document)
		require.Equal(t, path != "", strings.Contains(wanted, `"path":`+path) && strings.Contains(wanted, codeInternal), wanted)
	}
}

// TestFragmentsOnUnionsAndInterfacesAreTaken, also on those that have nothing to do with each other.
func TestFragmentsOnUnionsAndInterfacesAreTaken(t *testing.T) {
	type thing struct{ ID, Name string }
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `
		type Query { thing: Thing! }
		union Any = Thing
		interface Named { name: String! }
		interface Known { id: ID! name: String! }
		type Thing implements Named & Known { id: ID! name: String! }`})
	for document, wanted := range map[string]string{
		`{ thing { ... on Any { ... on Thing { id } __typename } } }`:                                                              `{"id":"1","__typename":"Thing"}`,
		`{ thing { ... on Named { name } ... on Known { name id } } }`:                                                             `{"name":"N","id":"1"}`,
		`{ thing { ...a ...b ...c } } fragment a on Known { id } fragment b on Any { __typename } fragment c on Named { n: name }`: `{"id":"1","__typename":"Thing","n":"N"}`,
	} {
		parsed, errs := gqlparser.LoadQueryWithRules(schema, document, rules.NewDefaultRules())
		require.Nil(t, errs, document)
		operation := &graphql.OperationContext{Doc: parsed, Operation: parsed.Operations[0]}
		p := planner{structEncoder: &structEncoder{schema: schema}, operation: operation}
		field := graphql.CollectFields(operation, parsed.Operations[0].SelectionSet, []string{"Query"})[0]
		planned := p.plan(field, field.Definition.Type, reflect.TypeFor[thing]())
		require.NotNil(t, planned, document)
		var text bytes.Buffer
		plannedValue{planned, reflect.ValueOf(thing{"1", "N"}), &costMeter{}}.MarshalGQL(&text)
		require.Equal(t, wanted, text.String(), document)
	}
}

func asBody(tb testing.TB, query string, variables map[string]any) string {
	tb.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(tb, err)
	return string(body)
}

// BenchmarkStructEncoder times whole requests.
func BenchmarkStructEncoder(b *testing.B) {
	repository, seller := openStore(b, dbtest.URL(b, "sqlite"))
	encoding, alone := withAndWithoutEncoder(repository, seller)
	for _, name := range []string{"Accounts", "Settings", "AuditTrail"} {
		document, err := os.ReadFile(filepath.Join("..", "bench", "operations", name+".graphql"))
		require.NoError(b, err)
		body := asBody(b, string(document), map[string]any{"first": 10})
		for way, e := range map[string]*endpoint{"plain": encoding, "gqlgen": alone} {
			b.Run(name+"/"+way, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					answerOf(e, body)
				}
			})
		}
	}
}
