package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// percent edits one setting, to some other value each time.
var percent = editOf("Edit", func(r *rand.Rand) map[string]any {
	return map[string]any{"key": "inventory.percent", "value": r.IntN(101)}
})

// many edits several settings at once, so that a history becomes long soon.
var many = operation{name: "Edit", mutation: true, query: editing, anew: func(r *rand.Rand) map[string]any {
	return map[string]any{"settings": []any{
		map[string]any{"key": "inventory.percent", "value": r.IntN(101)},
		map[string]any{"key": "inventory.outOfStockThreshold", "value": r.IntN(101)},
		map[string]any{"key": "price.adjustment", "value": map[string]any{"kind": "PERCENT", "value": r.IntN(50)}},
	}}
}}

// edits has more and more clients edit at once, one store and many. They must wait for one another, not fail: the first
// that fails ends the run.
func (e *embedding) edits(ctx context.Context) (p part, err error) {
	t := table{head: []string{"edits of", "clients", "requests/s", "failed", "CPU", "p50 ms", "p99 ms"}}
	for _, of := range []struct {
		what   string
		stores stores
	}{{"one store", singleStore(e.count)}, {"many stores", unlinkedStores(e.count / 2)}} {
		c := curve{what: "edits of " + of.what}
		for _, clients := range crowds {
			m, err := e.measure(ctx, []operation{percent}, of.stores, clients)
			if err != nil {
				return p, fmt.Errorf("%d clients edit %s: %w", clients, of.what, err)
			}
			t.add(of.what, strconv.Itoa(clients), fmt.Sprintf("%.0f", m.rate()), "0", fmt.Sprintf("%.0f", m.cpu()),
				milliseconds([]measurement{m}, 50), milliseconds([]measurement{m}, 99))
			c.steps = append(c.steps, waiting(clients, m.rate()))
		}
		p.alarms = append(p.alarms, c.superlinear()...)
	}
	p.text = t.titled("Embedded: edits at once")
	return p, nil
}

// history measures a store that was edited very often beside an ordinary one.
func (e *embedding) history(ctx context.Context) (part, error) {
	tokens, err := e.sessions.credentials(e.server, e.count)
	if err != nil {
		return part{}, err
	}
	var made measurement
	l := load{server: e.server, sequence: []operation{many}, stores: singleStore(e.count), tokens: tokens, clients: e.clients, duration: time.Duration(e.either(10, 2)) * time.Second}
	if err := l.run(ctx, &made); err != nil {
		return part{}, err
	}
	stores, err := e.server.histories(ctx, e.sessions, unlinkedFrom(e.count/3), e.count, int(made.count()))
	if err != nil {
		return part{}, err
	}
	p, err := e.compareHistories(ctx, e.server, nil, stores)
	p.text += fmt.Sprintf("\nOne client. The long history is that of the store that was edited above, and %.0f times after that, three settings at once.\n", made.count())
	return p, err
}
