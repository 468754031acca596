package graph

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"handback/models"
)

const cursorPrefix = "audit:"

// auditPage reads the arguments of auditTrail.
func auditPage(first int32, after *string) (page models.AuditPage, err error) {
	if first < 1 || first > models.MaxAuditPage {
		return page, &models.BadInput{Argument: "first", Problem: fmt.Sprintf("must be 1 to %d", models.MaxAuditPage)}
	}
	page.Count = int(first)
	if after == nil {
		return page, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(*after)
	if err == nil {
		page.Before, err = strconv.ParseInt(strings.TrimPrefix(string(text), cursorPrefix), 10, 64)
	}
	if err != nil || page.Before < 1 || cursor(page.Before) != *after {
		return page, &models.BadInput{Argument: "after", Problem: "is not a cursor of this list"}
	}
	return page, nil
}

func cursor(seq int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorPrefix + strconv.FormatInt(seq, 10)))
}

func newAuditEntryConnection(trail *models.AuditTrail, preceded bool) *AuditEntryConnection {
	connection := &AuditEntryConnection{
		Edges: make([]AuditEntryEdge, len(trail.Entries)), Nodes: valuesOf(trail.Entries),
		PageInfo: &PageInfo{HasNextPage: trail.More, HasPreviousPage: preceded},
	}
	for i, entry := range trail.Entries {
		connection.Edges[i] = AuditEntryEdge{Cursor: cursor(entry.Seq), Node: entry}
	}
	if n := len(connection.Edges); n > 0 {
		connection.PageInfo.StartCursor, connection.PageInfo.EndCursor = &connection.Edges[0].Cursor, &connection.Edges[n-1].Cursor
	}
	return connection
}
