package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/valyala/fasthttp"
)

// load is what is asked of a server for a while.
type load struct {
	server   *server
	sequence []operation // sent for one store, one after the other, before those of the next
	stores   stores
	tokens   [][]byte
	clients  int
	duration time.Duration
	rate     float64 // sequences a second; 0 for as many as there can be
}

func (l load) name() string { return l.server.Contender.Name + ", " + nameOf(l.sequence) }

// nameOf names operations that are asked for together.
func nameOf(sequence []operation) string {
	names := make([]string, len(sequence))
	for i, o := range sequence {
		names[i] = o.name
	}
	return strings.Join(names, " and ")
}

// stores says which store is asked about next.
type stores interface {
	// next returns a store's number; ok is false when there are no more.
	next(r *rand.Rand) (number int, ok bool)
	// done takes back a store whose request was answered.
	done(number int)
}

// measurement is how it went.
type measurement struct {
	latency  *hdrhistogram.Histogram // microseconds
	elapsed  time.Duration
	server   time.Duration // CPU
	database time.Duration // CPU
	peak     uint64        // bytes in memory
	bytes    int64         // of all answers
}

func (m measurement) count() float64 { return float64(m.latency.TotalCount()) }
func (m measurement) rate() float64  { return m.count() / m.elapsed.Seconds() }

// each is a time by request, in microseconds.
func (m measurement) each(cpu time.Duration) float64 {
	return float64(cpu.Microseconds()) / m.count()
}

func (m measurement) bytesEach() float64 { return float64(m.bytes) / m.count() }

// CPU of a request, in microseconds.
func (m measurement) cpuOfServer() float64   { return m.each(m.server) }
func (m measurement) cpuOfDatabase() float64 { return m.each(m.database) }
func (m measurement) cpu() float64           { return m.each(m.server + m.database) }

// seed makes every run ask about the same stores.
const seed = 20260302

func newHistogram() *hdrhistogram.Histogram { return hdrhistogram.New(1, 60_000_000, 3) }

// measure loads a server and looks what that costs.
func (l load) measure(ctx context.Context, database *postgres) (m measurement, err error) {
	if err := l.server.ForgetPeak(); err != nil {
		return m, err
	}
	serverCPU, err := l.server.CPU()
	if err != nil {
		return m, err
	}
	databaseCPU, err := cpuOf(database)
	if err != nil {
		return m, err
	}
	if err := l.run(ctx, &m); err != nil {
		return m, err
	}
	if m.latency.TotalCount() == 0 {
		return m, fmt.Errorf("%s: nothing was answered", l.name())
	}
	if m.server, err = l.server.CPU(); err != nil {
		return m, err
	}
	if m.database, err = cpuOf(database); err != nil {
		return m, err
	}
	m.server, m.database = m.server-serverCPU, m.database-databaseCPU
	memory, err := l.server.Memory()
	m.peak = memory.Peak
	return m, err
}

// cpuOf is that of the database, none when it is in the server.
func cpuOf(database *postgres) (time.Duration, error) {
	if database == nil {
		return 0, nil
	}
	return database.CPU()
}

// run has clients ask at once, each with a connection that it keeps. The first failure ends it. It counts what was
// answered, and takes the time.
func (l load) run(ctx context.Context, m *measurement) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	each := make([]measurement, l.clients)
	var clients sync.WaitGroup
	slots := &pacer{begin: time.Now(), rate: l.rate}
	for i := range each {
		each[i].latency = newHistogram()
		clients.Go(func() {
			if err := l.client(ctx, i, slots, &each[i]); err != nil {
				fail(fmt.Errorf("%s: %w", l.name(), err))
			}
		})
	}
	clients.Wait()
	m.elapsed, m.latency = time.Since(slots.begin), newHistogram()
	for _, client := range each {
		m.latency.Merge(client.latency)
		m.bytes += client.bytes
	}
	return context.Cause(ctx)
}

func (l load) client(ctx context.Context, number int, slots *pacer, m *measurement) error {
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(response)
	l.server.prepare(request)
	random := rand.New(rand.NewPCG(seed, uint64(number)))
	templates, err := l.server.templatesOf(l.sequence)
	if err != nil {
		return err
	}
	for {
		began, ok := slots.next(l.duration)
		if !ok || ctx.Err() != nil {
			return nil
		}
		store, ok := l.stores.next(random)
		if !ok {
			return nil
		}
		for i, t := range templates {
			if i > 0 {
				began = time.Now()
			}
			if err := l.server.send(ctx, request, response, l.tokens[store], t.varied(random), store); err != nil {
				return err
			}
			if err := m.latency.RecordValue(time.Since(began).Microseconds()); err != nil {
				return err
			}
			m.bytes += int64(len(response.Body()))
		}
		l.stores.done(store)
	}
}

// pacer says when the next request begins: at once or, with a rate, when it is due.
type pacer struct {
	begin  time.Time
	rate   float64
	issued atomic.Int64
}

// next waits until the next request is due. One that could not begin then, because all clients were waiting for answers,
// counts from that moment all the same, so that its latency is not hidden (coordinated omission).
func (p *pacer) next(duration time.Duration) (began time.Time, ok bool) {
	if p.rate == 0 {
		now := time.Now()
		return now, now.Sub(p.begin) < duration
	}
	due := p.begin.Add(time.Duration(float64(p.issued.Add(1)-1) / p.rate * float64(time.Second)))
	if due.Sub(p.begin) >= duration {
		return due, false
	}
	if early := time.Until(due); early > 0 {
		time.Sleep(early)
		return time.Now(), true
	}
	return due, true
}

// linkedStores asks about linked stores at random, from the first to one of a number.
type linkedStores int

func (n linkedStores) next(r *rand.Rand) (int, bool) { return first + 2*r.IntN((int(n)+1)/2), true }
func (linkedStores) done(int)                        {}

// unlinkedStores asks about the others.
type unlinkedStores int

func (n unlinkedStores) next(r *rand.Rand) (int, bool) { return first + 1 + 2*r.IntN(int(n)/2), true }
func (unlinkedStores) done(int)                        {}

// unlinkedFrom is the first number from one on of a store that is not linked.
func unlinkedFrom(number int) int { return number + number%2 }

// isOfUnlinked says whether an operation is measured with stores that are not linked: with the others Shopify is asked, too.
func isOfUnlinked(o operation) bool { return o.mutation || o.name == "DisconnectPreview" }

// readStores are the stores up to a number that an operation is asked about.
func readStores(o operation, number int) stores {
	if isOfUnlinked(o) {
		return unlinkedStores(number)
	}
	return linkedStores(number)
}

func (b *bench) readStores(o operation) stores { return readStores(o, b.readable()) }

// randomFrom asks about some stores at random.
type randomFrom []int

func (a randomFrom) next(r *rand.Rand) (int, bool) { return a[r.IntN(len(a))], true }
func (randomFrom) done(int)                        {}

// singleStore asks about one store.
type singleStore int

func (n singleStore) next(*rand.Rand) (int, bool) { return int(n), true }
func (singleStore) done(int)                      {}

// storePool are the stores that are disconnected and connected again, so that every request has something to do.
type storePool struct {
	mu                      sync.Mutex
	connected, disconnected []int
}

// newStorePool takes the stores from one number to another that it is to have, in some order.
func newStorePool(from, to int, has func(number int) bool) *storePool {
	c := &storePool{}
	for _, i := range rand.New(rand.NewPCG(seed, 0)).Perm(to - from + 1) {
		if has(from + i) {
			c.connected = append(c.connected, from+i)
		}
	}
	return c
}

func everyStore(int) bool { return true }

func unlinkedOnly(number int) bool { return !isLinked(number) }

// toCycle is for sequences that disconnect a store and connect it again.
func (c *storePool) toCycle() stores { return move{c, &c.connected, &c.connected} }

// toDisconnect and toConnect move stores from one side to the other.
func (c *storePool) toDisconnect() stores { return move{c, &c.connected, &c.disconnected} }
func (c *storePool) toConnect() stores    { return move{c, &c.disconnected, &c.connected} }

type move struct {
	*storePool
	from, to *[]int
}

func (m move) next(*rand.Rand) (int, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(*m.from) == 0 {
		return 0, false
	}
	number := (*m.from)[0]
	*m.from = (*m.from)[1:]
	return number, true
}

func (m move) done(number int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	*m.to = append(*m.to, number)
}
