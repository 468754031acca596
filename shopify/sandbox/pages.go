package sandbox

import (
	"encoding/base64"
	"iter"
	"strconv"
)

// maxPage is the most entries of one page.
const maxPage = 250

// page is a part of a list.
type page struct {
	nodes          []any
	ids            []int64
	next, previous bool
	unused         int // points that were charged for entries that are not there
}

type edge struct {
	node   any
	cursor string
}

func cursorOf(id int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte("id:" + strconv.FormatInt(id, 10)))
}

func parseCursor(cursor string) (int64, bool) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(text) < 4 {
		return 0, false
	}
	id, err := strconv.ParseInt(string(text[3:]), 10, 64)
	return id, err == nil
}

// cursor is that of an entry, nil when there is no such entry.
func (p *page) cursor(at int) any {
	if at < 0 || at >= len(p.ids) {
		return nil
	}
	return cursorOf(p.ids[at])
}

func (p *page) edges() []any {
	edges := make([]any, len(p.nodes))
	for i, node := range p.nodes {
		edges[i] = edge{node, cursorOf(p.ids[i])}
	}
	return edges
}

// pageSize is how many entries a query asks for.
func pageSize(args arguments) (int, *graphQLError) {
	first, ok := args.number("first")
	if !ok {
		return 0, apiError("BAD_REQUEST", "you must provide one of first or last")
	}
	if first < 1 || first > maxPage {
		return 0, apiError("MAX_INPUT_SIZE_EXCEEDED", "first must be from 1 to "+strconv.Itoa(maxPage))
	}
	return first, nil
}

// pageOf takes a page of a list that is ordered by id. from iterates over the ids after the given one, which is 0 for
// all, in the order the page wants them.
func pageOf(args arguments, from func(after int64) iter.Seq[int64], node func(id int64) any) any {
	size, problem := pageSize(args)
	if problem != nil {
		return problem
	}
	after := int64(0)
	if cursor, ok := args.text("after"); ok {
		if after, ok = parseCursor(cursor); !ok {
			return apiError("BAD_REQUEST", "Invalid cursor for current pagination sort.")
		}
	}
	p := &page{nodes: []any{}, previous: after != 0}
	for id := range from(after) {
		if len(p.ids) == size {
			p.next = true
			break
		}
		p.ids = append(p.ids, id)
		p.nodes = append(p.nodes, node(id))
	}
	p.unused = listCost(size) - listCost(len(p.ids))
	return p
}

// pageOfTable takes a page of a table.
func pageOfTable[T any](args arguments, rows map[int64]*T, want func(*T) bool) any {
	return pageOf(args, func(after int64) iter.Seq[int64] {
		return func(yield func(int64) bool) {
			for _, id := range sortedIDs(rows, args.flag("reverse")) {
				passed := id <= after
				if args.flag("reverse") {
					passed = after != 0 && id >= after
				}
				if !passed && want(rows[id]) && !yield(id) {
					return
				}
			}
		}
	}, func(id int64) any { return rows[id] })
}

func all[T any](*T) bool { return true }
