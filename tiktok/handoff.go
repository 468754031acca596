package tiktok

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/handback/handback/models"
)

// Statuses of returns that wait for the seller, beside ReturnPending.
const (
	replacementPending = "REPLACEMENT_REQUEST_PENDING"
	returnShipped      = "BUYER_SHIPPED_ITEM" // where TikTok waits for the seller to say what has arrived
)

// fulfilledByTikTok is the fulfillment type of orders that TikTok ships from its own warehouses.
const fulfilledByTikTok = "FULFILLMENT_BY_TIKTOK"

// OpenOrders iterates over what is open in the account's shop and waits for the seller: orders, cancellations, returns and refunds,
// each once. A page is held at a time. Orders go through the statuses in the order in which these are asked for: one that changes
// meanwhile is met later. An error, which ends it, is a *models.PlatformError.
func (c *Client) OpenOrders(ctx context.Context, account models.Account) iter.Seq2[models.HandoffItem, error] {
	return func(yield func(models.HandoffItem, error) bool) {
		type key struct {
			task      models.OrderTask
			reference string
		}
		seen := map[key]bool{}
		for _, list := range []func(context.Context, string) iter.Seq2[models.HandoffItem, error]{c.openOrders, c.openCancellations, c.openReturns} {
			for item, err := range list(ctx, account.ID) {
				if err != nil {
					yield(models.HandoffItem{}, problem(ctx, err))
					return
				}
				id := key{item.Task, item.Reference}
				if seen[id] {
					continue
				}
				seen[id] = true
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

func (c *Client) openOrders(ctx context.Context, shop string) iter.Seq2[models.HandoffItem, error] {
	return func(yield func(models.HandoffItem, error) bool) {
		for _, status := range OpenOrderStatuses {
			for batch, err := range chunks(c.SearchOrders(ctx, shop, OrderSearch{Status: status}), maxOrderIDs) {
				var items []models.HandoffItem
				if err == nil {
					items, err = c.withDeadlines(ctx, shop, batch)
				}
				if err != nil {
					yield(models.HandoffItem{}, err)
					return
				}
				for _, item := range items {
					if !yield(item, nil) {
						return
					}
				}
			}
		}
	}
}

// withDeadlines asks for the details of orders that a search has found. Those that are not open any more are left out.
func (c *Client) withDeadlines(ctx context.Context, shop string, found []Order) ([]models.HandoffItem, error) {
	ids := make([]string, len(found))
	for i, order := range found {
		ids[i] = order.ID
	}
	details, err := c.Orders(ctx, shop, ids)
	if err != nil {
		return nil, err
	}
	detailed := make(map[string]Order, len(details))
	for _, order := range details {
		detailed[order.ID] = order
	}
	var items []models.HandoffItem
	for _, order := range found {
		if detail, ok := detailed[order.ID]; ok {
			order = detail
		}
		if slices.Contains(OpenOrderStatuses, order.Status) && order.FulfillmentType != fulfilledByTikTok {
			items = append(items, models.HandoffItem{
				Task: models.Fulfillment, Reference: order.ID, OrderID: order.ID, State: order.Status, DueAt: earliest(order.deadlines()...),
			})
		}
	}
	return items, nil
}

// deadlines are those that an order in its status still has.
func (o Order) deadlines() []Seconds {
	if o.Status == "AWAITING_COLLECTION" { // it is ready to ship
		return []Seconds{o.CollectBy, o.CollectionDueAt}
	}
	return []Seconds{o.ShipBy, o.CancelledAt, o.ShippingDue}
}

func (c *Client) openCancellations(ctx context.Context, shop string) iter.Seq2[models.HandoffItem, error] {
	search := AfterSalesSearch{Statuses: []string{CancellationPending}}
	return mapped(c.SearchCancellations(ctx, shop, search), func(x Cancellation) (models.HandoffItem, bool) {
		return models.HandoffItem{
			Task: models.Cancellation, Reference: x.ID, OrderID: x.OrderID, State: x.Status, DueAt: earliest(deadlinesOf(x.NextActions)...),
		}, true
	})
}

func (c *Client) openReturns(ctx context.Context, shop string) iter.Seq2[models.HandoffItem, error] {
	search := AfterSalesSearch{Statuses: []string{ReturnPending, replacementPending, returnShipped}}
	return mapped(c.SearchReturns(ctx, shop, search), func(x Return) (models.HandoffItem, bool) {
		task := models.Return
		if x.Type == ReturnTypeRefund {
			task = models.Refund
		}
		waits := x.Status != returnShipped || len(x.NextActions) > 0
		return models.HandoffItem{Task: task, Reference: x.ID, OrderID: x.OrderID, State: x.Status, DueAt: earliest(deadlinesOf(x.NextActions)...)}, waits
	})
}

func deadlinesOf(actions []NextAction) []Seconds {
	deadlines := make([]Seconds, len(actions))
	for i, action := range actions {
		deadlines[i] = action.Deadline
	}
	return deadlines
}

// earliest is the first of moments, nil when there is none.
func earliest(moments ...Seconds) *time.Time {
	moments = slices.DeleteFunc(moments, func(s Seconds) bool { return s <= 0 })
	if len(moments) == 0 {
		return nil
	}
	first := slices.Min(moments).Time()
	return &first
}

// mapped makes other entries of those of an iteration, and leaves some out.
func mapped[N, M any](entries iter.Seq2[N, error], to func(N) (M, bool)) iter.Seq2[M, error] {
	return func(yield func(M, error) bool) {
		for entry, err := range entries {
			made, wanted := to(entry)
			if (err != nil || wanted) && !yield(made, err) {
				return
			}
		}
	}
}

// chunks iterates over entries, so many at a time. An error comes alone, last.
func chunks[N any](entries iter.Seq2[N, error], size int) iter.Seq2[[]N, error] {
	return func(yield func([]N, error) bool) {
		var chunk []N
		for entry, err := range entries {
			if err != nil {
				yield(nil, err)
				return
			}
			if chunk = append(chunk, entry); len(chunk) == size {
				if !yield(chunk, nil) {
					return
				}
				chunk = nil
			}
		}
		if len(chunk) > 0 {
			yield(chunk, nil)
		}
	}
}

// problem says what an error means for who works for a seller. What ends with the context is no problem of TikTok's. A token that was
// refreshed and is refused all the same is none of an authorization that has ended: then there is no refreshing.
func problem(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.Join(ctx.Err(), err)
	}
	code, wait := models.TikTokUnavailable, time.Duration(0)
	if failed, ok := errors.AsType[*Error](err); ok {
		wait = failed.RetryAfter
		switch failed.Kind {
		case Reauthorize, NotGranted, ShopMismatch, Deactivated:
			code = models.TikTokAccessLost
		}
	}
	return &models.PlatformError{Code: code, RetryAfter: wait, Cause: err}
}
