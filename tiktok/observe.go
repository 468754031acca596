package tiktok

import (
	"context"
	"fmt"
	"slices"

	"github.com/handback/handback/models"
)

// Observe reads the settings of the account's shop that are facts of TikTok. The error is a *models.PlatformError, unless the
// context has ended.
func (a *Accounts) Observe(ctx context.Context, account models.Account) (*models.ShopObservation, error) {
	o := &observer{
		client: a.client.With(&sameAccess{source: a}), shop: account.ID,
		seen: &models.ShopObservation{Begun: a.now(), Values: map[string]models.Value{}, Carriers: map[string]string{}, Rehearsed: a.standIn},
	}
	for _, part := range []func(context.Context) error{o.warehouses, o.templates} {
		err := part(ctx)
		if KindOf(err) == NotGranted { // what the others say is true all the same
			a.log.WarnContext(ctx, "a part of the shop may not be read at TikTok", "account", account.ID, "error", err)
			continue
		}
		if err != nil {
			return nil, problem(ctx, err)
		}
	}
	o.seen.At = a.now()
	return o.seen, nil
}

// observer reads one shop, part by part. What a part does not find out is not said.
type observer struct {
	client *Client
	shop   string
	seen   *models.ShopObservation
}

// warehouses reads the one that orders are shipped from unless they say another, the one that takes returns, and how the first ships.
func (o *observer) warehouses(ctx context.Context) error {
	warehouses, err := o.client.Warehouses(ctx, o.shop)
	if err != nil {
		return err
	}
	sales, returns := warehousesIn(warehouses)
	o.set(models.KeyDefaultWarehouse, sales)
	o.set(models.KeyReturnWarehouse, returns)
	if sales == "" {
		o.set(models.KeyShippingMode, "")
		return nil
	}
	options, err := o.client.DeliveryOptions(ctx, o.shop, sales)
	if err != nil {
		return err
	}
	o.set(models.KeyShippingMode, shippingMode(options))
	return o.carriers(ctx, options)
}

// carriers reads those of one option: TikTok is asked as little as can be. Where the seller ships, it is the seller who chooses one.
func (o *observer) carriers(ctx context.Context, options []DeliveryOption) error {
	if len(options) == 0 {
		return nil
	}
	chosen := options[max(0, slices.IndexFunc(options, DeliveryOption.isBySeller))]
	providers, err := o.client.ShippingProviders(ctx, o.shop, chosen.ID)
	for _, provider := range providers {
		o.seen.Carriers[provider.Name] = provider.ID
	}
	return err
}

// templates reads the one that listings are shipped by unless they say another.
func (o *observer) templates(ctx context.Context) error {
	templates, err := o.client.SellerTemplates(ctx, o.shop)
	if err != nil {
		return err
	}
	chosen := ""
	for _, template := range templates {
		if template.IsDefault && chosen == "" {
			chosen = template.ID
		}
	}
	o.set(models.KeyShippingTemplate, chosen)
	return nil
}

// set notes what TikTok says, "" where it has none.
func (o *observer) set(key, text string) {
	var value models.Value
	if text != "" {
		var err error
		if value, err = models.NewValue(text); err != nil {
			panic(fmt.Sprintf("tiktok: a string is always JSON: %v", err))
		}
	}
	o.seen.Values[key] = value
}

// warehousesIn finds the default one that goods are sold from, and the one that takes returns: the default of several, and none of
// several without, because it is not known to which of them returns go.
func warehousesIn(warehouses []Warehouse) (sales, returns string) {
	var takers []Warehouse
	for _, warehouse := range warehouses {
		switch {
		case warehouse.Type == WarehouseSales && warehouse.IsDefault && sales == "":
			sales = warehouse.ID
		case warehouse.Type == WarehouseReturn:
			takers = append(takers, warehouse)
		}
	}
	for _, taker := range takers {
		if len(takers) == 1 || taker.IsDefault {
			return sales, taker.ID
		}
	}
	return sales, ""
}

// shippingMode says who ships: TikTok, or the seller; "" where each ships a part.
func shippingMode(options []DeliveryOption) string {
	bySeller := 0
	for _, option := range options {
		if option.isBySeller() {
			bySeller++
		}
	}
	switch {
	case len(options) == 0:
		return ""
	case bySeller == len(options):
		return models.ShippedBySeller
	case bySeller == 0:
		return models.ShippedByTikTok
	}
	return ""
}
