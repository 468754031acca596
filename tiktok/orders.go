package tiktok

import (
	"context"
	"iter"
	"net/http"
	"strconv"
	"strings"
)

// Sizes of pages and lists, the largest that TikTok takes.
const (
	ordersPage        = 100
	cancellationsPage = 50
	returnsPage       = 50
	maxOrderIDs       = 50
)

// OpenOrderStatuses are the statuses of orders that somebody still has to do something for. A search takes one of them.
var OpenOrderStatuses = []string{"ON_HOLD", "AWAITING_SHIPMENT", "PARTIALLY_SHIPPING", "AWAITING_COLLECTION"}

// Statuses of cancellations and returns that wait for the seller.
const (
	CancellationPending = "CANCELLATION_REQUEST_PENDING"
	ReturnPending       = "RETURN_OR_REFUND_REQUEST_PENDING"
)

// Order is what this program reads of an order. Nothing about the buyer is read.
type Order struct {
	ID                   string  `json:"id"`
	Status               string  `json:"status"`
	FulfillmentType      string  `json:"fulfillment_type"`
	ShippingType         string  `json:"shipping_type"` // TIKTOK or SELLER
	BuyerRequestedCancel bool    `json:"is_buyer_request_cancel"`
	CreatedAt            Seconds `json:"create_time"`
	UpdatedAt            Seconds `json:"update_time"`

	ShipBy          Seconds `json:"rts_sla_time"`          // else it is late
	CollectBy       Seconds `json:"tts_sla_time"`          // likewise
	CancelledAt     Seconds `json:"cancel_order_sla_time"` // when TikTok cancels it by itself
	ShippingDue     Seconds `json:"shipping_due_time"`     // likewise, unless it awaits collection
	CollectionDueAt Seconds `json:"collection_due_time"`   // likewise, unless it is in transit
}

// OrderSearch says which orders are looked for.
type OrderSearch struct {
	Status       string // one; every one when it is empty
	UpdatedFrom  Seconds
	UpdatedUntil Seconds // before this moment; 0 for no end
}

func (s OrderSearch) body() map[string]any {
	body := map[string]any{}
	if s.Status != "" {
		body["order_status"] = s.Status
	}
	if s.UpdatedFrom != 0 {
		body["update_time_ge"] = s.UpdatedFrom
	}
	if s.UpdatedUntil != 0 {
		body["update_time_lt"] = s.UpdatedUntil
	}
	return body
}

type ordersAnswer struct {
	Orders    []Order `json:"orders"`
	NextToken string  `json:"next_page_token"`
}

func (a ordersAnswer) entries() []Order { return a.Orders }
func (a ordersAnswer) next() string     { return a.NextToken }

// SearchOrders iterates over the orders of the shop that were updated first to last.
func (c *Client) SearchOrders(ctx context.Context, shop string, search OrderSearch) iter.Seq2[Order, error] {
	const operation = "SearchOrders"
	return checked(pages[ordersAnswer](ctx, c, shop, request{
		operation: operation, method: http.MethodPost, endpoint: "/order/202309/orders/search", body: search.body(),
		query: map[string]string{"page_size": strconv.Itoa(ordersPage), "sort_field": "update_time", "sort_order": "ASC"},
	}), func(o Order) error { return o.problem(operation) })
}

func (o Order) problem(operation string) error {
	if o.ID == "" || o.Status == "" {
		return missing(operation, "an order's id or status")
	}
	return nil
}

// Orders returns orders by their ids, with their deadlines, in any number. Those that the shop does not have are left out.
func (c *Client) Orders(ctx context.Context, shop string, ids []string) ([]Order, error) {
	const operation = "Orders"
	type answer struct {
		Orders []Order `json:"orders"`
	}
	var orders []Order
	for len(ids) > 0 {
		some := ids[:min(len(ids), maxOrderIDs)]
		ids = ids[len(some):]
		found, err := call[answer](ctx, c, shop, request{
			operation: operation, method: http.MethodGet, endpoint: "/order/202507/orders", query: map[string]string{"ids": strings.Join(some, ",")},
		})
		if err != nil {
			return nil, err
		}
		for _, order := range found.Orders {
			if err := order.problem(operation); err != nil {
				return nil, err
			}
		}
		orders = append(orders, found.Orders...)
	}
	return orders, nil
}

// NextAction is what TikTok waits for from the seller. When the deadline has passed, TikTok decides by itself.
type NextAction struct {
	Action   string  `json:"action"`
	Deadline Seconds `json:"deadline"`
}

// Cancellation is a request to cancel an order, or a part of one.
type Cancellation struct {
	ID          string       `json:"cancel_id"`
	OrderID     string       `json:"order_id"`
	Status      string       `json:"cancel_status"`
	CreatedAt   Seconds      `json:"create_time"`
	UpdatedAt   Seconds      `json:"update_time"`
	NextActions []NextAction `json:"seller_next_action_response"`
}

type cancellationsAnswer struct {
	Cancellations []Cancellation `json:"cancellations"`
	NextToken     string         `json:"next_page_token"`
}

func (a cancellationsAnswer) entries() []Cancellation { return a.Cancellations }
func (a cancellationsAnswer) next() string            { return a.NextToken }

// AfterSalesSearch says which cancellations or returns are looked for.
type AfterSalesSearch struct {
	Statuses    []string // any of them; every one when there are none
	UpdatedFrom Seconds
}

func (s AfterSalesSearch) body(statusMember string) map[string]any {
	body := map[string]any{}
	if len(s.Statuses) > 0 {
		body[statusMember] = s.Statuses
	}
	if s.UpdatedFrom != 0 {
		body["update_time_ge"] = s.UpdatedFrom
	}
	return body
}

func afterSalesQuery(size int) map[string]string {
	return map[string]string{"page_size": strconv.Itoa(size), "sort_field": "update_time", "sort_order": "ASC"}
}

// SearchCancellations iterates over the cancellations of the shop that were updated first to last.
func (c *Client) SearchCancellations(ctx context.Context, shop string, search AfterSalesSearch) iter.Seq2[Cancellation, error] {
	const operation = "SearchCancellations"
	return checked(pages[cancellationsAnswer](ctx, c, shop, request{
		operation: operation, method: http.MethodPost, endpoint: "/return_refund/202309/cancellations/search",
		query: afterSalesQuery(cancellationsPage), body: search.body("cancel_status"),
	}), func(found Cancellation) error {
		if found.ID == "" || found.OrderID == "" || found.Status == "" {
			return missing(operation, "a cancellation's id, order or status")
		}
		return nil
	})
}

// ReturnTypeRefund is the type of returns that nothing is sent back for.
const ReturnTypeRefund = "REFUND"

// Return is a request for a return, a refund or both.
type Return struct {
	ID          string       `json:"return_id"`
	OrderID     string       `json:"order_id"`
	Status      string       `json:"return_status"`
	Type        string       `json:"return_type"` // ReturnTypeRefund, RETURN_AND_REFUND or REPLACEMENT
	CreatedAt   Seconds      `json:"create_time"`
	UpdatedAt   Seconds      `json:"update_time"`
	NextActions []NextAction `json:"seller_next_action_response"`
}

type returnsAnswer struct {
	Returns   []Return `json:"return_orders"`
	NextToken string   `json:"next_page_token"`
}

func (a returnsAnswer) entries() []Return { return a.Returns }
func (a returnsAnswer) next() string      { return a.NextToken }

// SearchReturns iterates over the returns and refunds of the shop that were updated first to last.
func (c *Client) SearchReturns(ctx context.Context, shop string, search AfterSalesSearch) iter.Seq2[Return, error] {
	const operation = "SearchReturns"
	return checked(pages[returnsAnswer](ctx, c, shop, request{
		operation: operation, method: http.MethodPost, endpoint: "/return_refund/202309/returns/search",
		query: afterSalesQuery(returnsPage), body: search.body("return_status"),
	}), func(found Return) error {
		if found.ID == "" || found.OrderID == "" || found.Status == "" {
			return missing(operation, "a return's id, order or status")
		}
		return nil
	})
}

// checked ends an iteration at an entry that lacks what is needed.
func checked[N any](entries iter.Seq2[N, error], problem func(N) error) iter.Seq2[N, error] {
	return func(yield func(N, error) bool) {
		for entry, err := range entries {
			if err == nil {
				err = problem(entry)
			}
			if !yield(entry, err) || err != nil {
				return
			}
		}
	}
}
