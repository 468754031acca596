package tiktok

import (
	"context"
	"net/http"
)

// Types of warehouses and delivery options that mean something to this program.
const (
	WarehouseSales  = "SALES_WAREHOUSE"
	WarehouseReturn = "RETURN_WAREHOUSE"
	SendBySeller    = "SEND_BY_SELLER"
)

// Warehouse is a place that a shop ships from or takes returns at.
type Warehouse struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Type         string `json:"type"` // WarehouseSales or WarehouseReturn
	SubType      string `json:"sub_type"`
	EffectStatus string `json:"effect_status"` // ENABLED, DISABLED or RESTRICTED
	IsDefault    bool   `json:"is_default"`
	EntityID     string `json:"entity_id"` // the same for several warehouses at one place
	Address      struct {
		FullAddress string `json:"full_address"`
		RegionCode  string `json:"region_code"`
	} `json:"address"`
}

// Warehouses lists the shop's warehouses.
func (c *Client) Warehouses(ctx context.Context, shop string) ([]Warehouse, error) {
	type answer struct {
		Warehouses []Warehouse `json:"warehouses"`
	}
	found, err := call[answer](ctx, c, shop, request{operation: "Warehouses", method: http.MethodGet, endpoint: "/logistics/202309/warehouses"})
	if err != nil {
		return nil, err
	}
	for _, warehouse := range found.Warehouses {
		if warehouse.ID == "" || warehouse.Type == "" {
			return nil, missing("Warehouses", "a warehouse's id or type")
		}
	}
	return found.Warehouses, nil
}

// DeliveryOption is a way that a warehouse's orders are shipped.
type DeliveryOption struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"` // SendBySeller, or one that TikTok ships by
}

func (d DeliveryOption) isBySeller() bool { return d.Type == SendBySeller }

// DeliveryOptions lists the delivery options that are active for a warehouse.
func (c *Client) DeliveryOptions(ctx context.Context, shop, warehouseID string) ([]DeliveryOption, error) {
	const operation = "DeliveryOptions"
	if err := badIdentifier(operation, warehouseID); err != nil {
		return nil, err
	}
	type answer struct {
		Options []DeliveryOption `json:"delivery_options"`
	}
	found, err := call[answer](ctx, c, shop, request{
		operation: operation, method: http.MethodGet, endpoint: "/logistics/202309/warehouses/{id}/delivery_options",
		path: "/logistics/202309/warehouses/" + warehouseID + "/delivery_options",
	})
	if err != nil {
		return nil, err
	}
	for _, option := range found.Options {
		if option.ID == "" {
			return nil, missing(operation, "a delivery option's id")
		}
	}
	return found.Options, nil
}

// ShippingProvider is a carrier.
type ShippingProvider struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// ShippingProviders lists the carriers of a delivery option.
func (c *Client) ShippingProviders(ctx context.Context, shop, deliveryOptionID string) ([]ShippingProvider, error) {
	const operation = "ShippingProviders"
	if err := badIdentifier(operation, deliveryOptionID); err != nil {
		return nil, err
	}
	type answer struct {
		Providers []ShippingProvider `json:"shipping_providers"`
	}
	found, err := call[answer](ctx, c, shop, request{
		operation: operation, method: http.MethodGet, endpoint: "/logistics/202309/delivery_options/{id}/shipping_providers",
		path: "/logistics/202309/delivery_options/" + deliveryOptionID + "/shipping_providers",
	})
	if err != nil {
		return nil, err
	}
	for _, provider := range found.Providers {
		if provider.ID == "" {
			return nil, missing(operation, "a carrier's id")
		}
	}
	return found.Providers, nil
}

// SellerTemplate is a shipping template.
type SellerTemplate struct {
	ID        string
	Name      string
	IsDefault bool
	Available bool
}

// SellerTemplates lists the shop's shipping templates. TikTok takes the measures of a product in the body of this GET; none is
// sent, as nothing is asked about a product.
func (c *Client) SellerTemplates(ctx context.Context, shop string) ([]SellerTemplate, error) {
	const operation = "SellerTemplates"
	type entry struct {
		Template struct {
			ID        string `json:"template_id"`
			Name      string `json:"template_name"`
			IsDefault bool   `json:"is_default"`
		} `json:"template"`
		Available bool `json:"template_is_available"`
	}
	type answer struct {
		Templates []entry `json:"templates"`
	}
	found, err := call[answer](ctx, c, shop, request{operation: operation, method: http.MethodGet, endpoint: "/logistics/202510/seller_templates"})
	if err != nil {
		return nil, err
	}
	templates := make([]SellerTemplate, len(found.Templates))
	for i, t := range found.Templates {
		if t.Template.ID == "" {
			return nil, missing(operation, "a template's id")
		}
		templates[i] = SellerTemplate{ID: t.Template.ID, Name: t.Template.Name, IsDefault: t.Template.IsDefault, Available: t.Available}
	}
	return templates, nil
}
