package models

import "time"

// ShopProfile is what a Shopify store says of itself and of the app installed in it.
type ShopProfile struct {
	ID             string // gid://shopify/Shop/1
	Domain         string // such as aurora-outfitters.myshopify.com
	Name           string
	Email          string
	OwnerName      string
	Region         string // ISO 3166-1 alpha-2
	Currency       string
	WeightUnit     string // such as KILOGRAMS
	TaxesIncluded  bool
	Plan           string
	InstallationID string // gid://shopify/AppInstallation/1, which owns the app's metafields
	AppID          string
	AppHandle      string
	Scopes         []string // granted to the app
}

// Publication is a set of products that one or more channels show.
type Publication struct {
	ID          string
	AutoPublish bool // new products are published by themselves
	AppIDs      []string
	Channels    []Channel // with ID, Handle and AccountID only
}

// Channel is the connection of a store to an account on a sales channel.
type Channel struct {
	ID                  string   `json:"id"`
	Handle              string   `json:"handle"`
	AccountID           string   `json:"accountId"`
	AccountName         string   `json:"accountName"`
	SpecificationHandle string   `json:"specificationHandle"`
	ActiveRegions       []string `json:"activeRegions"`
}

// ChannelInput describes a channel to be created. Handle is required: a channel is found again by it.
type ChannelInput struct {
	Handle              string `json:"handle"`
	AccountID           string `json:"accountId"`
	AccountName         string `json:"accountName"`
	SpecificationHandle string `json:"specificationHandle"`
}

// ProductPublication says whether a product is on a publication.
type ProductPublication struct {
	ProductID string `json:"id"`
	Status    string `json:"status"` // ACTIVE, DRAFT, ARCHIVED or UNLISTED
	Published bool   `json:"publishedOnPublication"`
}

// Location is a place a store keeps and ships its goods from.
type Location struct {
	ID                   string `json:"id"`
	Name                 string `json:"name"`
	IsActive             bool   `json:"isActive"`
	FulfillsOnlineOrders bool   `json:"fulfillsOnlineOrders"`
	IsFulfillmentService bool   `json:"isFulfillmentService"` // run by an app, and not ours to change
	HasUnfulfilledOrders bool   `json:"hasUnfulfilledOrders"`
}

// WebhookSubscription is an address that a store notifies of a topic.
type WebhookSubscription struct {
	ID            string
	Topic         string // such as ORDERS_UPDATED
	URI           string
	Filter        string
	IncludeFields []string
}

// ResourceFeedback is what a channel tells the merchant in the Shopify admin. The zero value is no feedback.
type ResourceFeedback struct {
	State       string // REQUIRES_ACTION; ACCEPTED clears the feedback and is never read back
	GeneratedAt time.Time
	Messages    []string
}

// AppMetafield is a value the app keeps in the store, out of the merchant's sight. It dies with the installation.
type AppMetafield struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Digest string `json:"compareDigest"` // changes with the value
}

// ResourceName is the name of something in a store.
type ResourceName struct {
	ID   string // such as gid://shopify/Product/7001
	Name string // such as the product's title
	URL  string // its page in the Shopify admin
}
