package sandbox

import (
	"fmt"
	"slices"
	"time"
)

const (
	cancelPending = "CANCELLATION_REQUEST_PENDING"
	cancelSuccess = "CANCELLATION_REQUEST_SUCCESS"
	returnPending = "RETURN_OR_REFUND_REQUEST_PENDING"
	returnSuccess = "RETURN_OR_REFUND_REQUEST_SUCCESS"
)

// cancellation is a buyer's request to cancel an order. When it is due, TikTok grants it by itself.
type cancellation struct {
	ID      string
	ShopID  string
	OrderID string
	Status  string
	Created int64
	Updated int64
	Due     int64 // 0 for never
}

func (x *cancellation) object() object {
	entry := object{
		"cancel_id": x.ID, "order_id": x.OrderID, "cancel_status": x.Status, "cancel_type": "BUYER_CANCEL", "role": "BUYER",
		"create_time": x.Created, "update_time": x.Updated,
	}
	if x.Status == cancelPending {
		entry["seller_next_action_response"] = nextAction("SELLER_RESPOND_CANCEL", x.Due)
	}
	return entry
}

// returnRequest is a buyer's request to give goods or money back. When it is due, TikTok grants it by itself.
type returnRequest struct {
	ID         string
	ShopID     string
	OrderID    string
	Status     string
	RefundOnly bool
	Created    int64
	Updated    int64
	Due        int64 // 0 for never
}

func (x *returnRequest) object() object {
	entry := object{
		"return_id": x.ID, "order_id": x.OrderID, "return_status": x.Status, "return_type": "RETURN_AND_REFUND", "role": "BUYER",
		"create_time": x.Created, "update_time": x.Updated,
	}
	action := "SELLER_RESPOND_RETURN"
	if x.RefundOnly {
		entry["return_type"], action = "REFUND", "SELLER_RESPOND_REFUND"
	}
	if x.Status == returnPending {
		entry["seller_next_action_response"] = nextAction(action, x.Due)
	}
	return entry
}

func nextAction(action string, due int64) []object {
	next := object{"action": action}
	if due != 0 {
		next["deadline"] = due
	}
	return []object{next}
}

type cancellationSearch struct {
	IDs          []string `json:"cancel_ids"`
	OrderIDs     []string `json:"order_ids"`
	Statuses     []string `json:"cancel_status"`
	CreatedFrom  int64    `json:"create_time_ge"`
	CreatedUntil int64    `json:"create_time_lt"`
	UpdatedFrom  int64    `json:"update_time_ge"`
	UpdatedUntil int64    `json:"update_time_lt"`
}

func (c *call) searchCancellations() (any, *problem) {
	var q cancellationSearch
	if refused := c.decode(&q); refused != nil {
		return nil, refused
	}
	var found []row
	for _, x := range c.world.Cancellations {
		if x.ShopID == c.shop.ID && among(q.IDs, x.ID) && among(q.OrderIDs, x.OrderID) && among(q.Statuses, x.Status) &&
			within(x.Created, q.CreatedFrom, q.CreatedUntil) && within(x.Updated, q.UpdatedFrom, q.UpdatedUntil) {
			found = append(found, row{x.ID, x.Created, x.Updated, x.object})
		}
	}
	return c.page(found, "cancellations", 1, maxAfterSalesPage)
}

type returnSearch struct {
	IDs          []string `json:"return_ids"`
	OrderIDs     []string `json:"order_ids"`
	Statuses     []string `json:"return_status"`
	CreatedFrom  int64    `json:"create_time_ge"`
	CreatedUntil int64    `json:"create_time_lt"`
	UpdatedFrom  int64    `json:"update_time_ge"`
	UpdatedUntil int64    `json:"update_time_lt"`
}

func (c *call) searchReturns() (any, *problem) {
	var q returnSearch
	if refused := c.decode(&q); refused != nil {
		return nil, refused
	}
	var found []row
	for _, x := range c.world.Returns {
		if x.ShopID == c.shop.ID && among(q.IDs, x.ID) && among(q.OrderIDs, x.OrderID) && among(q.Statuses, x.Status) &&
			within(x.Created, q.CreatedFrom, q.CreatedUntil) && within(x.Updated, q.UpdatedFrom, q.UpdatedUntil) {
			found = append(found, row{x.ID, x.Created, x.Updated, x.object})
		}
	}
	return c.page(found, "return_orders", 10, maxAfterSalesPage)
}

// among reports whether a value is one of those looked for, which are all when there are none.
func among(values []string, value string) bool {
	return len(values) == 0 || slices.Contains(values, value)
}

// AddCancellation makes a buyer ask to cancel an order. It returns the id of the request.
func (s *Sandbox) AddCancellation(orderID string, due time.Duration) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.world.Orders[orderID]
	if o == nil {
		return "", fmt.Errorf("orderId: there is no order %s", orderID)
	}
	now := s.options.Now()
	x := &cancellation{ID: s.world.nextID(), ShopID: o.ShopID, OrderID: orderID, Status: cancelPending, Created: now.Unix(), Updated: now.Unix(), Due: dueAt(now, due)}
	s.world.Cancellations[x.ID] = x
	s.cancellationChanged(x)
	o.RequestsCancel, o.Updated = true, now.Unix()
	s.world.put("order", o.ID, o)
	s.commit(nil)
	return x.ID, nil
}

// AddReturn makes a buyer ask for a return, or only for a refund. It returns the id of the request.
func (s *Sandbox) AddReturn(orderID string, refundOnly bool, due time.Duration) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.world.Orders[orderID]
	if o == nil {
		return "", fmt.Errorf("orderId: there is no order %s", orderID)
	}
	now := s.options.Now()
	x := &returnRequest{
		ID: s.world.nextID(), ShopID: o.ShopID, OrderID: orderID, Status: returnPending, RefundOnly: refundOnly,
		Created: now.Unix(), Updated: now.Unix(), Due: dueAt(now, due),
	}
	s.world.Returns[x.ID] = x
	s.returnChanged(x)
	s.commit(nil)
	return x.ID, nil
}

func dueAt(now time.Time, due time.Duration) int64 {
	if due <= 0 {
		return 0
	}
	return now.Add(due).Unix()
}

func (s *Sandbox) cancellationChanged(x *cancellation) {
	s.world.put("cancellation", x.ID, x)
	s.notify(s.world.Shops[x.ShopID], topicCancellation, object{
		"order_id": x.OrderID, "cancel_id": x.ID, "cancel_status": x.Status, "cancellations_role": "BUYER", "create_time": x.Created,
	})
}

func (s *Sandbox) returnChanged(x *returnRequest) {
	s.world.put("return", x.ID, x)
	s.notify(s.world.Shops[x.ShopID], topicReturn, object{
		"order_id": x.OrderID, "return_id": x.ID, "return_status": x.Status, "return_type": x.object()["return_type"], "return_role": "BUYER",
		"create_time": x.Created, "update_time": x.Updated,
	})
}
