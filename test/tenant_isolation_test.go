package test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"handback/db/dbtest"
	"handback/graph"
	"handback/test/program"
)

// argumentCase is an operation with an argument, $x, that names something of a store.
type argumentCase struct {
	about            string // the argument
	query            string
	own, their, none string // what the argument names: the caller's store has it, another one has it, or nobody
}

// harmless are the arguments that name nothing of a store.
var harmless = []string{
	"Query.auditTrail(first)", "Query.settings(scope)", "Query.settings(key)", "AuditEntry.changes(key)", "Restoration.changes(key)",
	"DisconnectPreview.changes(key)", "Mutation.disconnectTikTokShop(confirm)", "Mutation.createApiKey(scopes)",
	"Mutation.createApiKey(expiresAt)", "Mutation.rotateApiKey(expiresAt)", "Mutation.rotateApiKey(predecessorExpiresAt)",
	"Mutation.updateSettings(settings)", // keys are the catalogue's
	"Mutation.acceptExceptions(confirm)",
	"Restoration.exceptions(first)", "Restoration.exceptions(after)", // a number within the disconnection
	"Store.resourceNames(ids)", // Shopify is asked as the store
	"@skip(if)", "@include(if)",
}

// storeObjects are what a store has that arguments can name.
type storeObjects struct {
	Store    struct{ ID string }
	Accounts []struct {
		ID                string
		DisconnectPreview *struct{ Token string }
		Disconnections    []struct{ ID string }
	}
	AuditTrail struct {
		Nodes    []struct{ ID string }
		PageInfo struct{ StartCursor string }
	}
	APIKeys        []struct{ ID, Name string } `json:"apiKeys"`
	shop, onceOnly string
}

const keyed = `mutation($x: String!) { updateSettings(settings: [{ key: "order.tags", value: ["same"] }]) @idempotent(key: $x) { settings { key value } userErrors { code } } }`

// populateStore gives a store one of everything, and says what.
func populateStore(t *testing.T, seller program.Client, name string) (objects storeObjects) {
	t.Helper()
	connect := `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:%s") { userErrors { code } } }`
	objects.shop, objects.onceOnly = "SHOPOF"+name, "key of "+name
	seller.Data(fmt.Sprintf(connect, "FIRSTOF"+name))
	seller.AwaitShop("CONNECTED")
	seller.Data(disconnectMutation)
	seller.AwaitShop("DISCONNECTED")
	seller.Data(fmt.Sprintf(connect, objects.shop))
	seller.AwaitShop("CONNECTED")
	seller.Data(fmt.Sprintf(editMutation, "order.tags", `["tag of `+name+`"]`))
	seller.CreateKey("Partner of "+name, "READ")
	seller.Data(keyed, "x", objects.onceOnly)
	require.NoError(t, json.Unmarshal([]byte(seller.Data(`{ store { id } accounts { id disconnectPreview { token } disconnections { id } }
		auditTrail(first: 250) { nodes { id } pageInfo { startCursor } } apiKeys { id name } }`)), &objects))
	return objects
}

// unknownID is a text of the same form that names nothing.
func unknownID(id string) string {
	last := "0"
	if strings.HasSuffix(id, last) {
		last = "1"
	}
	return id[:len(id)-1] + last
}

// unknownCursor is one of an entry that never was.
var unknownCursor = base64.RawURLEncoding.EncodeToString([]byte("audit_00000000-0000-7000-8000-000000000000"))

func argumentCases(t *testing.T, schema *ast.Schema, own, their storeObjects) []argumentCase {
	t.Helper()
	node := `query($x: ID!) { node(id: $x) { __typename ` + selectAll(schema, schema.Types["Node"]) + ` } }`
	disconnectOf := func(b storeObjects) string { return b.Accounts[1].Disconnections[0].ID } // connected before
	const disconnect = `{ account { id name } disconnection { id } userErrors { code message field } } }`
	all := []argumentCase{
		{"Query.auditTrail(after)", `query($x: String!) { auditTrail(first: 3, after: $x) { ` + selectAll(schema, schema.Types["AuditEntryConnection"]) + ` } }`,
			own.AuditTrail.PageInfo.StartCursor, their.AuditTrail.PageInfo.StartCursor, unknownCursor},
		{"Query.disconnection(id)", `query($x: ID!) { disconnection(id: $x) { ` + selectAll(schema, schema.Types["Disconnection"]) + ` } }`, disconnectOf(own), disconnectOf(their), ""},
		{"Mutation.connectTikTokShop(authorizationCode)", `mutation($x: String!) { connectTikTokShop(authorizationCode: $x) { account { id name } userErrors { code message } } }`,
			"", "sandbox:US:owner:" + their.shop, ""},
		{"Mutation.createApiKey(name)", `mutation($x: String!) { createApiKey(name: $x, scopes: [READ]) { apiKey { name scopes } userErrors { code message } } }`,
			own.APIKeys[0].Name, their.APIKeys[0].Name, ""},
		{"@idempotent(key)", keyed, own.onceOnly, their.onceOnly, ""},
		{"Mutation.rotateApiKey(id)", `mutation($x: ID!) { rotateApiKey(id: $x) { apiKey { name } userErrors { code message field } } }`, own.APIKeys[0].ID, their.APIKeys[0].ID, ""},
		{"Mutation.revokeApiKey(id)", `mutation($x: ID!) { revokeApiKey(id: $x) { apiKey { id name } userErrors { code message field } } }`, own.APIKeys[0].ID, their.APIKeys[0].ID, ""},
		{"Mutation.retryDisconnection(id)", `mutation($x: ID!) { retryDisconnection(id: $x) { disconnection { id } userErrors { code message field } } }`, disconnectOf(own), disconnectOf(their), ""},
		{"Mutation.acceptExceptions(disconnectionId)", `mutation($x: ID!) { acceptExceptions(disconnectionId: $x, confirm: true) { disconnection { id } userErrors { code message field } } }`,
			disconnectOf(own), disconnectOf(their), ""},
		{"Mutation.disconnectTikTokShop(previewToken)", `mutation($x: String!) { disconnectTikTokShop(confirm: true, previewToken: $x) ` + disconnect,
			"", their.Accounts[0].DisconnectPreview.Token, ""}, // the own one is another after every change; disconnecting has tests of that
		{"Mutation.disconnectTikTokShop(accountId)", `mutation($x: ID!) { disconnectTikTokShop(confirm: true, accountId: $x) ` + disconnect, own.Accounts[0].ID, their.Accounts[0].ID, ""},
		{"Mutation.disconnectTikTokShop(accountId)", `mutation($x: ID!) { disconnectTikTokShop(confirm: true, accountId: $x) ` + disconnect, "", disconnectOf(their), ""},
	}
	for _, pair := range [][2]string{
		{own.Store.ID, their.Store.ID}, {own.Accounts[0].ID, their.Accounts[0].ID}, {disconnectOf(own), disconnectOf(their)},
		{own.AuditTrail.Nodes[0].ID, their.AuditTrail.Nodes[0].ID}, {"", their.APIKeys[0].ID},
	} {
		all = append([]argumentCase{{"Query.node(id)", node, pair[0], pair[1], ""}}, all...)
	}
	for i, p := range all {
		if p.none == "" {
			all[i].none = unknownID(p.their)
		}
	}
	return all
}

var available = regexp.MustCompile(`"available":\d+`)

// visibleResponse is all that a caller can see of an answer. What was sent and comes back is taken out.
func visibleResponse(v program.Client, query, x string) string {
	v.T.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": map[string]string{"x": x}})
	require.NoError(v.T, err)
	headers := []string{"X-Request-Id", "same"}
	if v.Credential != "" {
		headers = append(headers, "Authorization", "Bearer "+v.Credential)
	}
	answer := v.Send(http.MethodPost, "/graphql", string(body), headers...)
	answer.Header.Del("Date")
	answer.Header.Del("Content-Length") // of the throttle's numbers, too
	text := available.ReplaceAllString(answer.Body, "")
	if x != "" {
		text = strings.ReplaceAll(text, x, "(sent)")
	}
	return fmt.Sprint(answer.Status, answer.Header, text)
}

// TestTenantIsolation walks through all fields and arguments there are: what is another store's is, to every
// kind of caller, what nobody has.
func TestTenantIsolation(t *testing.T) {
	t.Parallel()
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		environment := []string{"DATABASE_URL=" + databaseURL, "THROTTLE_MAXIMUM=1000000", "THROTTLE_RESTORE_RATE=1000000"}
		shopify := program.ShopifyOf(databaseURL)
		full := program.Start(t, program.Shipped, program.WithSignIn(append(environment, shopify.Env())...)...)
		demo := program.Start(t, program.Shipped, append(environment, shopify.DemoEnv())...)
		seller, visiting := full.As(program.SessionToken(aurora, "42")), demo.As("")
		_, readKey := seller.CreateKey("Reader", "READ")
		_, wholeKey := seller.CreateKey("Partner", allScopes)
		own, demos := populateStore(t, seller, "Aurora"), populateStore(t, visiting, "Demo")
		stranger := full.As(program.SessionToken(borealis, "4711"))
		their := populateStore(t, stranger, "Borealis")

		secrets := readableTexts(t, schema, stranger)
		for _, known := range []program.Client{seller, visiting} {
			for leaf := range readableTexts(t, schema, known) {
				delete(secrets, leaf)
			}
		}
		for _, certain := range []string{borealis, "Borealis", "Partner of Borealis", "tag of Borealis", "Shopify user 4711", their.Store.ID} {
			require.Contains(t, secrets, certain)
		}
		tried, refused := map[string]bool{}, map[argumentCase]string{} // what the seller was told of what nobody has
		for _, reading := range []bool{true, false} {                  // what is done moves what is read
			for _, caller := range []struct {
				program.Client
				own storeObjects
			}{{seller, own}, {full.As(wholeKey), own}, {full.As(readKey), own}, {visiting, demos}} {
				if reading {
					requireNoSecrets(t, secrets, strings.Join(slices.Collect(maps.Keys(readableTexts(t, schema, caller.Client))), "\n"))
				}
				for _, q := range argumentCases(t, schema, caller.own, their) {
					if strings.HasPrefix(q.about, "Query.") != reading {
						continue
					}
					tried[q.about] = true
					their := visibleResponse(caller.Client, q.query, q.their)
					nobodys := visibleResponse(caller.Client, q.query, q.none)
					require.Equal(t, nobodys, their, "%s: not as if there were none, but %.2000s", q.about, their)
					if caller.Client == seller {
						refused[q] = nobodys
					}
					requireNoSecrets(t, secrets, their)
				}
			}
		}
		requireAllArgumentsTried(t, schema, tried)
		for _, q := range argumentCases(t, schema, own, their) { // the arguments work, for what one has
			if q.own != "" {
				require.NotEmpty(t, refused[q], q.about)
				require.NotEqual(t, refused[q], visibleResponse(seller, q.query, q.own), q.about)
			}
		}
		seller.AwaitShop("DISCONNECTED")
		requireShopTaken(t, seller, their.shop, secrets)
	})
}

// requireShopTaken proves the one thing that stores learn of each other, by what both must have TikTok's permission for.
func requireShopTaken(t *testing.T, seller program.Client, shop string, secrets map[string]bool) {
	t.Helper()
	taken := visibleResponse(seller, `mutation($x: String!) { connectTikTokShop(authorizationCode: $x) { account { id name } userErrors { code message } } }`, "sandbox:US:owner:"+shop)
	require.Contains(t, taken, "ACCOUNT_IN_USE")
	requireNoSecrets(t, secrets, taken)
}

func requireNoSecrets(t *testing.T, secrets map[string]bool, text string) {
	t.Helper()
	for secret := range secrets {
		require.NotContains(t, text, secret)
	}
}
