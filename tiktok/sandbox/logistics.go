package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Logistics are what a seller sets up in Seller Center and the app reads. What is empty is as every shop has it at first.
type Logistics struct {
	DefaultWarehouse string `json:"defaultWarehouse"` // the id of one of the warehouses
	ReturnWarehouse  string `json:"returnWarehouse"`  // likewise; "none" when there is none that takes returns
	Shipping         string `json:"shipping"`         // TIKTOK or SELLER
	Template         string `json:"template"`         // the id of the default shipping template
}

const (
	mainWarehouse   = "7068517275539719942"
	secondWarehouse = "7068517275539719943"
	noWarehouse     = "none"
	firstTemplate   = "default"
	optionStandard  = "7091604826346194690"
	optionBySeller  = "7091604826346194691"
)

// shippedBySeller is shippedByTikTok's opposite.
const shippedBySeller = "SELLER"

var carriers = []object{
	{"id": "7117858858072016686", "name": "USPS"}, {"id": "7117859084333745966", "name": "UPS"}, {"id": "7129720299146184490", "name": "FedEx"},
}

// with are the logistics after a change of some of them.
func (l Logistics) with(changed Logistics) Logistics {
	return Logistics{
		DefaultWarehouse: cmp.Or(changed.DefaultWarehouse, l.DefaultWarehouse, mainWarehouse),
		ReturnWarehouse:  cmp.Or(changed.ReturnWarehouse, l.ReturnWarehouse, mainWarehouse),
		Shipping:         cmp.Or(changed.Shipping, l.Shipping, shippedByTikTok),
		Template:         cmp.Or(changed.Template, l.Template, firstTemplate),
	}
}

func (l Logistics) problem() string {
	known := []string{mainWarehouse, secondWarehouse}
	switch {
	case !slices.Contains(known, l.DefaultWarehouse):
		return "defaultWarehouse: there is no such warehouse"
	case !slices.Contains(append(known, noWarehouse), l.ReturnWarehouse):
		return "returnWarehouse: there is no such warehouse"
	case l.Shipping != shippedByTikTok && l.Shipping != shippedBySeller:
		return "shipping: must be TIKTOK or SELLER"
	}
	return ""
}

// SetLogistics is what a seller changes in Seller Center.
func (s *Sandbox) SetLogistics(shopCode string, changed Logistics) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	of := s.world.Shops[idOfShop(shopCode)]
	if of == nil {
		return fmt.Errorf("shop: there is no %s", shopCode)
	}
	now := of.Logistics.with(changed)
	if problem := now.problem(); problem != "" {
		return errors.New(problem)
	}
	of.Logistics = now
	s.world.put("shop", of.ID, of)
	s.commit(nil)
	return nil
}

// logistics are those of the shop that is called for.
func (c *call) logistics() Logistics { return c.shop.Logistics.with(Logistics{}) }

// warehouses are two that goods are sold from. Nothing is known of whether one that takes returns, too, has the same id.
func (c *call) warehouses() (any, *problem) {
	set := c.logistics()
	address := object{"full_address": "1 Harbor Street, Portland, OR 97209", "region": "United States", "region_code": c.shop.Region, "postal_code": "97209", "city": "Portland", "state": "Oregon"}
	entry := func(id, name, kind string, isDefault bool) object {
		return object{
			"id": id, "name": name, "type": kind, "sub_type": "DOMESTIC_WAREHOUSE", "effect_status": "ENABLED", "is_default": isDefault,
			"entity_id": id, "address": address,
		}
	}
	list := []object{
		entry(mainWarehouse, "Main warehouse", "SALES_WAREHOUSE", set.DefaultWarehouse == mainWarehouse),
		entry(secondWarehouse, "Second warehouse", "SALES_WAREHOUSE", set.DefaultWarehouse == secondWarehouse),
	}
	if set.ReturnWarehouse != noWarehouse {
		list = append(list, entry(set.ReturnWarehouse, "Returns", "RETURN_WAREHOUSE", false))
	}
	return object{"warehouses": list}, nil
}

func (c *call) deliveryOptions() (any, *problem) {
	if !slices.Contains([]string{mainWarehouse, secondWarehouse}, c.request.PathValue("id")) {
		return nil, invalid("warehouse_id")
	}
	option := object{"id": optionStandard, "name": "Standard shipping", "type": "STANDARD", "description": "Shipped by TikTok", "platform": []string{"TIKTOK_SHOP"}}
	if c.logistics().Shipping == shippedBySeller {
		option = object{"id": optionBySeller, "name": "Shipped by seller", "type": "SEND_BY_SELLER", "description": "Shipped by the seller", "platform": []string{"TIKTOK_SHOP"}}
	}
	return object{"delivery_options": []object{option}}, nil
}

func (c *call) shippingProviders() (any, *problem) {
	if !slices.Contains([]string{optionStandard, optionBySeller}, c.request.PathValue("id")) {
		return nil, invalid("delivery_option_id")
	}
	return object{"shipping_providers": carriers}, nil
}

func (c *call) sellerTemplates() (any, *problem) {
	return object{"templates": []object{{
		"template":              object{"template_id": c.logistics().Template, "template_name": "Default template", "is_default": true, "template_party": 1},
		"template_is_available": true,
	}}}, nil
}
