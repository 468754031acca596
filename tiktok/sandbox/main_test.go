package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/tiktok"
	"github.com/handback/handback/tiktok/sandbox"
	"github.com/handback/handback/tiktok/sandbox/sandboxtest"
)

const appSecret = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"

// app is the product, as far as the sandbox sees it.
type app struct {
	t       *testing.T
	sandbox *sandbox.Sandbox
	http    *http.Client
	clock   *clock
	inbox   *inbox
	access  string
	refresh string
	cipher  string
}

// clock is a time that passes when it is told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// inbox takes notifications, unless it is told to fail.
type inbox struct {
	mu       sync.Mutex
	received []sandbox.Notification
	failing  int
}

func (i *inbox) deliver(_ context.Context, n sandbox.Notification) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.received = append(i.received, n)
	if i.failing > 0 {
		i.failing--
		return errors.New("out of order")
	}
	return nil
}

func (i *inbox) topics(t *testing.T) []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	topics := []string{}
	for _, n := range i.received {
		require.True(t, tiktok.VerifyWebhook("sandbox", appSecret, n.Body, n.Signature))
		parsed, err := tiktok.ParseNotification(n.Body)
		require.NoError(t, err)
		topics = append(topics, parsed.Topic)
	}
	return topics
}

// requireTopics waits for notifications of these topics, and no others.
func (a *app) requireTopics(topics ...string) {
	a.t.Helper()
	require.Eventually(a.t, func() bool { return len(a.inbox.topics(a.t)) >= len(topics) }, 10*time.Second, time.Millisecond)
	require.Equal(a.t, topics, a.inbox.topics(a.t))
}

func open(t *testing.T, options sandbox.Options) *app {
	t.Helper()
	a := &app{t: t, clock: &clock{now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}, inbox: &inbox{}}
	a.reopen(options)
	return a
}

func (a *app) reopen(options sandbox.Options) {
	a.t.Helper()
	options.AppSecret, options.Now, options.Deliver = appSecret, a.clock.Now, a.inbox.deliver
	options.Redirect = "https://handback.example/tiktok/authorized?from=tiktok"
	a.sandbox = sandboxtest.Open(a.t, options)
	a.http = &http.Client{Transport: a.sandbox.Transport(), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// install lets the app into the shop.
func install(t *testing.T, options sandbox.Options) *app {
	t.Helper()
	a := open(t, options)
	require.Zero(t, a.exchange(a.sandbox.Consent("USLCDEMO1")))
	a.cipher = a.do(http.MethodGet, "/authorization/202309/shops", nil, "").at("shops.0.cipher").(string)
	return a
}

// reply is an answer.
type reply struct {
	Code   int
	Data   map[string]any
	status int
}

// at reads data by a path of names and places, such as shops.0.id.
func (r reply) at(path string) any {
	var value any = r.Data
	for part := range strings.SplitSeq(path, ".") {
		switch inside := value.(type) {
		case map[string]any:
			value = inside[part]
		case []any:
			place, _ := strconv.Atoi(part)
			value = inside[place]
		}
	}
	return value
}

// exchange gets tokens for a code, and returns the answer's code.
func (a *app) exchange(code string) int {
	return a.token("/api/v2/token/get", url.Values{"auth_code": {code}, "grant_type": {"authorized_code"}})
}

func (a *app) refreshWith(token string) int {
	return a.token("/api/v2/token/refresh", url.Values{"refresh_token": {token}, "grant_type": {"refresh_token"}})
}

func (a *app) token(path string, query url.Values) int {
	a.t.Helper()
	query.Set("app_key", "sandbox")
	query.Set("app_secret", appSecret)
	response, err := a.http.Get("https://auth.tiktok-shops.com" + path + "?" + query.Encode())
	require.NoError(a.t, err)
	r := decode(a.t, response)
	if r.Code == 0 {
		a.access, a.refresh = r.at("access_token").(string), r.at("refresh_token").(string)
	}
	return r.Code
}

func decode(t *testing.T, response *http.Response) reply {
	t.Helper()
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	r := reply{status: response.StatusCode}
	require.NoError(t, json.Unmarshal(text, &r), string(text))
	return r
}

// request makes a call that is signed. change may spoil it before it is signed.
func (a *app) request(method, path string, query url.Values, body string, change func(*http.Request, url.Values)) *http.Request {
	if query == nil {
		query = url.Values{}
	}
	query.Set("app_key", "sandbox")
	query.Set("timestamp", strconv.FormatInt(a.clock.Now().Unix(), 10))
	r, err := http.NewRequest(method, "https://open-api.tiktokglobalshop.com"+path, strings.NewReader(body))
	require.NoError(a.t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Tts-Access-Token", a.access)
	if change != nil {
		change(r, query)
	}
	query.Set("sign", tiktok.Sign(appSecret, path, query, []byte(body)))
	r.URL.RawQuery = query.Encode()
	return r
}

func (a *app) do(method, path string, query url.Values, body string) reply {
	a.t.Helper()
	response, err := a.http.Do(a.request(method, path, query, body, nil))
	require.NoError(a.t, err)
	return decode(a.t, response)
}

// inShop is do with the cipher.
func (a *app) inShop(method, path, body string) reply {
	a.t.Helper()
	return a.do(method, path, url.Values{"shop_cipher": {a.cipher}}, body)
}

func (a *app) subscribe(topics ...string) {
	a.t.Helper()
	for _, topic := range topics {
		require.Zero(a.t, a.inShop(http.MethodPut, "/event/202309/webhooks", `{"event_type":"`+topic+`","address":"https://handback.example/webhooks/tiktok"}`).Code)
	}
}

func (a *app) orders(ids ...string) []any {
	a.t.Helper()
	r := a.do(http.MethodGet, "/order/202507/orders", url.Values{"shop_cipher": {a.cipher}, "ids": {strings.Join(ids, ",")}}, "")
	require.Zero(a.t, r.Code)
	return r.at("orders").([]any)
}

// control sends a request to what the platform does not have.
func (a *app) control(method, path, body string) (int, string) {
	recorder := httptest.NewRecorder()
	a.sandbox.Control().ServeHTTP(recorder, httptest.NewRequest(method, path, strings.NewReader(body)))
	return recorder.Code, recorder.Body.String()
}

// play makes something happen and returns the ids of it.
func (a *app) play(path, body string) []string {
	a.t.Helper()
	status, text := a.control(http.MethodPost, path, body)
	require.Equal(a.t, http.StatusOK, status, text)
	var made struct{ IDs []string }
	require.NoError(a.t, json.Unmarshal([]byte(text), &made))
	return made.IDs
}
