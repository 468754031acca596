package graph

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/handback/handback/models"
)

// Webhooks makes, lists, changes and deletes the webhook endpoints of a store. Its errors are as those of AccountRepository.
type Webhooks interface {
	WebhookEndpoints(ctx context.Context, caller models.Caller) ([]models.WebhookEndpoint, error)
	WebhookEndpoint(ctx context.Context, caller models.Caller, id string) (*models.WebhookEndpoint, error)
	WebhookDelivery(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.WebhookDelivery, error)
	// WebhookDeliveries reads a page of each endpoint, by the endpoint's id; there is none of an endpoint without deliveries.
	WebhookDeliveries(ctx context.Context, caller models.Caller, page models.WebhookDeliveryPage, details models.AccountDetails) (map[string]*models.WebhookDeliveries, error)
	CreateWebhookEndpoint(ctx context.Context, caller models.Caller, request models.WebhookRequest) (*models.WebhookSecretResult, error)
	UpdateWebhookEndpoint(ctx context.Context, caller models.Caller, change models.WebhookChange) (*models.WebhookEndpoint, error)
	DeleteWebhookEndpoint(ctx context.Context, caller models.Caller, id string) (*models.WebhookEndpoint, error)
	RotateWebhookSecret(ctx context.Context, caller models.Caller, id string) (*models.WebhookSecretResult, error)
	RedeliverEvents(ctx context.Context, caller models.Caller, request models.RedeliveryRequest) (*models.WebhookEndpoint, error)
}

// WebhookEndpoint is an endpoint as the API shows it.
type WebhookEndpoint struct {
	ID        string
	URL       string
	Topics    []models.EventTopic
	CreatedAt time.Time
	Status    models.WebhookEndpointStatus

	reads *deliveryReads
}

// deliveryReads are the reads of deliveries of a list of endpoints. Each is sent once for all of them.
type deliveryReads struct {
	endpoint string // the only one of the list; "" when there may be several

	mu      sync.Mutex
	byAlias map[string]func() (map[string]*models.WebhookDeliveries, error)
}

// once carries out the read of the field that is being resolved, unless it was for another endpoint of the list.
func (r *deliveryReads) once(ctx context.Context, read func() (map[string]*models.WebhookDeliveries, error)) (map[string]*models.WebhookDeliveries, error) {
	alias := graphql.GetFieldContext(ctx).Field.Alias
	r.mu.Lock()
	result, begun := r.byAlias[alias]
	if !begun {
		result = sync.OnceValues(read)
		r.byAlias[alias] = result
	}
	r.mu.Unlock()
	return result()
}

func newWebhookEndpoints(endpoints []models.WebhookEndpoint, reads *deliveryReads) []WebhookEndpoint {
	reads.byAlias = map[string]func() (map[string]*models.WebhookDeliveries, error){}
	shown := make([]WebhookEndpoint, len(endpoints))
	for i, e := range endpoints {
		shown[i] = WebhookEndpoint{ID: e.ID, URL: e.URL, Topics: e.Topics.List(), CreatedAt: e.CreatedAt, Status: e.Status(e.ReadAt), reads: reads}
	}
	return shown
}

// newWebhookEndpoint is nil for none.
func newWebhookEndpoint(endpoint *models.WebhookEndpoint) *WebhookEndpoint {
	if endpoint == nil {
		return nil
	}
	return &newWebhookEndpoints([]models.WebhookEndpoint{*endpoint}, &deliveryReads{endpoint: endpoint.ID})[0]
}

// newRedeliveryRequest reads the arguments that say which events are to be sent again.
func newRedeliveryRequest(endpointID string, after *string, last *int32) (models.RedeliveryRequest, error) {
	request := models.RedeliveryRequest{EndpointID: webhookID(endpointID)}
	position, err := newPage(1, after, isEventPosition)
	if err != nil || last == nil {
		request.After = position.after
		return request, err
	}
	if position.after != "" {
		return request, &models.BadInput{Argument: "last", Problem: "may not be given with after"}
	}
	if *last < 1 || *last > models.MaxPage {
		return request, &models.BadInput{Argument: "last", Problem: fmt.Sprintf("must be 1 to %d", models.MaxPage)}
	}
	request.Last = int(*last)
	return request, nil
}

// webhookNode finds what only callers with the scope may see: to others it is not there.
func (r *queryResolver) webhookNode(ctx context.Context, id string) (Node, error) {
	if !caller(ctx).May(models.ScopeManageWebhooks) {
		return nil, nil
	}
	if kindOfID(id) == "delivery" {
		return found(r.Webhooks.WebhookDelivery(ctx, caller(ctx), id, requestedDetailsOf(ctx, "WebhookDelivery")))
	}
	endpoint, err := r.Webhooks.WebhookEndpoint(ctx, caller(ctx), id)
	return found(newWebhookEndpoint(endpoint), err)
}
