package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/handback/handback/auth"
	"github.com/handback/handback/db"
	"github.com/handback/handback/graph"
	"github.com/handback/handback/jobs"
	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/standin"
	"github.com/handback/handback/tiktok"
	tiktoksandbox "github.com/handback/handback/tiktok/sandbox"
)

// platforms are Shopify and TikTok, or what stands in for them.
type platforms struct {
	registrar    auth.Platform
	stores       *shopify.Stores
	signIns      auth.Shopify // nil where the app is let into no store
	users        auth.Users   // likewise
	client       *shopify.Client
	transitions  *jobs.Transitions
	tikTok       tikTok
	accounts     *tiktok.Accounts // that is tikTok; nil where nobody is in TikTok's place
	openOrders   *tiktok.OpenOrders
	shopSettings *tiktok.ShopSettings
	sandboxShops []models.SandboxShop
	sandbox      *sandbox.Sandbox       // within this process; nil when there is none
	shops        *tiktoksandbox.Sandbox // likewise
	clock        *sandboxClock          // likewise
	listeners    listeners
	log          *slog.Logger
	// sessionToken is what the demo store's seller would sign in with; nil outside demo mode.
	sessionToken func(domain string) string
}

type tikTok interface {
	jobs.TikTok
	graph.TikTok
}

// demoDomain is the domain of the demo store.
const demoDomain = "aurora-outfitters.myshopify.com"

// sandboxWebhooks is where a sandbox within this process is told to send events, which come here without an address.
const sandboxWebhooks = "https://example.com/webhooks"

// sandboxConsent is where browsers on this machine find the consent page of the stand-in for TikTok.
const sandboxConsent = sandboxOfTikTok + "/oauth/authorize"

const sandboxOfTikTok = "/sandbox/tiktok"

// sandboxPace is between two calls of a stand-in for TikTok, which takes as many as come.
const sandboxPace = time.Microsecond

// ways are how both platforms are reached.
type ways struct {
	shopify     shopify.Options
	key, secret string // the app's at Shopify
	former      string // the secret before that, or ""
	tikTok      tiktok.Options
	webhook     string // where TikTok sends events to; "" for nowhere
}

func openPlatforms(config config, repository *db.Repository, log *slog.Logger) (*platforms, error) {
	p := &platforms{registrar: shopify.Registrar{}, tikTok: tiktok.None{}, log: log, listeners: listeners{ready: make(chan struct{})}}
	w := ways{
		shopify: shopify.Options{WebhookURI: config.webhook(shopifyWebhook), Large: jobs.CollectGarbageMoreOften}, key: config.ShopifyAPIKey, secret: config.ShopifyAPISecret, former: config.ShopifyFormer,
		tikTok:  tiktok.Options{AppKey: config.TikTokAppKey, AppSecret: models.NewSecret(config.TikTokAppSecret), Authorize: config.TikTokAuthorize},
		webhook: config.webhook(tikTokWebhook),
	}
	if config.sandboxed() {
		p.registrar, p.sandboxShops, w.shopify.WebhookURI = shopify.Sandbox{Catalogue: repository.Catalogue}, tiktoksandbox.ShopsToTry(), sandboxWebhooks+shopifyWebhook
		w.webhook = sandboxWebhooks + tikTokWebhook
	}
	switch address, remote := config.remoteSandbox(); {
	case remote:
		w.leadTo(config, address)
	case config.sandboxed():
		p.clock = newSandboxClock(repository)
		w.shopify.Now = p.clock.Now
		if err := p.openSandboxes(config, repository, &w); err != nil {
			return nil, err
		}
	}
	if config.demo() {
		p.sessionToken = func(domain string) string { return sandbox.SessionToken(w.key, w.secret, domain, repository.Now()) }
	}
	oauth := shopify.NewOAuth(w.key, w.secret, w.shopify)
	tokens := shopify.NewTokenKeeper(repository, oauth)
	tokens.Now = repository.Now
	w.shopify.Tokens = tokens
	p.client = shopify.New(w.shopify)
	p.stores = shopify.NewStores(p.client, oauth, tokens, repository, log)
	if config.sandboxed() || config.Keyset != "" { // else there is none that outlasts the program to keep tokens with
		p.signIns, p.users = p.stores, shopify.NewUsers(oauth, repository, repository.Now, log)
	}
	if w.tikTok.AppKey != "" {
		w.tikTok.Now, w.tikTok.StandIn = repository.Now, config.sandboxed()
		p.accounts = tiktok.NewAccounts(w.tikTok, repository, log)
		p.tikTok = p.accounts
	}
	p.openOrders = tiktok.NewOpenOrders(p.tikTok, repository, repository.Now, log)
	p.shopSettings = tiktok.NewShopSettings(p.tikTok, repository, log)
	p.transitions = &jobs.Transitions{Repository: repository, Shopify: p.client, TikTok: p.tikTok, Stores: p.stores, Shops: p.shopSettings, Now: repository.Now, Log: log}
	p.listen(repository, w)
	p.transitions.Webhooks = eventSender(config, repository, log)
	return p, nil
}

// leadTo has both platforms be what is at an address, where the app has the same credentials for both.
func (w *ways) leadTo(config config, address string) {
	if config.demo() {
		w.key, w.secret = config.credentialsOfSandbox()
	}
	transport := dialAlways(address)
	w.shopify.Transport, w.shopify.Endpoint, w.shopify.Hosts = transport, httpOrigin, []string{"http://*.myshopify.com"}
	plain := func(origin string) string { return strings.Replace(origin, "https:", "http:", 1) }
	w.tikTok = tiktok.Options{
		AppKey: w.key, AppSecret: models.NewSecret(w.secret), Transport: transport, Auth: plain(tiktok.AuthOrigin), API: plain(tiktok.APIOrigin),
		Hosts: []string{plain(tiktok.AuthOrigin), plain(tiktok.APIOrigin)}, Interval: sandboxPace,
	}
}

// openSandboxes has both platforms be stand-ins within this process, whose calls are in one list.
func (p *platforms) openSandboxes(config config, repository *db.Repository, w *ways) error {
	forget, err := config.beginsAnew(repository)
	if err != nil {
		return err
	}
	calls := standin.NewLog()
	p.sandbox, err = sandbox.New(sandbox.Options{
		File: config.sandboxFile(), Forget: forget, Products: config.SandboxProducts, Catalogue: repository.Catalogue, Shop: demoDomain, APIKey: w.key, APISecret: w.secret, Now: repository.Now, Log: calls,
		Webhook: w.shopify.WebhookURI, Deliver: p.listeners.deliverShopify,
	})
	if err != nil {
		return fmt.Errorf("cannot open SANDBOX_FILE: %w", innermost(err))
	}
	p.shops, err = tiktoksandbox.New(tiktoksandbox.Options{
		File: config.tikTokFile(), Forget: forget, Redirect: callbackPath, AppKey: config.TikTokAppKey, AppSecret: config.TikTokAppSecret, Now: repository.Now, Log: calls,
		Webhook: sandboxWebhooks + tikTokWebhook, Deliver: p.listeners.deliverTikTok,
	})
	if err != nil {
		_ = p.sandbox.Close()
		return fmt.Errorf("cannot open %s, beside SANDBOX_FILE: %w", config.tikTokFile(), innermost(err))
	}
	w.shopify.Transport, w.key, w.secret = p.sandbox.Transport(), p.sandbox.APIKey(), p.sandbox.APISecret()
	w.tikTok = tiktok.Options{
		AppKey: p.shops.AppKey(), AppSecret: models.NewSecret(p.shops.AppSecret()), Transport: p.shops.Transport(), Interval: sandboxPace,
		Authorize: config.ownAddress() + sandboxConsent,
	}
	return nil
}

func (p *platforms) close() error {
	if p.sandbox == nil {
		return nil
	}
	return errors.Join(p.sandbox.Close(), p.shops.Close())
}

func httpOrigin(store string) string { return "http://" + store }

// dialAlways is a transport to one address, whatever host a request names.
func dialAlways(address string) http.RoundTripper {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	return &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, address)
		},
		IdleConnTimeout: 90 * time.Second, MaxIdleConnsPerHost: 8,
	}
}

// beginsAnew reports whether the sandbox is to forget what it has of the demo store: a new demo begins with a new store.
func (c config) beginsAnew(repository *db.Repository) (bool, error) {
	if !c.demo() {
		return false, nil
	}
	store, err := repository.StoreByDomain(context.Background(), demoDomain)
	return store.ID == "", err
}

// play is for whoever plays the merchant or a disaster in the sandbox, or lets time pass, from this machine.
func (p *platforms) play() http.Handler {
	control := http.NewServeMux()
	control.Handle("/sandbox/", p.sandbox.Control())
	control.Handle(sandboxOfTikTok+"/", p.shops.Control())
	control.Handle(sandboxConsent, http.StripPrefix(sandboxOfTikTok, p.shops))
	control.Handle("POST /sandbox/clock", p.clock)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !from.Addr().Unmap().IsLoopback() {
			http.NotFound(w, r)
			return
		}
		control.ServeHTTP(w, r)
	})
}
