package shopify

import (
	"context"

	"github.com/handback/handback/models"
)

// Locations returns all locations of the store, the inactive ones too.
func (c *Client) Locations(ctx context.Context, store string) ([]models.Location, error) {
	type data struct {
		Locations connection[models.Location] `json:"locations"`
	}
	return all(pages(ctx, c, store, "Locations", nil, func(d *data) (*connection[models.Location], error) {
		return &d.Locations, nil
	}))
}

// EditLocation sets whether a location ships online orders. Shopify rejects that for the last such location
// (CodeLastOnline) and for those of fulfillment services (CodeFulfillment).
func (c *Client) EditLocation(ctx context.Context, store, locationID string, fulfillsOnlineOrders bool) error {
	type edited struct {
		Location *struct {
			ID                   string `json:"id"`
			IsActive             bool   `json:"isActive"`
			FulfillsOnlineOrders bool   `json:"fulfillsOnlineOrders"`
		} `json:"location"`
		userErrors
	}
	_, err := mutate[edited](ctx, c, store, "LocationEdit", map[string]any{
		"id": locationID, "fulfillsOnlineOrders": fulfillsOnlineOrders,
	})
	return err
}
