package models

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// HandoffItem is an order, or a request about one, that was open at TikTok when the store was disconnected: from then on it is
// looked after in Seller Center.
type HandoffItem struct {
	ID             string
	Task           OrderTask
	Reference      string // TikTok's id of what is open: the order, the cancellation or the return
	OrderID        string
	State          string     // what TikTok calls it
	DueAt          *time.Time // when TikTok acts by itself or counts it late; nil when there is no clock
	URL            string     // the order's page in Seller Center
	AcknowledgedAt *time.Time
	AcknowledgedBy *Actor
}

// OrderURL is the page of an order in the Seller Center of a shop in shopRegion whose store is in storeRegion.
func OrderURL(storeRegion, shopRegion, orderID string) string {
	return SellerCenterURL(storeRegion, shopRegion) + "/order/detail?order_no=" + url.QueryEscape(orderID) + "&shop_region=" + url.QueryEscape(shopRegion)
}

// Handoff is how far the list of a disconnect is.
type Handoff struct {
	State         HandoffState
	ReadAt        *time.Time // when TikTok was asked for the last of it; nil while the list is not complete
	Attempts      int        // that failed, one after the other
	NextAttemptAt *time.Time // nil when none waits
	LeasedUntil   *time.Time // until when one process alone reads it
	ProblemCode   ProblemCode
}

// HandoffState says whether the list is complete.
type HandoffState string

// The states of the list.
const (
	HandoffNone       HandoffState = "" // no orders moved: they were Seller Center's before, or nothing is asked of the platforms
	HandoffPending    HandoffState = "PENDING"
	HandoffRead       HandoffState = "READ"
	HandoffUnreadable HandoffState = "UNREADABLE" // TikTok does not let the app in any more
)

// HandoffWork is a list that is to be read.
type HandoffWork struct {
	DisconnectionID string
	StoreID         string
	BegunAt         time.Time // the disconnect
	Account         Account
	Handoff         Handoff
	Busy            bool // somebody else reads it
}

// ReadHandoff is the job that reads the list of a disconnect from TikTok.
type ReadHandoff struct {
	DisconnectionID string `json:"disconnectionId"`
}

// Kind implements Job.
func (ReadHandoff) Kind() string { return "read_handoff" }

// Queue is the name of the queue.
func (ReadHandoff) Queue() string { return TransitionQueue }

// problem is what hinders the list, in words. It is nil when nothing does.
func (h Handoff) problem(account *Account) *Problem {
	center := optional(SellerCenterURL(account.Region, account.Region))
	switch {
	case h.ProblemCode == "":
		return nil
	case h.State == HandoffUnreadable:
		return &Problem{Code: h.ProblemCode, URL: center, Message: "TikTok did not let the app read which orders were open when the store was disconnected. They are in TikTok Seller Center."}
	}
	return &Problem{Code: h.ProblemCode, URL: center, Message: "TikTok does not say at the moment which orders were open when the store was disconnected. It is asked again by itself; until then look in TikTok Seller Center."}
}

// HandoffPage is a page of the list of a disconnect.
type HandoffPage struct {
	Items          []HandoffItem
	More           bool       // items follow
	Total          int32      // how many there are of the tasks that are asked for
	Unacknowledged int32      // how many of them nobody has taken over
	ReadAt         *time.Time // nil while the list is not complete
}

// HandoffFilter asks for a page.
type HandoffFilter struct {
	DisconnectionID string
	Tasks           []OrderTask // nil for all of them
	Count           int
	After           HandoffPosition // of the item before it; the zero one for the first page
}

// HandoffPosition is where an item stands in the list: the nearest deadline is first, and what has none is last.
type HandoffPosition struct {
	Due int64 // Unix time; NeverDue when there is no deadline
	ID  string
}

// ParseHandoffPosition reads what String writes. It is the zero one for "".
func ParseHandoffPosition(text string) HandoffPosition {
	due, id, _ := strings.Cut(text, "/")
	seconds, _ := strconv.ParseInt(due, 10, 64)
	return HandoffPosition{Due: seconds, ID: id}
}

// String is the text of a position, for a cursor.
func (p HandoffPosition) String() string { return strconv.FormatInt(p.Due, 10) + "/" + p.ID }

// Position is where the item stands.
func (i HandoffItem) Position() HandoffPosition {
	if i.DueAt == nil {
		return HandoffPosition{NeverDue, i.ID}
	}
	return HandoffPosition{i.DueAt.Unix(), i.ID}
}

// NeverDue is behind all deadlines.
const NeverDue int64 = 253402300799 // the end of the year 9999

// MaxAcknowledged is how many items can be acknowledged at once: a page of them.
const MaxAcknowledged = MaxPage

// AcknowledgeHandoffItemsErrorCode says why acknowledgeHandoffItems refuses.
type AcknowledgeHandoffItemsErrorCode string

// HandoffItemNotFound refuses an id that none of the store's items has.
const HandoffItemNotFound AcknowledgeHandoffItemsErrorCode = "NOT_FOUND"

// RefuseUnknownHandoffItems refuses each id that is not among the items.
func RefuseUnknownHandoffItems(ids []string, items []HandoffItem) Refusals[AcknowledgeHandoffItemsErrorCode] {
	known := make(map[string]bool, len(items))
	for _, item := range items {
		known[item.ID] = true
	}
	var refusals Refusals[AcknowledgeHandoffItemsErrorCode]
	for i, id := range ids {
		if !known[id] {
			refusals = append(refusals, *refuse(HandoffItemNotFound, "This store has no such item.", "ids", strconv.Itoa(i)))
		}
	}
	return refusals
}

// HandoffSummary counts what is open.
type HandoffSummary struct {
	Total     int32
	NextDueAt *time.Time
	ByTask    []HandoffCount // in the order of the tasks, each of them
}

// HandoffCount is how much is open of a task.
type HandoffCount struct {
	Task  OrderTask
	Count int32
}

// inWords says what is open, without what is not: 3 to ship, 1 cancellation.
func (s HandoffSummary) inWords() string {
	words := map[OrderTask][2]string{
		Fulfillment:  {"order to ship", "orders to ship"},
		Cancellation: {"cancellation to answer", "cancellations to answer"},
		Return:       {"return", "returns"},
		Refund:       {"refund", "refunds"},
	}
	var parts []string
	for _, of := range s.ByTask {
		if of.Count > 0 {
			parts = append(parts, strconv.Itoa(int(of.Count))+" "+plural(int(of.Count), words[of.Task][0], words[of.Task][1]))
		}
	}
	if last := len(parts) - 1; last > 0 {
		return strings.Join(parts[:last], ", ") + " and " + parts[last]
	}
	return strings.Join(parts, "")
}

// summarize counts the tasks.
func summarize(counts map[OrderTask]int32, nextDueAt *time.Time) HandoffSummary {
	summary := HandoffSummary{NextDueAt: nextDueAt, ByTask: make([]HandoffCount, len(orderTasks))}
	for i, task := range orderTasks {
		summary.ByTask[i] = HandoffCount{Task: task, Count: counts[task]}
		summary.Total += counts[task]
	}
	return summary
}
