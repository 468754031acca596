package endpoint

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// everyRootField is an operation for each field that operations begin with.
var everyRootField = map[string]string{
	"Query.accounts":                    `{ accounts { id } }`,
	"Query.accountHistory":              `{ accountHistory { nodes { id } } }`,
	"Query.apiKeys":                     `{ apiKeys { id } }`,
	"Query.auditTrail":                  `{ auditTrail { nodes { id } } }`,
	"Query.disconnection":               `{ disconnection(id: "x") { id } }`,
	"Query.events":                      `{ events { nodes { id } } }`,
	"Query.node":                        `{ node(id: "x") { id } }`,
	"Query.overview":                    `{ overview { tikTokShop { status } } }`,
	"Query.sandboxShops":                `{ sandboxShops { name } }`,
	"Query.settings":                    `{ settings { key } }`,
	"Query.store":                       `{ store { id } }`,
	"Query.webhookEndpoints":            `{ webhookEndpoints { id } }`,
	"Mutation.connectTikTokShop":        `mutation { connectTikTokShop(authorizationCode: "x") { userErrors { code } } }`,
	"Mutation.disconnectTikTokShop":     `mutation { disconnectTikTokShop(confirm: false) { userErrors { code } } }`,
	"Mutation.retryDisconnection":       `mutation { retryDisconnection(id: "x") { userErrors { code } } }`,
	"Mutation.acceptExceptions":         `mutation { acceptExceptions(disconnectionId: "x", confirm: false) { userErrors { code } } }`,
	"Mutation.acknowledgeHandoffItems":  `mutation { acknowledgeHandoffItems(ids: []) { userErrors { code } } }`,
	"Mutation.updateSettings":           `mutation { updateSettings(settings: []) { userErrors { code } } }`,
	"Mutation.createApiKey":             `mutation { createApiKey(name: "", scopes: []) { userErrors { code } } }`,
	"Mutation.rotateApiKey":             `mutation { rotateApiKey(id: "x") { userErrors { code } } }`,
	"Mutation.revokeApiKey":             `mutation { revokeApiKey(id: "x") { userErrors { code } } }`,
	"Subscription.events":               `subscription { events(after: "x") { id } }`,
	"Mutation.beginTikTokAuthorization": `mutation { beginTikTokAuthorization { userErrors { code } } }`,
	"Mutation.createWebhookEndpoint":    `mutation { createWebhookEndpoint(url: "x") { userErrors { code } } }`,
	"Mutation.updateWebhookEndpoint":    `mutation { updateWebhookEndpoint(id: "x") { userErrors { code } } }`,
	"Mutation.deleteWebhookEndpoint":    `mutation { deleteWebhookEndpoint(id: "x") { userErrors { code } } }`,
	"Mutation.rotateWebhookSecret":      `mutation { rotateWebhookSecret(id: "x") { userErrors { code } } }`,
	"Mutation.redeliverEvents":          `mutation { redeliverEvents(endpointId: "x") { userErrors { code } } }`,
}

// TestRootFieldsDeclareAccess requires one directive of each.
func TestRootFieldsDeclareAccess(t *testing.T) {
	schema := emptySchema.Executable.Schema()
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation, schema.Subscription} {
		for _, field := range root.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			require.Contains(t, everyRootField, root.Name+"."+field.Name)
			require.Len(t, append(field.Directives.ForNames("requiresScope"), field.Directives.ForNames("requiresSeller")...), 1, field.Name)
		}
	}
}

// TestScopesOpenDeclaredFieldsOnly, and nothing else.
func TestScopesOpenDeclaredFieldsOnly(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	s := serve(t, repository, seller, nil)
	s.makeKey(repository)
	schema := emptySchema.Executable.Schema()
	for path, query := range everyRootField {
		parent, name, _ := strings.Cut(path, ".")
		directives := schema.Types[parent].Fields.ForName(name).Directives
		opened := func(a answer) {
			if parent == subscriptionType { // but for what it would be answered with
				require.Equal(t, codeNotAcceptable, a.code())
				return
			}
			require.Equal(t, http.StatusOK, a.Code, a.text)
			require.Empty(t, a.Errors, "%s: %s", query, a.text)
		}
		opened(s.post(query, nil))
		for _, has := range models.AllAPIKeyScopes {
			a := s.post(query, nil, "Test-Scopes", string(has))
			if directives.ForName("requiresSeller") != nil {
				require.Equal(t, codeForbidden, a.code(), path)
				require.Contains(t, a.Errors[0].Message, "seller")
				require.NotContains(t, a.Errors[0].Extensions, "missingScopes")
				continue
			}
			needed := directives.ForName("requiresScope").Arguments.ForName("scope").Value.Raw
			if needed == string(has) {
				opened(a)
				continue
			}
			require.Equal(t, http.StatusForbidden, a.Code, a.text)
			require.Equal(t, codeForbidden, a.code())
			require.Contains(t, a.Errors[0].Message, needed)
			require.Equal(t, []any{needed}, a.Errors[0].Extensions["missingScopes"])
		}
		// A key without scopes, which there should not be, opens nothing.
		require.Equal(t, codeForbidden, s.post(query, nil, "Test-Scopes", "").code())
		require.Equal(t, codeForbidden, s.post(query, nil, "Test-Scopes", "SELLER").code())
	}
	require.Equal(t, http.StatusOK, s.post(`{ __typename }`, nil, "Test-Scopes", "").Code)
}

// TestEventsOfDeliveriesOpenNothingElse: who sees what was sent may read what it led to with the scope for that only.
func TestEventsOfDeliveriesOpenNothingElse(t *testing.T) {
	s := serveSQLite(t, nil)
	deliveries := func(fields string) string {
		return `{ webhookEndpoints { deliveries { nodes { event { ` + fields + ` } } } } }`
	}
	require.Equal(t, http.StatusOK, s.post(deliveries(`id topic cursor occurredAt`), nil, "Test-Scopes", "MANAGE_WEBHOOKS").Code)
	for _, fields := range []string{
		`account { id }`, `disconnection { id }`, `auditEntry { id }`, `id ... on Event { auditEntry { changes { after } } }`, `x: account @skip(if: true) { name }`,
	} {
		a := s.post(deliveries(fields), nil, "Test-Scopes", "MANAGE_WEBHOOKS")
		require.Equal(t, http.StatusForbidden, a.Code, fields)
		require.Equal(t, []any{"READ"}, a.Errors[0].Extensions["missingScopes"], fields)
		both := s.post(deliveries(fields), nil, "Test-Scopes", "MANAGE_WEBHOOKS", "Test-Scopes", "READ")
		require.Equal(t, http.StatusOK, both.Code, both.text)
		read := s.post(`{ events { nodes { `+fields+` } } }`, nil, "Test-Scopes", "READ")
		require.Equal(t, http.StatusOK, read.Code, read.text)
	}
	changed := `mutation { updateWebhookEndpoint(id: "x") { webhookEndpoint { deliveries { edges { node { event { account { name } } } } } } } }`
	require.Equal(t, []any{"READ"}, s.post(changed, nil, "Test-Scopes", "MANAGE_WEBHOOKS").Errors[0].Extensions["missingScopes"])
}

// TestAccessCannotBeBypassed: what is not allowed is rejected wherever it stands, and nothing of the operation is done.
func TestAccessCannotBeBypassed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller := openStore(t, databaseURL)
		s := serve(t, repository, seller, nil)
		s.makeKey(repository)
		state := func() string {
			return s.post(`{ settings { key value } accounts { status } auditTrail { nodes { id } } apiKeys { id } }`, nil).text
		}
		before := state()
		const edit = `updateSettings(settings: [{key: "order.tags", value: ["x"]}]) { settings { value } userErrors { code } }`
		const disconnect = `disconnectTikTokShop(confirm: true) { userErrors { code } }`
		for _, query := range []string{
			`mutation { ` + edit + ` ` + disconnect + ` }`,
			`mutation { ` + edit + ` updateSettings: ` + disconnect + ` }`,
			`mutation { ` + edit + ` ... { ... on Mutation { ` + disconnect + ` } } }`,
			`mutation { ` + edit + ` ...a } fragment a on Mutation { ...b } fragment b on Mutation { x: ` + disconnect + ` }`,
			`mutation { ` + edit + ` disconnectTikTokShop(confirm: true) @skip(if: true) { userErrors { code } } }`,
			`mutation($never: Boolean = false) { ` + edit + ` ... @include(if: $never) { ` + disconnect + ` } }`,
			`mutation { ` + edit + ` ... @defer { ` + disconnect + ` } }`,
			`mutation { ` + edit + ` createApiKey(name: "x", scopes: [READ]) { secret } }`,
			`mutation { ` + edit + ` rotateApiKey(id: "x") { secret } }`,
			`mutation { ` + edit + ` ...a } fragment a on Mutation { revokeApiKey(id: "x") { apiKey { id } } }`,
		} {
			for _, accept := range []string{mediaJSON, mediaGraphQL} {
				a := s.post(query, nil, "Test-Scopes", "EDIT_SETTINGS", "Accept", accept)
				require.NotEmpty(t, a.code(), query)
				require.Contains(t, []string{codeForbidden, codeValidation}, a.code(), query)
				require.Empty(t, a.Data)
			}
			require.Equal(t, before, state(), query)
		}
		require.Equal(t, []any{"EDIT_SETTINGS", "CONNECT"}, s.post(`mutation { `+edit+` `+disconnect+` connectTikTokShop(authorizationCode: "x") { userErrors { code } } }`, nil,
			"Test-Scopes", "DISCONNECT").Errors[0].Extensions["missingScopes"], "all that is missing is told at once")
		require.Equal(t, http.StatusOK, s.post(`mutation { `+edit+` `+disconnect+` }`, nil, "Test-Scopes", "EDIT_SETTINGS", "Test-Scopes", "DISCONNECT").Code)
		require.NotEqual(t, before, state())
	})
}

// TestAccessOfNamedOperationOnly: the others in a document require nothing.
func TestAccessOfNamedOperationOnly(t *testing.T) {
	s := serveSQLite(t, nil)
	const body = `{"query":"query A { store { id } } query B { apiKeys { id } }","operationName":"`
	require.Equal(t, http.StatusOK, s.send(newPost(body+`A"}`, "Test-Scopes", "READ")).Code)
	require.Equal(t, codeForbidden, s.send(newPost(body+`B"}`, "Test-Scopes", "READ")).code())
}

func TestIntrospectionCanBeDisabled(t *testing.T) {
	s := serveSQLite(t, func(o *Options) { o.Introspection = false })
	for _, query := range []string{
		`{ __schema { queryType { name } } }`, `{ x: __type(name: "Query") { name } }`, `{ ...a } fragment a on Query { ... { __schema { queryType { name } } } }`,
		`{ store { id } __schema @skip(if: true) { queryType { name } } }`,
	} {
		for _, accept := range []string{mediaJSON, mediaGraphQL} {
			a := s.post(query, nil, "Accept", accept)
			require.Equal(t, http.StatusForbidden, a.Code)
			require.Equal(t, codeIntrospectionOff, a.code())
		}
	}
	require.Equal(t, http.StatusOK, s.post(`{ __typename store { __typename } }`, nil).Code)
}

// TestSuggestionsNeedIntrospection: they would tell the names of a schema that callers may not read.
func TestSuggestionsNeedIntrospection(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	anonymous := seller
	anonymous.ID = ""
	for name, s := range map[string]*served{
		"signed in": serve(t, repository, seller, nil),
		"anonymous": serve(t, repository, anonymous, nil),
		"no schema": serve(t, repository, seller, func(o *Options) { o.Introspection = false }),
	} {
		for _, query := range []string{
			`{ stor { id } }`, `{ accounts }`, `{ auditTrail(frist: 1) { nodes { id } } }`, `{ store { ... on Stor { id } } }`, `query($a: SettingScop) { settings(scope: $a) { key } }`,
			`mutation { updateSettings(settings: [{kye: "x"}]) { userErrors { code } } }`, `{ store @skpi(if: true) { id } }`, `{ store @skip(fi: true) { id } }`, `{ node(id: "x") { name } }`,
			`{ settings(scope: AD) { key } }`, `{ settings(scope: "ADS") { key } }`, `mutation { createApiKey(name: "x", scopes: [RAED]) { secret } }`,
		} {
			a := s.post(query, nil)
			require.Equal(t, codeValidation, a.code(), query)
			if name != "signed in" {
				require.NotContains(t, a.text, "Did you mean", query)
				require.NotContains(t, a.text, "inline fragment", query)
			}
		}
		require.Equal(t, name == "signed in", strings.Contains(s.post(`{ stor { id } }`, nil).text, "Did you mean"), name)
		require.NotContains(t, s.post(`{ stor { id } } #`+strings.Repeat("x", documentBytes), nil).text, "Did you mean", "to look for hints takes time")
	}
}

// TestErrorsRepeatNoValues: they may be secrets.
func TestErrorsRepeatNoValues(t *testing.T) {
	s := serveSQLite(t, nil)
	for _, value := range []string{`"planted"`, `"""planted"""`, `["planted"]`, `{a: "planted"}`, `"x, found planted"`, `"x: planted"`, `"a" "planted"`, `"planted`, `planted`, `[planted]`} {
		for _, query := range []string{
			`{ settings(scope: ` + value + `) { key } }`, `{ auditTrail(first: ` + value + `) { nodes { id } } }`, `mutation { disconnectTikTokShop(confirm: ` + value + `) { userErrors { code } } }`,
			`mutation { updateSettings(settings: ` + value + `) { userErrors { code } } }`, `mutation { updateSettings(settings: [{key: {k: ` + value + `}}]) { userErrors { code } } }`,
			`query($a: Int = ` + value + `) { auditTrail(first: $a) { nodes { id } } }`, `{ store @include(if: ` + value + `) { id } }`,
			`mutation { createApiKey(name: "x", scopes: ` + value + `) { secret } }`, `{ store { id } } ` + value,
		} {
			a := s.post(query, nil)
			require.NotEmpty(t, a.Errors, query)
			if !strings.HasSuffix(query, "planted") { // a word in a place for words
				require.NotContains(t, a.text, "planted", query)
			}
		}
	}
	for _, variables := range []string{`{"a":"planted"}`, `{"a":["planted"]}`, `{"a":{"planted":"planted"}}`, `{"a":{"key":["planted"]}}`} {
		for _, kind := range []string{"Int!", "SettingScope", "[SettingInput!]!", "Boolean!", "[ApiKeyScope!]!"} {
			query := map[string]string{
				"Int!": `auditTrail(first: $a) { nodes { id } }`, "SettingScope": `settings(scope: $a) { key }`, "[SettingInput!]!": `updateSettings(settings: $a) { userErrors { code } }`,
				"Boolean!": `disconnectTikTokShop(confirm: $a) { userErrors { code } }`, "[ApiKeyScope!]!": `createApiKey(name: "", scopes: $a) { secret }`,
			}[kind]
			operation := "query"
			if strings.Contains(query, "userErrors") || strings.Contains(query, "secret") {
				operation = "mutation"
			}
			a := s.send(newPost(`{"query":"` + operation + `($a: ` + kind + `) { ` + strings.ReplaceAll(query, `"`, `\"`) + ` }","variables":` + variables + `}`))
			require.Equal(t, codeVariables, a.code(), "%s %s", kind, a.text)
			require.NotContains(t, a.text, "planted")
		}
	}
}

// TestSecretsAreNotCached: the answer of a mutation with a key is stored.
func TestSecretsAreNotCached(t *testing.T) {
	schema := emptySchema.Executable.Schema()
	for _, mutation := range schema.Mutation.Fields {
		if payload := schema.Types[mutation.Type.Name()]; payload.Fields.ForName("secret") != nil {
			require.Contains(t, emptySchema.SecretMutations, mutation.Name)
		}
	}
	require.Len(t, emptySchema.SecretMutations, 4)
}
