package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// oneStore is the database with the first store alone.
const oneStore = "one_store"

// leastStores are as few as clients need to stay out of the way of one another.
const leastStores = 200

// mostWhenQuick is how many stores there are at most in a quick run: to make more takes most of its time.
const mostWhenQuick = 10_000

// asked is how many stores are asked about, and how many others are written, however many there are. They are always as
// many, so that what is seen is the data that grows, and not callers whose sessions are new.
const asked = 500

// sized is a database with some number of stores, and the product on it.
type sized struct {
	count    int
	database string
	server   *server
	read     randomFrom
	written  *storePool
	took     time.Duration // to make it
}

// openSized makes a database for each number of stores and starts the product on it.
func (b *bench) openSized(ctx context.Context) (list []*sized, err error) {
	for _, count := range b.counts {
		s, err := b.openOneSized(ctx, count)
		if err != nil {
			return list, err
		}
		list = append(list, s)
		b.logf("%d stores, made in %.1f s", count, s.took.Seconds())
		if err := b.primeSized(ctx, s); err != nil {
			return list, err
		}
	}
	return list, nil
}

func (b *bench) openOneSized(ctx context.Context, count int) (s *sized, err error) {
	s = &sized{count: count, database: fmt.Sprintf("stores_%d", count), read: spread(count, 0)}
	s.written = &storePool{connected: spread(count, 1)}
	began := time.Now()
	if err := b.database.copyDatabase(ctx, oneStore, s.database); err != nil {
		return nil, err
	}
	if err := multiply(ctx, b.database.url(s.database), count); err != nil {
		return nil, err
	}
	s.took = time.Since(began)
	s.server, err = start(ctx, b.product.Contender, b.database.url(s.database), b.sessions)
	return s, err
}

// dropSized stops them and gives back what their databases take: with the data in memory there would be too little for what is measured
// after them.
func (b *bench) dropSized(ctx context.Context, list []*sized) (err error) {
	for _, s := range list {
		s.server.stop()
		err = errors.Join(err, send(ctx, b.database.url("postgres"), "DROP DATABASE IF EXISTS "+s.database+" WITH (FORCE)"))
	}
	return err
}

// spread are the numbers of as many stores as are asked about, at equal distances among all. The second half of each
// distance begins with those of the other half. Those of the first half are linked, those of the second are not.
func spread(count, half int) (numbers []int) {
	n := min(asked, count/2)
	for i := range n {
		number := first + i*count/n + half*(count/n/2)
		if isLinked(number) == (half == 1) {
			number++
		}
		numbers = append(numbers, number)
	}
	return numbers
}

// primeSized has stores disconnected and connected, so that no table is empty when the database looks how they are
// filled.
func (b *bench) primeSized(ctx context.Context, s *sized) error {
	l, err := b.loadOfSized(s, []operation{operationOf("Accounts")})
	if err != nil {
		return err
	}
	l.stores, l.duration = (&storePool{connected: slices.Clone(s.read)}).toDisconnect(), time.Minute
	if err := l.run(ctx, &measurement{}); err != nil {
		return err
	}
	if l, err = b.loadOfSized(s, mutations); err != nil {
		return err
	}
	if err := l.run(ctx, &measurement{}); err != nil {
		return err
	}
	return vacuum(ctx, b.database.url(s.database))
}

func (b *bench) loadOfSized(s *sized, sequence []operation) (l load, err error) {
	l = load{server: s.server, sequence: sequence, clients: b.clients, duration: b.slice, stores: s.read}
	if sequence[0].mutation {
		l.stores = s.written.toCycle()
	} else if isOfUnlinked(sequence[0]) {
		l.stores = randomFrom(s.written.connected)
	}
	l.tokens, err = b.sessions.credentials(s.server, s.count)
	return l, err
}

// growthOfStores measures the product with few and with many stores.
func (b *bench) growthOfStores(ctx context.Context, list []*sized) (part, error) {
	found := map[string][]measurement{}
	for round := range b.either(2, 1) {
		for _, sequence := range sequences() {
			for i := range list {
				s := list[(i+round)%len(list)]
				l, err := b.loadOfSized(s, sequence)
				if err != nil {
					return part{}, err
				}
				m, err := l.warmed(ctx, b.database)
				if err != nil {
					return part{}, err
				}
				name := fmt.Sprint(s.count, nameOf(sequence))
				found[name] = append(found[name], m)
			}
		}
		b.logf("growth of stores: round %d", round+1)
	}
	return storesPart(list, found), nil
}

func storesPart(list []*sized, found map[string][]measurement) (p part) {
	t := table{head: []string{"", "stores", "requests/s", "CPU server", "CPU database", "p50 ms", "p99 ms"}}
	for _, sequence := range sequences() {
		c := curve{what: nameOf(sequence)}
		for _, s := range list {
			measurements := found[fmt.Sprint(s.count, c.what)]
			t.add(c.what, strconv.Itoa(s.count), fmt.Sprintf("%.0f", median(collect(measurements, measurement.rate))),
				fmt.Sprintf("%.0f", median(collect(measurements, measurement.cpuOfServer))), fmt.Sprintf("%.0f", median(collect(measurements, measurement.cpuOfDatabase))),
				milliseconds(measurements, 50), milliseconds(measurements, 99))
			c.steps = append(c.steps, step{label: fmt.Sprintf("%d stores", s.count), size: 1, cost: median(collect(measurements, measurement.cpu))})
		}
		p.alarms = append(p.alarms, c.superlinear()...)
	}
	p.text = t.titled("With the number of stores") + fmt.Sprintf("\nThe product, in databases of their own, copied from one store (%s). %d stores, spread evenly among all, are read and as many others written. "+
		"An answer touches as much however many stores there are, so CPU by request must stay the same. A run with QUICK=1 leaves out more than %d.\n", madeIn(list), asked, mostWhenQuick)
	return p
}

func madeIn(list []*sized) string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = fmt.Sprintf("%d in %.0f s", s.count, s.took.Seconds())
	}
	return strings.Join(texts, ", ")
}
