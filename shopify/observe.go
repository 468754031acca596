package shopify

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/handback/handback/models"
)

// manyProducts is from how many on a store is a large one: ten calls list them.
const manyProducts = 2500

// link is what the app has in a store: the ids that writes need.
type link struct {
	publicationID string // "" when the app has none
	channel       *models.Channel
}

// Observe reads all settings of the store that live there. Errors are *models.PlatformError where the store is their cause.
func (c *Client) Observe(ctx context.Context, store string) (*models.Observation, error) {
	o := observer{Client: c, store: store, values: map[string]any{}, observed: &models.Observation{
		Begun: c.now(), Products: map[string]bool{}, Locations: map[string]bool{}, Unwritable: map[string]models.RestorationExceptionReason{},
	}}
	for _, read := range []func(context.Context) error{
		o.channel, o.publication, o.products, o.locations, o.webhooks, o.attribution, o.policy,
	} {
		if err := read(ctx); err != nil {
			return nil, problem(err)
		}
	}
	o.observed.At = c.now()
	settings, err := models.ObservedSettings(o.values)
	o.observed.Settings = settings
	return o.observed, err
}

// now has the precision of the databases.
func (c *Client) now() time.Time { return c.clock().UTC().Truncate(time.Microsecond) }

// observer reads one store, part by part.
type observer struct {
	*Client
	store    string
	link     link
	observed *models.Observation
	values   map[string]any // of settings, by their keys
}

func (o *observer) channel(ctx context.Context) error {
	channels, err := o.Channels(ctx, o.store)
	if err != nil || len(channels) == 0 {
		return err
	}
	o.link.channel = &channels[0]
	o.values[models.KeyChannel] = map[string]any{
		"accountId": channels[0].AccountID, "accountName": channels[0].AccountName,
		"specificationHandle": channels[0].SpecificationHandle, "handle": channels[0].Handle,
	}
	feedback, err := o.ResourceFeedback(ctx, o.store, channels[0].ID)
	if feedback.State != "" {
		o.values[models.KeyResourceFeedback] = feedback.State
	}
	return err
}

func (o *observer) publication(ctx context.Context) error {
	own, other, err := o.ownPublication(ctx, o.store)
	if err != nil {
		return err
	}
	if own != nil {
		o.link.publicationID = own.ID
		o.values[models.KeyAutoPublish] = own.AutoPublish
		return nil
	}
	o.link.publicationID = other // of another app: what is published there is not ours
	return nil
}

// ownPublication returns the app's publication, nil when it has none; and the id of another.
func (c *Client) ownPublication(ctx context.Context, store string) (own *models.Publication, other string, err error) {
	shop, err := c.Shop(ctx, store)
	if err != nil {
		return nil, "", err
	}
	publications, err := c.Publications(ctx, store)
	for i, publication := range publications {
		other = publication.ID
		if slices.Contains(publication.AppIDs, shop.AppID) {
			return &publications[i], other, err
		}
	}
	return nil, other, err
}

func (o *observer) products(ctx context.Context) error {
	if o.link.publicationID == "" {
		return nil
	}
	_, ours := o.values[models.KeyAutoPublish]
	var published []string
	for product, err := range o.Products(ctx, o.store, o.link.publicationID) {
		if err != nil {
			return err
		}
		o.observed.Products[product.ProductID] = true
		if len(o.observed.Products) == manyProducts {
			o.large(ctx)
		}
		if product.Published {
			published = append(published, product.ProductID)
		}
	}
	if ours {
		o.values[models.KeyPublished] = models.AllTrue(published)
	}
	return nil
}

func (o *observer) locations(ctx context.Context) error {
	locations, err := o.Locations(ctx, o.store)
	online := map[string]any{}
	for _, location := range locations {
		switch {
		case location.IsFulfillmentService:
			o.observed.Unwritable[location.ID] = models.NotWritable
		case !location.IsActive:
			o.observed.Unwritable[location.ID] = models.LocationInactive
		default:
			o.observed.Locations[location.ID] = true
			online[location.ID] = location.FulfillsOnlineOrders
		}
	}
	o.values[models.KeyOnlineLocations] = online
	return err
}

func (o *observer) webhooks(ctx context.Context) error {
	subscriptions, err := o.WebhookSubscriptions(ctx, o.store)
	topics := []any{}
	for _, subscription := range subscriptions {
		if name := topicName(subscription.Topic); !slices.Contains(topics, any(name)) {
			topics = append(topics, name)
		}
	}
	o.values[models.KeyWebhookTopics] = topics
	return err
}

func (o *observer) attribution(ctx context.Context) error {
	handle, err := o.AttributionHandle(ctx, o.store)
	if handle != "" {
		o.values[models.KeyAttribution] = handle
	}
	return err
}

func (o *observer) policy(ctx context.Context) error {
	shown, err := o.RefundPolicy(ctx, o.store)
	o.values[models.KeyReturnPolicy] = shown
	return err
}

// topicName writes ORDERS_UPDATED as orders/updated, as it stands in a webhook.
func topicName(topic string) string {
	for _, event := range topicEvents {
		if resource, found := strings.CutSuffix(topic, "_"+event); found {
			return strings.ToLower(resource + "/" + event)
		}
	}
	return strings.ToLower(topic)
}

// topicEvents are the last words of topics: what has happened to the resource.
var topicEvents = []string{"CREATE", "UPDATE", "UPDATED", "DELETE", "CANCELLED", "UNINSTALLED", "SCOPES_UPDATE", "FINISH"}

// topicOf writes orders/updated as ORDERS_UPDATED.
func topicOf(name string) string { return strings.ToUpper(strings.ReplaceAll(name, "/", "_")) }
