package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"handback/auth"
	"handback/db"
	"handback/jobs"
	"handback/models"
	"handback/shopify"
	"handback/shopify/sandbox"
	"handback/tiktok"
)

// platforms are Shopify and TikTok, or what stands in for them.
type platforms struct {
	registrar    auth.Platform
	stores       *shopify.Stores
	signIns      auth.Shopify // nil where the app is let into no store
	client       *shopify.Client
	transitions  *jobs.Transitions
	tikTok       tikTok
	sandboxShops []models.SandboxShop
	sandbox      *sandbox.Sandbox // within this process; nil when there is none
	log          *slog.Logger
	// sessionToken is what the demo store's seller would sign in with; nil outside demo mode.
	sessionToken func(domain string) string
}

type tikTok interface {
	jobs.TikTok
	// Authorization says what an authorization code stands for, nil when TikTok does not know the code.
	Authorization(ctx context.Context, code string) (*models.Authorization, error)
}

// demoDomain is the domain of the demo store.
const demoDomain = "aurora-outfitters.myshopify.com"

// sandboxWebhooks is where stores of a sandbox are told to send events. Nothing listens there.
const sandboxWebhooks = "https://example.com/webhooks"

func openPlatforms(config config, repository *db.Repository, log *slog.Logger) (*platforms, error) {
	p := &platforms{registrar: shopify.Registrar{}, tikTok: tiktok.None{}, log: log}
	options := shopify.Options{WebhookURI: config.WebhookURL}
	key, secret := config.ShopifyAPIKey, config.ShopifyAPISecret
	if config.sandboxed() {
		p.registrar, p.tikTok, p.sandboxShops = shopify.Sandbox{Catalogue: repository.Catalogue}, tiktok.Sandbox{}, tiktok.Sandbox{}.Shops()
		options.WebhookURI = sandboxWebhooks
	}
	switch address, remote := config.remoteSandbox(); {
	case remote:
		options.Transport, options.Endpoint, options.Hosts = dialAlways(address), httpOrigin, []string{"http://*.myshopify.com"}
		if config.demo() {
			key, secret = config.credentialsOfSandbox()
		}
	case config.sandboxed():
		forget, err := config.beginsAnew(repository)
		if err != nil {
			return nil, err
		}
		box, err := sandbox.New(sandbox.Options{
			File: config.sandboxFile(), Forget: forget, Products: config.SandboxProducts, Catalogue: repository.Catalogue, Shop: demoDomain, APIKey: key, APISecret: secret,
		})
		if err != nil {
			return nil, fmt.Errorf("cannot open SANDBOX_FILE: %w", innermost(err))
		}
		p.sandbox, options.Transport = box, box.Transport()
		key, secret = box.APIKey(), box.APISecret()
	}
	if config.demo() {
		p.sessionToken = func(domain string) string { return sandbox.SessionToken(key, secret, domain, time.Now()) }
	}
	oauth := shopify.NewOAuth(key, secret, options)
	tokens := shopify.NewTokenKeeper(repository, oauth)
	tokens.Now = repository.Now
	options.Tokens = tokens
	p.client = shopify.New(options)
	p.stores = shopify.NewStores(p.client, oauth, tokens, repository, log)
	if config.sandboxed() || config.Keyset != "" { // else there is none that outlasts the program to keep tokens with
		p.signIns = p.stores
	}
	p.transitions = &jobs.Transitions{Repository: repository, Shopify: p.client, TikTok: p.tikTok, Stores: p.stores, Now: repository.Now, Log: log}
	return p, nil
}

func (p *platforms) close() error {
	if p.sandbox == nil {
		return nil
	}
	return p.sandbox.Close()
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

// play is for whoever plays the merchant or a disaster in the sandbox, from this machine.
func (p *platforms) play() http.Handler {
	control := p.sandbox.Control()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !from.Addr().Unmap().IsLoopback() {
			http.NotFound(w, r)
			return
		}
		control.ServeHTTP(w, r)
	})
}

// freshSettings is the repository, for which the store is read before settings that live there are edited: what an edit changes is
// what the store has, and what was edited in the Shopify admin is told as that.
type freshSettings struct {
	*db.Repository

	stores *shopify.Stores
}

// UpdateSettings implements graph.Repository.
func (f freshSettings) UpdateSettings(ctx context.Context, caller models.Caller, inputs []models.SettingInput) ([]models.Setting, error) {
	if slices.ContainsFunc(inputs, func(input models.SettingInput) bool {
		definition := f.Catalogue.Definition(input.Key)
		return definition != nil && definition.Source == models.SourceShopify
	}) {
		_ = f.stores.Refresh(ctx, caller.Store) // which is logged
	}
	return f.Repository.UpdateSettings(ctx, caller, inputs)
}
