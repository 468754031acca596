package endpoint

import (
	"context"
	"encoding/json"
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
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"handback/db"
	"handback/models"
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
}

// onlyRefused are mutations that need a store at Shopify to be carried out.
var onlyRefused = []string{"retryDisconnection", "acceptExceptions"}

// newestKey stands for the argument that names it.
const newestKey = "(newest)"

// stepsAtOnce are taken on one database.
const stepsAtOnce = 5

// TestRandomDocumentsAreAnsweredAsByGqlgen: whatever is asked for, with whatever outcome, each byte of the answer is the
// same with the struct encoder and without.
func TestRandomDocumentsAreAnsweredAsByGqlgen(t *testing.T) {
	prepared := preparedStore(t)
	outcomes, planned, answered, rejected := map[string]bool{}, &atomic.Int64{}, 0, 0
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
		first := rapid.IntRange(0, len(steps)-1).Draw(r, "first step")
		for i := range stepsAtOnce {
			next := steps[(first+i)%len(steps)]
			g := p.generator(r)
			compare(g.query())
			if answer := compare(g.mutation(next)); answer != nil {
				refused := len(answer["step"].(map[string]any)["outcome"].([]any)) > 0
				outcomes[fmt.Sprint(next.field, " refused: ", refused)] = true
			}
		}
		g := p.generator(r)
		compare(g.query())
	})
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
	repository.NewSecret = func() []byte { return slices.Repeat([]byte{byte(made.Add(1))}, models.APIKeyRandomBytes) }
	began := time.Now().UTC().Truncate(time.Hour).Add(time.Hour)
	repository.Now = func() time.Time { return began.Add(time.Duration(made.Load()) * time.Second) }
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
	found := p.compare(`{ apiKeys { id } store { id } accounts { id disconnections { id } } auditTrail(first: 1) { nodes { id } } }`)
	id := func(path ...string) string {
		value := any(found)
		for _, name := range path {
			if list, ok := value.([]any); ok {
				if len(list) == 0 {
					return `(id: "nothing")`
				}
				value = list[0]
			}
			value = value.(map[string]any)[name]
		}
		return fmt.Sprintf("(id: %q)", value)
	}
	return &documentGenerator{r: r, schema: emptySchema.Executable.Schema(), key: id("apiKeys", "id"), arguments: map[string][]string{
		"settings":      {"", "(scope: ADS)", "(scope: null)"},
		"auditTrail":    {"(first: 1)", "(first: 3)", "(first: 2, after: null)"},
		"disconnection": {id("accounts", "disconnections", "id"), `(id: "nothing")`},
		"node":          {id("store", "id"), id("accounts", "id"), id("auditTrail", "nodes", "id"), id("accounts", "disconnections", "id"), `(id: "nothing")`},
	}}
}

// documentGenerator makes documents that are valid for a schema.
type documentGenerator struct {
	r         *rapid.T
	schema    *ast.Schema
	key       string              // the argument that names the store's newest API key
	arguments map[string][]string // of the fields of Query that have any
	fragments []ast.FragmentDefinition
	text      []string // of the fragments
	variables map[string]bool
}

// deepest is how many objects stand in one another at most.
const deepest = 4

func (g *documentGenerator) begin() { g.fragments, g.text, g.variables = nil, nil, map[string]bool{} }

func (g *documentGenerator) query() string {
	g.begin()
	return g.document("query", g.selections(g.schema.Query, deepest, false))
}

func (g *documentGenerator) mutation(next step) string {
	g.begin()
	field := g.schema.Mutation.Fields.ForName(next.field)
	arguments := "(" + next.arguments + ")"
	if next.arguments == newestKey {
		arguments = g.key
	}
	payload := g.selections(g.schema.Types[field.Type.Name()], deepest-1, false)
	outcome := "outcome: userErrors { message }"
	if g.flip("outcome first") {
		payload = outcome + " " + payload
	} else {
		payload += " " + outcome
	}
	return g.document("mutation", g.pick("root", "", "__typename ", "a: __typename ")+fmt.Sprintf("step: %s%s { %s }", next.field, arguments, payload))
}

// document declares the variables that are used.
func (g *documentGenerator) document(kind, selections string) string {
	var declared []string
	for _, name := range []string{"yes", "no"} {
		if g.variables[name] {
			declared = append(declared, "$"+name+": Boolean!")
		}
	}
	if len(declared) > 0 {
		kind += "(" + strings.Join(declared, ", ") + ")"
	}
	return kind + " { " + selections + " }" + strings.Join(g.text, "")
}

func (g *documentGenerator) flip(label string) bool { return rapid.Bool().Draw(g.r, label) }

func (g *documentGenerator) pick(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(g.r, label)
}

// selections selects of a type. Where objects of several types can stand, names are made to differ by type.
func (g *documentGenerator) selections(of *ast.Definition, depth int, differ bool) string {
	differ = differ || of.IsAbstractType()
	parts := make([]string, rapid.IntRange(1, 4).Draw(g.r, "selections"))
	for i := range parts {
		switch g.pick("what", "field", "field", "field", "field", "name", "inline", "spread", "again") {
		case "name":
			parts[i] = g.pick("name", "__typename", "t: __typename", "__typename t: __typename __typename")
		case "inline":
			parts[i] = g.inline(of, depth, differ)
		case "spread":
			parts[i] = g.spread(of, depth, differ)
		case "again":
			parts[i] = g.field(of, depth, differ) + " " + g.field(of, depth, differ)
		default:
			parts[i] = g.field(of, depth, differ)
		}
	}
	return strings.Join(parts, " ")
}

// field selects a field by its name or by another, which is the same for the same field with the same arguments.
func (g *documentGenerator) field(of *ast.Definition, depth int, differ bool) string {
	var fields []string
	for _, field := range of.Fields {
		composite := g.schema.Types[field.Type.Name()].IsCompositeType()
		if !strings.HasPrefix(field.Name, "__") && (depth > 0 || !composite) {
			fields = append(fields, field.Name)
		}
	}
	if len(fields) == 0 {
		return "__typename"
	}
	field := of.Fields.ForName(g.pick("field", fields...))
	alias, arguments := "", ""
	if variants := g.arguments[field.Name]; of.Name == "Query" && len(variants) > 0 {
		variant := rapid.IntRange(0, len(variants)-1).Draw(g.r, "arguments")
		alias, arguments = fmt.Sprintf("%s%d: ", field.Name, variant), variants[variant]
	} else if differ || g.flip("alias") {
		alias = of.Name + "_" + field.Name + ": "
	}
	text := alias + field.Name + arguments + g.condition()
	if result := g.schema.Types[field.Type.Name()]; result.IsCompositeType() {
		text += " { " + g.selections(result, depth-1, false) + " }"
	}
	return text
}

// condition is a directive, rarely. Documents with one are planned anew each time.
func (g *documentGenerator) condition() string {
	if rapid.IntRange(0, 39).Draw(g.r, "condition") < 39 {
		return ""
	}
	directive := g.pick("directive", " @include(if: $yes)", " @skip(if: $no)", " @include(if: $no)", " @skip(if: $yes)", " @include(if: true)", " @skip(if: true)")
	for _, name := range []string{"yes", "no"} {
		g.variables[name] = g.variables[name] || strings.Contains(directive, "$"+name)
	}
	return directive
}

// conditions are the types that a fragment may have where something of a type is selected.
func (g *documentGenerator) conditions(of *ast.Definition) []string {
	names := []string{of.Name}
	for _, abstract := range g.schema.Implements[of.Name] {
		names = append(names, abstract.Name)
	}
	if of.IsAbstractType() {
		for _, possible := range g.schema.GetPossibleTypes(of) {
			names = append(names, possible.Name)
		}
	}
	return names
}

func (g *documentGenerator) inline(of *ast.Definition, depth int, differ bool) string {
	on := g.pick("condition", append(g.conditions(of), "")...)
	inside := of
	if on != "" {
		inside, on = g.schema.Types[on], " on "+on
	}
	if depth == 0 {
		return "..." + on + g.condition() + " { __typename }"
	}
	return "..." + on + g.condition() + " { " + g.selections(inside, depth-1, differ) + " }"
}

// spread makes a fragment, or spreads one that there is already.
func (g *documentGenerator) spread(of *ast.Definition, depth int, differ bool) string {
	on := g.pick("fragment", g.conditions(of)...)
	if g.flip("known") {
		for _, known := range g.fragments {
			if known.TypeCondition == on && !differ {
				return "..." + known.Name + g.condition()
			}
		}
	}
	selections := "__typename"
	if depth > 0 {
		selections = g.selections(g.schema.Types[on], depth-1, differ)
	}
	fragment := ast.FragmentDefinition{Name: fmt.Sprintf("f%d", len(g.fragments)), TypeCondition: on}
	g.fragments = append(g.fragments, fragment)
	g.text = append(g.text, fmt.Sprintf(" fragment %s on %s { %s }", fragment.Name, on, selections))
	return "..." + fragment.Name + g.condition()
}
