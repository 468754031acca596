package test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

var shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestPartnerDocsDisconnectCommands runs the commands of docs/partners.md one after the other, as a partner's
// engineer would.
func TestPartnerDocsDisconnectCommands(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	var script strings.Builder
	for _, block := range shellBlock.FindAllStringSubmatch(program.ReadFile(t, "docs/partners.md"), -1) {
		script.WriteString(block[1])
	}
	shell := exec.Command("bash", "-euo", "pipefail")
	shell.Env = append(shell.Environ(), "API="+p.URL)
	shell.Stdin = strings.NewReader(script.String())
	var complaints bytes.Buffer
	shell.Stderr = &complaints
	out, err := shell.Output()
	require.NoError(t, err, complaints.String())
	require.Empty(t, complaints.String())

	answers := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Len(t, answers, 11)
	for _, answer := range answers {
		require.NotContains(t, answer, `"errors"`)
	}
	require.Contains(t, answers[0], `"kind":"TIKTOK_SHOP"`)
	require.Contains(t, answers[1], `"topic":"ACCOUNT_CONNECTED"`)
	require.Contains(t, answers[2], `"url":"http://localhost:9/webhooks","status":"ACTIVE"`)
	require.Contains(t, answers[3], `"redeliverEvents":{"webhookEndpoint":{"status":"ACTIVE"}`)
	require.Contains(t, answers[4], `"deleteWebhookEndpoint":{"webhookEndpoint":{"id":"webhook_`)
	require.Contains(t, answers[5], `"action":"WEBHOOK_ENDPOINT_CREATED"`)
	require.Contains(t, answers[6], `"disconnection":{"id":"disconnection_`)
	require.Contains(t, answers[6], `"userErrors":[]`)
	require.Contains(t, answers[6], `"idempotent":{"replayed":false}`)
	require.Contains(t, answers[7], `"idempotent":{"replayed":true}`)
	require.Contains(t, answers[8], `"status":"COMPLETE"`)
	require.Contains(t, answers[8], `"totalCount":0`)
	require.Contains(t, answers[9], `"handoff":{"readAt":`)
	require.Contains(t, answers[10], `"acknowledgeHandoffItems":{"handoffItems":[`)
	data := regexp.MustCompile(`"data":.*?,"extensions"`)
	require.Equal(t, data.FindString(answers[6]), data.FindString(answers[7]))
}

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// followerMain is what stands around the function of docs/partners.md: it follows the events after its argument, and prints the last cursor
// and how often it was to stop.
const followerMain = `package main

import ("bytes"; "encoding/json"; "fmt"; "log"; "net/http"; "os")

func main() {
	stops := 0
	after, err := follow(func(query string, variables, data any) error {
		body, _ := json.Marshal(map[string]any{"query": query, "variables": variables})
		request, _ := http.NewRequest("POST", os.Args[1], bytes.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+os.Args[2])
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		return json.NewDecoder(response.Body).Decode(&struct{ Data any }{data})
	}, os.Args[3], func() error { stops++; return nil })
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(after, stops)
}

`

// TestPartnerDocsFollowEvents with the function in Go; the one in TypeScript is tried with the admin.
func TestPartnerDocsFollowEvents(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(file, []byte(followerMain+goFunction(t, "follow")), 0o600))
	p := program.Start(t, program.Shipped)
	_, key := p.As("").CreateKey("Follower", "READ")
	follow := func(after string) (cursor string, stops int) {
		out, err := exec.Command("go", "run", file, p.URL, key, after).CombinedOutput()
		require.NoError(t, err, "%s", out)
		_, err = fmt.Sscan(string(out), &cursor, &stops)
		require.NoError(t, err, "%s", out)
		return cursor, stops
	}
	connected, stops := follow("")
	require.Zero(t, stops)
	require.Contains(t, p.Query(disconnectMutation), `"userErrors":[]`)
	awaitGivenBack(t, p)
	disconnected, stops := follow(connected)
	require.Equal(t, 2, stops)
	again, stops := follow(disconnected)
	require.Zero(t, stops)
	require.Equal(t, disconnected, again)
}

// receiverMain is what stands around the other function: it prints the event of the request that its arguments are.
const receiverMain = `package main

import ("encoding/json"; "fmt"; "net/http"; "os")

%s

func main() {
	headers := http.Header{}
	for at, name := range []string{"webhook-id", "webhook-timestamp", "webhook-signature"} {
		headers.Set(name, os.Args[3+at])
	}
	event, err := receive(os.Args[1], []byte(os.Args[2]), headers)
	fmt.Println(event.Type, event.Data.ID, err)
}
`

// TestPartnerDocsReceiveWebhooks with the function in Go, and secrets as the API makes them; the one in TypeScript is tried with the admin.
func TestPartnerDocsReceiveWebhooks(t *testing.T) {
	t.Parallel()
	imported, function, found := strings.Cut(goFunction(t, "receive"), "\n\n")
	require.True(t, found)
	file := filepath.Join(t.TempDir(), "main.go")
	main := strings.Replace(fmt.Sprintf(receiverMain, function), "package main\n", "package main\n\n"+imported+"\n", 1)
	require.NoError(t, os.WriteFile(file, []byte(main), 0o600))
	p := program.Start(t, program.Shipped)
	secret := regexp.MustCompile(`whsec_[A-Za-z0-9+/=]+`)
	created := secret.FindString(p.Query(`mutation { createWebhookEndpoint(url: "http://localhost:9/") { secret } }`))
	another := secret.FindString(p.Query(`mutation { createWebhookEndpoint(url: "http://localhost:9/") { secret } }`))
	signer, err := standardwebhooks.NewWebhook(created)
	require.NoError(t, err)
	const signed = `{"type":"ACCOUNT_DISCONNECTED","timestamp":"2026-03-02T09:00:00Z","data":{"id":"event_1"}}`
	receive := func(secret, body string) string {
		now := time.Now()
		signature, err := signer.Sign("event_1", now, []byte(signed))
		require.NoError(t, err)
		out, err := exec.Command("go", "run", file, secret, body, "event_1", strconv.FormatInt(now.Unix(), 10), "v1,bm90IHRoaXMgb25l "+signature).CombinedOutput()
		require.NoError(t, err, "%s", out)
		return strings.TrimSpace(string(out))
	}
	require.Equal(t, "ACCOUNT_DISCONNECTED event_1 <nil>", receive(created, signed))
	require.NotContains(t, receive(another, signed), "event_1")
	require.NotContains(t, receive(created, signed+" "), "event_1")
}

// goFunction is the block of docs/partners.md in Go that has the function of the name.
func goFunction(t *testing.T, name string) string {
	t.Helper()
	for _, block := range goBlock.FindAllStringSubmatch(program.ReadFile(t, "docs/partners.md"), -1) {
		if strings.Contains(block[1], "\nfunc "+name+"(") {
			return block[1]
		}
	}
	require.FailNow(t, "there is no function "+name)
	return ""
}

// reactorMain is what stands around react: it prints the cursor after each stream, and goes on with it until one has brought
// two events to stop at.
const reactorMain = `package main

import ("bufio"; "bytes"; "context"; "encoding/json"; "errors"; "fmt"; "net/http"; "os"; "strings"; "time")

func main() {
	after, stops := os.Args[3], 0
	for stops < 2 {
		var err error
		after, err = react(os.Args[1], os.Args[2], after, func() error { stops++; fmt.Println("stop"); return nil })
		fmt.Println(after, err == nil)
		if err != nil && len(os.Args) > 4 {
			fmt.Println(err)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

`

// TestPartnerDocsReactToDisconnect with the function in Go, also when the program is stopped meanwhile and another one goes on.
func TestPartnerDocsReactToDisconnect(t *testing.T) {
	t.Parallel()
	function := goFunction(t, "react")
	require.LessOrEqual(t, strings.Count(strings.TrimSpace(function), "\n"), 34+1, "the declaration of the document and an empty line included")
	dir := t.TempDir()
	file, built := filepath.Join(dir, "main.go"), filepath.Join(dir, "reactor")
	require.NoError(t, os.WriteFile(file, []byte(reactorMain+function), 0o600))
	out, err := exec.Command("go", "build", "-o", built, file).CombinedOutput()
	require.NoError(t, err, "%s", out)
	databaseURL := dbtest.URL(t, "sqlite")
	first := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
	_, key := first.As("").CreateKey("Reactor", "READ")
	known := feed(t, first.As(""))
	var said program.Output
	reactor := exec.Command(built, first.URL, key, known[len(known)-1].Cursor)
	reactor.Stdout = &said
	require.NoError(t, reactor.Start())
	t.Cleanup(func() { _ = reactor.Process.Kill() })
	require.Eventually(t, func() bool {
		return strings.Contains(first.Metrics(), "handback_streams_open 1")
	}, program.Patience, 10*time.Millisecond)
	wrong, err := exec.Command(built, first.URL, key, "no cursor", "once").CombinedOutput()
	require.NoError(t, err)
	require.Contains(t, string(wrong), "no cursor false\n")
	require.Contains(t, string(wrong), "is not a cursor of this list")
	tagOrders(first.As(""), "seen")
	seen := feed(t, first.As(""))
	first.Stop()
	require.Eventually(t, func() bool { return strings.Contains(said.String(), seen[len(seen)-1].Cursor+" true") }, program.Patience, 10*time.Millisecond)
	second := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL, "ADDR="+first.Host())
	require.Contains(t, second.Query(disconnectMutation), `"userErrors":[]`)
	require.Eventually(t, func() bool { return strings.Count(said.String(), "stop\n") == 2 }, program.Patience, 10*time.Millisecond)
	second.Stop()
	require.NoError(t, reactor.Wait())
	all := feedOf(t, databaseURL)
	require.Contains(t, said.String(), all[len(all)-1].Cursor+" true")
}

// feedOf reads the feed of the demo store, of which no program is running.
func feedOf(t *testing.T, databaseURL string) []streamedEvent {
	t.Helper()
	p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
	defer p.Stop()
	return feed(t, p.As(""))
}
