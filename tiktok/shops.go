package tiktok

import (
	"context"
	"net/http"
	"slices"

	"github.com/handback/handback/models"
)

// Shop is one that an authorization is for.
type Shop struct {
	ID         string
	Code       string // that Seller Center shows
	Name       string
	Region     string // ISO 3166-1 alpha-2
	SellerType string // LOCAL or CROSS_BORDER
	Cipher     models.Secret
}

// Shops lists the shops that the token lets the app into: none after the authorization was ended. It needs no cipher.
func (c *Client) Shops(ctx context.Context, shop string) ([]Shop, error) {
	const operation = "Shops"
	type entry struct {
		ID         string `json:"id"`
		Code       string `json:"code"`
		Name       string `json:"name"`
		Region     string `json:"region"`
		SellerType string `json:"seller_type"`
		Cipher     string `json:"cipher"`
	}
	type answer struct {
		Shops []entry `json:"shops"`
	}
	found, err := call[answer](ctx, c, shop, request{
		operation: operation, method: http.MethodGet, endpoint: "/authorization/202309/shops", shopless: true,
	})
	if err != nil {
		return nil, err
	}
	shops := make([]Shop, len(found.Shops))
	for i, s := range found.Shops {
		if s.ID == "" || s.Code == "" || s.Region == "" || s.Cipher == "" {
			return nil, missing(operation, "a shop's id, code, region or cipher")
		}
		shops[i] = Shop{ID: s.ID, Code: s.Code, Name: s.Name, Region: s.Region, SellerType: s.SellerType, Cipher: models.NewSecret(s.Cipher)}
	}
	return shops, nil
}

// IsAuthorized reports whether the app is still let into the shop with that id: whether it is among those that are listed. When
// the seller would have to let the app in again for anything to be listed, it is not.
func (c *Client) IsAuthorized(ctx context.Context, shop, id string) (bool, error) {
	shops, err := c.Shops(ctx, shop)
	if KindOf(err) == Reauthorize {
		return false, nil
	}
	return slices.ContainsFunc(shops, func(s Shop) bool { return s.ID == id }), err
}

// SellerStatus says whether TikTok lets a seller or a shop sell.
type SellerStatus string

// The statuses, by the numbers that TikTok writes as text.
const (
	SellerNew         SellerStatus = "0"
	SellerPending     SellerStatus = "1"
	SellerActive      SellerStatus = "2"
	SellerDeactivated SellerStatus = "3"
	SellerRejected    SellerStatus = "4"
	SellerWithdrawn   SellerStatus = "6"
)

// State returns what the program's rules call the status. One that is not known yet is not active.
func (s SellerStatus) State() models.SellerState {
	switch s {
	case SellerActive:
		return models.SellerActive
	case SellerDeactivated, SellerRejected, SellerWithdrawn:
		return models.SellerClosed
	}
	return models.SellerPending
}

// Seller is the status of a seller and of the seller's shops.
type Seller struct {
	Status SellerStatus
	Shops  map[string]SellerStatus // by the ids of shops
}

// OfShop returns the status of a shop: that of the seller where the shop is not listed or the seller is not active.
func (s Seller) OfShop(id string) SellerStatus {
	status, listed := s.Shops[id]
	if !listed || s.Status != SellerActive {
		return s.Status
	}
	return status
}

// Seller returns the status of the seller whom the token is of. It needs no cipher.
func (c *Client) Seller(ctx context.Context, shop string) (Seller, error) {
	const operation = "SellerStatus"
	type shopStatus struct {
		ID     string       `json:"shop_id"`
		Status SellerStatus `json:"shop_status"`
	}
	type answer struct {
		Data struct {
			Status SellerStatus `json:"seller_status"`
			Shops  []shopStatus `json:"shop_statuses"`
		} `json:"seller_status_data"`
	}
	found, err := call[answer](ctx, c, shop, request{
		operation: operation, method: http.MethodGet, endpoint: "/seller/202508/status", shopless: true,
	})
	if err != nil {
		return Seller{}, err
	}
	if found.Data.Status == "" {
		return Seller{}, missing(operation, "the seller's status")
	}
	seller := Seller{Status: found.Data.Status, Shops: map[string]SellerStatus{}}
	for _, s := range found.Data.Shops {
		seller.Shops[s.ID] = s.Status
	}
	return seller, nil
}

// Deauthorize ends the authorization for the shop; TikTok tells the seller by e-mail. It is sent once: what a repeated call
// is answered is not documented, so after an error of the kinds Unavailable and Internal the caller asks IsAuthorized,
// and sends it again only if the app is.
func (c *Client) Deauthorize(ctx context.Context, shop string) error {
	return retry(ctx, onlyLimited, func() error {
		_, err := callOnce[nothing](ctx, c, shop, request{
			operation: "Deauthorize", method: http.MethodDelete, endpoint: "/authorization/202403/shops",
		})
		return err
	})
}
