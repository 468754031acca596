package endpoint

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/handback/handback/db/dbtest"
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
			{`{ settings { key } }`, 45, 45},
			{`{ settings(scope: ADS) { key } }`, 45, 5},
			{`{ settings(scope: ADS) { key definition { type } } }`, 45 * 2, 5 * 2},
			{`{ sandboxShops { name } }`, 7, 7},
			{`{ accounts { id } }`, 4, 2},
			{`{ accounts { snapshot { digest } } }`, 4 * 2, 2 + 1},
			{`{ accounts { disconnections { id account { id } restoration { changes { key lastChangedBy { name } } } } } }`, 4 * (1 + 4*(1+1+1+40*2)), 2},
			{`{ accounts { disconnectionHistory(first: 3) { nodes { id restoration { changes { key } } } pageInfo { hasNextPage } } } }`, 4 * (1 + 1 + 3*(1+1+40) + 1), 2 + 2 + 2},
			{`{ accountHistory(first: 7) { nodes { id } } }`, 1 + 7, 1 + 2},
			{`{ overview { tikTokShop { accounts { id } } orderManagement { routes { task } } } }`, 1 + 1 + 1 + 1 + 4, 1 + 1 + 1 + 1 + 4},
			{`{ auditTrail(first: 3) { nodes { id } } }`, 1 + 3, 1 + 3},
			{`{ auditTrail(first: 3) { edges { node { id } } } }`, 1 + 3*2, 1 + 3*2},
			{`{ auditTrail(first: 3) { ...f } } fragment f on AuditEntryConnection { n: nodes { actor { name } } pageInfo { hasNextPage } }`, 1 + 3*2 + 1, 1 + 3*2 + 1},
			{`{ auditTrail { nodes { id } } }`, 1 + 20, 1 + 3},
			{`{ auditTrail(first: 250) { nodes { id } } }`, 1 + 250, 1 + 3},
			{`{ auditTrail(first: 251) { nodes { id } } }`, 1 + 250, 0},
			{`{ auditTrail(first: 0) { nodes { id } pageInfo { hasNextPage } } }`, 1 + 1, 0},
			{`{ auditTrail(first: -5) { nodes { id } pageInfo { hasNextPage } } }`, 1 + 1, 0},
			{`query($n: Int! = 7) { auditTrail(first: $n) { nodes { id } } }`, 1 + 2, 1 + 2},
			{`query($m: Int! = 7) { auditTrail(first: $m) { nodes { id } } }`, 1 + 7, 1 + 3},
			{`{ __type(name: "Query") { name fields { name type { name ofType { name } } } } }`, 100, 100},
			{`{ __schema { types { name kind } } a: __schema { directives { name } } }`, 200, 200},
			{`mutation { updateSettings(settings: []) { userErrors { code } } }`, 10, 10},
			{`mutation { updateSettings(settings: [{key: "x", value: 1}]) { settings { key } userErrors { code } } }`, 10 + 1 + 1, 10 + 1},
			{`mutation { updateSettings(settings: {key: "x", value: 1}) { userErrors { code } } }`, 10 + 1, 10 + 1},
			{`mutation { updateSettings(settings: [` + repeated(250, func(i int) string { return fmt.Sprintf(`{key: "%d", value: 1}`, i) }) + `]) { userErrors { code } } }`, 10 + 250, 10 + 250},
			{`mutation($s: [SettingInput!]! = [{key: "x", value: 1}, {key: "y", value: 1}]) { updateSettings(settings: $s) { userErrors { code } } }`, 10 + 2, 10 + 2},
			{`mutation($many: [SettingInput!]!) { updateSettings(settings: $many) { userErrors { code } } }`, 10 + 3, 10 + 3},
			{`mutation($many: [SettingInput!]!) { a: updateSettings(settings: $many) { e: userErrors { code } userErrors { code } } }`, 10 + 3*2, 10 + 3*2},
			{`mutation { acknowledgeHandoffItems(ids: ["x", "y"]) { handoffItems { id } userErrors { code } } }`, 10 + 2 + 2, 10 + 2},
			{`mutation { connectTikTokShop(authorizationCode: "x") { account { id } changes { key } userErrors { code } } }`, 10 + 1 + 40 + 1, 10 + 1},
			{`mutation { disconnectTikTokShop(confirm: false) { userErrors { code } } }`, 10 + 1, 10 + 1},
		} {
			unknown := []map[string]any{{"key": "x", "value": 1}, {"key": "y", "value": 1}, {"key": "z", "value": 1}}
			a := s.post(test.query, map[string]any{"n": 2, "many": unknown})
			require.NotNil(t, a.Extensions.Cost, "%s: %s", test.query, a.text)
			require.Equal(t, max(1, test.requested), a.Extensions.Cost.Requested, test.query)
			require.Equal(t, max(1, test.actual), *a.Extensions.Cost.Actual, "%s: %s", test.query, a.text)
		}
	})
}

// TestTooCostlyOperationIsRejected, and is not charged as if it had been carried out.
func TestTooCostlyOperationIsRejected(t *testing.T) {
	s := serveSQLite(t, func(o *Options) { o.Throttle = Throttle{Maximum: 20_000, RestoreRate: 1e-9} })
	const query = `query($n: Int!) { auditTrail(first: $n) { nodes { changes { key lastChangedBy { name } } account { disconnections { account { id } } } disconnection { account { disconnections { account { id } } } } } } }`
	for i, accept := range []string{mediaJSON, mediaGraphQL} {
		a := s.post(query, map[string]any{"n": 250}, "Accept", accept)
		require.Equal(t, 400, a.Code)
		require.Equal(t, codeTooCostly, a.code())
		require.EqualValues(t, MaxCost, a.Errors[0].Extensions["limit"])
		require.Equal(t, 1+250*(1+10*2+1+4*2+1+1+4*2), a.Extensions.Cost.Requested)
		require.Equal(t, failedRequestCost, *a.Extensions.Cost.Actual)
		require.InDelta(t, 20_000-failedRequestCost*(i+1), a.Extensions.Cost.Throttle.Available, 1)
	}
}

// TestListFieldsDeclareSize: a list of objects that says nothing of its size is taken to have one element.
func TestListFieldsDeclareSize(t *testing.T) {
	schema := emptySchema.Executable.Schema()
	sized := map[string]bool{} // as Type.field
	each(schema, func(_ *ast.Definition, field *ast.FieldDefinition) {
		for _, name := range readPrices(emptySchema)[field].sized {
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

// TestCostDirectivesAreValid: what cannot be read would count as nothing.
func TestCostDirectivesAreValid(t *testing.T) {
	schema := emptySchema.Executable.Schema()
	for _, field := range schema.Mutation.Fields {
		require.GreaterOrEqual(t, readPrices(emptySchema)[field].weight, 10, field.Name)
	}
	each(schema, func(_ *ast.Definition, field *ast.FieldDefinition) {
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

// TestCostEstimatesDoNotOverflow multiplies lists as deep as a document may have them.
func TestCostEstimatesDoNotOverflow(t *testing.T) {
	d := newDocuments(emptySchema)
	query := "disconnections { restoration { changes { lastChangedBy { name } } } }"
	for range (maxDepth - 8) / 2 {
		query = `disconnections { account { ` + query + ` } }`
	}
	read, _, rejection := d.read(`{ `+repeated(10, func(i int) string {
		return fmt.Sprintf("a%d: auditTrail(first: 250) { nodes { account { %s } } } ", i, query)
	})+`}`, false)
	require.Nil(t, rejection)
	require.Equal(t, enough, readPrices(emptySchema).estimate(read.Operations[0].SelectionSet, nil, nil, 0))
}

// TestCostOfListsLongerThanAssumed: an estimate is no bound. What turns out to cost too much is stopped on the way.
func TestCostOfListsLongerThanAssumed(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	s := serve(t, repository, seller, func(o *Options) { o.Throttle = Throttle{Maximum: 100_000, RestoreRate: 1e-9} })
	reconnect := func() answer {
		a := s.post(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } connectTikTokShop(authorizationCode: "sandbox:US:owner:SERVED") { userErrors { code } } }`, nil)
		require.Empty(t, a.Errors)
		return a
	}
	for range 30 {
		reconnect()
	}
	const costly = `disconnections { account { disconnections { account { disconnections { account { id } } } } } }`
	before := reconnect().Extensions.Cost.Throttle.Available
	for _, accept := range []string{mediaJSON, mediaGraphQL} {
		a := s.post(`{ accounts { `+costly+` } }`, nil, "Accept", accept)
		require.Equal(t, 400, a.Code)
		require.Equal(t, codeTooCostly, a.code())
		require.Less(t, a.Extensions.Cost.Requested, MaxCost)
		require.Greater(t, *a.Extensions.Cost.Actual, maxQueryCost)
		require.Less(t, *a.Extensions.Cost.Actual, 2*maxQueryCost)
		require.InDelta(t, before-float64(*a.Extensions.Cost.Actual), a.Extensions.Cost.Throttle.Available, 1, "it is charged for what it did")
		before = a.Extensions.Cost.Throttle.Available
	}
	// What a mutation did is told, and what is asked of that: whoever called is charged for it.
	a := s.post(`mutation { disconnectTikTokShop(confirm: true) { disconnection { id } account { `+costly+` } userErrors { code } } updateSettings(settings: []) { userErrors { code } } }`, nil)
	require.Equal(t, 200, a.Code)
	require.Empty(t, a.Errors)
	require.Greater(t, *a.Extensions.Cost.Actual, maxQueryCost)
	disconnected := a.Data["disconnectTikTokShop"].(map[string]any)
	require.NotNil(t, disconnected["disconnection"])
	require.Len(t, disconnected["account"].(map[string]any)["disconnections"], 32)
	require.Empty(t, s.log.String())
}
