package main

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/handback/handback/db"
	"github.com/handback/handback/endpoint"
	"github.com/handback/handback/graph"
	"github.com/handback/handback/models"
	"github.com/handback/handback/web"
)

// The addresses that a seller's browser comes to after TikTok's consent page. The first is registered with the app at TikTok.
const (
	callbackPath = "/tiktok/callback"
	choosePath   = "/tiktok/choose"
)

// How long TikTok may take to say what was consented to, and connecting a shop after that.
const (
	exchangeTime = 10 * time.Second
	connectTime  = 10 * time.Second
)

// mostChosen is how many bytes the form in which a shop is chosen may have.
const mostChosen = 4 << 10

// consents leads sellers' browsers on after TikTok's consent page. They come without sign-in: who it is says the state that the
// seller was sent to TikTok with, and after that what a shop is chosen with.
type consents struct {
	repository *db.Repository
	accounts   graph.AccountRepository
	tikTok     tikTok
	appKey     string // the app's at Shopify, around whose pages is Shopify's admin; "" on the demo store
	log        *slog.Logger
}

// serveCallback uses a consent, once. It goes on when the browser does not: of a double click the second request is the one that
// is waited for, and the first the one that connects.
func (c *consents) serveCallback(w http.ResponseWriter, r *http.Request) {
	if !requireMethod(w, r, http.MethodGet) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), exchangeTime)
	defer cancel()
	query := r.URL.Query()
	consent, err := c.repository.UseConsent(ctx, models.NewSecret(query.Get("state")))
	if err == nil && query.Get("code") == "" {
		err = &models.ConsentOver{Outcome: models.ConsentDenied}
	}
	var choices []models.ShopChoice
	if err == nil {
		choices, err = c.choices(ctx, consent, query.Get("code"))
	}
	if err != nil {
		c.land(w, r, consent, c.outcomeOf(r.Context(), err))
		return
	}
	if shop := models.ShopToConnect(choices); shop != nil {
		c.connect(w, r, consent, shop)
		return
	}
	c.offer(ctx, w, r, consent, choices)
}

// choices asks TikTok which shops the consent is for, and says which of them can be connected.
func (c *consents) choices(ctx context.Context, consent models.Consent, code string) ([]models.ShopChoice, error) {
	if err := c.accounts.ReadyToConnect(ctx, consent.Caller); err != nil { // before the code is spent
		return nil, err
	}
	shops, err := c.tikTok.Authorizations(ctx, code)
	switch {
	case err != nil:
		return nil, err
	case shops == nil:
		return nil, models.RefuseAuthorization(consent.Caller.Store, nil)
	case len(shops) == 0:
		return nil, &models.ConsentOver{Outcome: models.ConsentNoShop}
	}
	return c.repository.ShopChoices(ctx, consent.Caller.Store, shops)
}

// connect connects the shop as connectTikTokShop does.
func (c *consents) connect(w http.ResponseWriter, r *http.Request, consent models.Consent, shop *models.Authorization) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), connectTime)
	defer cancel()
	result, err := c.accounts.ConnectTikTokShop(ctx, consent.Caller, shop)
	if err != nil {
		c.land(w, r, consent, c.outcomeOf(r.Context(), err))
		return
	}
	c.land(w, r, consent, models.OutcomeOfConnecting(result.Account))
}

// offer leads to the page on which one of several shops is chosen.
func (c *consents) offer(ctx context.Context, w http.ResponseWriter, r *http.Request, consent models.Consent, choices []models.ShopChoice) {
	shops := make([]models.Authorization, len(choices))
	for i, choice := range choices {
		shops[i] = choice.Authorization
	}
	choice := rand.Text()
	if err := c.repository.OfferShops(ctx, consent, models.NewSecret(choice), shops); err != nil {
		c.land(w, r, consent, c.outcomeOf(r.Context(), err))
		return
	}
	redirect(w, r, choosePath+"?"+url.Values{"choice": {choice}}.Encode())
}

// serveChoose shows the shops of a consent, and connects the one that is chosen there. What the form is sent with nobody knows but
// this page, so that no other page can send it.
func (c *consents) serveChoose(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodPost:
		c.choose(w, r)
	case requireMethod(w, r, http.MethodGet):
		c.showShops(w, r)
	}
}

func (c *consents) showShops(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), exchangeTime)
	defer cancel()
	secret := r.URL.Query().Get("choice")
	consent, err := c.repository.OfferedShops(ctx, models.NewSecret(secret))
	var choices []models.ShopChoice
	if err == nil {
		choices, err = c.repository.ShopChoices(ctx, consent.Caller.Store, consent.Shops)
	}
	if err != nil {
		c.land(w, r, consent, c.outcomeOf(r.Context(), err))
		return
	}
	page := web.ShopsPage{StoreName: consent.Caller.Store.Name, Choice: secret, Back: c.addressOf(consent, ""), Texts: web.ShopsTextsFor(r)}
	for _, choice := range choices {
		shop := web.ShopOnPage{Code: choice.Authorization.ShopCode, Name: choice.Authorization.ShopName, Region: choice.Authorization.Region}
		if choice.Refusal != nil {
			shop.Refusal = page.Texts.Refusal(string(choice.Refusal.Code), choice.Refusal.Message)
		}
		page.Shops = append(page.Shops, shop)
	}
	page.Serve(w)
}

func (c *consents) choose(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), exchangeTime)
	defer cancel()
	r.Body = http.MaxBytesReader(w, r.Body, mostChosen)
	consent, shop, err := c.repository.ChooseShop(ctx, models.NewSecret(r.PostFormValue("choice")), r.PostFormValue("shop"))
	if err != nil {
		c.land(w, r, consent, c.outcomeOf(r.Context(), err))
		return
	}
	c.connect(w, r, consent, shop)
}

// outcomeOf is what the seller is told of an error. What no seller can put right is in the log.
func (c *consents) outcomeOf(ctx context.Context, err error) models.ConsentOutcome {
	if over, ok := errors.AsType[*models.ConsentOver](err); ok {
		return over.Outcome
	}
	if refusals := models.RefusalsIn[models.ConnectTikTokShopErrorCode](models.RefuseUnanswered(err)); len(refusals) > 0 {
		return models.ConsentOutcome(refusals[0].Code)
	}
	c.log.ErrorContext(ctx, "a consent at TikTok was not carried out", "request_id", endpoint.RequestID(ctx), "error", err)
	if errors.Is(err, models.ErrOutcomeUnknown) {
		return models.ConsentInDoubt
	}
	return models.ConsentFailed
}

// land leads the browser back to the admin, which says in words what has become of the consent. No word of it stands in the address,
// which anybody can have written.
func (c *consents) land(w http.ResponseWriter, r *http.Request, consent models.Consent, outcome models.ConsentOutcome) {
	c.log.InfoContext(r.Context(), "consent at TikTok", "request_id", endpoint.RequestID(r.Context()), "store", consent.Caller.Store.ID, "outcome", string(outcome))
	redirect(w, r, c.addressOf(consent, outcome))
}

// addressOf is the page of the admin that the consent comes back to: within Shopify's admin, where the store is known and is not the
// demo store.
func (c *consents) addressOf(consent models.Consent, outcome models.ConsentOutcome) string {
	page := url.URL{Path: "/"}
	if consent.ReturnTo != "" {
		page.Path = consent.ReturnTo
	}
	if handle, ok := strings.CutSuffix(consent.Caller.Store.Domain, ".myshopify.com"); ok && c.appKey != "" {
		page.Scheme, page.Host = "https", web.ShopifyAdminHost
		page.Path = "/store/" + handle + "/apps/" + c.appKey + strings.TrimSuffix(page.Path, "/")
	}
	if outcome != "" {
		page.RawQuery = url.Values{"consent": {string(outcome)}}.Encode()
	}
	return page.String()
}

// redirect is never kept: what it says is of this moment.
func redirect(w http.ResponseWriter, r *http.Request, address string) {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// requireMethod rejects other methods. HEAD would use up a consent.
func requireMethod(w http.ResponseWriter, r *http.Request, method string) bool {
	if r.Method == method {
		return true
	}
	w.Header().Set("Allow", method)
	http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	return false
}
