package models

import "strconv"

// The problems that a connected shop may have are ShopifyAccessLost, ShopifyScopeMissing, TikTokAccessLost and TikTokAccessEnding. It stays
// connected: its seller puts that right, or disconnects it.

// Works reports whether the account is a connected TikTok Shop account that both platforms let the app work for.
func (a *Account) Works() bool {
	return a.Connected() && a.ShopifyProblem != ShopifyAccessLost && a.TikTokProblem != TikTokAccessLost
}

// attention says what keeps the account from working, "" for nothing.
func (a *Account) attention() string {
	switch {
	case a.ShopifyProblem == ShopifyAccessLost:
		return "the app was uninstalled from the store"
	case a.TikTokProblem == TikTokAccessLost:
		return "TikTok does not let the app into the shop any more"
	case a.ShopifyProblem != "":
		return "the app lacks the permission to " + permissionTo(splitScopes(a.ShopifyProblemDetail)) + " in the store"
	}
	return ""
}

// Problem says what keeps a connected account from working, or will, and what its seller does about it; nil for nothing.
func (a *Account) Problem() *Problem {
	apps, center := "https://"+a.StoreDomain+"/admin/settings/apps", optional(SellerCenterURL(a.Region, a.Region))
	switch {
	case !a.Connected():
		return nil
	case a.ShopifyProblem == ShopifyAccessLost:
		return &Problem{Code: ShopifyAccessLost, URL: &apps, Message: "Install the app again and open it in the Shopify admin; or disconnect the shop."}
	case a.TikTokProblem == TikTokAccessLost:
		return &Problem{Code: TikTokAccessLost, URL: center, Message: "Disconnect the shop, which gives the store back, and connect it again. Until then its orders are looked after in Seller Center."}
	case a.ShopifyProblem == ShopifyScopeMissing:
		scopes := splitScopes(a.ShopifyProblemDetail)
		return &Problem{Code: ShopifyScopeMissing, URL: &apps, Scopes: scopes,
			Message: "Open the app in the Shopify admin and allow it to " + permissionTo(scopes) + "; or disconnect the shop."}
	case a.TikTokProblem == TikTokAccessEnding:
		return &Problem{Code: TikTokAccessEnding, URL: center, Message: "TikTok lets the app into the shop for a few weeks more at most. Disconnect it and connect it again before that: then TikTok asks you anew."}
	}
	return nil
}

// RefuseUnreachable says why none of the settings can be edited while the connected shop does not work, nil when it does or there is
// none: the edit would reach nobody.
func RefuseUnreachable(accounts []*Account, inputs []SettingInput) []UpdateSettingsUserError {
	shop := connectedShop(accounts)
	if shop == nil || shop.Works() {
		return nil
	}
	var refusals []UpdateSettingsUserError
	for i, input := range inputs {
		refusals = append(refusals, *refuse(NotEditable, quotedTitle(input.Key)+" cannot be edited: "+shop.attention()+". Put that right first, or disconnect the shop.",
			"settings", strconv.Itoa(i), "key"))
	}
	return refusals
}
