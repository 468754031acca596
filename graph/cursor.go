package graph

import (
	"encoding/base64"
	"fmt"

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
