package tiktok

import (
	"context"
	"iter"
	"maps"
	"regexp"
	"time"
)

// Seconds is a moment as TikTok writes it: seconds since 1970, 0 when there is none.
type Seconds int64

// SecondsOf writes a moment as TikTok does.
func SecondsOf(at time.Time) Seconds {
	if at.IsZero() {
		return 0
	}
	return Seconds(at.Unix())
}

// Time returns the moment, the zero time when there is none.
func (s Seconds) Time() time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(int64(s), 0).UTC()
}

// nothing is the data of an answer that has none, whatever stands in it.
type nothing struct{}

// page is a page of a list.
type page[N any] interface {
	entries() []N
	next() string // "" on the last page
}

// pages iterates over the entries of all pages of a search, holding one page at a time. The token of a page stands in the
// query.
func pages[P page[N], N any](ctx context.Context, c *Client, shop string, q request) iter.Seq2[N, error] {
	return func(yield func(N, error) bool) {
		var none N
		for first, token := true, ""; first || token != ""; first = false {
			found, err := call[P](ctx, c, shop, q.withToken(token))
			if err == nil && found.next() == token && token != "" {
				err = unexpected(q.operation, "the next page is this one", nil) // it would be followed for ever
			}
			if err != nil {
				yield(none, err)
				return
			}
			for _, entry := range found.entries() {
				if !yield(entry, nil) {
					return
				}
			}
			token = found.next()
		}
	}
}

func (q request) withToken(token string) request {
	query := map[string]string{}
	maps.Copy(query, q.query)
	if token != "" {
		query["page_token"] = token
	}
	q.query = query
	return q
}

// identifier is what may stand in a path: it must not lead to another one.
var identifier = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func badIdentifier(operation, id string) error {
	if identifier.MatchString(id) {
		return nil
	}
	return unexpected(operation, "an id has characters that no id has", nil)
}

// missing is the error of an answer without something that this client needs.
func missing(operation, what string) error {
	return unexpected(operation, "the answer lacks "+what, nil)
}
