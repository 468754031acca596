package models

import (
	"slices"
	"time"
)

// Platform is one that tells the program what happens there.
type Platform string

// The platforms.
const (
	PlatformShopify Platform = "SHOPIFY"
	PlatformTikTok  Platform = "TIKTOK"
)

// PlatformNotification is what a platform has told, as it comes: late, twice, and in any order. Of what was sent it has what names
// things, and nothing about people: what is to be known besides is asked for when it is needed.
type PlatformNotification struct {
	Platform    Platform `gorm:"primaryKey"`
	ID          string   `gorm:"primaryKey"` // the platform's: the same when it is sent again
	Topic       string
	Subject     string // the domain of the store it is about, or TikTok's id of the shop
	Detail      string // what the topic is about, such as the id of an order; "" for nothing
	TriggeredAt time.Time
	ReceivedAt  time.Time
	ProcessedAt *time.Time // nil while it waits for its job
	Collapse    *string    // the same for those of which one that waits is as good as many; nil where each counts
}

// Topics of Shopify that something is done about.
const (
	TopicUninstalled    = "app/uninstalled"
	TopicScopesUpdate   = "app/scopes_update"
	TopicChannelDeleted = "channels/delete"
	TopicDataRequest    = "customers/data_request"
	TopicCustomerRedact = "customers/redact"
	TopicShopRedact     = "shop/redact"
)

// Topics of TikTok that something is done about.
const (
	TopicDeauthorized = "SELLER_DEAUTHORIZATION"
	TopicExpiringSoon = "UPCOMING_AUTHORIZATION_EXPIRATION"
)

// readAgain are the topics of Shopify after which the store is read: what lives there may have been edited.
var readAgain = []string{
	"product_publications/create", "product_publications/update", "product_publications/delete", "products/delete",
	"locations/update", "locations/delete", "locations/deactivate",
}

// acted are the other topics that something is done about, by platform.
var acted = map[Platform][]string{
	PlatformShopify: {TopicUninstalled, TopicScopesUpdate, TopicChannelDeleted, TopicDataRequest, TopicCustomerRedact, TopicShopRedact},
	PlatformTikTok:  {TopicDeauthorized, TopicExpiringSoon},
}

// ShopifyTopics are those that the app asks Shopify for, for every store that it is let into.
func ShopifyTopics() []string { return slices.Concat(acted[PlatformShopify], readAgain) }

// Job is what is to be done about the notification, nil for nothing: the topic is not known, or whoever wants to know asks the
// platform. The notification collapses with those that the same job is enough for.
func (n *PlatformNotification) Job() Job {
	switch {
	case n.Platform == PlatformShopify && slices.Contains(readAgain, n.Topic):
		subject := n.Subject
		n.Collapse = &subject
		return ReconcileStore{Notification: n.ID}
	case slices.Contains(acted[n.Platform], n.Topic):
		return HandleNotification{Platform: n.Platform, Notification: n.ID}
	}
	return nil
}

// IsBefore reports whether what is told happened before this moment. TikTok tells seconds.
func (n *PlatformNotification) IsBefore(moment time.Time) bool {
	if n.Platform == PlatformTikTok {
		moment = moment.Truncate(time.Second)
	}
	return n.TriggeredAt.Before(moment)
}

// NotificationLife is how long notifications are known, so that one that is sent again is recognised. The platforms give up after
// hours and days.
const NotificationLife = 30 * 24 * time.Hour

// NotificationQueue is the queue of jobs about notifications: those of one store must not keep transitions waiting.
const NotificationQueue = "notifications"

// HandleNotification is the job that does what a notification asks for. It names no store: finished jobs stay for a day.
type HandleNotification struct {
	Platform     Platform `json:"platform"`
	Notification string   `json:"notification"`
}

// Kind implements Job.
func (HandleNotification) Kind() string { return "handle_notification" }

// Queue is the name of the queue.
func (HandleNotification) Queue() string { return NotificationQueue }

// ReconcileStore is the job that brings in what was edited in the Shopify admin, after a notification said so.
type ReconcileStore struct {
	Notification string `json:"notification"`
}

// Kind implements Job.
func (ReconcileStore) Kind() string { return "reconcile_store" }

// Queue is the name of the queue.
func (ReconcileStore) Queue() string { return NotificationQueue }

// SubscribeTikTok is the job that has TikTok tell what happens in a shop that was connected.
type SubscribeTikTok struct {
	Account string `json:"account"`
}

// Kind implements Job.
func (SubscribeTikTok) Kind() string { return "subscribe_tiktok" }

// Queue is the name of the queue.
func (SubscribeTikTok) Queue() string { return NotificationQueue }

// ForgetNotifications is the job that drops notifications whose time is over, and deliveries to webhook endpoints whose is.
type ForgetNotifications struct{}

// Kind implements Job.
func (ForgetNotifications) Kind() string { return "forget_notifications" }
