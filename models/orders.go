package models

// OrderManagement says which system does each order task: one route a task, always all of them.
type OrderManagement struct {
	Routes []OrderRoute
}

// OrderRoute says which system does one task.
type OrderRoute struct {
	Task   OrderTask
	System OrderSystem
	URL    *string // the Seller Center page; nil when the work is done inside Shopify
}

// OrderTask is something to be done about an order.
type OrderTask string

// The order tasks.
const (
	Fulfillment  OrderTask = "FULFILLMENT"
	Cancellation OrderTask = "CANCELLATION"
	Return       OrderTask = "RETURN"
	Refund       OrderTask = "REFUND"
)

var orderTasks = []OrderTask{Fulfillment, Cancellation, Return, Refund}

// OrderSystem is a place where order tasks are done.
type OrderSystem string

// The places where order tasks are done.
const (
	Shopify      OrderSystem = "SHOPIFY"
	SellerCenter OrderSystem = "SELLER_CENTER"
)

// sellerCenters has the regions with a Seller Center of their own (TikTok Seller University, log-in pages).
var sellerCenters = map[string]string{
	"US": "https://seller-us.tiktok.com",
	"GB": "https://seller-uk.tiktok.com",
	"VN": "https://seller-vn.tiktok.com",
	"TH": "https://seller-th.tiktok.com",
	"ID": "https://seller-id.tokopedia.com",
}

const (
	otherSellerCenter    = "https://seller.tiktok.com"
	crossBorderSellerHub = "https://seller-global.tiktok.com" // US sellers' Mexico shops
)

// SellerCenterURL is the Seller Center of a shop in shopRegion whose store is in storeRegion.
func SellerCenterURL(storeRegion, shopRegion string) string {
	if storeRegion == "US" && shopRegion == "MX" {
		return crossBorderSellerHub
	}
	if url, ok := sellerCenters[shopRegion]; ok {
		return url
	}
	return otherSellerCenter
}

// RouteOrders says where order work is done: inside Shopify while the shop is connected and works, in the Seller Center of
// its region, and only there, otherwise. shop is nil when the store has no connected shop.
func RouteOrders(store Store, shop *Account) *OrderManagement {
	route := OrderRoute{System: Shopify}
	if shop == nil || !shop.Works() {
		region := store.Region
		if shop != nil {
			region = shop.Region
		}
		url := SellerCenterURL(store.Region, region)
		route = OrderRoute{System: SellerCenter, URL: &url}
	}
	routes := make([]OrderRoute, len(orderTasks))
	for i, task := range orderTasks {
		routes[i] = route
		routes[i].Task = task
	}
	return &OrderManagement{Routes: routes}
}
