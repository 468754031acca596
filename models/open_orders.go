package models

import (
	"encoding/json"
	"time"
)

// OpenOrders is what was open at TikTok when it was last asked for all of it, while a shop is connected.
type OpenOrders struct {
	ReadAt    *time.Time          `json:"readAt,omitempty"` // nil when it was never answered
	Counts    map[OrderTask]int32 `json:"counts,omitempty"`
	NextDueAt *time.Time          `json:"nextDueAt,omitempty"`
	// Unanswered says that TikTok was asked since, and did not answer, or not yet.
	Unanswered bool `json:"unanswered,omitempty"`
}

// Add counts what is open.
func (o *OpenOrders) Add(item HandoffItem) {
	if o.Counts == nil {
		o.Counts = map[OrderTask]int32{}
	}
	o.Counts[item.Task]++
	if item.DueAt != nil && (o.NextDueAt == nil || item.DueAt.Before(*o.NextDueAt)) {
		o.NextDueAt = item.DueAt
	}
}

// Text is how it is stored.
func (o *OpenOrders) Text() string {
	text, err := json.Marshal(o)
	if err != nil {
		panic("models: open orders are always JSON: " + err.Error())
	}
	return string(text)
}

// openOrders is what was open when TikTok was last asked.
func (e *Epoch) openOrders() OpenOrders {
	var open OpenOrders
	if e.OpenOrders == "" || json.Unmarshal([]byte(e.OpenOrders), &open) != nil {
		return OpenOrders{}
	}
	return open
}

// WithoutAnswer is what was open when TikTok was last asked, now that it did not answer.
func (e *Epoch) WithoutAnswer() OpenOrders {
	open := e.openOrders()
	open.Unanswered = true
	return open
}

// warnings say what is open, and how well that is known. There is none when it is known that nothing is. lost says that TikTok lets
// the app in no more: then nothing will be listed.
func (o *OpenOrders) warnings(center string, lost bool) []DisconnectWarning {
	summary := summarize(o.Counts, o.NextDueAt)
	var message string
	switch {
	case lost:
		message = "Which orders are open at TikTok is not known, as it does not let the app into the shop any more. The record will not list them; look after them in TikTok Seller Center: " + center + "."
		return []DisconnectWarning{{Code: OpenOrdersWarning, Message: message, Count: count(int(summary.Total))}}
	case o.ReadAt == nil && !o.Unanswered, summary.Total == 0 && !o.Unanswered:
		return nil
	case o.ReadAt == nil:
		message = "Which orders are open at TikTok is not known: TikTok did not say in time."
	case summary.Total == 0:
		message = "No orders were open at TikTok on " + inUTC(*o.ReadAt) + "; it did not say in time whether there are now."
	default:
		message = inWordsOpen(summary) + " at TikTok on " + inUTC(*o.ReadAt) + nearest(summary.NextDueAt) + "."
		if o.Unanswered {
			message += " TikTok did not say in time whether there are more now."
		}
	}
	message += " After disconnecting, what is open is listed in the record and looked after in TikTok Seller Center only: " + center + "."
	return []DisconnectWarning{{Code: OpenOrdersWarning, Message: message, Count: count(int(summary.Total))}}
}

func inWordsOpen(summary HandoffSummary) string {
	return summary.inWords() + " " + plural(int(summary.Total), "was", "were") + " open"
}

func nearest(due *time.Time) string {
	if due == nil {
		return ""
	}
	return "; the nearest deadline is " + inUTC(*due)
}

// inUTC is a moment for people whose time zone is not known.
func inUTC(moment time.Time) string { return moment.UTC().Format("2 January 2006, 15:04 UTC") }
