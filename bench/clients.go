package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// crowds are how many clients ask at once.
var crowds = []int{1, 4, 16, 64}

// growthOfClients measures the limit and the product with more and more clients: a read, and disconnecting and
// connecting.
func (b *bench) growthOfClients(ctx context.Context) (part, error) {
	found := map[string][]measurement{}
	for round := range b.either(2, 1) {
		for _, clients := range crowds {
			for _, sequence := range clientSequences() {
				for i := range 2 {
					server := []*server{b.limit, b.product}[(i+round)%2]
					m, err := b.withClients(ctx, server, sequence, clients)
					if err != nil {
						return part{}, fmt.Errorf("%d clients: %w", clients, err)
					}
					name := clientKey(server, sequence, clients)
					found[name] = append(found[name], m)
				}
			}
		}
		b.logf("growth of clients: round %d", round+1)
	}
	return b.clientsPart(found), nil
}

func clientSequences() [][]operation { return [][]operation{{operationOf("Accounts")}, mutations} }

func clientKey(server *server, sequence []operation, clients int) string {
	return fmt.Sprint(server.Contender.Name, nameOf(sequence), clients)
}

func (b *bench) withClients(ctx context.Context, server *server, sequence []operation, clients int) (m measurement, err error) {
	l := load{server: server, sequence: sequence, clients: clients, duration: b.slice, stores: b.readStores(sequence[0])}
	if sequence[0].mutation {
		l.stores = b.storePool.toCycle()
	}
	if l.tokens, err = b.sessions.credentials(server, b.count); err != nil {
		return m, err
	}
	return l.warmed(ctx, b.database)
}

func (b *bench) clientsPart(found map[string][]measurement) (p part) {
	t := table{head: []string{"", "clients", "limit requests/s", "product requests/s", "ratio", "limit p99 ms", "product p99 ms"}}
	for _, sequence := range clientSequences() {
		c := curve{what: nameOf(sequence)}
		for _, clients := range crowds {
			limit, product := found[clientKey(b.limit, sequence, clients)], found[clientKey(b.product, sequence, clients)]
			rates := collect(product, measurement.rate)
			by := ratios(rates, collect(limit, measurement.rate))
			t.add(c.what, strconv.Itoa(clients), fmt.Sprintf("%.0f", median(collect(limit, measurement.rate))), fmt.Sprintf("%.0f", median(rates)),
				fmt.Sprintf("%.2f", median(by)), milliseconds(limit, 99), milliseconds(product, 99))
			c.steps = append(c.steps, waiting(clients, median(rates)))
		}
		p.alarms = slices.Concat(p.alarms, c.superlinear())
	}
	p.text = t.titled("With the clients") + "\nWhat each waits for on average may grow as the clients do, not faster: more of them must not make the product slower for all.\n"
	return p
}

// waiting is how long each of so many clients waits when so many requests a second are answered.
func waiting(clients int, rate float64) step {
	return step{label: fmt.Sprintf("%d clients", clients), size: float64(clients), cost: float64(clients) / rate}
}
