package main

// sellerCenters has the regions with a Seller Center of their own.
var sellerCenters = map[string]string{
	"US": "https://seller-us.tiktok.com",
	"GB": "https://seller-uk.tiktok.com",
	"VN": "https://seller-vn.tiktok.com",
	"TH": "https://seller-th.tiktok.com",
	"ID": "https://seller-id.tokopedia.com",
}

func sellerCenter(storeRegion, shopRegion string) string {
	if storeRegion == "US" && shopRegion == "MX" {
		return "https://seller-global.tiktok.com"
	}
	if url, ok := sellerCenters[shopRegion]; ok {
		return url
	}
	return "https://seller.tiktok.com"
}

const inShopify = `{"routes":[{"task":"FULFILLMENT","system":"SHOPIFY","url":null},{"task":"CANCELLATION","system":"SHOPIFY","url":null},` +
	`{"task":"RETURN","system":"SHOPIFY","url":null},{"task":"REFUND","system":"SHOPIFY","url":null}]}`

// routes appends where orders are looked after.
func routes(to []byte, connected bool, storeRegion, shopRegion string) []byte {
	if connected {
		return append(to, inShopify...)
	}
	url := sellerCenter(storeRegion, shopRegion)
	before := `{"routes":[{"task":"`
	for _, task := range []string{"FULFILLMENT", "CANCELLATION", "RETURN", "REFUND"} {
		to = append(to, before...)
		to = append(to, task...)
		to = append(to, `","system":"SELLER_CENTER","url":"`...)
		to = append(to, url...)
		before = `"},{"task":"`
	}
	return append(to, `"}]}`...)
}
