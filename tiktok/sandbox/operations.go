package sandbox

// operations are what the sandbox has of the API, named as the client names them.
var operations = []operation{
	{name: "Shops", pattern: "GET /authorization/202309/shops", shopless: true, serve: (*call).shops},
	{name: "SellerStatus", pattern: "GET /seller/202508/status", shopless: true, serve: (*call).sellerStatus},
	{name: "Deauthorize", pattern: "DELETE /authorization/202403/shops", write: true, serve: (*call).deauthorize},

	{name: "Webhooks", pattern: "GET /event/202309/webhooks", serve: (*call).webhooks},
	{name: "PutWebhook", pattern: "PUT /event/202309/webhooks", write: true, serve: (*call).putWebhook},
	{name: "DeleteWebhook", pattern: "DELETE /event/202309/webhooks", write: true, serve: (*call).deleteWebhook},

	{name: "SearchOrders", pattern: "POST /order/202309/orders/search", serve: (*call).searchOrders},
	{name: "Orders", pattern: "GET /order/202507/orders", serve: (*call).orders},
	{name: "SearchCancellations", pattern: "POST /return_refund/202309/cancellations/search", serve: (*call).searchCancellations},
	{name: "SearchReturns", pattern: "POST /return_refund/202309/returns/search", serve: (*call).searchReturns},

	{name: "Warehouses", pattern: "GET /logistics/202309/warehouses", serve: (*call).warehouses},
	{name: "DeliveryOptions", pattern: "GET /logistics/202309/warehouses/{id}/delivery_options", serve: (*call).deliveryOptions},
	{name: "ShippingProviders", pattern: "GET /logistics/202309/delivery_options/{id}/shipping_providers", serve: (*call).shippingProviders},
	{name: "SellerTemplates", pattern: "GET /logistics/202510/seller_templates", serve: (*call).sellerTemplates},
}
