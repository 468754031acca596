package sandbox

import "slices"

// What every shop has in logistics. It never changes, so it is not kept.
var carriers = []object{
	{"id": "7117858858072016686", "name": "USPS"}, {"id": "7117859084333745966", "name": "UPS"}, {"id": "7129720299146184490", "name": "FedEx"},
}

const (
	optionStandard = "7091604826346194690"
	optionBySeller = "7091604826346194691"
)

// warehouseIDs are the ids of a shop's warehouses: the one it ships from, and the one that takes returns.
func warehouseIDs(of *shop) (sales, returns string) { return of.ID + "1", of.ID + "2" }

func (c *call) warehouses() (any, *problem) {
	sales, returns := warehouseIDs(c.shop)
	address := object{"full_address": "1 Harbor Street, Portland, OR 97209", "region": "United States", "region_code": c.shop.Region, "postal_code": "97209", "city": "Portland", "state": "Oregon"}
	entry := func(id, name, kind string, isDefault bool) object {
		return object{
			"id": id, "name": name, "type": kind, "sub_type": "DOMESTIC_WAREHOUSE", "effect_status": "ENABLED", "is_default": isDefault,
			"entity_id": c.shop.ID, "address": address,
		}
	}
	return object{"warehouses": []object{
		entry(sales, "Main warehouse", "SALES_WAREHOUSE", true), entry(returns, "Returns", "RETURN_WAREHOUSE", false),
	}}, nil
}

func (c *call) deliveryOptions() (any, *problem) {
	id := c.request.PathValue("id")
	if sales, returns := warehouseIDs(c.shop); id != sales && id != returns {
		return nil, invalid("warehouse_id")
	}
	return object{"delivery_options": []object{
		{"id": optionStandard, "name": "Standard shipping", "type": "STANDARD", "description": "Shipped by TikTok", "platform": []string{"TIKTOK_SHOP"}},
		{"id": optionBySeller, "name": "Shipped by seller", "type": "SEND_BY_SELLER", "description": "Shipped by the seller", "platform": []string{"TIKTOK_SHOP"}},
	}}, nil
}

func (c *call) shippingProviders() (any, *problem) {
	if !slices.Contains([]string{optionStandard, optionBySeller}, c.request.PathValue("id")) {
		return nil, invalid("delivery_option_id")
	}
	return object{"shipping_providers": carriers}, nil
}

func (c *call) sellerTemplates() (any, *problem) {
	return object{"templates": []object{{
		"template":              object{"template_id": c.shop.ID + "9", "template_name": "Default template", "is_default": true, "template_party": 1},
		"template_is_available": true,
	}}}, nil
}
