package test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/handback/handback/models"
	"github.com/handback/handback/test/program"
)

// attack is what one store does to the others, again and again from so many clients.
type attack struct {
	what    string
	clients int
	request func(a attacker, client int) (credential string, body []byte) // nil to send the beginning of one
}

var attacks = []attack{
	{"nothing", 0, nil},
	{"history-reads", 16, func(a attacker, _ int) (string, []byte) {
		return a.Credential, operation(`{ auditTrail(first: 250) { nodes { id action actor { name } changes { key before after } } } }`, nil)
	}},
	{"history-in-mutations", 16, func(a attacker, _ int) (string, []byte) {
		return a.Credential, operation(`mutation { disconnectTikTokShop(confirm: true) { account { disconnectionHistory(first: 250) { nodes { id restoration { changes { key before after } } } } } } }`, nil)
	}},
	{"stalled-bodies", 1_000, nil},
	{"many-keys", 64, func(a attacker, client int) (string, []byte) {
		return a.Keys[client%len(a.Keys)], operation(`{ settings { key value } accountHistory(first: 250) { nodes { id disconnectPreview { changes { key before after } } } } }`, nil)
	}},
	{"long-values", 8, func(a attacker, client int) (string, []byte) {
		tags := slices.Repeat([]string{strconv.Itoa(client) + strings.Repeat("x", 100)}, 9_000)
		return a.Credential, operation(editTags, map[string]any{"tags": tags})
	}},
	{"long-comments", 8, func(a attacker, _ int) (string, []byte) {
		return a.Credential, operation(`{ __typename } #`+strings.Repeat("x", 7<<20), nil)
	}},
	{"streams", 64, func(a attacker, client int) (string, []byte) {
		return a.Keys[client%len(a.Keys)], operation(`subscription { events(after: "") { id auditEntry { changes { key before after } } } }`, nil)
	}},
	{"refused-inputs", 16, func(a attacker, _ int) (string, []byte) {
		inputs := make([]map[string]any, models.MaxEdited)
		for i := range inputs {
			inputs[i] = map[string]any{"key": strconv.Itoa(i), "value": strings.Repeat("x", 4<<10)}
		}
		return a.Credential, operation(`mutation($inputs: [SettingInput!]!) { updateSettings(settings: $inputs) { userErrors { code field message } } }`, map[string]any{"inputs": inputs})
	}},
	{"keys-and-endpoints", 16, func(a attacker, client int) (string, []byte) {
		return a.Credential, operation(`mutation($name: String!) { createApiKey(name: $name, scopes: [READ]) { userErrors { code } }
			createWebhookEndpoint(url: "https://example.com/", topics: []) { userErrors { code } } rotateApiKey(id: "nothing") { userErrors { code } } }`,
			map[string]any{"name": strconv.Itoa(client)})
	}},
	{"revoked-keys", 64, func(a attacker, client int) (string, []byte) {
		return a.Revoked[client%len(a.Revoked)], operation(`{ __typename }`, nil)
	}},
}

func operation(query string, variables map[string]any) []byte {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err) // it is made of texts
	}
	return body
}

// attackVariable is set for a process that attacks instead of testing.
const attackVariable = "HANDBACK_TEST_ATTACK"

// attacker is who attacks what, and with which credentials.
type attacker struct {
	URL, Attack   string
	Credential    string
	Keys, Revoked []string
}

// attackUntilToldToStop carries out the plan until standard input is closed, and prints how many answers there were.
func attackUntilToldToStop(plan string) {
	var a attacker
	if err := json.Unmarshal([]byte(plan), &a); err != nil {
		panic(err)
	}
	attack := attacks[slices.IndexFunc(attacks, func(attack attack) bool { return attack.what == a.Attack })]
	ctx, cancel := context.WithCancel(context.Background())
	var clients sync.WaitGroup
	var answered atomic.Int64
	for client := range attack.clients {
		do := a.stall
		if attack.request != nil {
			credential, body := attack.request(a, client)
			do = func(ctx context.Context) { a.send(ctx, credential, body) }
		}
		clients.Go(func() {
			for ctx.Err() == nil {
				do(ctx)
				answered.Add(1)
			}
		})
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	cancel()
	clients.Wait()
	_, _ = fmt.Fprint(os.Stdout, answered.Load())
}

// mostRead is how much of an answer is read before the attacker begins anew. A stream has no end.
const mostRead = 32 << 20

// send sends an operation, and does not care what becomes of it.
func (a attacker) send(ctx context.Context, credential string, body []byte) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.URL, bytes.NewReader(body))
	if err != nil {
		panic(err) // the address is right
	}
	request.Header.Set("Authorization", "Bearer "+credential)
	request.Header.Set("Content-Type", "application/json")
	if bytes.Contains(body, []byte("subscription")) {
		request.Header.Set("Accept", "text/event-stream")
	}
	if response, err := http.DefaultClient.Do(request); err == nil {
		_, _ = io.CopyN(io.Discard, response.Body, mostRead)
		_ = response.Body.Close()
	}
}

// stall begins a request and sends no more of it, until it is cut.
func (a attacker) stall(ctx context.Context) {
	address, err := url.Parse(a.URL)
	if err != nil {
		panic(err)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address.Host)
	if err != nil {
		return
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	_, _ = fmt.Fprintf(conn, "%sAuthorization: Bearer %s\r\nContent-Length: 1000\r\n\r\n{", program.PostHead, a.Credential)
	_, _ = io.Copy(io.Discard, conn)
}
