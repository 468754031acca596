package sandbox

import (
	"maps"
	"net/url"
	"slices"
)

const maxAddress = 255

// Topics of webhooks: their names in calls, and their numbers in notifications.
const (
	topicOrder        = "ORDER_STATUS_CHANGE"
	topicCancellation = "CANCELLATION_STATUS_CHANGE"
	topicReturn       = "RETURN_STATUS_CHANGE"
	topicDeauthorized = "SELLER_DEAUTHORIZATION"
	topicExpiring     = "UPCOMING_AUTHORIZATION_EXPIRATION"
)

var topicNumbers = map[string]int{topicOrder: 1, topicDeauthorized: 6, topicExpiring: 7, topicCancellation: 11, topicReturn: 12}

// webhook is where the app wants to be told of a topic.
type webhook struct {
	ShopID  string
	Topic   string
	Address string
	Created int64
	Updated int64
}

func webhookKey(shopID, topic string) string { return shopID + "/" + topic }

func (c *call) webhooks() (any, *problem) {
	entries := []object{}
	for _, key := range slices.Sorted(maps.Keys(c.world.Webhooks)) {
		if found := c.world.Webhooks[key]; found.ShopID == c.shop.ID {
			entries = append(entries, object{
				"event_type": found.Topic, "address": found.Address, "create_time": found.Created, "update_time": found.Updated,
			})
		}
	}
	return object{"webhooks": entries, "total_count": len(entries)}, nil
}

type webhookRequest struct {
	Address   string `json:"address"`
	EventType string `json:"event_type"`
}

func (c *call) putWebhook() (any, *problem) {
	var sent webhookRequest
	if refused := c.decode(&sent); refused != nil {
		return nil, refused
	}
	c.target = sent.EventType
	address, err := url.Parse(sent.Address)
	if err != nil || address.Scheme != "https" || address.Host == "" || len(sent.Address) > maxAddress {
		return nil, refuse(codeBody, "Invalid address")
	}
	if topicNumbers[sent.EventType] == 0 {
		return nil, refuse(codeBody, "Invalid event_type")
	}
	key := webhookKey(c.shop.ID, sent.EventType)
	set := &webhook{ShopID: c.shop.ID, Topic: sent.EventType, Address: sent.Address, Created: c.now.Unix(), Updated: c.now.Unix()}
	if before := c.world.Webhooks[key]; before != nil {
		set.Created = before.Created
	}
	c.world.Webhooks[key] = set
	c.world.put("webhook", key, set)
	return object{}, nil
}

func (c *call) deleteWebhook() (any, *problem) {
	var sent webhookRequest
	if refused := c.decode(&sent); refused != nil {
		return nil, refused
	}
	c.target = sent.EventType
	if sent.EventType == "" {
		return nil, refuse(codeBody, "Invalid event_type")
	}
	key := webhookKey(c.shop.ID, sent.EventType)
	if c.world.Webhooks[key] != nil {
		delete(c.world.Webhooks, key)
		c.world.drop("webhook", key)
	}
	return object{}, nil
}
