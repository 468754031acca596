package main

import "github.com/handback/handback/bench/store"

const inShopify = `{"routes":[{"task":"FULFILLMENT","system":"SHOPIFY","url":null},{"task":"CANCELLATION","system":"SHOPIFY","url":null},` +
	`{"task":"RETURN","system":"SHOPIFY","url":null},{"task":"REFUND","system":"SHOPIFY","url":null}]}`

// routes appends where orders are looked after.
func routes(to []byte, connected bool, storeRegion, shopRegion string) []byte {
	if connected {
		return append(to, inShopify...)
	}
	url := store.SellerCenter(storeRegion, shopRegion)
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
