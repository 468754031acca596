package graph

import (
	"encoding/base64"
	"fmt"
	"strconv"

	"github.com/handback/handback/models"
)

// page is a page of a list, for cursor pagination.
type page struct {
	count int
	after string // the position of the entry before it; "" for the first page
}

// newPage reads the arguments of a list. An empty cursor is none, as a client sends that has no page yet.
func newPage(first int32, after *string, isPosition func(string) bool) (page, error) {
	if first < 1 || int(first) > models.MaxPage {
		return page{}, &models.BadInput{Argument: "first", Problem: fmt.Sprintf("must be 1 to %d", models.MaxPage)}
	}
	read := page{count: int(first)}
	if after == nil || *after == "" {
		return read, nil
	}
	position, err := base64.RawURLEncoding.DecodeString(*after)
	if read.after = string(position); err != nil || !isPosition(read.after) || cursor(read.after) != *after {
		return page{}, &models.BadInput{Argument: "after", Problem: "is not a cursor of this list"}
	}
	return read, nil
}

func cursor(position string) string { return base64.RawURLEncoding.EncodeToString([]byte(position)) }

// info says where the page stands in the list, if it has so many entries.
func (p page) info(more bool, entries int, cursor func(i int) *string) *PageInfo {
	info := &PageInfo{HasNextPage: more, HasPreviousPage: p.after != ""}
	if entries > 0 {
		info.StartCursor, info.EndCursor = cursor(0), cursor(entries-1)
	}
	return info
}

// isAuditPosition: the position of an entry is its id, because its number would tell a store how much others do.
func isAuditPosition(text string) bool { return kindOfID(text) == "audit" }

func newAuditEntryConnection(trail *models.AuditTrail, p page) *AuditEntryConnection {
	connection := &AuditEntryConnection{Edges: make([]AuditEntryEdge, len(trail.Entries)), Nodes: valuesOf(trail.Entries)}
	for i, entry := range trail.Entries {
		connection.Edges[i] = AuditEntryEdge{Cursor: cursor(entry.ID), Node: entry}
	}
	connection.PageInfo = p.info(trail.More, len(trail.Entries), func(i int) *string { return &connection.Edges[i].Cursor })
	if trail.End != "" {
		connection.PageInfo.EndCursor = new(cursor(trail.End))
	}
	return connection
}

func isAccountPosition(text string) bool {
	position := models.ParseAccountPosition(text)
	return kindOfID(position.ID) == "account" && position.String() == text
}

func newAccountConnection(history *models.AccountHistory, p page) *AccountConnection {
	connection := &AccountConnection{Edges: make([]AccountEdge, len(history.Accounts)), Nodes: valuesOf(history.Accounts)}
	for i, account := range history.Accounts {
		connection.Edges[i] = AccountEdge{Cursor: cursor(account.Position().String()), Node: account}
	}
	connection.PageInfo = p.info(history.More, len(history.Accounts), func(i int) *string { return &connection.Edges[i].Cursor })
	return connection
}

// newDisconnectionPage: the position of a record is its id.
func newDisconnectionPage(first int32, after *string) (page, error) {
	return newPage(first, after, func(text string) bool { return kindOfID(text) == "disconnection" })
}

func (p page) disconnections() models.DisconnectionPage {
	return models.DisconnectionPage{Count: p.count, After: p.after}
}

func newDisconnectionConnection(history *models.DisconnectionHistory, p page) *DisconnectionConnection {
	connection := &DisconnectionConnection{Edges: make([]DisconnectionEdge, len(history.Records)), Nodes: valuesOf(history.Records)}
	for i, record := range history.Records {
		connection.Edges[i] = DisconnectionEdge{Cursor: cursor(record.ID), Node: record}
	}
	connection.PageInfo = p.info(history.More, len(history.Records), func(i int) *string { return &connection.Edges[i].Cursor })
	return connection
}

// isEventPosition: the position of an event is its id.
func isEventPosition(text string) bool { return kindOfID(text) == "event" }

func newEventConnection(events *models.Events, p page) *EventConnection {
	connection := &EventConnection{Edges: make([]EventEdge, len(events.Events)), Nodes: events.Events}
	for i := range events.Events {
		event := &events.Events[i]
		connection.Edges[i] = EventEdge{Cursor: cursor(event.ID()), Node: event}
	}
	connection.PageInfo = p.info(events.More, len(events.Events), func(i int) *string { return &connection.Edges[i].Cursor })
	return connection
}

// isExceptionPosition: exceptions are numbered from 1.
func isExceptionPosition(text string) bool {
	number, err := strconv.Atoi(text)
	return err == nil && number >= 1 && strconv.Itoa(number) == text
}

func newExceptionConnection(exceptions []models.RestorationException, p page, total int32) *RestorationExceptionConnection {
	connection := &RestorationExceptionConnection{Edges: make([]RestorationExceptionEdge, len(exceptions)), Nodes: exceptions, TotalCount: total}
	for i := range exceptions {
		connection.Edges[i] = RestorationExceptionEdge{Cursor: cursor(strconv.Itoa(exceptions[i].Seq)), Node: &exceptions[i]}
	}
	more := len(exceptions) > 0 && exceptions[len(exceptions)-1].Seq < int(total)
	connection.PageInfo = p.info(more, len(exceptions), func(i int) *string { return &connection.Edges[i].Cursor })
	return connection
}

func isHandoffPosition(text string) bool {
	position := models.ParseHandoffPosition(text)
	return kindOfID(position.ID) == "handoff" && position.String() == text
}

func newHandoffItemConnection(page *models.HandoffPage, p page) *HandoffItemConnection {
	connection := &HandoffItemConnection{
		Edges: make([]HandoffItemEdge, len(page.Items)), Nodes: page.Items, TotalCount: page.Total, UnacknowledgedCount: page.Unacknowledged, ReadAt: page.ReadAt,
	}
	for i := range page.Items {
		connection.Edges[i] = HandoffItemEdge{Cursor: cursor(page.Items[i].Position().String()), Node: &page.Items[i]}
	}
	connection.PageInfo = p.info(page.More, len(page.Items), func(i int) *string { return &connection.Edges[i].Cursor })
	return connection
}

// isDeliveryPosition: the position of a delivery is its id.
func isDeliveryPosition(text string) bool { return kindOfID(text) == "delivery" }

// newWebhookDeliveryConnection makes an empty page of nil.
func newWebhookDeliveryConnection(deliveries *models.WebhookDeliveries, p page) *WebhookDeliveryConnection {
	if deliveries == nil {
		deliveries = &models.WebhookDeliveries{Deliveries: []models.WebhookDelivery{}}
	}
	connection := &WebhookDeliveryConnection{Edges: make([]WebhookDeliveryEdge, len(deliveries.Deliveries)), Nodes: deliveries.Deliveries}
	for i := range deliveries.Deliveries {
		delivery := &deliveries.Deliveries[i]
		connection.Edges[i] = WebhookDeliveryEdge{Cursor: cursor(delivery.ID), Node: delivery}
	}
	connection.PageInfo = p.info(deliveries.More, len(deliveries.Deliveries), func(i int) *string { return &connection.Edges[i].Cursor })
	return connection
}
