package test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"github.com/handback/handback/test/program"
)

// TestLargestStoreCanDoEverything: where every setting that can be long is as long as it may be, everything that the
// admin and the guide for partners ask for is answered, and what they order is done once. The admin's operations are read
// from its source.
func TestLargestStoreCanDoEverything(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the program")
	}
	admin := slices.DeleteFunc(program.AdminOperations(t), func(o program.AdminOperation) bool {
		ofKeys := strings.HasSuffix(o.Name, "ApiKey") // nothing is longer in a large store
		ofBlocked := o.Name == "RetryDisconnection" || o.Name == "AcceptExceptions"
		ofWebhooks := strings.Contains(o.Name, "Webhook") || o.Name == "RedeliverEvents" // likewise
		return o.Kind == ast.Mutation && (ofKeys || ofBlocked || ofWebhooks)
	})
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		s := largestStore{Client: p.As(""), untried: slices.Clone(admin)}
		s.Data(disconnectMutation)
		s.AwaitShop("DISCONNECTED")
		s.AwaitAuthorizationsEnd()
		s.fill(recorded, models.ScopeStore, models.ScopeAds)
		s.Data(connectDemoShop)
		s.AwaitShop("CONNECTED")
		s.fill("b", models.ScopeStore, models.ScopeTikTokShop)

		s.askAll(admin)
		s.once("UpdateSetting", "setting", json.RawMessage(`{"key":"order.tags","value":`+longest("order.tags", "c")+`}`))
		shop := s.shop()
		s.once("DisconnectTikTokShop", "confirm", true, "accountId", shop.ID, "previewToken", shop.DisconnectPreview.Token)
		s.AwaitShop("DISCONNECTED")
		require.Nil(t, s.shop().DisconnectPreview)
		s.AwaitAuthorizationsEnd()
		s.askAll(admin)
		s.once("AcknowledgeHandoffItems", "ids", []string{})
		s.begin("BeginTikTokAuthorization")
		s.once("ConnectTikTokShop", "code", "sandbox:US:owner:USLCDEMO1")
		s.AwaitShop("CONNECTED")
		require.Empty(t, s.untried, "operations of the admin that this test does not try")

		s.fill("d", models.ScopeStore, models.ScopeTikTokShop)
		s.followPartnerDocs()
		s.AwaitShop("DISCONNECTED")
		require.Nil(t, s.shop().DisconnectPreview)
		program.Examine(t, databaseURL)
	})
}

const connectDemoShop = `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO1") { userErrors { code } } }`

// largestStore is the seller of a store with the longest values.
type largestStore struct {
	program.Client
	untried []program.AdminOperation
}

// Data is what an operation gives. A machine that is slow, or has much else to do, needs several attempts, as the admin
// makes them.
func (s *largestStore) Data(query string, variables ...any) string {
	s.T.Helper()
	for deadline := time.Now().Add(program.Patience); ; time.Sleep(time.Second) {
		answer := s.Call(query, variables...)
		if time.Now().After(deadline) || !strings.Contains(answer.Body, `"code":"TRY_AGAIN"`) {
			require.Equal(s.T, http.StatusOK, answer.Status, "%.1000s", answer.Body)
			require.NotContains(s.T, answer.Body[:min(1000, len(answer.Body))], `"errors":`)
			var whole struct{ Data json.RawMessage }
			require.NoError(s.T, json.Unmarshal([]byte(answer.Body), &whole))
			return string(whole.Data)
		}
	}
}

// fill gives every setting of the scopes that can be long its longest value.
func (s *largestStore) fill(letter string, scopes ...models.SettingScope) {
	s.T.Helper()
	var inputs []string
	for _, definition := range models.DefaultCatalogue() {
		if value := longest(definition.Key, letter); value != "" && slices.Contains(scopes, definition.Scope) {
			inputs = append(inputs, fmt.Sprintf(`{"key":%q,"value":%s}`, definition.Key, value))
		}
	}
	for batch := range slices.Chunk(inputs, 5) { // as many as there is room for in a request
		data := s.Data(`mutation($settings: [SettingInput!]!) { updateSettings(settings: $settings) { userErrors { message } } }`,
			"settings", json.RawMessage(`[`+strings.Join(batch, ",")+`]`))
		require.JSONEq(s.T, `{"updateSettings":{"userErrors":[]}}`, data)
	}
}

// recorded is the letter of the values that are there when the shop is connected.
const recorded = "a"

// longest is a value of a setting that is as long as it may be, "" where none can be long. One that is recorded in the
// snapshot has the text that takes the most room there.
func longest(key, letter string) string {
	definition := models.DefaultCatalogue().Definition(key)
	if !definition.Editable || definition.Max != "" || definition.Source == models.SourceShopify { // which names what the store has
		return ""
	}
	object := "{"
	for _, property := range definition.Properties {
		object += fmt.Sprintf(`%q:"",`, property)
	}
	around, long := map[string][2]string{
		"decimal":            {"0.1", ""},
		"integer":            {"1", ""},
		"string":             {`"`, `"`},
		"list<string>":       {`["`, `"]`},
		"list<object>":       {`[{"x":"`, `"}]`},
		"map<ID,boolean>":    {`{"`, `":true}`},
		"map<ID,object>":     {`{"`, `":{}}`},
		"map<ID,string>":     {`{"`, `":""}`},
		"map<string,string>": {`{"`, `":""}`},
		"object":             {object + `"zzz":"`, `"}`},
	}[definition.Type]
	if !long {
		return ""
	}
	filler := letter
	switch {
	case around[1] == "": // a number
		filler = string(letter[0] - 'a' + '1')
	case letter == recorded:
		filler = `\"`
	}
	return around[0] + strings.Repeat(filler, (models.MaxValueBytes-len(around[0])-len(around[1]))/len(filler)) + around[1]
}

// shopAccount is the store's TikTok Shop account.
type shopAccount struct {
	ID                string
	DisconnectPreview *struct{ Token string }
	Disconnections    []struct{ ID string }
}

func (s *largestStore) shop() shopAccount {
	s.T.Helper()
	var data struct{ Accounts []shopAccount }
	s.read(&data, `{ accounts { id disconnectPreview { token } disconnections { id } } }`)
	return data.Accounts[0]
}

// read reads the data of a query.
func (s *largestStore) read(into any, query string, variables ...any) {
	s.T.Helper()
	require.NoError(s.T, json.Unmarshal([]byte(s.Data(query, variables...)), into))
}

// mostOlder is how many entries the admin reads at most beyond a page, at once.
const mostOlder = 150

// askAll carries out every query of the admin.
func (s *largestStore) askAll(operations []program.AdminOperation) {
	s.T.Helper()
	shop, entries := s.shop(), s.entries("key")
	require.Equal(s.T, entries, s.entries("key before after"), "an entry is there once, however much it has")
	given := map[string][][]any{
		"Activity":         {{"first", 10, "after", nil}, {"first", mostOlder, "after", nil}},
		"OlderEntries":     {{"first", mostOlder, "after", nil}},
		"Disconnection":    {{"id", shop.Disconnections[0].ID}},
		"Acceptable":       {{"id", shop.Disconnections[0].ID}},
		"Outcome":          {{"id", shop.Disconnections[0].ID}},
		"Certificate":      {{"id", shop.Disconnections[0].ID}},
		"NextSteps":        {{"id", shop.Disconnections[0].ID}},
		"Handoff":          {{"id", shop.Disconnections[0].ID, "after", nil}},
		"HandoffPage":      {{"id", shop.Disconnections[0].ID, "after", nil}},
		"RestoredSnapshot": {{"id", shop.Disconnections[0].ID}},
		"LongSetting":      {{"key", "order.tags"}},
		"SettingAfter":     {{"key", "order.tags"}},
		"ResourceNames":    {{"ids", []string{"gid://shopify/Product/7001"}}},
		"WebhookEndpoint":  {{"id", "webhook_nothing", "after", nil}},
		"LongChange":       {{"id", shop.ID, "key", "order.tags"}, {"id", shop.Disconnections[0].ID, "key", "order.tags"}},
	}
	for at, entry := range entries {
		if at%10 == 9 { // the last one of a page
			given["Activity"] = append(given["Activity"], []any{"first", 10, "after", entry.Cursor})
		}
		if len(entry.Node.Changes) > 0 {
			given["LongChange"] = append(given["LongChange"], []any{"id", entry.Node.ID, "key", entry.Node.Changes[0].Key})
		}
	}
	for _, operation := range operations {
		if operation.Kind != ast.Query {
			continue
		}
		variables := given[operation.Name]
		if !operation.HasVariables {
			variables = [][]any{{}}
		}
		for _, variables := range variables {
			s.Data(operation.Document, variables...)
			s.tried(operation.Name)
		}
	}
}

func (s *largestStore) tried(name string) {
	s.untried = slices.DeleteFunc(s.untried, func(untried program.AdminOperation) bool { return untried.Name == name })
}

// auditEdge is an entry of the audit trail.
type auditEdge struct {
	Cursor string
	Node   struct {
		ID      string
		Changes []struct{ Key string }
	}
}

// entries reads the audit trail page by page, with that of the changes.
func (s *largestStore) entries(ofChanges string) (entries []auditEdge) {
	s.T.Helper()
	for after := any(nil); ; {
		var data struct {
			AuditTrail struct {
				Edges    []auditEdge
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
		}
		s.read(&data, `query($after: String) { auditTrail(first: 250, after: $after) {
			edges { cursor node { id changes { `+ofChanges+` } } } pageInfo { hasNextPage endCursor } } }`, "after", after)
		entries = append(entries, data.AuditTrail.Edges...)
		if !data.AuditTrail.PageInfo.HasNextPage {
			return entries
		}
		require.NotEmpty(s.T, data.AuditTrail.Edges)
		require.Equal(s.T, entries[len(entries)-1].Cursor, data.AuditTrail.PageInfo.EndCursor)
		after = data.AuditTrail.PageInfo.EndCursor
	}
}

// once carries out a mutation of the admin, and sends it again.
func (s *largestStore) once(name string, variables ...any) {
	s.T.Helper()
	at := slices.IndexFunc(s.untried, func(o program.AdminOperation) bool { return o.Name == name })
	require.GreaterOrEqual(s.T, at, 0, name)
	document := s.untried[at].Document
	variables = append(variables, "key", name+" once")
	first := s.Data(document, variables...)
	require.Contains(s.T, first, `"userErrors":[]`)
	before := s.entries("key")
	require.Equal(s.T, first, s.Data(document, variables...))
	require.Equal(s.T, before, s.entries("key"))
	s.tried(name)
}

// begin sends a mutation of the admin that has no key and changes nothing of the store.
func (s *largestStore) begin(name string) {
	s.T.Helper()
	at := slices.IndexFunc(s.untried, func(o program.AdminOperation) bool { return o.Name == name })
	require.GreaterOrEqual(s.T, at, 0, name)
	require.Contains(s.T, s.Data(s.untried[at].Document), `"userErrors":[]`)
	s.tried(name)
}

// followPartnerDocs carries out the commands of docs/partners.md.
func (s *largestStore) followPartnerDocs() {
	s.T.Helper()
	var script strings.Builder
	for _, block := range shellBlock.FindAllStringSubmatch(program.ReadFile(s.T, "docs/partners.md"), -1) {
		script.WriteString(block[1])
	}
	shell := exec.Command("bash", "-euo", "pipefail")
	shell.Env = append(shell.Environ(), "API="+s.URL)
	shell.Stdin = strings.NewReader(script.String())
	var complaints bytes.Buffer
	shell.Stderr = &complaints
	out, err := shell.Output()
	require.NoError(s.T, err, complaints.String())
	require.NotContains(s.T, string(out), `"errors"`)
	require.Contains(s.T, string(out), `"idempotent":{"replayed":true}`)
}
