package sandbox_test

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/standin"
	"github.com/handback/handback/tiktok/sandbox"
)

func TestCallsAreVerified(t *testing.T) {
	a := install(t, sandbox.Options{})
	for name, test := range map[string]struct {
		change func(*http.Request, url.Values)
		want   int
	}{
		"right":           {func(*http.Request, url.Values) {}, 0},
		"app key":         {func(_ *http.Request, q url.Values) { q.Set("app_key", "other") }, 36009004},
		"5 min behind":    {func(_ *http.Request, q url.Values) { q.Set("timestamp", a.seconds(-5*time.Minute)) }, 0},
		"too far behind":  {func(_ *http.Request, q url.Values) { q.Set("timestamp", a.seconds(-5*time.Minute-time.Second)) }, 36009004},
		"30 s ahead":      {func(_ *http.Request, q url.Values) { q.Set("timestamp", a.seconds(30*time.Second)) }, 0},
		"too far ahead":   {func(_ *http.Request, q url.Values) { q.Set("timestamp", a.seconds(31*time.Second)) }, 36009004},
		"no timestamp":    {func(_ *http.Request, q url.Values) { q.Del("timestamp") }, 36009004},
		"content type":    {func(r *http.Request, _ url.Values) { r.Header.Del("Content-Type") }, 36009004},
		"no token":        {func(r *http.Request, _ url.Values) { r.Header.Del("X-Tts-Access-Token") }, 36009004},
		"another's token": {func(r *http.Request, _ url.Values) { r.Header.Set("X-Tts-Access-Token", "other") }, 105002},
		"no cipher":       {func(_ *http.Request, q url.Values) { q.Del("shop_cipher") }, 106013},
		"another cipher":  {func(_ *http.Request, q url.Values) { q.Set("shop_cipher", "other") }, 106013},
	} {
		response, err := a.http.Do(a.request(http.MethodGet, "/logistics/202309/warehouses", url.Values{"shop_cipher": {a.cipher}}, "", test.change))
		require.NoError(t, err)
		require.Equal(t, test.want, decode(t, response).Code, name)
	}
	unsigned := a.request(http.MethodGet, "/authorization/202309/shops", nil, "", nil)
	unsigned.URL.RawQuery += "&more=1"
	response, err := a.http.Do(unsigned)
	require.NoError(t, err)
	require.Equal(t, 106001, decode(t, response).Code)
	require.Equal(t, 36009004, a.inShop(http.MethodGet, "/authorization/202309/shops", "").Code, "a cipher is refused where it does not belong")
	require.Equal(t, http.StatusNotFound, a.do(http.MethodGet, "/authorization/202001/shops", nil, "").status)
}

func (a *app) seconds(from time.Duration) string {
	return strconv.FormatInt(a.clock.Now().Add(from).Unix(), 10)
}

func TestCipherOfAnotherSellerIsRefused(t *testing.T) {
	a := install(t, sandbox.Options{})
	first := a.access
	require.Zero(t, a.exchange(a.sandbox.Consent("USLCDEMO2")))
	require.Equal(t, 101000, a.inShop(http.MethodGet, "/logistics/202309/warehouses", "").Code)
	a.access = first
	require.Zero(t, a.inShop(http.MethodGet, "/logistics/202309/warehouses", "").Code)
}

func TestTokensEndAndRotate(t *testing.T) {
	for _, once := range []bool{false, true} {
		a := install(t, sandbox.Options{RefreshOnce: once})
		access, refresh := a.access, a.refresh
		a.clock.pass(7 * 24 * time.Hour)
		require.Equal(t, 105002, a.do(http.MethodGet, "/authorization/202309/shops", nil, "").Code)
		require.Zero(t, a.refreshWith(refresh))
		require.NotEqual(t, access, a.access)
		require.NotEqual(t, refresh, a.refresh)
		second := a.refresh
		again := a.refreshWith(refresh) // as when the answer was lost
		require.Equal(t, once, again != 0)
		if !once {
			second = a.refresh
		}
		require.Zero(t, a.refreshWith(second))
		require.Equal(t, 36004005, a.refreshWith(refresh), "the one after it was used")
		a.clock.pass(365 * 24 * time.Hour)
		require.Equal(t, 36004005, a.refreshWith(a.refresh), "the authorization has ended")
	}
}

func TestCodesAreGoodOnceAndForHalfAnHour(t *testing.T) {
	a := open(t, sandbox.Options{})
	used, late := a.sandbox.Consent("USLCDEMO1"), a.sandbox.Consent("USLCDEMO1")
	require.Zero(t, a.exchange(used))
	require.Equal(t, 36004004, a.exchange(used))
	a.clock.pass(30 * time.Minute)
	require.Equal(t, 36004004, a.exchange(late))
	require.Equal(t, 36004004, a.exchange(a.sandbox.Consent("USLCDEMO6")), "this one is always too late")
	require.Equal(t, 36004004, a.exchange("none"))
	require.Zero(t, a.exchange("sandbox:GB:staff:ANY-SHOP:pending"))
	require.Zero(t, a.exchange("sandbox:GB:staff:ANY-SHOP:pending"), "codes of the sandbox may be used again")
	require.Equal(t, "GB", a.do(http.MethodGet, "/authorization/202309/shops", nil, "").at("shops.0.region"))
	require.Equal(t, "1", a.do(http.MethodGet, "/seller/202508/status", nil, "").at("seller_status_data.seller_status"))
	require.Equal(t, 36004004, a.exchange("sandbox:US:owner:USLCDEMO6:expired"))
}

func TestConsentPage(t *testing.T) {
	a := open(t, sandbox.Options{})
	const page = "https://auth.tiktok-shops.com/oauth/authorize?app_key=sandbox&state=a+state%26more"
	response, err := a.http.Get(page)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, len(sandbox.DemoShops)+2, strings.Count(string(text), "<button"), "one for each seller, and one to say no")
	for _, shop := range append(slices.Clip(sandbox.DemoShops), sandbox.TwoShops[0]) {
		require.Contains(t, string(text), `value="`+shop.Code+`"`)
		require.Contains(t, string(text), shop.About)
	}
	require.Contains(t, string(text), "TikTok Shop USLCDEMO8 (US), TikTok Shop USLCDEMO9 (US)")

	response, err = a.http.PostForm(page, url.Values{"shop": {"GBLCDEMO4"}})
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusFound, response.StatusCode)
	back, err := response.Location()
	require.NoError(t, err)
	require.Equal(t, "handback.example", back.Host)
	require.Equal(t, "tiktok", back.Query().Get("from"))
	require.Equal(t, "a state&more", back.Query().Get("state"))
	require.Zero(t, a.exchange(back.Query().Get("code")))

	response, err = a.http.PostForm(page, url.Values{"deny": {"yes"}})
	require.NoError(t, err)
	defer response.Body.Close()
	back, err = response.Location()
	require.NoError(t, err)
	require.Equal(t, url.Values{"from": {"tiktok"}, "error": {"access_denied"}, "state": {"a state&more"}}, back.Query())

	for address, shop := range map[string]string{page: "NONE", strings.Replace(page, "sandbox", "other", 1): "USLCDEMO1"} {
		response, err = a.http.PostForm(address, url.Values{"shop": {shop}})
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusBadRequest, response.StatusCode)
	}
}

func TestDeauthorizeEndsTokens(t *testing.T) {
	a := install(t, sandbox.Options{})
	require.Zero(t, a.inShop(http.MethodDelete, "/authorization/202403/shops", "").Code)
	require.Equal(t, 105002, a.do(http.MethodGet, "/authorization/202309/shops", nil, "").Code)
	require.Equal(t, 36004005, a.refreshWith(a.refresh))
	require.Equal(t, 105002, a.inShop(http.MethodDelete, "/authorization/202403/shops", "").Code)
}

func TestSellerOfSeveralShops(t *testing.T) {
	a := open(t, sandbox.Options{Shops: []sandbox.Shop{{Code: "A", Region: "US", Seller: "S"}, {Code: "B", Region: "GB", Seller: "S"}}})
	require.Zero(t, a.exchange(a.sandbox.Consent("B")))
	shops := a.do(http.MethodGet, "/authorization/202309/shops", nil, "")
	require.Equal(t, "A", shops.at("shops.0.code"))
	a.cipher = shops.at("shops.0.cipher").(string)
	require.Zero(t, a.inShop(http.MethodDelete, "/authorization/202403/shops", "").Code)
	shops = a.do(http.MethodGet, "/authorization/202309/shops", nil, "")
	require.Len(t, shops.at("shops"), 1)
	require.Equal(t, "B", shops.at("shops.0.code"))
	require.Equal(t, 101000, a.inShop(http.MethodGet, "/logistics/202309/warehouses", "").Code)
}

func TestStateSurvivesRestart(t *testing.T) {
	options := sandbox.Options{File: filepath.Join(t.TempDir(), "sandbox.jsonl")}
	a := install(t, options)
	a.subscribe("ORDER_STATUS_CHANGE")
	ids := a.play("/sandbox/tiktok/orders", `{"count":2,"status":"ON_HOLD"}`)
	cancellation := a.play("/sandbox/tiktok/cancellations", `{"orderId":"`+ids[0]+`","dueInMinutes":60}`)
	a.play("/sandbox/tiktok/returns", `{"orderId":"`+ids[1]+`"}`)
	code := a.sandbox.Consent("USLCDEMO2")
	a.requireTopics("ORDER_STATUS_CHANGE", "ORDER_STATUS_CHANGE")
	text, err := os.ReadFile(options.File)
	require.NoError(t, err)
	for _, secret := range []string{a.access, a.refresh, a.cipher, code, appSecret} {
		require.NotContains(t, string(text), secret)
	}
	calls := a.sandbox.Calls(0)
	for range 2 { // from lines that were appended, and from those that were written anew
		require.NoError(t, a.sandbox.Close())
		a.reopen(options)
		require.Equal(t, calls, a.sandbox.Calls(0))
	}
	require.Len(t, a.orders(ids...), 2)
	require.Equal(t, "https://handback.example/webhooks/tiktok", a.inShop(http.MethodGet, "/event/202309/webhooks", "").at("webhooks.0.address"))
	require.Equal(t, cancellation[0], a.do(http.MethodPost, "/return_refund/202309/cancellations/search", url.Values{"shop_cipher": {a.cipher}, "page_size": {"50"}}, "{}").at("cancellations.0.cancel_id"))
	require.NotEqual(t, ids[0], a.play("/sandbox/tiktok/orders", `{}`)[0])
	require.Zero(t, a.exchange(code))
}

func TestFaults(t *testing.T) {
	for kind, want := range map[standin.FaultKind]struct {
		status, code int // 0: no answer
		done         bool
	}{
		standin.Throttled:    {status: 200, code: 36009002},
		standin.HTTP429:      {status: 429, code: 36009002},
		standin.HTTP500:      {status: 500, code: 36009003},
		standin.CutBefore:    {},
		standin.CutAfter:     {done: true},
		standin.Unauthorized: {status: 401, code: 105002},
		standin.Slow:         {status: 200, done: true},
		standin.Refused:      {status: 200, code: 36009011},
	} {
		t.Run(string(kind), func(t *testing.T) {
			a := install(t, sandbox.Options{SlowDelay: time.Millisecond})
			status, text := a.control(http.MethodPost, "/sandbox/faults", `{"platform":"tiktok","operation":"PutWebhook","kind":"`+string(kind)+`","times":1}`)
			require.Equal(t, http.StatusNoContent, status, text)
			body := `{"event_type":"ORDER_STATUS_CHANGE","address":"https://handback.example/webhooks/tiktok"}`
			response, err := a.http.Do(a.request(http.MethodPut, "/event/202309/webhooks", url.Values{"shop_cipher": {a.cipher}}, body, nil))
			if want.status == 0 {
				require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			} else {
				require.NoError(t, err)
				got := decode(t, response)
				require.Equal(t, want.status, got.status)
				require.Equal(t, want.code, got.Code)
			}
			calls := a.sandbox.Calls(0)
			outcome := string(kind)
			if kind == standin.Slow {
				outcome = standin.OutcomeOK
			}
			last := calls[len(calls)-1]
			require.Equal(t, "tiktok", last.Platform)
			require.Equal(t, "PutWebhook", last.Operation)
			require.Equal(t, outcome, last.Outcome)
			require.Equal(t, want.done, len(a.inShop(http.MethodGet, "/event/202309/webhooks", "").at("webhooks").([]any)) == 1)
		})
	}
}

func TestFaultsOfTokens(t *testing.T) {
	a := install(t, sandbox.Options{})
	require.NoError(t, a.sandbox.AddFault(standin.Fault{Operation: "TokenRefresh", Kind: standin.CutAfter, Times: 1}))
	refresh := a.refresh
	response, err := a.http.Get("https://auth.tiktok-shops.com/api/v2/token/refresh?" + url.Values{
		"app_key": {"sandbox"}, "app_secret": {appSecret}, "grant_type": {"refresh_token"}, "refresh_token": {refresh},
	}.Encode())
	if err == nil {
		_ = response.Body.Close()
	}
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Equal(t, 105002, a.do(http.MethodGet, "/authorization/202309/shops", nil, "").Code, "the tokens were replaced")
	require.Zero(t, a.refreshWith(refresh))
}
