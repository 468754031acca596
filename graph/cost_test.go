package graph

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"handback/db/dbtest"
)

// TestCosts tells what operations may cost, and what they have cost on a store with two accounts, one of them connected.
func TestCosts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller := openStore(t, databaseURL)
		s := serve(t, repository, seller, nil)
		for _, test := range []struct {
			query             string
			requested, actual int
		}{
			{`{ __typename }`, 0, 0},
			{`{ store { id name domain region } }`, 1, 1},
			{`{ a: store { id } b: store { id } store { id } }`, 3, 3},
			{`{ store { id } store { name } }`, 2, 1}, // answered as one
			{`{ store @skip(if: true) { id } }`, 1, 0},
			{`{ ...f ... on Query { ...f } } fragment f on Query { store { id } }`, 2, 1},
			{`{ node(id: "account_00000000-0000-7000-8000-000000000000") { id } }`, 1, 0},
			{`{ node(id: "x") { ... on Account { snapshot { settings { key } } } ... on AuditEntry { changes { key lastChangedBy { name } } } } }`, 1 + 1 + 10 + 10 + 10, 0},
			{`{ settings { key } }`, 40, 46},
			{`{ settings(scope: ADS) { key } }`, 40, 6},
			{`{ accounts { id } }`, 4, 2},
			{`{ accounts { snapshot { digest } } }`, 4 * 2, 2 + 1},
			{`{ accounts { disconnections { id account { id } restoration { changes { key lastChangedBy { name } } } } } }`, 4 * (1 + 4*(1+1+1+40*2)), 2},
			{`{ overview { tikTokShop { accounts { id } } orderManagement { routes { task } } } }`, 1 + 1 + 1 + 1 + 4, 1 + 1 + 1 + 1 + 4},
			{`{ auditTrail(first: 3) { nodes { id } } }`, 1 + 3, 1 + 2},
			{`{ auditTrail(first: 3) { edges { node { id } } } }`, 1 + 3*2, 1 + 2*2},
			{`{ auditTrail(first: 3) { ...f } } fragment f on AuditEntryConnection { n: nodes { actor { name } } pageInfo { hasNextPage } }`, 1 + 3*2 + 1, 1 + 2*2 + 1},
			{`{ auditTrail { nodes { id } } }`, 1 + 20, 1 + 2},
			{`{ auditTrail(first: 250) { nodes { id } } }`, 1 + 250, 1 + 2},
			{`{ auditTrail(first: 251) { nodes { id } } }`, 1 + 250, 0},
			{`{ auditTrail(first: 0) { nodes { id } pageInfo { hasNextPage } } }`, 1 + 1, 0},
			{`{ auditTrail(first: -5) { nodes { id } pageInfo { hasNextPage } } }`, 1 + 1, 0},
			{`query($n: Int! = 7) { auditTrail(first: $n) { nodes { id } } }`, 1 + 3, 1 + 2},
			{`query($m: Int! = 7) { auditTrail(first: $m) { nodes { id } } }`, 1 + 7, 1 + 2},
			{`{ __type(name: "Query") { name fields { name type { name ofType { name } } } } }`, 100, 100},
			{`{ __schema { types { name fields { name } } } a: __schema { directives { name } } }`, 200, 200},
			{`mutation { updateSettings(settings: []) { userErrors { code } } }`, 10 + 1, 10},
			{`mutation { updateSettings(settings: [{key: "x", value: 1}]) { settings { key } userErrors { code } } }`, 10 + 10 + 1, 10 + 1},
			{`mutation { connectTikTokShop(authorizationCode: "x") { account { id } changes { key } userErrors { code } } }`, 10 + 1 + 40 + 1, 10 + 1},
			{`mutation { disconnectTikTokShop(confirm: false) { userErrors { code } } }`, 10 + 1, 10 + 1},
		} {
			a := s.post(test.query, map[string]any{"n": 3})
			require.NotNil(t, a.Extensions.Cost, "%s: %s", test.query, a.text)
			require.Equal(t, test.requested, a.Extensions.Cost.Requested, test.query)
			require.Equal(t, test.actual, *a.Extensions.Cost.Actual, "%s: %s", test.query, a.text)
		}
	})
}

// TestATooCostlyOperationSaysSo, and is not charged as if it had been carried out.
func TestATooCostlyOperationSaysSo(t *testing.T) {
	s := serveSQLite(t, func(o *Options) { o.Throttle = Throttle{Maximum: 20_000, RestoreRate: 1e-9} })
	for i, accept := range []string{mediaJSON, mediaGraphQL} {
		a := s.post(`query($n: Int!) { auditTrail(first: $n) { nodes { changes { key lastChangedBy { name } } account { disconnections { id } } } } }`, map[string]any{"n": 250}, "Accept", accept)
		require.Equal(t, 400, a.Code)
		require.Equal(t, codeTooCostly, a.code())
		require.EqualValues(t, MaxCost, a.Errors[0].Extensions["limit"])
		require.Equal(t, 1+250*(1+10*2+1+4), a.Extensions.Cost.Requested)
		require.Nil(t, a.Extensions.Cost.Actual)
		require.InDelta(t, 20_000-failedDocumentCost*(i+1), a.Extensions.Cost.Throttle.Available, 1)
	}
}

// TestListsHaveSizes: a list of objects that says nothing of its size is taken to have one element.
func TestListsHaveSizes(t *testing.T) {
	schema := NewExecutableSchema(Config{}).Schema()
	sized := map[string]bool{} // as Type.field
	each(schema, func(_ *ast.Definition, field *ast.FieldDefinition) {
		for _, name := range readPrices(schema)[field].sized {
			require.NotNil(t, schema.Types[field.Type.Name()].Fields.ForName(name), field.Name)
			sized[field.Type.Name()+"."+name] = true
		}
	})
	lists := 0
	each(schema, func(parent *ast.Definition, field *ast.FieldDefinition) {
		if field.Type.Elem == nil || !schema.Types[field.Type.Name()].IsCompositeType() {
			return
		}
		lists++
		if !sized[parent.Name+"."+field.Name] {
			size := field.Directives.ForName("listSize")
			require.NotNil(t, size, "%s.%s", parent.Name, field.Name)
			require.NotNil(t, size.Arguments.ForName("assumedSize"), "%s.%s", parent.Name, field.Name)
		}
	})
	require.Greater(t, lists, 15)
}

// TestPricesCanBeRead: what cannot be read would count as nothing.
func TestPricesCanBeRead(t *testing.T) {
	schema := NewExecutableSchema(Config{}).Schema()
	for _, field := range schema.Mutation.Fields {
		require.GreaterOrEqual(t, readPrices(schema)[field].weight, 10, field.Name)
	}
	each(schema, func(parent *ast.Definition, field *ast.FieldDefinition) {
		if cost := field.Directives.ForName("cost"); cost != nil {
			weight, err := strconv.Atoi(cost.Arguments.ForName("weight").Value.Raw)
			require.NoError(t, err, field.Name)
			require.GreaterOrEqual(t, weight, 0, field.Name)
		}
		if size := field.Directives.ForName("listSize"); size != nil {
			if slicing := size.Arguments.ForName("slicingArguments"); slicing != nil {
				require.Len(t, slicing.Value.Children, 1, "only one is read")
				require.NotNil(t, field.Arguments.ForName(slicing.Value.Children[0].Value.Raw), field.Name)
			}
		}
		require.NotEqual(t, "subscription", parent.Name)
	})
}

func each(schema *ast.Schema, visit func(*ast.Definition, *ast.FieldDefinition)) {
	for _, definition := range schema.Types {
		if definition.Kind == ast.InputObject || slices.Contains([]byte("_"), definition.Name[0]) {
			continue
		}
		for _, field := range definition.Fields {
			if field.Name[0] != '_' {
				visit(definition, field)
			}
		}
	}
}

// TestEstimatesDoNotOverflow multiplies lists as deep as a document may have them.
func TestEstimatesDoNotOverflow(t *testing.T) {
	d := documents{schema: NewExecutableSchema(Config{}).Schema(), kept: newKept[*document]()}
	query := "id"
	for range (maxDepth - 3) / 2 {
		query = `disconnections { account { ` + query + ` } }`
	}
	read, refusal := d.read(`{ `+repeated(10, func(i int) string { return fmt.Sprintf("a%d: auditTrail(first: 250) { nodes { account { %s } } } ", i, query) })+`}`, false)
	require.Nil(t, refusal)
	require.Equal(t, enough, readPrices(d.schema).estimate(read.Operations[0].SelectionSet, nil, nil, 0))
}
