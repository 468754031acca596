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
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/graph"
	"github.com/handback/handback/test/program"
)

// argumentCase is an operation with an argument, $x, that names something of a store.
type argumentCase struct {
	about            string // the argument
	query            string
	own, their, none string // what the argument names: the caller's store has it, another one has it, or nobody
}

// harmless are the arguments that name nothing of a store.
var harmless = []string{
	"Query.auditTrail(first)", "Query.auditTrail(actorKinds)", "Query.auditTrail(actions)", "Query.events(first)", "Query.accountHistory(first)", "Account.disconnectionHistory(first)", "Query.settings(scope)", "Query.settings(key)", "AuditEntry.changes(key)", "Restoration.changes(key)",
	"DisconnectPreview.changes(key)", "Mutation.disconnectTikTokShop(confirm)", "Mutation.createApiKey(scopes)",
	"Mutation.createApiKey(expiresAt)", "Mutation.rotateApiKey(expiresAt)", "Mutation.rotateApiKey(predecessorExpiresAt)",
	"Mutation.updateSettings(settings)", // keys are the catalogue's
	"Mutation.acceptExceptions(confirm)", "Mutation.beginTikTokAuthorization(returnTo)",
	"Restoration.exceptions(first)", "Restoration.exceptions(after)", // a number within the disconnection
	"Disconnection.handoff(first)", "Disconnection.handoff(after)", "Disconnection.handoff(tasks)", // positions within the disconnection
	"Store.resourceNames(ids)", // Shopify is asked as the store
	"Mutation.createWebhookEndpoint(url)", "Mutation.createWebhookEndpoint(topics)", "Mutation.updateWebhookEndpoint(url)", "Mutation.updateWebhookEndpoint(topics)",
	"Mutation.updateWebhookEndpoint(enabled)", "Mutation.redeliverEvents(last)", "WebhookEndpoint.deliveries(first)",
	"@skip(if)", "@include(if)",
}

// storeObjects are what a store has that arguments can name.
type storeObjects struct {
	Store    struct{ ID string }
	Accounts []struct {
		ID                string
		DisconnectPreview *struct{ Token string }
		Disconnections    []struct {
			ID      string
			Handoff struct{ Nodes []struct{ ID string } }
		}
		DisconnectionHistory struct{ PageInfo struct{ StartCursor string } }
	}
	AccountHistory     struct{ PageInfo struct{ StartCursor string } }
	AuditTrail, Events struct {
		Nodes []struct {
			ID    string
			Actor struct{ Name string } // of an entry
		}
		PageInfo struct{ StartCursor string }
	}
	APIKeys          []struct{ ID, Name string } `json:"apiKeys"`
	WebhookEndpoints []struct {
		ID         string
		Deliveries struct {
			Nodes    []struct{ ID string }
			PageInfo struct{ StartCursor string }
		}
	}
	shop, onceOnly string
}

const keyed = `mutation($x: String!) { updateSettings(settings: [{ key: "order.tags", value: ["same"] }]) @idempotent(key: $x) { settings { key value } userErrors { code } } }`

// populateStore gives a store one of everything, and says what.
func populateStore(t *testing.T, databaseURL string, platforms *program.Shopify, seller program.Client, name string) (objects storeObjects) {
	t.Helper()
	connect := `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:%s") { userErrors { code } } }`
	objects.shop, objects.onceOnly = "SHOPOF"+name, "key of "+name
	seller.Data(fmt.Sprintf(connect, "FIRSTOF"+name))
	seller.AwaitShop("CONNECTED")
	first := "FIRSTOF" + name
	if name == "Demo" { // which is connected already
		first = "USLCDEMO1"
	}
	_, err := platforms.TikTok.AddOrders(first, "AWAITING_SHIPMENT", 1, 0)
	require.NoError(t, err)
	seller.Insist(disconnectMutation)
	seller.AwaitShop("DISCONNECTED")
	seller.Insist(fmt.Sprintf(connect, objects.shop))
	seller.AwaitShop("CONNECTED")
	seller.Data(fmt.Sprintf(editMutation, "order.tags", `["tag of `+name+`"]`))
	seller.CreateKey("Partner of "+name, "READ")
	seller.Data(keyed, "x", objects.onceOnly)
	addDeliveries(t, databaseURL, seller, name)
	require.NoError(t, json.Unmarshal([]byte(seller.Data(`{ store { id } accounts { id disconnectPreview { token } disconnections { id handoff { nodes { id } } } disconnectionHistory { pageInfo { startCursor } } }
		accountHistory { pageInfo { startCursor } } auditTrail(first: 250) { nodes { id actor { name } } pageInfo { startCursor } } events(first: 1) { nodes { id } pageInfo { startCursor } } apiKeys { id name }
		webhookEndpoints { id deliveries { nodes { id } pageInfo { startCursor } } } }`)), &objects))
	require.NotEmpty(t, objects.Accounts[1].Disconnections[0].Handoff.Nodes)
	return objects
}

// addDeliveries makes a webhook endpoint, which is disabled so that its log stays as it is, and writes into that log.
func addDeliveries(t *testing.T, databaseURL string, seller program.Client, name string) {
	t.Helper()
	var made struct {
		CreateWebhookEndpoint struct{ WebhookEndpoint struct{ ID string } }
	}
	require.NoError(t, json.Unmarshal([]byte(seller.Data(`mutation { createWebhookEndpoint(url: "https://hooks-of-`+name+`.example/") { webhookEndpoint { id } } }`)), &made))
	endpoint := made.CreateWebhookEndpoint.WebhookEndpoint.ID
	seller.Data(`mutation($id: ID!) { updateWebhookEndpoint(id: $id, enabled: false) { userErrors { code } } }`, "id", endpoint)
	_, err := program.OpenDatabase(t, databaseURL).ExecContext(t.Context(), `INSERT INTO webhook_deliveries (id, endpoint_id, store_id, entry_seq, attempt, sent_at, error, duration_ms)
		SELECT REPLACE(au.id, 'audit_', 'delivery_'), e.id, e.store_id, au.seq, 1, $2, $3, 12
		FROM webhook_endpoints e JOIN audit_entries au ON au.store_id = e.store_id AND au.event_number IS NOT NULL WHERE e.id = $1 ORDER BY au.seq`,
		endpoint, time.Now().UTC(), "no answer from hooks of "+name)
	require.NoError(t, err)
}

// unknownID is a text of the same form that names nothing.
func unknownID(id string) string {
	last := "0"
	if strings.HasSuffix(id, last) {
		last = "1"
	}
	return id[:len(id)-1] + last
}

// unknownCursor is one of an entry, or of an event, that never was.
func unknownCursor(kind string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(kind + "_00000000-0000-7000-8000-000000000000"))
}

// unknownPosition is the cursor of what never was, and would stand at the place of what the cursor is of.
func unknownPosition(t *testing.T, cursor string) string {
	t.Helper()
	position, err := base64.RawURLEncoding.DecodeString(cursor)
	require.NoError(t, err)
	return base64.RawURLEncoding.EncodeToString([]byte(unknownID(string(position))))
}

func argumentCases(t *testing.T, schema *ast.Schema, own, their storeObjects) []argumentCase {
	t.Helper()
	positionOf := func(b storeObjects) string { return b.Accounts[1].DisconnectionHistory.PageInfo.StartCursor }
	const endpoint = `{ webhookEndpoint { id url } userErrors { code message field } } }`
	const disconnect = `{ account { id name } disconnection { id } userErrors { code message field } } }`
	all := []argumentCase{
		{"Query.auditTrail(after)", `query($x: String!) { auditTrail(first: 3, after: $x) { ` + selectAll(schema, schema.Types["AuditEntryConnection"]) + ` } }`,
			own.AuditTrail.PageInfo.StartCursor, their.AuditTrail.PageInfo.StartCursor, unknownCursor("audit")},
		{"Query.auditTrail(actorName)", `query($x: String!) { auditTrail(actorName: $x) { nodes { id actor { name } } } }`,
			own.AuditTrail.Nodes[0].Actor.Name, their.AuditTrail.Nodes[0].Actor.Name, ""},
		{"Query.events(after)", `query($x: String!) { events(first: 3, after: $x) { ` + selectAll(schema, schema.Types["EventConnection"]) + ` } }`,
			own.Events.PageInfo.StartCursor, their.Events.PageInfo.StartCursor, unknownCursor("event")},
		{"Subscription.events(after)", `subscription($x: String!) { events(after: $x) { ` + selectAll(schema, schema.Types["Event"], "DisconnectionConnection") + ` } }`, // the rest is as long as a subscription may be
			"", their.Events.PageInfo.StartCursor, unknownCursor("event")}, // with one's own it does not end; streams have tests of that
		{"Query.accountHistory(after)", `query($x: String!) { accountHistory(first: 3, after: $x) { nodes { id name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
			own.AccountHistory.PageInfo.StartCursor, their.AccountHistory.PageInfo.StartCursor, unknownPosition(t, their.AccountHistory.PageInfo.StartCursor)},
		{"Account.disconnectionHistory(after)", `query($x: String!) { node(id: "` + own.Accounts[1].ID + `") { ... on Account { disconnectionHistory(first: 3, after: $x) { nodes { id } } } } }`,
			"", positionOf(their), unknownPosition(t, positionOf(their))}, // nothing follows the only record that one has
		{"Query.disconnection(id)", `query($x: ID!) { disconnection(id: $x) { ` + selectAll(schema, schema.Types["Disconnection"]) + ` } }`, disconnectionIn(own), disconnectionIn(their), ""},
		{"Mutation.connectTikTokShop(authorizationCode)", `mutation($x: String!) { connectTikTokShop(authorizationCode: $x) { account { id name } userErrors { code message } } }`,
			"", "sandbox:US:owner:" + their.shop, ""},
		{"Mutation.createApiKey(name)", `mutation($x: String!) { createApiKey(name: $x, scopes: [READ]) { apiKey { name scopes } userErrors { code message } } }`,
			own.APIKeys[0].Name, their.APIKeys[0].Name, ""},
		{"@idempotent(key)", keyed, own.onceOnly, their.onceOnly, ""},
		{"Mutation.rotateApiKey(id)", `mutation($x: ID!) { rotateApiKey(id: $x) { apiKey { name } userErrors { code message field } } }`, own.APIKeys[0].ID, their.APIKeys[0].ID, ""},
		{"Mutation.revokeApiKey(id)", `mutation($x: ID!) { revokeApiKey(id: $x) { apiKey { id name } userErrors { code message field } } }`, own.APIKeys[0].ID, their.APIKeys[0].ID, ""},
		{"Mutation.retryDisconnection(id)", `mutation($x: ID!) { retryDisconnection(id: $x) { disconnection { id } userErrors { code message field } } }`, disconnectionIn(own), disconnectionIn(their), ""},
		{"Mutation.acceptExceptions(disconnectionId)", `mutation($x: ID!) { acceptExceptions(disconnectionId: $x, confirm: true) { disconnection { id } userErrors { code message field } } }`,
			disconnectionIn(own), disconnectionIn(their), ""},
		{"Mutation.acknowledgeHandoffItems(ids)", `mutation($x: ID!) { acknowledgeHandoffItems(ids: [$x]) { handoffItems { id } userErrors { code message field } } }`, handedOverIn(own), handedOverIn(their), ""},
		{"WebhookEndpoint.deliveries(after)", `query($x: String!) { node(id: "` + own.WebhookEndpoints[0].ID + `") { ... on WebhookEndpoint { deliveries(first: 3, after: $x) { nodes { id } } } } }`,
			own.WebhookEndpoints[0].Deliveries.PageInfo.StartCursor, their.WebhookEndpoints[0].Deliveries.PageInfo.StartCursor, unknownCursor("delivery")},
		{"Mutation.updateWebhookEndpoint(id)", `mutation($x: ID!) { updateWebhookEndpoint(id: $x, topics: [SETTINGS_UPDATED]) ` + endpoint, own.WebhookEndpoints[0].ID, their.WebhookEndpoints[0].ID, ""},
		{"Mutation.rotateWebhookSecret(id)", `mutation($x: ID!) { rotateWebhookSecret(id: $x) ` + endpoint, own.WebhookEndpoints[0].ID, their.WebhookEndpoints[0].ID, ""},
		{"Mutation.redeliverEvents(endpointId)", `mutation($x: ID!) { redeliverEvents(endpointId: $x) ` + endpoint, own.WebhookEndpoints[0].ID, their.WebhookEndpoints[0].ID, ""},
		{"Mutation.redeliverEvents(after)", `mutation($x: String!) { redeliverEvents(endpointId: "` + own.WebhookEndpoints[0].ID + `", after: $x) ` + endpoint,
			own.Events.PageInfo.StartCursor, their.Events.PageInfo.StartCursor, unknownCursor("event")},
		{"Mutation.deleteWebhookEndpoint(id)", `mutation($x: ID!) { deleteWebhookEndpoint(id: $x) ` + endpoint, own.WebhookEndpoints[0].ID, their.WebhookEndpoints[0].ID, ""},
		{"Mutation.disconnectTikTokShop(previewToken)", `mutation($x: String!) { disconnectTikTokShop(confirm: true, previewToken: $x) ` + disconnect,
			"", their.Accounts[0].DisconnectPreview.Token, ""}, // the own one is another after every change; disconnecting has tests of that
		{"Mutation.disconnectTikTokShop(accountId)", `mutation($x: ID!) { disconnectTikTokShop(confirm: true, accountId: $x) ` + disconnect, own.Accounts[0].ID, their.Accounts[0].ID, ""},
		{"Mutation.disconnectTikTokShop(accountId)", `mutation($x: ID!) { disconnectTikTokShop(confirm: true, accountId: $x) ` + disconnect, "", disconnectionIn(their), ""},
	}
	all = append(nodeCases(schema, own, their), all...)
	for i, p := range all {
		if p.none == "" {
			all[i].none = unknownID(p.their)
		}
	}
	return all
}

// nodeCases ask for a node of each type.
func nodeCases(schema *ast.Schema, own, their storeObjects) (all []argumentCase) {
	for _, named := range []struct{ of, own, their string }{
		{"Store", own.Store.ID, their.Store.ID}, {"Account", own.Accounts[0].ID, their.Accounts[0].ID}, {"Disconnection", disconnectionIn(own), disconnectionIn(their)},
		{"AuditEntry", own.AuditTrail.Nodes[0].ID, their.AuditTrail.Nodes[0].ID}, {"Event", own.Events.Nodes[0].ID, their.Events.Nodes[0].ID},
		{"HandoffItem", handedOverIn(own), handedOverIn(their)}, {"WebhookEndpoint", own.WebhookEndpoints[0].ID, their.WebhookEndpoints[0].ID},
		{"WebhookDelivery", own.WebhookEndpoints[0].Deliveries.Nodes[0].ID, their.WebhookEndpoints[0].Deliveries.Nodes[0].ID}, {"Node", "", their.APIKeys[0].ID},
	} {
		node := `query($x: ID!) { node(id: $x) { __typename id } }`
		if named.of != "Node" {
			node = `query($x: ID!) { node(id: $x) { __typename ... on ` + named.of + ` { ` + selectAll(schema, schema.Types[named.of]) + ` } } }`
		}
		all = append([]argumentCase{{"Query.node(id)", node, named.own, named.their, ""}}, all...)
	}
	return all
}

// disconnectionIn is one that a store had before its present connection, handedOverIn an item of its hand-off.
func disconnectionIn(b storeObjects) string { return b.Accounts[1].Disconnections[0].ID }
func handedOverIn(b storeObjects) string {
	return b.Accounts[1].Disconnections[0].Handoff.Nodes[0].ID
}

var available = regexp.MustCompile(`"available":\d+`)

// visibleResponse is all that a caller can see of an answer. What was sent and comes back is taken out.
func visibleResponse(v program.Client, query, x string) string {
	v.T.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": map[string]string{"x": x}})
	require.NoError(v.T, err)
	headers := []string{"X-Request-Id", "same"}
	if strings.HasPrefix(query, "subscription") {
		headers = append(headers, "Accept", "text/event-stream")
	}
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
		own, demos := populateStore(t, databaseURL, shopify, seller, "Aurora"), populateStore(t, databaseURL, shopify, visiting, "Demo")
		stranger := full.As(program.SessionToken(borealis, "4711"))
		their := populateStore(t, databaseURL, shopify, stranger, "Borealis")

		secrets := readableTexts(t, schema, stranger)
		for _, known := range []program.Client{seller, visiting} {
			for leaf := range readableTexts(t, schema, known) {
				delete(secrets, leaf)
			}
		}
		for _, certain := range []string{borealis, "Borealis", "Partner of Borealis", "tag of Borealis", "Shopify user 4711", their.Store.ID, "https://hooks-of-Borealis.example/", "no answer from hooks of Borealis"} {
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
					if (strings.HasPrefix(q.about, "Query.") || strings.HasPrefix(q.about, "Subscription.")) != reading {
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
		seller.AwaitAuthorizationsEnd()
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
