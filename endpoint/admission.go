package endpoint

import (
	"context"
	"hash/maphash"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/sync/semaphore"
)

// capacity is what all in-flight requests share. Each holds a part of it.
type capacity struct {
	signIns   *semaphore.Weighted // requests whose callers are being looked for
	arriving  *semaphore.Weighted // requests whose bodies are on their way
	inFlight  *semaphore.Weighted // requests that are answered
	bodies    *semaphore.Weighted // bytes of long bodies
	values    *semaphore.Weighted // bytes of what is made of them
	answers   *semaphore.Weighted // bytes of what operations read and write
	documents *semaphore.Weighted // that are being parsed and validated: one on each processor
	streams   *semaphore.Weighted
	events    *semaphore.Weighted // bytes of what streams read and write

	mu          *sync.Mutex
	stores      *simplelru.LRU[string, *storeCapacity]      // by id
	credentials *simplelru.LRU[uint64, *semaphore.Weighted] // sign-ins, by the hash of what they show
	seed        maphash.Seed
}

// storeCapacity is how much of that may be one store's.
type storeCapacity struct {
	bodies    *semaphore.Weighted // bytes of long bodies
	values    *semaphore.Weighted // bytes of what is made of them
	answers   *semaphore.Weighted // bytes of what operations read and write
	events    *semaphore.Weighted // bytes of what streams read and write
	documents *semaphore.Weighted
	refusals  *semaphore.Weighted // that are kept back
	streams   *semaphore.Weighted
}

func newCapacity() capacity {
	stores, _ := simplelru.NewLRU[string, *storeCapacity](maxBuckets, nil) // it fails for a size below 1 only
	credentials, _ := simplelru.NewLRU[uint64, *semaphore.Weighted](maxBuckets, nil)
	return capacity{
		signIns:   semaphore.NewWeighted(maxSignIns),
		arriving:  semaphore.NewWeighted(maxArriving),
		inFlight:  semaphore.NewWeighted(maxInFlight),
		bodies:    semaphore.NewWeighted(bodiesBytes),
		values:    semaphore.NewWeighted(valuesBytes),
		answers:   semaphore.NewWeighted(answersBytes),
		documents: semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))),
		streams:   semaphore.NewWeighted(maxStreams),
		events:    semaphore.NewWeighted(eventsBytes),
		mu:        &sync.Mutex{},
		stores:    stores, credentials: credentials, seed: maphash.MakeSeed(),
	}
}

// store returns what the store of the id may have.
func (c *capacity) store(id string) *storeCapacity {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, known := c.stores.Get(id)
	if !known {
		found = &storeCapacity{
			bodies: semaphore.NewWeighted(storeBodies), values: semaphore.NewWeighted(storeValues),
			answers: semaphore.NewWeighted(storeAnswers), events: semaphore.NewWeighted(storeEvents),
			documents: semaphore.NewWeighted(1), refusals: semaphore.NewWeighted(storePaused), streams: semaphore.NewWeighted(storeStreams),
		}
		c.stores.Add(id, found)
	}
	return found
}

// valuesOf is the memory that the values in bodies of the store of the id may take, answersOf that of its answers, eventsOf that of its
// streams.
func (c *capacity) valuesOf(store string) share  { return share{c.values, c.store(store).values} }
func (c *capacity) answersOf(store string) share { return share{c.answers, c.store(store).answers} }
func (c *capacity) eventsOf(store string) share  { return share{c.events, c.store(store).events} }

// signInsOf is how many requests may be signed in at once that show the same: whose they are is not known yet.
func (c *capacity) signInsOf(r *http.Request) share {
	shown := maphash.String(c.seed, r.Header.Get("Authorization"))
	c.mu.Lock()
	defer c.mu.Unlock()
	found, known := c.credentials.Get(shown)
	if !known {
		found = semaphore.NewWeighted(credentialSignIns)
		c.credentials.Add(shown, found)
	}
	return share{c.signIns, found}
}

// admission is what one request waits for and holds. It waits no longer than the operation may take altogether, and gives
// everything back when the answer is out.
type admission struct {
	ctx      context.Context //nolint:containedctx // of the request, as in *http.Request
	allowed  time.Duration   // for waiting and for the operation together
	waited   time.Duration
	cleanups []func()
	space    [4]func() // for cleanups: more are rare
}

func newAdmission(r *http.Request, allowed time.Duration) *admission {
	a := &admission{ctx: r.Context(), allowed: allowed}
	a.cleanups = a.space[:0]
	return a
}

// cleanup has something done when the answer is out.
func (a *admission) cleanup(do func()) { a.cleanups = append(a.cleanups, do) }

func (a *admission) release() {
	for _, do := range a.cleanups {
		do()
	}
	a.cleanups = nil
}

// remaining is how long the request may still take.
func (a *admission) remaining() time.Duration { return a.allowed - a.waited }

// timed does something that counts as waiting, within the time that remains.
func (a *admission) timed(do func(context.Context)) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(a.ctx, a.remaining())
	defer cancel()
	do(ctx)
	a.waited += time.Since(began)
}

// acquire waits for capacity, which the caller must release. It reports whether the request has it.
func (a *admission) acquire(shared *semaphore.Weighted, weight int64) (acquired bool) {
	if shared.TryAcquire(weight) {
		return true
	}
	a.timed(func(ctx context.Context) { acquired = shared.Acquire(ctx, weight) == nil })
	return acquired
}

// hold waits for capacity, and keeps it until the answer is out. It reports whether the request has it.
func (a *admission) hold(shared *semaphore.Weighted, weight int64) (held bool) {
	if held = a.acquire(shared, weight); held {
		a.cleanup(func() { shared.Release(weight) })
	}
	return held
}
