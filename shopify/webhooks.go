package shopify

import (
	"context"
	"errors"
	"strings"

	"github.com/handback/handback/models"
)

type webhookNode struct {
	ID                  string   `json:"id"`
	Topic               string   `json:"topic"`
	URI                 string   `json:"uri"`
	Format              string   `json:"format"`
	Filter              string   `json:"filter"`
	IncludeFields       []string `json:"includeFields"`
	MetafieldNamespaces []string `json:"metafieldNamespaces"`
	Name                string   `json:"name"`
	APIVersion          struct {
		Handle string `json:"handle"`
	} `json:"apiVersion"`
}

// WebhookSubscriptions returns the subscriptions the app made through the API; those of its configuration are not
// among them.
func (c *Client) WebhookSubscriptions(ctx context.Context, store string) ([]models.WebhookSubscription, error) {
	type data struct {
		Subscriptions connection[webhookNode] `json:"webhookSubscriptions"`
	}
	nodes, err := all(pages(ctx, c, store, "WebhookSubscriptions", nil, func(d *data) (*connection[webhookNode], error) {
		return &d.Subscriptions, nil
	}))
	var subscriptions []models.WebhookSubscription
	for _, node := range nodes {
		subscriptions = append(subscriptions, models.WebhookSubscription{
			ID: node.ID, Topic: node.Topic, URI: node.URI, Filter: node.Filter, IncludeFields: node.IncludeFields,
		})
	}
	return subscriptions, err
}

// CreateWebhookSubscription subscribes to a topic and returns the subscription with its id. One that exists already,
// as after a call whose answer was lost, is returned as it is.
func (c *Client) CreateWebhookSubscription(ctx context.Context, store string, wanted models.WebhookSubscription) (models.WebhookSubscription, error) {
	type created struct {
		Subscription *struct {
			ID     string `json:"id"`
			Topic  string `json:"topic"`
			URI    string `json:"uri"`
			Format string `json:"format"`
		} `json:"webhookSubscription"`
		userErrors
	}
	answer, err := mutate[created](ctx, c, store, "WebhookSubscriptionCreate", map[string]any{
		"topic": wanted.Topic, "input": webhookInput(wanted),
	})
	if isTaken(err) {
		return c.findWebhookSubscription(ctx, store, wanted, err)
	}
	if err == nil && answer.Subscription == nil {
		err = unexpected("WebhookSubscriptionCreate", "there is no subscription", nil)
	}
	if err != nil {
		return models.WebhookSubscription{}, err
	}
	wanted.ID = answer.Subscription.ID
	return wanted, nil
}

func webhookInput(wanted models.WebhookSubscription) map[string]any {
	input := map[string]any{"uri": wanted.URI, "format": "JSON"}
	if wanted.Filter != "" {
		input["filter"] = wanted.Filter
	}
	if len(wanted.IncludeFields) > 0 {
		input["includeFields"] = wanted.IncludeFields
	}
	return input
}

// isTaken recognises a subscription that exists by its sentence, as it has no code.
func isTaken(err error) bool {
	failed, ok := errors.AsType[*Error](err)
	return ok && len(failed.UserErrors) > 0 && strings.Contains(failed.UserErrors[0].Message, "already been taken")
}

func (c *Client) findWebhookSubscription(ctx context.Context, store string, wanted models.WebhookSubscription, taken error) (models.WebhookSubscription, error) {
	subscriptions, err := c.WebhookSubscriptions(ctx, store)
	if err != nil {
		return models.WebhookSubscription{}, err
	}
	for _, subscription := range subscriptions {
		if subscription.Topic == wanted.Topic && subscription.URI == wanted.URI {
			return subscription, nil
		}
	}
	return models.WebhookSubscription{}, taken
}

// DeleteWebhookSubscription ends a subscription. One that does not exist is as good as deleted.
func (c *Client) DeleteWebhookSubscription(ctx context.Context, store, id string) error {
	type deleted struct {
		ID string `json:"deletedWebhookSubscriptionId"`
		userErrors
	}
	_, err := mutate[deleted](ctx, c, store, "WebhookSubscriptionDelete", map[string]any{"id": id})
	if IsNotFound(err) {
		return nil
	}
	return err
}
