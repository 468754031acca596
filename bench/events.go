package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// subscribed are stores that are edited while each has a subscriber.
var subscribed = []int{1, 100}

// feed is the longest page of a store's events.
var feed = operation{name: "Events", query: `query Events { events(first: 250) { edges { cursor node { id topic occurredAt account { id name } } } pageInfo { hasNextPage } } }`}

// eventsOfProduct measures how many events the product tells in a second: to subscribers while stores are edited, and in pages of the feed.
func (b *bench) eventsOfProduct(ctx context.Context) (p part, err error) {
	const database = "events"
	if err := b.database.copyDatabase(ctx, oneStore, database); err != nil {
		return p, err
	}
	count := 2*subscribed[len(subscribed)-1] + 1
	if err := multiply(ctx, b.database.url(database), count); err != nil {
		return p, err
	}
	server, err := start(ctx, b.product.Contender, b.database.url(database), b.sessions)
	if err != nil {
		return p, err
	}
	defer server.stop()
	t := table{head: []string{"", "stores", "events/s", "p50 ms", "p99 ms"}}
	for _, stores := range subscribed {
		if err := b.streams(ctx, server, database, stores, count, &t); err != nil {
			return p, fmt.Errorf("%d streams: %w", stores, err)
		}
	}
	if err := b.pages(ctx, server, count, &t); err != nil {
		return p, err
	}
	b.logf("events: measured")
	p.text = t.titled("Events") + fmt.Sprintf("\nStores with one subscriber each are edited by %d clients without a pause, until each event is at its subscriber; milliseconds are those of an edit. "+
		"Edits of one store come one after the other. A page of the feed has 250 events; milliseconds are those of a page.\n", b.clients)
	return p, nil
}

// streams has stores edited that each have a subscriber.
func (b *bench) streams(ctx context.Context, server *server, database string, stores, count int, t *table) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	tokens, err := b.sessions.credentials(server, count)
	if err != nil {
		return err
	}
	before, err := b.countEvents(ctx, database)
	if err != nil {
		return err
	}
	var told atomic.Int64
	for i := range stores {
		if err := subscribe(ctx, server, tokens[unlinkedFrom(first)+2*i], &told); err != nil {
			return err
		}
	}
	var m measurement
	l := load{server: server, sequence: []operation{percent}, stores: unlinkedStores(2 * stores), tokens: tokens, clients: b.clients, duration: 3 * b.slice}
	began := time.Now()
	if err := l.run(ctx, &m); err != nil {
		return err
	}
	after, err := b.countEvents(ctx, database) // an edit to the value that there was is no event
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(10 * time.Second); told.Load() < after-before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("%d of %d events were told", told.Load(), after-before)
		}
	}
	took := time.Since(began)
	list := []measurement{m}
	t.add("to subscribers, while edited", strconv.Itoa(stores), fmt.Sprintf("%.0f", float64(told.Load())/took.Seconds()), milliseconds(list, 50), milliseconds(list, 99))
	return nil
}

func (b *bench) countEvents(ctx context.Context, database string) (count int64, err error) {
	err = connected(ctx, b.database.url(database), func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, `SELECT count(*) FROM audit_entries WHERE event_number IS NOT NULL`).Scan(&count)
	})
	return count, err
}

// subscribe opens a stream of a store's events, and counts them until the context ends.
func subscribe(ctx context.Context, server *server, credential []byte, told *atomic.Int64) error {
	body := `{"query":"subscription { events { id cursor topic occurredAt account { id } } }"}`
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+server.client.Addr+"/graphql", strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Authorization", string(credential))
	response, err := http.DefaultClient.Do(request) //nolint:bodyclose // by who reads it
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: %s", errUnsuccessful, response.Status)
	}
	go func() {
		defer func() { _ = response.Body.Close() }()
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			if lines.Text() == "event: next" {
				told.Add(1)
			}
		}
	}()
	return nil
}

// pages reads the feed of the store that was edited most.
func (b *bench) pages(ctx context.Context, server *server, count int, t *table) error {
	l := load{server: server, sequence: []operation{feed}, stores: singleStore(unlinkedFrom(first)), clients: b.clients, duration: b.slice}
	var err error
	if l.tokens, err = b.sessions.credentials(server, count); err != nil {
		return err
	}
	answer, err := server.ask(ctx, b.sessions, feed, unlinkedFrom(first))
	if err != nil {
		return err
	}
	var page struct {
		Events struct{ Edges []json.RawMessage }
	}
	if err := json.Unmarshal(answer, &page); err != nil {
		return err
	}
	m, err := l.warmed(ctx, b.database)
	if err != nil {
		return err
	}
	list := []measurement{m}
	t.add("in pages of the feed", "1", fmt.Sprintf("%.0f", m.rate()*float64(len(page.Events.Edges))), milliseconds(list, 50), milliseconds(list, 99))
	return nil
}
