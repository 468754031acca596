package main

import (
	"context"
	"errors"

	"handback/db"
	"handback/models"
	"handback/tiktok"
)

const (
	demoDomain = "aurora-outfitters.myshopify.com"
	demoCode   = "sandbox:US:owner:USLCDEMO1"
)

// demoEdits are what the demo store's seller changed after connecting, so that a preview has something to tell.
var demoEdits = []models.SettingInput{
	{Key: "order.tags", Value: `["web","priority","tiktok-shop","gift"]`},
	{Key: "price.adjustment", Value: `{"kind":"PERCENT","value":12.50}`},
	{Key: "location.fulfillsOnlineOrders", Value: `{"gid://shopify/Location/1001":true,"gid://shopify/Location/1002":true,"gid://shopify/Location/1003":false}`},
}

// openDemoStore returns the demo store's seller. In an empty database it makes the store: registered, connected
// to TikTok Shop, and edited since. A start that was cut off in the middle is taken up where it ended, which the
// audit trail tells.
func openDemoStore(ctx context.Context, repository *db.Repository) (models.Caller, error) {
	store, err := repository.RegisterStore(ctx, models.Registration{
		Store:    models.Store{Domain: demoDomain, Name: "Aurora Outfitters", Region: "US"},
		Business: models.BusinessAccount{Name: "Aurora Outfitters", ExternalID: "bc-7010203040506070809"},
		Settings: repository.Catalogue.Before(),
	})
	if err != nil {
		return models.Caller{}, err
	}
	seller := models.Caller{Store: store, Actor: models.Actor{Kind: models.ActorSeller, Name: store.Name}}
	const registered = 2 // entries of the store and of its TikTok for Business account
	trail, err := repository.AuditTrail(ctx, seller, models.AuditPage{Count: registered + 1 + len(demoEdits)}, models.AccountDetails{})
	if err != nil {
		return seller, err
	}
	done := len(trail.Entries) - registered
	if done < 1 {
		if err := connectDemoStore(ctx, repository, seller); err != nil {
			return seller, err
		}
	}
	for i := max(done-1, 0); i < len(demoEdits); i++ {
		_, refusals, err := repository.UpdateSettings(ctx, seller, demoEdits[i:i+1])
		if err != nil {
			return seller, err
		}
		if len(refusals) > 0 {
			return seller, errors.New(refusals[0].Message)
		}
	}
	return seller, nil
}

func connectDemoStore(ctx context.Context, repository *db.Repository, seller models.Caller) error {
	authorization, err := tiktok.Sandbox{}.Authorization(ctx, demoCode)
	if err != nil {
		return err
	}
	_, err = repository.ConnectTikTokShop(ctx, seller, authorization, models.AccountDetails{})
	return err
}
