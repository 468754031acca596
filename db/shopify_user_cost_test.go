package db_test

// shopifyUserCosts are those of the people who work in a store.
var shopifyUserCosts = []cost{
	{"Shopify user", 1, func(c *costed) error { return second(c.ShopifyUser(c.ctx, c.seller.Store.ID, "42")) }},
	{"claim Shopify user", 3, func(c *costed) error { return second(c.ClaimUser(c.ctx, c.seller.Store.ID, "42")) }},
	{"claim Shopify user, again", 3, func(c *costed) error { return second(c.ClaimUser(c.ctx, c.seller.Store.ID, "42")) }},
	{"name Shopify user", 3, func(c *costed) error { return c.NameUser(c.ctx, c.seller.Store.ID, "42", "Ada Lovelace") }},
	{"forget Shopify users", 1, func(c *costed) error { return second(c.ForgetUsers(c.ctx)) }},
}
