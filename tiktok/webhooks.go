package tiktok

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Topics of webhooks that this program is told about.
const (
	TopicOrder          = "ORDER_STATUS_CHANGE"
	TopicCancellation   = "CANCELLATION_STATUS_CHANGE"
	TopicReturn         = "RETURN_STATUS_CHANGE"
	TopicDeauthorized   = "SELLER_DEAUTHORIZATION"
	TopicExpiringSoon   = "UPCOMING_AUTHORIZATION_EXPIRATION"
	maxAddress          = 255
	webhooksEndpoint    = "/event/202309/webhooks"
	maxNotification     = 1 << 20 // bytes
	notificationOrder   = 1
	notificationEnded   = 6
	notificationExpires = 7
	notificationCancel  = 11
	notificationReturn  = 12
)

// topics are named in calls, and numbered in notifications.
var topics = map[int]string{
	notificationOrder: TopicOrder, notificationEnded: TopicDeauthorized, notificationExpires: TopicExpiringSoon,
	notificationCancel: TopicCancellation, notificationReturn: TopicReturn,
}

// Webhook is where TikTok sends what happens in a shop.
type Webhook struct {
	Topic     string  `json:"event_type"`
	Address   string  `json:"address"`
	UpdatedAt Seconds `json:"update_time"`
}

// Webhooks lists the app's webhooks of the shop.
func (c *Client) Webhooks(ctx context.Context, shop string) ([]Webhook, error) {
	type answer struct {
		Webhooks []Webhook `json:"webhooks"`
	}
	found, err := call[answer](ctx, c, shop, request{operation: "Webhooks", method: http.MethodGet, endpoint: webhooksEndpoint})
	if err != nil {
		return nil, err
	}
	for _, webhook := range found.Webhooks {
		if webhook.Topic == "" || webhook.Address == "" {
			return nil, missing("Webhooks", "a webhook's topic or address")
		}
	}
	return found.Webhooks, nil
}

// PutWebhook sets where TikTok sends what happens of a topic: an address of up to 255 characters.
func (c *Client) PutWebhook(ctx context.Context, shop, topic, address string) error {
	if len(address) > maxAddress {
		return unexpected("PutWebhook", "the address is too long", nil)
	}
	_, err := call[nothing](ctx, c, shop, request{
		operation: "PutWebhook", method: http.MethodPut, endpoint: webhooksEndpoint,
		body: map[string]string{"address": address, "event_type": topic},
	})
	return err
}

// DeleteWebhook ends it. It succeeds where there is none, too.
func (c *Client) DeleteWebhook(ctx context.Context, shop, topic string) error {
	_, err := call[nothing](ctx, c, shop, request{
		operation: "DeleteWebhook", method: http.MethodDelete, endpoint: webhooksEndpoint, body: map[string]string{"event_type": topic},
	})
	return err
}

// Notification is what TikTok sends to a webhook. Of its data only what names things is read: it is asked for when it is
// needed, as notifications come late, twice and out of order.
type Notification struct {
	ID             string // the same when it is sent again; "" when it has none
	Topic          string // "" of those that this program does not know
	ShopID         string
	At             Seconds
	OrderID        string
	CancellationID string
	ReturnID       string
}

// ParseNotification reads a notification, whose signature must have been verified.
func ParseNotification(body []byte) (Notification, error) {
	var sent struct {
		Type   *int           `json:"type"`
		ID     string         `json:"tts_notification_id"`
		ShopID string         `json:"shop_id"`
		At     Seconds        `json:"timestamp"`
		Data   jsontext.Value `json:"data"`
	}
	if len(body) > maxNotification || json.Unmarshal(body, &sent) != nil || sent.Type == nil || sent.ShopID == "" {
		return Notification{}, errors.New("tiktok: no notification")
	}
	var about struct {
		OrderID        string `json:"order_id"`
		CancellationID string `json:"cancel_id"`
		ReturnID       string `json:"return_id"`
	}
	if len(sent.Data) > 0 && json.Unmarshal(sent.Data, &about) != nil {
		return Notification{}, errors.New("tiktok: a notification about unreadable data")
	}
	return Notification{
		ID: sent.ID, Topic: topics[*sent.Type], ShopID: sent.ShopID, At: sent.At,
		OrderID: about.OrderID, CancellationID: about.CancellationID, ReturnID: about.ReturnID,
	}, nil
}
