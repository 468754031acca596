package sandbox

// The apps in a store: ours, and the one that shows everything.
const (
	appID        = 900_000_001
	storefrontID = 900_000_002
)

// region is where every store is.
const region = "US"

// app is an app, to those who ask about it.
type app struct {
	id     int64
	handle string
}

func appOf(appNumber int64) app {
	if appNumber == storefrontID {
		return app{storefrontID, "online-store"}
	}
	return app{appID, "handback"}
}

func shopTypes(types map[string]objectType) {
	types["ShopAddress"] = objectType{fields: map[string]field{"countryCodeV2": get(func(string) any { return region })}}
	types["ShopPlan"] = objectType{fields: map[string]field{
		"publicDisplayName": get(func(string) any { return "Basic" }),
		"shopifyPlus":       get(func(string) any { return false }),
	}}
	types["Shop"] = objectType{interfaces: []string{"Node"}, fields: map[string]field{
		"id":              get(func(s shop) any { return gid("Shop", s.ID) }),
		"name":            get(func(s shop) any { return s.Name }),
		"email":           get(func(s shop) any { return "owner@" + s.Domain }),
		"shopOwnerName":   get(func(s shop) any { return "Owner of " + s.Name }),
		"myshopifyDomain": get(func(s shop) any { return s.Domain }),
		"currencyCode":    get(func(shop) any { return "USD" }),
		"weightUnit":      get(func(shop) any { return "POUNDS" }),
		"taxesIncluded":   get(func(shop) any { return false }),
		"shopAddress":     object("ShopAddress", func(shop) any { return region }),
		"plan":            object("ShopPlan", func(shop) any { return "Basic" }),
	}}
	types["AccessScope"] = objectType{fields: map[string]field{"handle": get(func(scope string) any { return scope })}}
	types["App"] = objectType{interfaces: []string{"Node"}, fields: map[string]field{
		"id":     get(func(a app) any { return gid("App", a.id) }),
		"handle": get(func(a app) any { return a.handle }),
	}}
	scopes := object("AccessScope", func(i *installation) any {
		scopes := []any{}
		for _, scope := range i.Scopes {
			scopes = append(scopes, scope)
		}
		return scopes
	})
	scopes.shape = list
	types["AppInstallation"] = objectType{interfaces: []string{"Node"}, fields: map[string]field{
		"id":           get(func(i *installation) any { return gid("AppInstallation", i.ID) }),
		"app":          object("App", func(*installation) any { return appOf(appID) }),
		"accessScopes": scopes,
	}}
	addFields(types["QueryRoot"], map[string]field{
		"shop":                   {of: "Shop", nonNull: true, resolve: func(e *execution, _ any, _ arguments) any { return e.world.Shop }},
		"currentAppInstallation": {of: "AppInstallation", nonNull: true, resolve: currentInstallation},
	})
}

// currentInstallation is asked for by the app, which is installed, or by the merchant.
func currentInstallation(e *execution, _ any, _ arguments) any {
	if e.world.Installation == nil {
		return apiError("ACCESS_DENIED", "Access denied for currentAppInstallation field.")
	}
	return e.world.Installation
}
