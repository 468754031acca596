package shopify

import (
	"context"
	"iter"
	"maps"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// connection is a page of a list.
type connection[N any] struct {
	Nodes    []N      `json:"nodes"`
	PageInfo pageInfo `json:"pageInfo"`
}

type pageInfo struct {
	HasNextPage bool    `json:"hasNextPage"`
	EndCursor   *string `json:"endCursor"`
}

// pages iterates over the entries of all pages of a list, holding one page at a time. page finds the list in the data
// of an answer, and returns an error when it is not there.
func pages[D, N any](ctx context.Context, c *Client, store, operation string, variables map[string]any, page func(*D) (*connection[N], error)) iter.Seq2[N, error] {
	return func(yield func(N, error) bool) {
		var none N
		for after, more := "", true; more; {
			var data D
			var list *connection[N]
			err := c.do(ctx, store, operation, withCursor(variables, after), &data)
			if err == nil {
				list, err = page(&data)
			}
			if err == nil {
				after, more, err = list.PageInfo.next(operation, after)
			}
			if err != nil {
				yield(none, err)
				return
			}
			for _, node := range list.Nodes {
				if !yield(node, nil) {
					return
				}
			}
		}
	}
}

// next returns the cursor of the next page. A cursor that does not move on would be followed forever.
func (p pageInfo) next(operation, after string) (string, bool, error) {
	if !p.HasNextPage {
		return "", false, nil
	}
	if p.EndCursor == nil || *p.EndCursor == "" || *p.EndCursor == after {
		return "", false, unexpected(operation, "the next page is this one", nil)
	}
	return *p.EndCursor, true, nil
}

func withCursor(variables map[string]any, after string) map[string]any {
	with := map[string]any{}
	maps.Copy(with, variables)
	if after != "" {
		with["after"] = after
	}
	return with
}

// all collects what an iterator yields, up to its first error.
func all[N any](entries iter.Seq2[N, error]) ([]N, error) {
	var list []N
	for entry, err := range entries {
		if err != nil {
			return nil, err
		}
		list = append(list, entry)
	}
	return list, nil
}

// payload is the answer of a mutation.
type payload interface{ reasons() []UserError }

// userErrors are part of every payload.
type userErrors struct {
	UserErrors []UserError `json:"userErrors"`
}

func (u userErrors) reasons() []UserError { return u.UserErrors }

// mutate carries out an operation of one mutation, trying again as do does.
func mutate[P payload](ctx context.Context, c *Client, store, operation string, variables map[string]any) (P, error) {
	var answer P
	err := retry(ctx, func() (err error) {
		answer, err = mutateOnce[P](ctx, c, store, operation, variables)
		return err
	})
	return answer, err
}

func mutateOnce[P payload](ctx context.Context, c *Client, store, operation string, variables map[string]any) (P, error) {
	var data jsontext.Value
	var answer P
	err := c.once(ctx, store, operation, variables, &data)
	if err == nil {
		answer, err = decodePayload[P](operation, data)
	}
	if err == nil {
		err = rejection(operation, answer.reasons())
	}
	return answer, err
}

// decodePayload reads the payload of the only mutation in data.
func decodePayload[P any](operation string, data jsontext.Value) (P, error) {
	var none P
	payloads := map[string]*P{}
	if err := json.Unmarshal(data, &payloads, json.RejectUnknownMembers(true)); err != nil {
		return none, unexpected(operation, "read data", err)
	}
	for _, answer := range payloads {
		if answer != nil {
			return *answer, nil
		}
	}
	return none, unexpected(operation, "the mutation has no payload", nil)
}
