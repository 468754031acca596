package graph_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/endpoint"
	"github.com/handback/handback/graph"
	"github.com/handback/handback/models"
	"github.com/handback/handback/secrets"
	"github.com/handback/handback/tiktok/sandbox/sandboxtest"
)

// newWebhookAPI serves a store whose webhook endpoints may be made.
func newWebhookAPI(t *testing.T, databaseURL string) *api {
	t.Helper()
	a := newAPI(t, databaseURL)
	keyset, err := secrets.New()
	require.NoError(t, err)
	a.repository.Sealer, err = secrets.Parse(keyset)
	require.NoError(t, err)
	return a
}

const endpointFields = `{ id url topics createdAt status deliveries { nodes { id } pageInfo { hasNextPage } } }`

func (a *api) createEndpoint(arguments string) object {
	a.t.Helper()
	return a.do(`mutation { createWebhookEndpoint(`+arguments+`) { webhookEndpoint `+endpointFields+` secret userErrors { code message field } } }`, nil).(object)
}

func (a *api) endpoints() []any {
	a.t.Helper()
	return a.do(`{ webhookEndpoints `+endpointFields+` }`, nil).([]any)
}

// changeEndpoint calls a mutation of an endpoint.
func (a *api) changeEndpoint(mutation, arguments string, id any) object {
	a.t.Helper()
	argument := "id"
	if mutation == "redeliverEvents" {
		argument = "endpointId"
	}
	return a.do(`mutation($id: ID!) { `+mutation+`(`+argument+`: $id`+arguments+`) { webhookEndpoint `+endpointFields+` userErrors { code message field } } }`, object{"id": id}).(object)
}

var allTopics = []any{
	"ACCOUNT_CONNECTED", "ACCOUNT_DISCONNECTING", "DISCONNECTION_BLOCKED", "ACCOUNT_DISCONNECTED", "SETTINGS_UPDATED", "TIKTOK_AUTHORIZATION_EXPIRING", "TIKTOK_AUTHORIZATION_LOST", "STORE_UNINSTALLED",
}

func TestWebhookEndpointLifecycle(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newWebhookAPI(t, databaseURL)
		require.Equal(t, []any{}, a.endpoints())
		first := a.createEndpoint(`url: "https://example.com/all", topics: []`)
		second := a.createEndpoint(`url: "https://example.com/some", topics: [SETTINGS_UPDATED, ACCOUNT_DISCONNECTING, SETTINGS_UPDATED]`)
		require.Empty(t, codes(first))
		require.Equal(t, allTopics, first["webhookEndpoint"].(object)["topics"])
		require.Equal(t, []any{"ACCOUNT_DISCONNECTING", "SETTINGS_UPDATED"}, second["webhookEndpoint"].(object)["topics"])
		require.Equal(t, []any{second["webhookEndpoint"], first["webhookEndpoint"]}, a.endpoints())
		id := second["webhookEndpoint"].(object)["id"]

		changed := a.changeEndpoint("updateWebhookEndpoint", `, url: "https://other.example/", topics: [], enabled: false`, id)["webhookEndpoint"].(object)
		require.Equal(t, []any{"https://other.example/", allTopics, "DISABLED"}, []any{changed["url"], changed["topics"], changed["status"]})
		require.Equal(t, changed, a.changeEndpoint("updateWebhookEndpoint", `, url: null, topics: null, enabled: null`, id)["webhookEndpoint"])
		require.Equal(t, []string{"ENDPOINT_DISABLED endpointId"}, codes(a.changeEndpoint("redeliverEvents", "", id)))
		require.Equal(t, "ACTIVE", a.changeEndpoint("updateWebhookEndpoint", `, enabled: true`, id)["webhookEndpoint"].(object)["status"])
		require.Empty(t, codes(a.changeEndpoint("redeliverEvents", "", id)))
		require.Equal(t, []string{"INVALID_URL url"}, codes(a.changeEndpoint("updateWebhookEndpoint", `, url: "https://10.0.0.1/"`, id)))

		rotated := a.do(`mutation($id: ID!) { rotateWebhookSecret(id: $id) { webhookEndpoint { id } secret userErrors { code } } }`, object{"id": id}).(object)
		require.Equal(t, id, rotated["webhookEndpoint"].(object)["id"])
		shown := map[any]bool{first["secret"]: true, second["secret"]: true, rotated["secret"]: true}
		require.Len(t, shown, 3)
		seen, err := json.Marshal([]any{a.endpoints(), a.trail(20, nil), a.state()})
		require.NoError(t, err)
		for secret := range shown {
			require.Regexp(t, `^whsec_[A-Za-z0-9+/]{43}=$`, secret)
			require.NotContains(t, string(seen), secret.(string)[6:20])
		}

		require.Equal(t, id, a.changeEndpoint("deleteWebhookEndpoint", "", id)["webhookEndpoint"].(object)["id"])
		require.Equal(t, []any{first["webhookEndpoint"]}, a.endpoints())
		var actions []any
		for _, entry := range a.trail(7, nil)["nodes"].([]any) {
			actions = append(actions, entry.(object)["action"])
		}
		require.Equal(t, []any{
			"WEBHOOK_ENDPOINT_DELETED", "WEBHOOK_SECRET_ROTATED", "EVENTS_REDELIVERED", "WEBHOOK_ENDPOINT_UPDATED", "WEBHOOK_ENDPOINT_UPDATED", "WEBHOOK_ENDPOINT_CREATED", "WEBHOOK_ENDPOINT_CREATED",
		}, actions)
	})
}

func TestWebhookRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newWebhookAPI(t, databaseURL)
		other := storeAPI(t, a.repository, "other.myshopify.com")
		theirs := other.createEndpoint(`url: "https://example.com/"`)["webhookEndpoint"].(object)["id"]
		before := other.endpoints()
		refused := a.createEndpoint(`url: "http://example.com/"`)
		require.Equal(t, []string{"INVALID_URL url"}, codes(refused))
		require.Equal(t, []any{nil, nil}, []any{refused["webhookEndpoint"], refused["secret"]})
		for _, mutation := range []string{"updateWebhookEndpoint", "deleteWebhookEndpoint", "rotateWebhookSecret", "redeliverEvents"} {
			unknown := a.changeEndpoint(mutation, "", "webhook_00000000-0000-7000-8000-000000000000")
			require.Equal(t, "ENDPOINT_NOT_FOUND", unknown["userErrors"].([]any)[0].(object)["code"])
			for _, id := range []any{theirs, "", "x", "webhook_\x00"} {
				require.Equal(t, unknown, a.changeEndpoint(mutation, "", id), "%s %s", mutation, id)
			}
		}
		require.Equal(t, before, other.endpoints())
		require.Nil(t, a.do(`query($id: ID!) { node(id: $id) { id } }`, object{"id": theirs}))
		for range models.MaxWebhookEndpoints {
			require.Empty(t, codes(a.createEndpoint(`url: "https://example.com/"`)))
		}
		require.Equal(t, []string{"TOO_MANY_ENDPOINTS"}, codes(a.createEndpoint(`url: "https://example.com/"`)))
		id := a.endpoints()[0].(object)["id"]
		theirEvent := other.do(`{ events(first: 1) { pageInfo { endCursor } } }`, nil).(object)["pageInfo"].(object)["endCursor"]
		entry := a.do(`{ auditTrail(first: 1) { pageInfo { endCursor } } }`, nil).(object)["pageInfo"].(object)["endCursor"]
		for _, after := range []any{theirEvent, entry, "x"} {
			errs := a.post(`mutation($id: ID!, $after: String) { redeliverEvents(endpointId: $id, after: $after) { userErrors { code } } }`, object{"id": id, "after": after})["errors"].([]any)
			require.Equal(t, "BAD_USER_INPUT", errs[0].(object)["extensions"].(object)["code"], after)
			require.Contains(t, errs[0].(object)["message"], "after")
		}
		event := a.do(`{ events(first: 1) { pageInfo { endCursor } } }`, nil).(object)["pageInfo"].(object)["endCursor"].(string)
		for _, arguments := range []string{`last: 0`, `last: -1`, `last: 251`, `last: 1, after: "` + event + `"`} {
			errs := a.post(`mutation($id: ID!) { redeliverEvents(endpointId: $id, `+arguments+`) { userErrors { code } } }`, object{"id": id})["errors"].([]any)
			require.Equal(t, "BAD_USER_INPUT", errs[0].(object)["extensions"].(object)["code"], arguments)
			require.Contains(t, errs[0].(object)["message"], "last", arguments)
		}
		for _, arguments := range []string{`, last: 1`, `, last: 250, after: null`, `, last: null, after: "` + event + `"`, `, last: 1, after: ""`} {
			require.Empty(t, codes(a.changeEndpoint("redeliverEvents", arguments, id)), arguments)
		}
		require.Empty(t, codes(a.changeEndpoint("updateWebhookEndpoint", ", topics: [STORE_UNINSTALLED]", id)))
		require.Equal(t, []string{"NO_EVENTS last"}, codes(a.changeEndpoint("redeliverEvents", ", last: 1", id)))
		for _, mutation := range []string{`createWebhookEndpoint(url: "https://example.com/")`, `rotateWebhookSecret(id: "x")`} {
			errs := a.post(`mutation { `+mutation+` @idempotent(key: "k") { secret } }`, nil)["errors"].([]any)
			require.Equal(t, "BAD_USER_INPUT", errs[0].(object)["extensions"].(object)["code"], "its answer must not be stored")
		}
	})
}

// deliver writes into the log that the store's events were sent to an endpoint.
func (a *api) deliver(databaseURL string, endpoint any) {
	a.t.Helper()
	driver, address := "pgx", databaseURL
	if path, ok := strings.CutPrefix(databaseURL, "sqlite:"); ok {
		driver, address = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	conn, err := sql.Open(driver, address)
	require.NoError(a.t, err)
	defer conn.Close()
	_, err = conn.ExecContext(a.t.Context(), `INSERT INTO webhook_deliveries (id, endpoint_id, store_id, entry_seq, attempt, sent_at, status, duration_ms)
		SELECT REPLACE(au.id, 'audit_', 'delivery_'), e.id, e.store_id, au.seq, 1, $2, 204, 12
		FROM webhook_endpoints e JOIN audit_entries au ON au.store_id = e.store_id AND au.event_number IS NOT NULL WHERE e.id = $1 ORDER BY au.seq`,
		endpoint, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	require.NoError(a.t, err)
}

func TestWebhookDeliveries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newWebhookAPI(t, databaseURL)
		a.connect("sandbox:US:owner:HOOKS")
		a.disconnect("confirm: true")
		id := a.createEndpoint(`url: "https://example.com/"`)["webhookEndpoint"].(object)["id"]
		empty := a.createEndpoint(`url: "https://example.com/"`)["webhookEndpoint"].(object)["id"]
		a.deliver(databaseURL, id)
		events := a.do(`{ events { nodes { id topic account { id } disconnection { id } auditEntry { id changes { key } } } } }`, nil).(object)["nodes"].([]any)
		require.Len(t, events, 3)

		const fields = `id attempt sentAt status error durationMs event { id topic account { id } disconnection { id } auditEntry { id changes { key } } }`
		listed := a.do(`{ webhookEndpoints { id all: deliveries { nodes { `+fields+` } } one: deliveries(first: 1) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } } } }`, nil).([]any)
		require.Equal(t, object{"id": empty, "all": object{"nodes": []any{}}, "one": object{"edges": []any{}, "pageInfo": object{"hasNextPage": false, "endCursor": nil}}}, listed[0])
		deliveries := listed[1].(object)["all"].(object)["nodes"].([]any)
		require.Len(t, deliveries, 3)
		for i, delivery := range deliveries {
			require.Equal(t, events[2-i], delivery.(object)["event"], "newest first")
			require.Equal(t, delivery, a.do(`query($id: ID!) { node(id: $id) { ... on WebhookDelivery { `+fields+` } } }`, object{"id": delivery.(object)["id"]}))
		}
		require.Equal(t, []any{json.Number("1"), "2026-03-02T09:00:00Z", json.Number("204"), nil, json.Number("12")},
			[]any{deliveries[0].(object)["attempt"], deliveries[0].(object)["sentAt"], deliveries[0].(object)["status"], deliveries[0].(object)["error"], deliveries[0].(object)["durationMs"]})

		one := listed[1].(object)["one"].(object)
		require.Equal(t, deliveries[0].(object)["id"], one["edges"].([]any)[0].(object)["node"].(object)["id"])
		require.Equal(t, object{"hasNextPage": true, "endCursor": one["edges"].([]any)[0].(object)["cursor"]}, one["pageInfo"])
		var page object
		var seen []any
		for after := any(nil); ; after = page["pageInfo"].(object)["endCursor"] {
			page = a.do(`query($id: ID!, $after: String) { node(id: $id) { ... on WebhookEndpoint { deliveries(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } } }`,
				object{"id": id, "after": after}).(object)["deliveries"].(object)
			for _, node := range page["nodes"].([]any) {
				seen = append(seen, node.(object)["id"])
			}
			if page["pageInfo"].(object)["hasNextPage"] == false {
				break
			}
		}
		require.Equal(t, []any{deliveries[0].(object)["id"], deliveries[1].(object)["id"], deliveries[2].(object)["id"]}, seen)
		for _, arguments := range []string{`first: 0`, `first: 251`, `after: "x"`} {
			errs := a.post(`{ webhookEndpoints { deliveries(`+arguments+`) { nodes { id } } } }`, nil)["errors"].([]any)
			require.Equal(t, "BAD_USER_INPUT", errs[0].(object)["extensions"].(object)["code"], arguments)
		}
		require.Empty(t, a.changeEndpoint("deleteWebhookEndpoint", "", id)["webhookEndpoint"].(object)["deliveries"].(object)["nodes"], "they are gone")
	})
}

// TestWebhookNodesNeedTheScope: to other keys that may read they are not there.
func TestWebhookNodesNeedTheScope(t *testing.T) {
	databaseURL := dbtest.URL(t, "sqlite")
	a := newWebhookAPI(t, databaseURL)
	id := a.createEndpoint(`url: "https://example.com/"`)["webhookEndpoint"].(object)["id"]
	a.deliver(databaseURL, id)
	delivery := a.endpoints()[0].(object)["deliveries"].(object)["nodes"].([]any)[0].(object)["id"]
	for _, test := range []struct {
		scopes []string
		found  bool
	}{{[]string{"READ"}, false}, {[]string{"READ", "MANAGE_WEBHOOKS"}, true}} {
		secret := a.createKey(strings.Join(test.scopes, " "), test.scopes...)["secret"].(string)
		caller, found, err := a.repository.CallerByAPIKey(t.Context(), models.HashAPIKey(secret))
		require.NoError(t, err)
		require.True(t, found)
		server := httptest.NewServer(endpoint.New(schemaOf(a.repository, sandboxtest.Codes{}), endpoint.Options{
			SignIn: signInAs(caller), Once: a.repository.Once, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		}))
		t.Cleanup(server.Close)
		partner := &api{t: t, url: server.URL, repository: a.repository}
		for _, node := range []any{id, delivery} {
			require.Equal(t, test.found, partner.do(`query($id: ID!) { node(id: $id) { id } }`, object{"id": node}) != nil)
		}
	}
}

// countingWebhooks counts reads of deliveries.
type countingWebhooks struct {
	graph.Webhooks

	reads atomic.Int64
}

func (c *countingWebhooks) WebhookDeliveries(ctx context.Context, caller models.Caller, page models.WebhookDeliveryPage, details models.AccountDetails) (map[string]*models.WebhookDeliveries, error) {
	c.reads.Add(1)
	return c.Webhooks.WebhookDeliveries(ctx, caller, page, details)
}

// TestWebhookDeliveriesAreReadOnce for each field that gives them, however many endpoints there are.
func TestWebhookDeliveriesAreReadOnce(t *testing.T) {
	databaseURL := dbtest.URL(t, "sqlite")
	a := newWebhookAPI(t, databaseURL)
	var ids []any
	for range models.MaxWebhookEndpoints {
		id := a.createEndpoint(`url: "https://example.com/"`)["webhookEndpoint"].(object)["id"]
		ids = append([]any{id}, ids...)
	}
	store := a.do(`{ store { id domain } }`, nil).(object)
	caller := models.Caller{Store: models.Store{ID: store["id"].(string), Domain: store["domain"].(string)}, Actor: models.Actor{Kind: models.ActorSeller, Name: "Seller"}}
	counting := &countingWebhooks{Webhooks: a.repository}
	server := httptest.NewServer(endpoint.New(endpoint.Schema(graph.NewSchema(&graph.Resolver{Webhooks: counting})), endpoint.Options{
		SignIn: signInAs(caller), Once: a.repository.Once, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}))
	t.Cleanup(server.Close)
	counted := &api{t: t, url: server.URL, repository: a.repository}
	for query, reads := range map[string]int64{
		`{ webhookEndpoints { id } }`:                             0,
		`{ webhookEndpoints { id deliveries { nodes { id } } } }`: 1,
		`{ webhookEndpoints { id a: deliveries { nodes { id } } b: deliveries(first: 1) { nodes { id } } deliveries { edges { cursor } } } }`: 3,
	} {
		counting.reads.Store(0)
		var found []any
		for _, endpoint := range counted.do(query, nil).([]any) {
			found = append(found, endpoint.(object)["id"])
		}
		require.Equal(t, ids, found)
		require.Equal(t, reads, counting.reads.Load(), query)
	}
}
