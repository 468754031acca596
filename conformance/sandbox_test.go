package conformance_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
)

const store = "aurora-outfitters.myshopify.com"

// app sends operations to the sandbox. Each exchange is checked when the test ends.
type app struct {
	t       *testing.T
	texts   map[string]string
	sandbox *sandbox.Sandbox
	http    *http.Client
	token   string
	record  bytes.Buffer
}

func newApp(t *testing.T) *app {
	a := &app{t: t, texts: operations(t)}
	s, err := sandbox.New(sandbox.Options{Exchanges: &a.record, SlowDelay: time.Millisecond, BulkRate: 1_000_000})
	require.NoError(t, err)
	a.sandbox, a.http = s, &http.Client{Transport: s.Transport()}
	var answer struct {
		Token string `json:"access_token"`
	}
	a.post("/admin/oauth/access_token", map[string]any{
		"client_id": s.APIKey(), "client_secret": s.APISecret(), "subject_token": s.SessionToken(store),
		"grant_type":           "urn:ietf:params:oauth:grant-type:token-exchange",
		"subject_token_type":   "urn:ietf:params:oauth:token-type:id_token",
		"requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token", "expiring": "1",
	}, &answer)
	a.token = answer.Token
	return a
}

func (a *app) post(path string, body, into any) {
	a.t.Helper()
	text, err := json.Marshal(body)
	require.NoError(a.t, err)
	request, err := http.NewRequest(http.MethodPost, "https://"+store+path, bytes.NewReader(text))
	require.NoError(a.t, err)
	request.Header.Set("X-Shopify-Access-Token", a.token)
	response, err := a.http.Do(request)
	require.NoError(a.t, err)
	defer response.Body.Close()
	require.NoError(a.t, json.NewDecoder(response.Body).Decode(into))
}

// do sends one of the client's operations and returns the data.
func (a *app) do(operation string, variables map[string]any) map[string]any {
	a.t.Helper()
	require.Contains(a.t, a.texts, operation)
	var answer struct{ Data map[string]any }
	a.post("/admin/api/"+version+"/graphql.json", map[string]any{"query": a.texts[operation], "variables": variables}, &answer)
	return answer.Data
}

func (a *app) merchant(text string) {
	body, err := json.Marshal(map[string]any{"query": text})
	require.NoError(a.t, err)
	a.sandbox.Control().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/sandbox/shopify/admin/api/"+version+"/graphql.json", bytes.NewReader(body)))
}

// requireChecked checks every exchange, and that each of the client's operations was among them.
func (a *app) requireChecked() {
	schema := load(a.t, version)
	missing := a.texts
	for line := range bytes.Lines(a.record.Bytes()) {
		var e sandbox.Exchange
		require.NoError(a.t, json.Unmarshal(line, &e))
		requireGood(a.t, schema, e)
		delete(missing, e.Operation)
	}
	require.Empty(a.t, missing, "these were not sent")
}

type vars = map[string]any

func dig(value any, path ...string) any {
	for _, name := range path {
		if entries, ok := value.([]any); ok {
			value = entries[0]
		}
		value = value.(map[string]any)[name]
	}
	return value
}

const product, location = "gid://shopify/Product/7001", "gid://shopify/Location/1001"

func TestSandboxAnswersAsTheAdminAPIDoes(t *testing.T) {
	a := newApp(t)
	owner := dig(a.do("Shop", nil), "currentAppInstallation", "id")
	publications := dig(a.do("Publications", nil), "publications", "nodes").([]any)
	publication := dig(publications[len(publications)-1], "id")
	a.catalogue(publication)
	a.channel()
	a.policies()
	for _, id := range []string{location, "gid://shopify/Location/1003", "gid://shopify/Location/1", "no id"} {
		a.do("LocationEdit", vars{"id": id, "fulfillsOnlineOrders": false})
	}
	for _, digest := range []any{nil, nil, "stale"} {
		a.do("AppMetafieldsSet", vars{"metafields": []vars{{"ownerId": owner, "key": "epoch", "type": "json", "value": `{}`, "compareDigest": digest}}})
	}
	a.do("AppMetafields", nil)
	input := vars{"topic": "ORDERS_UPDATED", "input": vars{"uri": "https://app.example", "format": "JSON", "includeFields": []string{"id"}}}
	hook := dig(a.do("WebhookSubscriptionCreate", input), "webhookSubscriptionCreate", "webhookSubscription", "id")
	a.do("WebhookSubscriptionCreate", input)
	a.do("WebhookSubscriptions", nil)
	a.do("WebhookSubscriptionDelete", vars{"id": hook})
	a.do("WebhookSubscriptionDelete", vars{"id": hook})
	a.bulk(publication)
	a.faults(publication)
	a.sandbox.Grant(store)
	for _, operation := range []string{"Publications", "Locations", "Shop", "ShopPolicies"} {
		a.do(operation, nil)
	}
	a.do("PublishProduct", vars{"id": product, "publicationId": publication})
	a.requireChecked()
}

func (a *app) catalogue(publication any) {
	for _, id := range []string{product, "gid://shopify/Product/1"} {
		for _, of := range []any{publication, "gid://shopify/Publication/1"} {
			a.do("PublishProduct", vars{"id": id, "publicationId": of})
			a.do("UnpublishProduct", vars{"id": id, "publicationId": of})
		}
	}
	a.merchant(`mutation { productCreate(product: {title: "Scarf"}) { product { id title handle status } userErrors { field message } }
		fulfillmentServiceCreate(name: "Partner") { fulfillmentService { id serviceName location { id } } userErrors { field message } }
		productDelete(input: {id: "gid://shopify/Product/7002"}) { deletedProductId userErrors { field message } }
		locationDeactivate(locationId: "gid://shopify/Location/1001") @idempotent(key: "1") { location { id } locationDeactivateUserErrors { field message code } }
		locationActivate(locationId: "gid://shopify/Location/1001") @idempotent(key: "2") { location { id } locationActivateUserErrors { field message code } } }`)
	a.do("PublicationUpdate", vars{"id": publication, "input": vars{"autoPublish": true}})
	a.do("PublicationUpdate", vars{"id": "gid://shopify/Publication/1", "input": vars{"autoPublish": true}})
	a.do("PublishProduct", vars{"id": product, "publicationId": publication})
	a.do("PublishedProducts", vars{"publicationId": publication})
	a.do("PublishedProducts", vars{"publicationId": "gid://shopify/Publication/1"})
	a.do("PublishedProductsCount", vars{"publicationId": publication})
	a.do("ProductPublications", vars{"publicationId": publication})
	a.do("ProductsPublished", vars{"publicationId": publication, "ids": []string{product, "gid://shopify/Product/7002", location}})
	a.do("ProductsPublished", vars{"publicationId": publication, "ids": slices.Repeat([]string{product}, 251)})
	a.do("ResourceNames", vars{"ids": []string{product, "gid://shopify/Product/7002", location, "gid://shopify/Location/1"}})
	a.do("ResourceNames", vars{"ids": []string{product, "no id"}})
	a.do("Locations", nil)
}

func (a *app) channel() {
	input := vars{"accountId": "1", "accountName": "Aurora", "specificationHandle": "tiktok-shop-us", "handle": "tiktok-shop"}
	id := dig(a.do("ChannelCreate", vars{"input": input}), "channelCreate", "channel", "id")
	a.do("ChannelCreate", vars{"input": input})
	a.do("Channels", nil)
	a.do("Publications", nil)
	a.do("ChannelByHandle", vars{"handle": "tiktok-shop"})
	a.do("OrderAttributionDefinitions", nil)
	for _, feedback := range []vars{
		{"state": "REQUIRES_ACTION", "messages": []string{"Finish setting up."}}, {"state": "ACCEPTED"}, {"state": "REQUIRES_ACTION"},
		{"state": "REQUIRES_ACTION", "messages": []string{"Finish setting up."}, "feedbackGeneratedAt": "2001-01-01T00:00:00Z"},
	} {
		feedback["channelId"] = id
		if feedback["feedbackGeneratedAt"] == nil {
			feedback["feedbackGeneratedAt"] = time.Now().UTC().Format(time.RFC3339Nano)
		}
		a.do("ShopResourceFeedback", vars{"input": feedback})
		a.do("ResourceFeedback", vars{"channelId": id})
	}
	a.do("ChannelDelete", vars{"id": id})
	a.do("ChannelDelete", vars{"id": id})
	a.do("ChannelByHandle", vars{"handle": "tiktok-shop"})
}

// policies reads what the merchant writes.
func (a *app) policies() {
	for _, body := range []string{"<p>Within 14 days.</p>", "", strings.Repeat("x", 512<<10)} {
		a.merchant(`mutation { shopPolicyUpdate(shopPolicy: {type: REFUND_POLICY, body: "` + body + `"}) { shopPolicy { id type body url } userErrors { field message code } } }`)
		a.do("ShopPolicies", nil)
	}
}

func (a *app) bulk(publication any) {
	run := func(path any) any {
		text := strings.Replace(a.texts["PublishProduct"], "PublishProduct(", "PublishProduct_42(", 1)
		return dig(a.do("BulkOperationRunMutation", vars{"mutation": text, "stagedUploadPath": path}), "bulkOperationRunMutation", "bulkOperation")
	}
	run("tmp/1")
	id := dig(run(a.upload(publication)), "id")
	a.do("BulkOperation", vars{"id": id})
	require.Eventually(a.t, func() bool {
		return dig(a.do("BulkOperation", vars{"id": id}), "bulkOperation", "status") == "COMPLETED"
	}, time.Minute, 100*time.Millisecond)
	a.do("BulkOperationCancel", vars{"id": id})
	a.do("BulkOperationCancel", vars{"id": dig(run(a.upload(publication)), "id")})
	a.do("BulkOperations", vars{"query": "operation_type:mutation"})
	a.results(dig(a.do("BulkOperation", vars{"id": id}), "bulkOperation", "url"))
}

func (a *app) upload(publication any) any {
	target := dig(a.do("StagedUploadsCreate", vars{"input": []vars{{
		"resource": "BULK_MUTATION_VARIABLES", "filename": "a.jsonl", "mimeType": "text/jsonl", "httpMethod": "POST",
	}}}), "stagedUploadsCreate", "stagedTargets").([]any)[0]
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	var path any
	for _, p := range dig(target, "parameters").([]any) {
		_ = writer.WriteField(dig(p, "name").(string), dig(p, "value").(string))
		if dig(p, "name") == "key" {
			path = dig(p, "value")
		}
	}
	file, err := writer.CreateFormFile("file", "a.jsonl")
	require.NoError(a.t, err)
	for _, id := range []string{product, "gid://shopify/Product/1"} {
		require.NoError(a.t, json.NewEncoder(file).Encode(vars{"id": id, "publicationId": publication}))
	}
	require.NoError(a.t, writer.Close())
	response, err := a.http.Post(dig(target, "url").(string), writer.FormDataContentType(), &form)
	require.NoError(a.t, err)
	require.NoError(a.t, response.Body.Close())
	require.Equal(a.t, http.StatusCreated, response.StatusCode)
	return path
}

// results checks what a bulk operation wrote, line by line.
func (a *app) results(address any) {
	response, err := a.http.Get(address.(string))
	require.NoError(a.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(a.t, err)
	require.Equal(a.t, 2, bytes.Count(text, []byte("\n")))
	for line := range bytes.Lines(text) {
		requireGood(a.t, load(a.t, version), sandbox.Exchange{
			Query: a.texts["PublishProduct"], Variables: vars{"id": product, "publicationId": "1"}, Answer: line,
		})
	}
}

// faults makes each of the client's mutations say no, and throttles a query.
func (a *app) faults(publication any) {
	require.NoError(a.t, a.sandbox.AddFault(sandbox.Fault{Operation: "*", Kind: sandbox.Refused, Times: 8}))
	a.do("PublishProduct", vars{"id": product, "publicationId": publication})
	a.do("PublicationUpdate", vars{"id": publication, "input": vars{"autoPublish": false}})
	a.do("LocationEdit", vars{"id": location, "fulfillsOnlineOrders": true})
	a.do("WebhookSubscriptionDelete", vars{"id": "gid://shopify/WebhookSubscription/1"})
	a.do("ChannelDelete", vars{"id": "gid://shopify/Channel/1"})
	a.do("ShopResourceFeedback", vars{"input": vars{"state": "ACCEPTED", "feedbackGeneratedAt": "2026-11-01T00:00:00Z"}})
	a.do("AppMetafieldsSet", vars{"metafields": []vars{}})
	a.do("BulkOperationRunMutation", vars{"mutation": a.texts["PublishProduct"], "stagedUploadPath": "tmp/1"})
	require.NoError(a.t, a.sandbox.AddFault(sandbox.Fault{Operation: "Shop", Kind: sandbox.Throttled, Times: 1}))
	a.do("Shop", nil)
	require.NoError(a.t, a.sandbox.AddFault(sandbox.Fault{Operation: "Shop", Kind: sandbox.Slow, Times: 1}))
	a.do("Shop", nil)
}
