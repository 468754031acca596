package graph

import (
	"encoding/base64"
	"fmt"
	"strconv"

	"handback/models"
)

// auditPage reads the arguments of auditTrail, for cursor pagination. An empty cursor is none, as a client sends that has
// no page yet.
func auditPage(first int32, after *string) (page models.AuditPage, err error) {
	if first < 1 || first > models.MaxAuditPage {
		return page, &models.BadInput{Argument: "first", Problem: fmt.Sprintf("must be 1 to %d", models.MaxAuditPage)}
	}
	page.Count = int(first)
	if after == nil || *after == "" {
		return page, nil
	}
	id, err := base64.RawURLEncoding.DecodeString(*after)
	if err != nil || kindOfID(string(id)) != "audit" || cursor(string(id)) != *after {
		return page, &models.BadInput{Argument: "after", Problem: "is not a cursor of this list"}
	}
	page.Before = string(id)
	return page, nil
}

// cursor stands for an entry. It holds the entry's id, because its number would tell a store how much others do.
func cursor(id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(id))
}

func newAuditEntryConnection(trail *models.AuditTrail, preceded bool) *AuditEntryConnection {
	connection := &AuditEntryConnection{
		Edges: make([]AuditEntryEdge, len(trail.Entries)), Nodes: valuesOf(trail.Entries),
		PageInfo: &PageInfo{HasNextPage: trail.More, HasPreviousPage: preceded},
	}
	for i, entry := range trail.Entries {
		connection.Edges[i] = AuditEntryEdge{Cursor: cursor(entry.ID), Node: entry}
	}
	if n := len(connection.Edges); n > 0 {
		connection.PageInfo.StartCursor, connection.PageInfo.EndCursor = &connection.Edges[0].Cursor, &connection.Edges[n-1].Cursor
	}
	return connection
}

// numberPage is a page of a list whose entries are numbered from 1.
type numberPage struct{ count, after int }

// exceptionPage reads the arguments of exceptions, for cursor pagination.
func exceptionPage(first int32, after *string) (page numberPage, err error) {
	const most = 250
	if first < 1 || first > most {
		return page, &models.BadInput{Argument: "first", Problem: fmt.Sprintf("must be 1 to %d", most)}
	}
	page.count = int(first)
	if after == nil || *after == "" {
		return page, nil
	}
	text, _ := base64.RawURLEncoding.DecodeString(*after)
	if page.after, err = strconv.Atoi(string(text)); err != nil || page.after < 1 || numberCursor(page.after) != *after {
		return page, &models.BadInput{Argument: "after", Problem: "is not a cursor of this list"}
	}
	return page, nil
}

func numberCursor(number int) string { return cursor(strconv.Itoa(number)) }

func newExceptionConnection(exceptions []models.RestorationException, page numberPage, total int32) *RestorationExceptionConnection {
	connection := &RestorationExceptionConnection{
		Edges: make([]RestorationExceptionEdge, len(exceptions)), Nodes: exceptions, TotalCount: total, PageInfo: &PageInfo{HasPreviousPage: page.after > 0},
	}
	for i := range exceptions {
		connection.Edges[i] = RestorationExceptionEdge{Cursor: numberCursor(exceptions[i].Seq), Node: &exceptions[i]}
	}
	if n := len(exceptions); n > 0 {
		connection.PageInfo.HasNextPage = exceptions[n-1].Seq < int(total)
		connection.PageInfo.StartCursor, connection.PageInfo.EndCursor = &connection.Edges[0].Cursor, &connection.Edges[n-1].Cursor
	} else {
		connection.Nodes = []models.RestorationException{}
	}
	return connection
}
