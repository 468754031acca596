package main

import (
	"context"

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

// openDemoStore returns the demo store's seller, and makes the store in a database that does not have it.
func openDemoStore(ctx context.Context, repository *db.Repository) (models.Caller, error) {
	authorization, err := tiktok.Sandbox{}.Authorization(ctx, demoCode)
	if err != nil {
		return models.Caller{}, err
	}
	store, err := repository.MakeDemoStore(ctx, models.DemoStore{
		Registration: models.Registration{
			Store:    models.Store{Domain: demoDomain, Name: "Aurora Outfitters", Region: "US"},
			Business: models.BusinessAccount{Name: "Aurora Outfitters", ExternalID: "bc-7010203040506070809"},
			Settings: repository.Catalogue.Before(),
		},
		Authorization: *authorization,
		Edits:         demoEdits,
	})
	return models.Caller{Store: store, Actor: store.Seller()}, err
}
