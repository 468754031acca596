package db_test

import (
	"fmt"

	"github.com/handback/handback/models"
)

// webhookCosts are those of webhook endpoints.
var webhookCosts = []cost{
	{"create webhook endpoint, of no address", 0, func(c *costed) error {
		return refused(second(c.CreateWebhookEndpoint(c.ctx, c.seller, models.WebhookRequest{})))
	}},
	{"create webhook endpoint", 9, func(c *costed) error {
		created, err := c.CreateWebhookEndpoint(c.ctx, c.seller, models.WebhookRequest{URL: "https://example.com/"})
		if err == nil {
			c.endpoint = created.Endpoint.ID
		}
		return err
	}},
	{"webhook endpoints", 1, func(c *costed) error { return second(c.WebhookEndpoints(c.ctx, c.seller)) }},
	{"webhook endpoint", 1, func(c *costed) error { return second(c.WebhookEndpoint(c.ctx, c.seller, c.endpoint)) }},
	{"webhook deliveries", 1, func(c *costed) error {
		return second(c.WebhookDeliveries(c.ctx, c.seller, models.WebhookDeliveryPage{Count: models.MaxPage}, models.AccountDetails{}))
	}},
	{"webhook deliveries with everything", 4, func(c *costed) error {
		return second(c.WebhookDeliveries(c.ctx, c.seller, models.WebhookDeliveryPage{Count: models.MaxPage}, everything))
	}},
	{"webhook delivery with everything", 4, func(c *costed) error { return second(c.WebhookDelivery(c.ctx, c.seller, "", everything)) }},
	{"update webhook endpoint, to the same", 4, func(c *costed) error {
		return second(c.UpdateWebhookEndpoint(c.ctx, c.seller, models.WebhookChange{ID: c.endpoint}))
	}},
	{"update webhook endpoint", 7, func(c *costed) error {
		url := "https://other.example/"
		return second(c.UpdateWebhookEndpoint(c.ctx, c.seller, models.WebhookChange{ID: c.endpoint, URL: &url}))
	}},
	{"rotate webhook secret", 9, func(c *costed) error { return second(c.RotateWebhookSecret(c.ctx, c.seller, c.endpoint)) }},
	{"redeliver events, by a new job", 11, func(c *costed) error { return c.redeliver(0) }},
	{"redeliver events, by a job that waits", 9, func(c *costed) error { return c.redeliver(0) }},
	{"redeliver the newest events", 10, func(c *costed) error { return c.redeliver(models.MaxPage) }},
	{"delete webhook endpoint", 8, func(c *costed) error { return second(c.DeleteWebhookEndpoint(c.ctx, c.seller, c.endpoint)) }},
	{"delete webhook endpoint, refused", 4, func(c *costed) error {
		return refused(second(c.DeleteWebhookEndpoint(c.ctx, c.seller, c.endpoint)))
	}},
}

func (c *costed) redeliver(last int) error {
	endpoint, err := c.RedeliverEvents(c.ctx, c.seller, models.RedeliveryRequest{EndpointID: c.endpoint, Last: last})
	if err == nil && !endpoint.Waiting {
		return fmt.Errorf("no job is promised: %v", endpoint)
	}
	return err
}
