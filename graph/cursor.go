package graph

import (
	"encoding/base64"
	"fmt"
	"strconv"

	"handback/models"
)

// page is a page of a list, for cursor pagination.
type page struct {
	count int
	after string // the position of the entry before it; "" for the first page
}

// newPage reads the arguments of a list. An empty cursor is none, as a client sends that has no page yet.
func newPage(first int32, after *string, most int, isPosition func(string) bool) (page, error) {
	if first < 1 || int(first) > most {
		return page{}, &models.BadInput{Argument: "first", Problem: fmt.Sprintf("must be 1 to %d", most)}
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
	return connection
}

// maxExceptionPage is how many exceptions can be asked for at once.
const maxExceptionPage = 250

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
