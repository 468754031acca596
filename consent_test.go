package main

import (
	"bytes"
	"context"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"github.com/handback/handback/standin"
	"github.com/handback/handback/telemetry"
	"github.com/handback/handback/test/program"
)

// consenting is a seller's browser on the way to TikTok's stand-in and back.
type consenting struct {
	t          *testing.T
	repository *db.Repository
	platforms  *platforms
	server     *httptest.Server
	browser    *http.Client
	seller     models.Caller
	passed     atomic.Int64 // nanoseconds by the program's clock, which sandboxes read at any moment
	log        *bytes.Buffer
}

func newConsenting(t *testing.T, databaseURL string, c config) *consenting {
	t.Helper()
	repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, repository.Close()) })
	b := &consenting{t: t, repository: repository, log: &bytes.Buffer{}}
	now := repository.Now
	repository.Now = func() time.Time { return now().Add(time.Duration(b.passed.Load())) }
	c.Sandbox, c.SandboxFile, c.Keyset, c.Addr = "true", filepath.Join(t.TempDir(), "shopify"), program.Keyset, "127.0.0.1:80"
	require.NoError(t, useKeyset(t.Context(), c, repository))
	log := slog.New(slog.NewTextHandler(b.log, nil))
	b.platforms, err = openPlatforms(c, repository, log)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.platforms.close()) })
	b.platforms.signIns, b.platforms.sessionToken = nil, nil
	handler, err := newHandler(c, repository, b.platforms, nil, telemetry.NewReadiness(repository.Ready, log), telemetry.Telemetry{Log: log, Metrics: telemetry.NewMetrics(repository.Pools)})
	require.NoError(t, err)
	b.server = httptest.NewServer(handler)
	t.Cleanup(b.server.Close)
	b.browser = b.server.Client()
	b.browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	b.seller = b.register("aurora-outfitters.myshopify.com")
	return b
}

func (b *consenting) register(domain string) models.Caller {
	b.t.Helper()
	store, err := b.repository.RegisterStore(b.t.Context(), models.Registration{
		Store: models.Store{Domain: domain, Name: "Aurora", Region: "US"}, Settings: b.repository.Catalogue.Before(),
	})
	require.NoError(b.t, err)
	return models.Caller{Store: store, ID: "user_42", Actor: models.Actor{Kind: models.ActorSeller, Name: "Shopify user 42"}}
}

// begin begins a consent, and returns the consent page.
func (b *consenting) begin(state, returnTo string) string {
	b.t.Helper()
	require.NoError(b.t, b.repository.BeginConsent(b.t.Context(), b.seller, models.ConsentRequest{State: models.NewSecret(state), ReturnTo: returnTo}))
	page, err := b.platforms.tikTok.AuthorizeURL(state)
	require.NoError(b.t, err)
	require.True(b.t, strings.HasPrefix(page, "http://127.0.0.1:80/sandbox/tiktok/oauth/authorize?"), page)
	return b.server.URL + strings.TrimPrefix(page, "http://127.0.0.1:80")
}

// consent presses a button of the consent page, and returns where that leads to.
func (b *consenting) consent(page, button, value string) string {
	b.t.Helper()
	return b.post(page, url.Values{button: {value}})
}

func (b *consenting) post(address string, form url.Values) (location string) {
	b.t.Helper()
	response, err := b.browser.PostForm(address, form)
	require.NoError(b.t, err)
	defer response.Body.Close()
	return b.follow(response)
}

func (b *consenting) get(address string) (location string) {
	b.t.Helper()
	response, err := b.browser.Get(address)
	require.NoError(b.t, err)
	defer response.Body.Close()
	return b.follow(response)
}

func (b *consenting) follow(response *http.Response) string {
	b.t.Helper()
	require.Contains(b.t, []int{http.StatusFound, http.StatusSeeOther}, response.StatusCode)
	location, err := response.Location()
	require.NoError(b.t, err)
	return location.String()
}

// connected are the codes of the store's connected shops.
func (b *consenting) connected(of models.Caller) (codes []string) {
	b.t.Helper()
	accounts, err := b.repository.Accounts(b.t.Context(), of, models.AccountDetails{})
	require.NoError(b.t, err)
	for _, account := range accounts {
		if account.Connected() {
			codes = append(codes, account.ExternalID)
		}
	}
	return codes
}

var (
	demoConfig   = config{}
	signInConfig = config{ShopifyAPIKey: program.AppKey, ShopifyAPISecret: program.AppSecret}
)

func TestConsentConnectsTheShop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		b := newConsenting(t, databaseURL, demoConfig)
		back := b.consent(b.begin("planted-state", "/settings"), "shop", "USLCDEMO2")
		require.Contains(t, back, b.server.URL+"/tiktok/callback?")
		require.Equal(t, b.server.URL+"/settings?consent=CONNECTED", b.get(back))
		require.Equal(t, []string{"USLCDEMO2"}, b.connected(b.seller))
		trail, err := b.repository.AuditTrail(t.Context(), b.seller, models.AuditPage{Count: 1}, models.AccountDetails{})
		require.NoError(t, err)
		require.Equal(t, b.seller.Actor, trail.Entries[0].Actor)
		accounts, err := b.repository.Accounts(t.Context(), b.seller, models.AccountDetails{})
		require.NoError(t, err)
		kept, err := b.repository.TikTokCredentials(t.Context(), accounts[0].ID)
		require.NoError(t, err)
		require.False(t, kept.AccessToken.IsEmpty())

		require.Equal(t, b.server.URL+"/settings?consent=USED", b.get(back), "once")
		require.NotContains(t, b.log.String(), "planted-state")
		require.NotContains(t, b.log.String(), "TTP_")
	})
}

func TestConsentComesBackToShopifysAdmin(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		b := newConsenting(t, databaseURL, signInConfig)
		const app = "https://admin.shopify.com/store/aurora-outfitters/apps/" + program.AppKey
		require.Equal(t, app+"/settings?consent=DENIED", b.get(b.consent(b.begin("no", "/settings"), "deny", "yes")))
		require.Equal(t, app+"?consent=CONNECTED", b.get(b.consent(b.begin("yes", ""), "shop", "USLCDEMO1")))
	})
}

// TestConsentRefusals: each is told, and nothing is done.
func TestConsentRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		b := newConsenting(t, databaseURL, demoConfig)
		other := b.register("other.myshopify.com")
		shop := consentTo(otherShop)
		_, err := b.repository.ConnectTikTokShop(t.Context(), other, &shop)
		require.NoError(t, err)
		for code, want := range map[string]string{
			"USLCDEMO3": "OWNER_REQUIRED", "GBLCDEMO4": "REGION_MISMATCH", "USLCDEMO5": "SELLER_NOT_ACTIVE", "USLCDEMO6": "AUTHORIZATION_INVALID",
			otherShop.Code: "ACCOUNT_IN_USE",
		} {
			require.Equal(t, b.server.URL+"/?consent="+want, b.get(b.consent(b.begin(code, ""), "shop", code)), code)
		}
		back := b.consent(b.begin("mine", ""), "shop", "USLCDEMO2")
		for _, query := range []string{"", "?code=x", "?state=&code=x", "?state=forged&code=x", "?error=access_denied"} {
			require.Equal(t, b.server.URL+"/?consent=UNKNOWN", b.get(b.server.URL+"/tiktok/callback"+query))
		}
		b.passed.Store(int64(models.ConsentLife))
		require.Equal(t, b.server.URL+"/?consent=EXPIRED", b.get(back))
		require.Empty(t, b.connected(b.seller))
		require.Equal(t, []string{otherShop.Code}, b.connected(other))
	})
}

// TestConsentWhileTikTokIsAway: the state is used up, and the next one connects.
func TestConsentWhileTikTokIsAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		b := newConsenting(t, databaseURL, demoConfig)
		back := b.consent(b.begin("away", ""), "shop", "USLCDEMO2")
		b.fault(`{"platform":"tiktok","operation":"TokenExchange","kind":"` + string(standin.HTTP500) + `","times":1000}`)
		require.Equal(t, b.server.URL+"/?consent=TIKTOK_UNAVAILABLE", b.get(back))
		require.Empty(t, b.connected(b.seller))
		request, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, b.server.URL+"/sandbox/faults", nil)
		require.NoError(t, err)
		response, err := b.browser.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, b.server.URL+"/?consent=USED", b.get(back))
		require.Equal(t, b.server.URL+"/?consent=CONNECTED", b.get(b.consent(b.begin("there", ""), "shop", "USLCDEMO2")))
	})
}

func (b *consenting) fault(text string) {
	b.t.Helper()
	response, err := b.browser.Post(b.server.URL+"/sandbox/faults", "application/json", strings.NewReader(text))
	require.NoError(b.t, err)
	require.NoError(b.t, response.Body.Close())
	require.Less(b.t, response.StatusCode, http.StatusMultipleChoices)
}

// TestConsentOfADoubleClick connects once, also when the browser does not wait for the first answer.
func TestConsentOfADoubleClick(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		b := newConsenting(t, databaseURL, demoConfig)
		back := b.consent(b.begin("twice", ""), "shop", "USLCDEMO2")
		outcomes := make([]string, 4)
		var clicks sync.WaitGroup
		for i := range outcomes {
			clicks.Go(func() { outcomes[i] = b.get(back) })
		}
		clicks.Wait()
		require.ElementsMatch(t, []string{b.server.URL + "/?consent=CONNECTED", b.server.URL + "/?consent=USED", b.server.URL + "/?consent=USED", b.server.URL + "/?consent=USED"}, outcomes)
		require.Equal(t, []string{"USLCDEMO2"}, b.connected(b.seller))
	})
}

func TestConsentGoesOnWithoutTheBrowser(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		b := newConsenting(t, databaseURL, demoConfig)
		back := b.consent(b.begin("gone", ""), "shop", "USLCDEMO2")
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		b.server.Config.Handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(gone, http.MethodGet, back, nil))
		require.Equal(t, []string{"USLCDEMO2"}, b.connected(b.seller))
	})
}

var chosenWith = regexp.MustCompile(`name="choice" value="([^"]+)"`)

func TestConsentForSeveralShops(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		b := newConsenting(t, databaseURL, signInConfig)
		address := b.get(b.consent(b.begin("both", "/activity"), "shop", "USLCDEMO8"))
		require.Contains(t, address, b.server.URL+"/tiktok/choose?choice=")
		require.Empty(t, b.connected(b.seller))

		response, err := b.browser.Get(address)
		require.NoError(t, err)
		defer response.Body.Close()
		var page bytes.Buffer
		_, err = page.ReadFrom(response.Body)
		require.NoError(t, err)
		require.Equal(t, "no-store", response.Header.Get("Cache-Control"))
		require.Contains(t, response.Header.Get("Content-Security-Policy"), "form-action 'self' https://admin.shopify.com; frame-ancestors 'none'")
		for _, text := range []string{"TikTok Shop USLCDEMO8", "TikTok Shop USLCDEMO9", "https://admin.shopify.com/store/aurora-outfitters/apps/" + program.AppKey + "/activity"} {
			require.Contains(t, html.UnescapeString(page.String()), text)
		}
		choice := chosenWith.FindStringSubmatch(page.String())[1]
		form := b.server.URL + "/tiktok/choose"
		plain := b.server.URL + "/?consent=UNKNOWN"
		require.Equal(t, plain, b.post(form, url.Values{"choice": {"forged"}, "shop": {"USLCDEMO9"}}))
		require.Equal(t, plain, b.post(form, url.Values{"choice": {"both"}, "shop": {"USLCDEMO9"}}), "the state does not choose")
		const app = "https://admin.shopify.com/store/aurora-outfitters/apps/" + program.AppKey + "/activity"
		require.Equal(t, app+"?consent=UNKNOWN", b.post(form, url.Values{"choice": {choice}, "shop": {"USLCDEMO1"}}), "a shop of somebody else")
		require.Empty(t, b.connected(b.seller))

		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, form, strings.NewReader(url.Values{"choice": {choice}, "shop": {"USLCDEMO9"}}.Encode()))
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Sec-Fetch-Site", "cross-site")
		rejected, err := b.browser.Do(request)
		require.NoError(t, err)
		require.NoError(t, rejected.Body.Close())
		require.Equal(t, http.StatusForbidden, rejected.StatusCode, "no other page sends the form")

		require.Equal(t, app+"?consent=CONNECTED", b.post(form, url.Values{"choice": {choice}, "shop": {"USLCDEMO9"}}))
		require.Equal(t, []string{"USLCDEMO9"}, b.connected(b.seller))
		require.Equal(t, app+"?consent=USED", b.post(form, url.Values{"choice": {choice}, "shop": {"USLCDEMO8"}}))
		require.Equal(t, app+"?consent=USED", b.get(address))
		require.NotContains(t, b.log.String(), choice)
	})
}

// TestConsentIsNotUsedByHEAD, which programs send that only look at an address.
func TestConsentIsNotUsedByHEAD(t *testing.T) {
	b := newConsenting(t, dbtest.URL(t, "sqlite"), demoConfig)
	back := b.consent(b.begin("looked at", ""), "shop", "USLCDEMO2")
	response, err := b.browser.Head(back)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusMethodNotAllowed, response.StatusCode)
	require.Equal(t, b.server.URL+"/?consent=CONNECTED", b.get(back))
}
