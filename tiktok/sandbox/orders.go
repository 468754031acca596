package sandbox

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxOrdersPage     = 100
	maxAfterSalesPage = 50
	maxOrderIDs       = 50
)

// orderStatuses are those that TikTok documents.
var orderStatuses = []string{
	"UNPAID", "ON_HOLD", "AWAITING_SHIPMENT", "PARTIALLY_SHIPPING", "AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "COMPLETED", statusCancelled,
}

const (
	shippedByTikTok          = "TIKTOK" // every order
	statusAwaitingCollection = "AWAITING_COLLECTION"
	statusCancelled          = "CANCELLED"
)

// order is an order of a shop. Nobody bought anything, so there is nothing about buyers.
type order struct {
	ID             string
	ShopID         string
	Status         string
	Created        int64
	Updated        int64
	Due            int64 // when TikTok cancels it by itself; 0 for never
	RequestsCancel bool
}

// dueByItself reports whether TikTok cancels an order of its status that nobody does anything about.
func (o *order) dueByItself() bool {
	return o.Due != 0 && slices.Contains([]string{"ON_HOLD", "AWAITING_SHIPMENT", "PARTIALLY_SHIPPING", statusAwaitingCollection}, o.Status)
}

func (o *order) object() object {
	entry := object{
		"id": o.ID, "status": o.Status, "create_time": o.Created, "update_time": o.Updated, "is_buyer_request_cancel": o.RequestsCancel,
		"fulfillment_type": "FULFILLMENT_BY_SELLER", "shipping_type": shippedByTikTok,
	}
	switch {
	case o.Due == 0:
	case o.Status == statusAwaitingCollection:
		entry["collection_due_time"], entry["tts_sla_time"] = o.Due, o.Due
	default:
		entry["cancel_order_sla_time"], entry["rts_sla_time"], entry["shipping_due_time"] = o.Due, o.Due, o.Due
	}
	return entry
}

type orderSearch struct {
	Status         string `json:"order_status"`
	CreatedFrom    int64  `json:"create_time_ge"`
	CreatedUntil   int64  `json:"create_time_lt"`
	UpdatedFrom    int64  `json:"update_time_ge"`
	UpdatedUntil   int64  `json:"update_time_lt"`
	ShippingType   string `json:"shipping_type"`
	RequestsCancel *bool  `json:"is_buyer_request_cancel"`
}

func (q orderSearch) takes(o *order) bool {
	return (q.Status == "" || q.Status == o.Status) && within(o.Created, q.CreatedFrom, q.CreatedUntil) &&
		within(o.Updated, q.UpdatedFrom, q.UpdatedUntil) && (q.ShippingType == "" || q.ShippingType == shippedByTikTok) &&
		(q.RequestsCancel == nil || *q.RequestsCancel == o.RequestsCancel)
}

// within reports whether a moment is in a span, which need have neither beginning nor end.
func within(at, from, until int64) bool { return at >= from && (until == 0 || at < until) }

func (c *call) searchOrders() (any, *problem) {
	var search orderSearch
	if refused := c.decode(&search); refused != nil {
		return nil, refused
	}
	var found []row
	for _, o := range c.world.Orders {
		if o.ShopID == c.shop.ID && search.takes(o) {
			found = append(found, row{o.ID, o.Created, o.Updated, o.object})
		}
	}
	return c.page(found, "orders", 1, maxOrdersPage)
}

func (c *call) orders() (any, *problem) {
	ids := strings.Split(c.query.Get("ids"), ",")
	if len(ids) > maxOrderIDs || ids[0] == "" {
		return nil, invalid("ids")
	}
	entries := []object{}
	for _, id := range ids {
		if o := c.world.Orders[id]; o != nil && o.ShopID == c.shop.ID { // what others get is not documented
			entries = append(entries, o.object())
		}
	}
	return object{"orders": entries}, nil
}

// row is an entry of a list.
type row struct {
	id      string
	created int64
	updated int64
	object  func() object
}

// page is a page of what a search found.
func (c *call) page(found []row, member string, least, most int) (any, *problem) {
	size, err := strconv.Atoi(c.query.Get("page_size"))
	if err != nil || size < least || size > most {
		return nil, invalid("page_size")
	}
	at := func(r row) int64 { return r.created }
	switch c.query.Get("sort_field") {
	case "", "create_time":
	case "update_time":
		at = func(r row) int64 { return r.updated }
	default:
		return nil, invalid("sort_field")
	}
	direction := 1
	if c.query.Get("sort_order") == "DESC" {
		direction = -1
	}
	compare := func(a, b row) int { return direction * cmp.Or(cmp.Compare(at(a), at(b)), cmp.Compare(a.id, b.id)) }
	slices.SortFunc(found, compare)
	total := len(found)
	if text := c.query.Get("page_token"); text != "" {
		last, ok := readPageToken(text)
		if !ok {
			return nil, invalid("page_token")
		}
		from, _ := slices.BinarySearchFunc(found, last, func(r, last row) int { return cmp.Or(compare(r, last), -1) })
		found = found[from:]
	}
	next := ""
	if len(found) > size {
		found = found[:size]
		next = pageToken(found[size-1])
	}
	entries := make([]object, len(found))
	for i, r := range found {
		entries[i] = r.object()
	}
	return object{member: entries, "next_page_token": next, "total_count": total}, nil
}

// pageToken names the last row of a page, so that a list that changes meanwhile loses none.
func pageToken(last row) string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%d/%d/%s", last.created, last.updated, last.id))
}

func readPageToken(text string) (last row, ok bool) {
	decoded, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return row{}, false
	}
	_, err = fmt.Sscanf(string(decoded), "%d/%d/%s", &last.created, &last.updated, &last.id)
	return last, err == nil
}

// AddOrders makes orders of a shop, due after a while, or never when that is 0. It returns their ids.
func (s *Sandbox) AddOrders(shopCode, status string, count int, due time.Duration) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	of := s.world.Shops[idOfShop(shopCode)]
	switch {
	case of == nil:
		return nil, fmt.Errorf("shop: there is no %s", shopCode)
	case !slices.Contains(orderStatuses, status):
		return nil, fmt.Errorf("status: must be one of %v", orderStatuses)
	}
	now := s.options.Now()
	ids := make([]string, count)
	for i := range ids {
		o := &order{ID: s.world.nextID(), ShopID: of.ID, Status: status, Created: now.Unix(), Updated: now.Unix()}
		if due > 0 {
			o.Due = now.Add(due).Unix()
		}
		ids[i] = o.ID
		s.world.Orders[o.ID] = o
		s.changed(o)
	}
	s.commit(nil)
	return ids, nil
}

// changed keeps an order and tells the app that its status has changed.
func (s *Sandbox) changed(o *order) {
	s.world.put("order", o.ID, o)
	s.notify(s.world.Shops[o.ShopID], topicOrder, object{"order_id": o.ID, "order_status": o.Status, "update_time": o.Updated, "is_on_hold_order": o.Status == "ON_HOLD"})
}
