// Command connector shows what a partner's connector does about disconnects. It asks for the store's events every quarter of an
// hour, pushes orders through Shopify only while a TikTok Shop account is connected, and takes over what a disconnect hands off.
//
//	KEY=hb_… go run ./examples/connector -api https://handback.example.com/graphql
//
// The key needs the scopes READ and DISCONNECT. All that it knows is in one file, which is replaced as a whole: whenever it is
// killed, it goes on from there, and does nothing twice.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"
)

type connector struct {
	api, key, file string
	client         http.Client
	state          state
}

// state is what the connector knows.
type state struct {
	Cursor  string            // of the last event that was dealt with
	Pushing bool              // orders are pushed through Shopify
	Taken   map[string]string // orders that were taken over, by the id of the hand-off's item
}

func main() {
	c := connector{key: os.Getenv("KEY"), client: http.Client{Timeout: time.Minute}, state: state{Taken: map[string]string{}}}
	flag.StringVar(&c.api, "api", "http://127.0.0.1:8080/graphql", "address of the API")
	flag.StringVar(&c.file, "state", "connector.json", "file of all that is known")
	interval := flag.Duration("interval", 15*time.Minute, "how often to ask for events")
	flag.Parse()
	text, err := os.ReadFile(c.file)
	if err == nil {
		err = json.Unmarshal(text, &c.state)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		log.Fatal(err)
	}
	for ; ; time.Sleep(*interval) {
		if err := c.poll(context.Background()); err != nil {
			log.Print("will be tried again: ", err)
		}
	}
}

// poll deals with the events that came since the last one.
func (c *connector) poll(ctx context.Context) error {
	for more := true; more; {
		page, err := c.ask(ctx, `query Events($after: String) { events(first: 50, after: $after) {
			edges { cursor node { topic account { kind name } disconnection { id } } } pageInfo { hasNextPage } } }`, map[string]any{"after": c.state.Cursor})
		if err != nil {
			return err
		}
		for _, edge := range page.Events.Edges {
			if err := c.handle(ctx, edge.Node); err != nil {
				return err // the event comes again
			}
			c.state.Cursor = edge.Cursor
			if err := c.save(); err != nil {
				return err
			}
		}
		more = page.Events.PageInfo.HasNextPage
	}
	return nil
}

func (c *connector) handle(ctx context.Context, e event) error {
	if e.Account.Kind != "TIKTOK_SHOP" {
		return nil
	}
	switch e.Topic {
	case "ACCOUNT_CONNECTED", "ACCOUNT_DISCONNECTING", "ACCOUNT_DISCONNECTED": // the last may come without the one before it
		c.state.Pushing = e.Topic == "ACCOUNT_CONNECTED"
		log.Printf("pushing orders of %s through Shopify: %t", e.Account.Name, c.state.Pushing)
	}
	if e.Topic == "ACCOUNT_DISCONNECTED" {
		return c.takeOver(ctx, e.Disconnection.ID)
	}
	return nil
}

// takeOver takes over what was open at TikTok when the store was disconnected, and says so.
func (c *connector) takeOver(ctx context.Context, disconnectionID string) error {
	for after, more := "", true; more; {
		page, err := c.ask(ctx, `query Handoff($id: ID!, $after: String) { disconnection(id: $id) { handoff(first: 250, after: $after) {
			readAt nodes { id orderId acknowledgedAt } pageInfo { hasNextPage endCursor } } } }`, map[string]any{"id": disconnectionID, "after": after})
		if err != nil {
			return err
		}
		handoff, ids := page.Disconnection.Handoff, []string{}
		if handoff.ReadAt == nil {
			return errors.New("the list of open orders is not complete yet")
		}
		for _, item := range handoff.Nodes {
			if item.AcknowledgedAt == "" {
				c.state.Taken[item.ID] = item.OrderID
				ids = append(ids, item.ID)
			}
		}
		if err := c.save(); err != nil { // before it is said: what is in the file was taken over
			return err
		}
		said, err := c.ask(ctx, `mutation TakenOver($ids: [ID!]!) { acknowledgeHandoffItems(ids: $ids) { userErrors { message } } }`, map[string]any{"ids": ids})
		if err != nil {
			return err
		}
		for _, refusal := range said.AcknowledgeHandoffItems.UserErrors {
			return errors.New(refusal.Message)
		}
		log.Printf("took over %d", len(ids))
		after, more = handoff.PageInfo.EndCursor, handoff.PageInfo.HasNextPage
	}
	return nil
}

type event struct {
	Topic         string
	Account       struct{ Kind, Name string }
	Disconnection struct{ ID string }
}

// answer is what is read of the answers of all operations.
type answer struct {
	Events struct {
		Edges []struct {
			Cursor string
			Node   event
		}
		PageInfo pageInfo
	}
	Disconnection struct {
		Handoff struct {
			ReadAt   *time.Time
			Nodes    []struct{ ID, OrderID, AcknowledgedAt string }
			PageInfo pageInfo
		}
	}
	AcknowledgeHandoffItems struct{ UserErrors []struct{ Message string } }
}

type pageInfo struct {
	HasNextPage bool
	EndCursor   string
}

func (c *connector) ask(ctx context.Context, operation string, variables map[string]any) (*answer, error) {
	body, err := json.Marshal(map[string]any{"query": operation, "variables": variables})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.api, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = http.Header{"Content-Type": {"application/json"}, "Accept": {"application/graphql-response+json"}, "Authorization": {"Bearer " + c.key}}
	response, err := c.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	var result struct {
		Data   answer
		Errors []struct{ Message string }
	}
	if err := json.NewDecoder(response.Body).Decode(&result); err != nil {
		return nil, fmt.Errorf("%s: %w", response.Status, err)
	}
	for _, failure := range result.Errors {
		return nil, fmt.Errorf("%s: %s", response.Status, failure.Message)
	}
	return &result.Data, nil
}

// save replaces the file: it is there whole, before or after.
func (c *connector) save() error {
	text, err := json.Marshal(c.state)
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.file+".next", text, 0o600); err != nil {
		return err
	}
	return os.Rename(c.file+".next", c.file)
}
