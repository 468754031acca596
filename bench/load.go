package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/valyala/fasthttp"
)

// load is what is asked of a server for a while.
type load struct {
	server    *server
	operation operation
	stores    stores
	tokens    [][]byte
	clients   int
	duration  time.Duration
	rate      float64 // requests a second; 0 for as many as there can be
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
}

func (m measurement) count() float64 { return float64(m.latency.TotalCount()) }
func (m measurement) rate() float64  { return m.count() / m.elapsed.Seconds() }

// each is a time by request, in microseconds.
func (m measurement) each(cpu time.Duration) float64 {
	return float64(cpu.Microseconds()) / m.count()
}

// seed makes every run ask about the same stores.
const seed = 20260302

func newHistogram() *hdrhistogram.Histogram { return hdrhistogram.New(1, 60_000_000, 3) }

// measure loads a server and looks what that costs.
func (l load) measure(ctx context.Context, database *postgres) (m measurement, err error) {
	if err := l.server.ForgetPeak(); err != nil {
		return m, err
	}
	server, err := l.server.CPU()
	if err != nil {
		return m, err
	}
	its, err := cpuOf(database)
	if err != nil {
		return m, err
	}
	if m.latency, m.elapsed, err = l.run(ctx); err != nil {
		return m, err
	}
	if m.latency.TotalCount() == 0 {
		return m, fmt.Errorf("%s, %s: nothing was answered", l.server.Contender.Name, l.operation.name)
	}
	if m.server, err = l.server.CPU(); err != nil {
		return m, err
	}
	if m.database, err = cpuOf(database); err != nil {
		return m, err
	}
	m.server, m.database = m.server-server, m.database-its
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

// run has clients ask at once, each with a connection that it keeps. The first failure ends it.
func (l load) run(ctx context.Context) (latency *hdrhistogram.Histogram, elapsed time.Duration, err error) {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	latencies := make([]*hdrhistogram.Histogram, l.clients)
	var clients sync.WaitGroup
	slots := &pace{begin: time.Now(), rate: l.rate}
	for i := range latencies {
		latencies[i] = newHistogram()
		clients.Go(func() {
			if err := l.client(ctx, i, slots, latencies[i]); err != nil {
				fail(fmt.Errorf("%s, %s: %w", l.server.Contender.Name, l.operation.name, err))
			}
		})
	}
	clients.Wait()
	elapsed = time.Since(slots.begin)
	latency = newHistogram()
	for _, its := range latencies {
		latency.Merge(its)
	}
	if err := context.Cause(ctx); err != nil {
		return nil, 0, err
	}
	return latency, elapsed, nil
}

func (l load) client(ctx context.Context, number int, slots *pace, latency *hdrhistogram.Histogram) error {
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(response)
	l.server.prepare(request)
	random := rand.New(rand.NewPCG(seed, uint64(number)))
	t := l.server.templates[l.operation.name]
	for {
		began, ok := slots.next(l.duration)
		if !ok || ctx.Err() != nil {
			return nil
		}
		store, ok := l.stores.next(random)
		if !ok {
			return nil
		}
		if err := l.server.send(ctx, request, response, l.tokens[store], t, store); err != nil {
			return err
		}
		if err := latency.RecordValue(time.Since(began).Microseconds()); err != nil {
			return err
		}
		l.stores.done(store)
	}
}

// pace says when the next request begins: at once, or at its turn when there is a rate.
type pace struct {
	begin time.Time
	rate  float64
	given atomic.Int64
}

// next waits for the turn. A request that could not begin at its turn, because all clients were waiting for answers, has
// begun then all the same: its latency is what somebody who came at that moment waited.
func (p *pace) next(duration time.Duration) (began time.Time, ok bool) {
	if p.rate == 0 {
		now := time.Now()
		return now, now.Sub(p.begin) < duration
	}
	turn := p.begin.Add(time.Duration(float64(p.given.Add(1)-1) / p.rate * float64(time.Second)))
	if turn.Sub(p.begin) >= duration {
		return turn, false
	}
	if early := time.Until(turn); early > 0 {
		time.Sleep(early)
		return time.Now(), true
	}
	return turn, true
}

// anyOf asks about stores at random, from the first to one of a number.
type anyOf int

func (n anyOf) next(r *rand.Rand) (int, bool) { return first + r.IntN(int(n)), true }
func (anyOf) done(int)                        {}

// one asks about one store.
type one int

func (n one) next(*rand.Rand) (int, bool) { return int(n), true }
func (one) done(int)                      {}

// crowd are the stores that are disconnected and connected again, so that every request has something to do.
type crowd struct {
	mu                      sync.Mutex
	connected, disconnected []int
}

// newCrowd takes the stores from one number to another, in some order.
func newCrowd(from, to int) *crowd {
	c := &crowd{}
	for _, i := range rand.New(rand.NewPCG(seed, 0)).Perm(to - from + 1) {
		c.connected = append(c.connected, from+i)
	}
	return c
}

// toDisconnect and toConnect move stores from one side to the other.
func (c *crowd) toDisconnect() stores { return move{c, &c.connected, &c.disconnected} }
func (c *crowd) toConnect() stores    { return move{c, &c.disconnected, &c.connected} }

type move struct {
	*crowd
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
