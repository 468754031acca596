package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/handback/handback/db"
	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok/sandbox"
)

const otherDomain = "aurora-living.myshopify.com"

// The shops that the demo store and its neighbour sell through.
var (
	demoShop  = shopOf("USLCDEMO1")
	otherShop = shopOf("USLCDEMO7")
)

// shopOf is one of the demo's shops.
func shopOf(code string) sandbox.Shop {
	return sandbox.DemoShops[slices.IndexFunc(sandbox.DemoShops, func(s sandbox.Shop) bool { return s.Code == code })]
}

// consentTo is what TikTok would say after the shop's main owner has consented, without tokens.
func consentTo(shop sandbox.Shop) models.Authorization {
	return models.Authorization{ShopCode: shop.Code, ShopName: shop.FullName(), Region: shop.Region, Role: models.ShopOwner, Seller: models.SellerActive}
}

// demoEdits are what the demo store's seller changed after connecting, so that a preview has something to tell.
var demoEdits = []models.SettingInput{
	{Key: "order.tags", Value: `["web","priority","tiktok-shop","gift"]`},
	{Key: "price.adjustment", Value: `{"kind":"PERCENT","value":12.50}`},
	{Key: "location.fulfillsOnlineOrders", Value: `{"gid://shopify/Location/1001":true,"gid://shopify/Location/1002":true,"gid://shopify/Location/1003":false}`},
}

// openDemo returns the demo store's seller in demo mode, and nil otherwise.
func openDemo(ctx context.Context, config config, repository *db.Repository, platforms *platforms) (*models.Caller, error) {
	if !config.demo() {
		return nil, nil
	}
	starting, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	seller, err := openDemoStore(starting, repository, platforms.sessionToken != nil)
	if err == nil {
		err = openOtherStore(starting, repository)
	}
	if err != nil {
		return nil, err
	}
	if err := platforms.furnish(starting, repository, seller); err != nil { // the database is a good one all the same
		platforms.log.WarnContext(ctx, "the sandbox's store is not as the demo store says", "error", err)
		go platforms.furnishLater(ctx, repository, seller)
	}
	return &seller, nil
}

// openDemoStore returns the demo store's seller, and makes the store in a database that does not have it. It is linked where a
// sandbox has it, too.
func openDemoStore(ctx context.Context, repository *db.Repository, linked bool) (models.Caller, error) {
	store, err := repository.MakeDemoStore(ctx, models.DemoStore{
		Registration: models.Registration{
			Store:    models.Store{Domain: demoDomain, Name: "Aurora Outfitters", Region: "US", Linked: linked},
			Business: models.BusinessAccount{Name: "Aurora Outfitters", ExternalID: "bc-7010203040506070809"},
			Settings: repository.Catalogue.Before(),
		},
		Authorization: consentTo(demoShop),
		Edits:         demoEdits,
	})
	return models.Caller{Store: store, Actor: store.Seller()}, err
}

// openOtherStore makes the store that sells through one of the sandbox's shops, so that nobody else can connect it. Nobody signs in
// there, so it has no tokens.
// When somebody else has connected the shop first, that is as good.
func openOtherStore(ctx context.Context, repository *db.Repository) error {
	store, err := repository.RegisterStore(ctx, models.Registration{
		Store:    models.Store{Domain: otherDomain, Name: "Aurora Living", Region: "US"},
		Business: models.BusinessAccount{Name: "Aurora Living", ExternalID: "bc-7010203040506070810"},
		Settings: repository.Catalogue.Before(),
	})
	if err != nil {
		return err
	}
	seller := models.Caller{Store: store, Actor: store.Seller()}
	overview, err := repository.Overview(ctx, seller, models.AccountDetails{})
	if err != nil || overview.TikTokShop.Status == models.ChannelConnected {
		return err
	}
	shop := consentTo(otherShop)
	_, err = repository.ConnectTikTokShop(ctx, seller, &shop)
	if models.RefusalsIn[models.ConnectTikTokShopErrorCode](err) != nil {
		return nil
	}
	return err
}

// openApp lets the app into the demo store, unless it is in.
func (p *platforms) openApp(ctx context.Context, store models.Store) {
	if p.sessionToken != nil {
		p.stores.SignIn(ctx, store, p.sessionToken(store.Domain))
	}
}

// furnish makes the sandbox's store what the settings of the demo store say, and lets the app into its shop, unless it was done: the
// demo begins connected.
// The first attempt fails when the tokens are of a sandbox that is no more, which drops them, and when another process is faster.
func (p *platforms) furnish(ctx context.Context, repository *db.Repository, seller models.Caller) error {
	if p.sessionToken == nil || !seller.Store.Linked {
		return nil
	}
	err := p.furnishOnce(ctx, repository, seller)
	if err != nil {
		err = p.furnishOnce(ctx, repository, seller)
	}
	return errors.Join(err, p.furnishShop(ctx, repository, seller))
}

// furnishShop obtains the tokens that connecting the demo store's shop would have obtained.
func (p *platforms) furnishShop(ctx context.Context, repository *db.Repository, seller models.Caller) error {
	accounts, err := repository.Accounts(ctx, seller, models.AccountDetails{})
	at := slices.IndexFunc(accounts, func(a *models.Account) bool { return a.Connected() && a.ExternalID == demoShop.Code })
	if err != nil || at < 0 {
		return err
	}
	kept, err := repository.TikTokCredentials(ctx, accounts[at].ID)
	if err != nil || kept.Version > 0 {
		return err
	}
	consented, err := p.tikTok.Authorizations(ctx, demoShop.AuthorizationCode())
	if err != nil || len(consented) == 0 {
		return err
	}
	return repository.KeepTikTokCredentials(ctx, accounts[at], consented[0].Credentials)
}

// furnishLater goes on until the sandbox's store is furnished: a process that was killed while it obtained tokens keeps others from
// it for a while.
func (p *platforms) furnishLater(ctx context.Context, repository *db.Repository, seller models.Caller) {
	for every := time.NewTicker(furnishInterval); ; {
		select {
		case <-every.C:
		case <-ctx.Done():
			return
		}
		if err := p.furnish(ctx, repository, seller); err == nil {
			p.log.InfoContext(ctx, "the sandbox's store is as the demo store says")
			return
		}
	}
}

const furnishInterval = 5 * time.Second

// furnishOnce writes the fence last, so that a store that was furnished in part is furnished again.
func (p *platforms) furnishOnce(ctx context.Context, repository *db.Repository, seller models.Caller) error {
	p.openApp(ctx, seller.Store)
	present, err := p.client.AppMetafield(ctx, seller.Store.Domain, "epoch")
	if err != nil || present.Value != "" {
		return err
	}
	epoch, settings, err := repository.ConnectedEpoch(ctx, seller)
	if err != nil || epoch == nil {
		return err
	}
	work := &models.TransitionWork{Store: seller.Store}
	// The store is not read first: it is one from before connecting, and may have many products.
	for writes := models.PlanConnecting(&models.Observation{}, settings); len(writes) > 0; {
		some := writes[:min(len(writes), 50)]
		writes = writes[len(some):]
		if _, err := p.client.Write(ctx, work, some); err != nil {
			return err
		}
	}
	return p.client.Fence(ctx, seller.Store.Domain, epoch, func(ctx context.Context, epochID string) (bool, error) {
		return repository.EpochClosed(ctx, seller.Store.ID, epochID)
	})
}
