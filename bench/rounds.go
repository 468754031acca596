package main

import (
	"context"
	"fmt"
	"time"
)

// key names what is measured: an operation of a contender.
type key struct{ contender, operation string }

// mutations are measured one after the other, so that the stores that one takes are brought back by the other.
var mutations = []operation{operationOf(disconnecting), operationOf(connecting)}

// groups are operations that are measured together by one contender before it is another's turn.
func (b *bench) groups() (groups [][]operation) {
	for _, o := range operations {
		if b.wants(o) && !o.mutation {
			groups = append(groups, []operation{o})
		}
	}
	if b.wants(mutations[0]) || b.wants(mutations[1]) {
		groups = append(groups, mutations)
	}
	return groups
}

// rounds measures every operation of every contender once a round. All run, and one works at a time; who begins is
// another one each time. visit gets what was measured.
func (b *bench) rounds(ctx context.Context, name string, count int, one func(server *server, o operation) (measurement, error), visit func(key, measurement)) error {
	for round := range count {
		for g, group := range b.groups() {
			for i := range b.servers {
				server := b.servers[(i+round+g)%len(b.servers)]
				for _, o := range server.has(group) {
					m, err := one(server, o)
					if err != nil {
						return err
					}
					visit(key{server.Contender.Name, o.name}, m)
				}
			}
		}
		b.logf("%s: round %d of %d", name, round+1, count)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// maxLoadRounds is how often every contender is measured with as many requests as there can be.
func (b *bench) maxLoadRounds() int { return b.either(4, 2) }

// maxLoad measures as many requests as there can be, after a warm-up.
func (b *bench) maxLoad(ctx context.Context) func(*server, operation) (measurement, error) {
	return func(server *server, o operation) (measurement, error) {
		l, err := b.load(server, o, b.clients)
		if err != nil {
			return measurement{}, err
		}
		return l.warmed(ctx, b.database)
	}
}

// warmed measures a load after a shorter one of the same sort. There is no database when it is in the server.
func (l load) warmed(ctx context.Context, database *postgres) (measurement, error) {
	before := l
	before.duration = l.duration / 5
	if err := before.run(ctx, &measurement{}); err != nil {
		return measurement{}, err
	}
	return l.measure(ctx, database)
}

// halfLoad measures with half of the requests a second that the contender has reached.
func (b *bench) halfLoad(ctx context.Context, results *results) func(*server, operation) (measurement, error) {
	return func(server *server, o operation) (measurement, error) {
		l, err := b.load(server, o, 4*b.clients) // enough to be there when it is their turn
		if err != nil {
			return measurement{}, err
		}
		l.rate = median(results.rates(key{server.Contender.Name, o.name})) / 2
		return l.warmed(ctx, b.database)
	}
}

// load is what a server is asked. Those who read and those who write have stores of their own.
func (b *bench) load(server *server, o operation, clients int) (l load, err error) {
	l = load{server: server, sequence: []operation{o}, clients: clients, duration: b.slice, stores: b.readStores(o)}
	switch o.name {
	case disconnecting:
		l.stores = b.storePool.toDisconnect()
	case connecting:
		l.stores = b.storePool.toConnect()
	}
	l.tokens, err = b.sessions.credentials(server, b.count)
	return l, err
}

// compareContenders is the interleaved run.
func (b *bench) compareContenders(ctx context.Context) (part, error) {
	for _, server := range b.servers {
		if err := b.compareAll(ctx, server); err != nil {
			return part{}, err
		}
		b.logf("%s answers as the limit does; %v to the first answer, %.0f MiB", server.Contender.Name, server.startUp.Round(time.Millisecond), mebibytes(server.idle))
	}
	r := newResults(b)
	if err := b.rounds(ctx, "as many as there can be", b.maxLoadRounds(), b.maxLoad(ctx), r.addMaxLoad); err != nil {
		return part{}, err
	}
	if err := b.rounds(ctx, "half as many", b.either(3, 1), b.halfLoad(ctx, r), r.addHalfLoad); err != nil {
		return part{}, err
	}
	b.compared = r
	return part{text: r.String()}, nil
}

func mebibytes(bytes uint64) float64 { return float64(bytes) / (1 << 20) }

// has are those of the operations that the contender has.
func (s *server) has(operations []operation) (list []operation) {
	for _, o := range operations {
		if _, without := s.Without[o.name]; !without {
			list = append(list, o)
		}
	}
	return list
}

func (b *bench) logf(format string, args ...any) {
	fmt.Printf("%7.1fs  "+format+"\n", append([]any{time.Since(b.began).Seconds()}, args...)...)
}
