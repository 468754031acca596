package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/handback/handback/bench/contender"
)

// embeddedStores is how many stores the embedded database has.
const embeddedStores = 1_000

// embedding is the product on an embedded database.
type embedding struct {
	*bench
	folder    string
	server    *server
	count     int
	storePool *storePool
}

// embeddedDatabase measures the product on the database that it carries itself.
func (b *bench) embeddedDatabase(ctx context.Context) (whole part, err error) {
	b.stopPeers()
	own := *b
	own.sessions = &sessions{platforms: b.sessions.platforms, keys: map[int][]byte{}}
	e := &embedding{bench: &own, count: min(b.count, embeddedStores)}
	if e.folder, err = os.MkdirTemp(dataFolder(), "handback-bench-"); err != nil {
		return whole, err
	}
	defer func() { _ = os.RemoveAll(e.folder) }()
	if b.embedded, err = e.starts(ctx); err != nil {
		return whole, err
	}
	if err := e.open(ctx); err != nil {
		return whole, err
	}
	defer e.server.stop()
	whole.text = "\n## The embedded database\n" + b.embedded.String()
	for _, measure := range []func(context.Context) (part, error){e.operations, e.edits, e.history, e.sizes} {
		found, err := measure(ctx)
		if err != nil {
			return whole, err
		}
		whole.text += found.text + alarmText(found.alarms)
		whole.alarms = append(whole.alarms, found.alarms...)
	}
	return whole, nil
}

// starts are those of the product in empty folders, where it makes the demo store.
type starts struct {
	milliseconds []float64 // from the start of the process to the first answer
	idle         uint64    // bytes in memory when nobody asks
}

// String is one sentence.
func (s *starts) String() string {
	return fmt.Sprintf("\nStarted in an empty folder, the program gives its first answer, about the demo store that it has made by then, after %.0f ms (median of %d starts; quartiles %.0f–%.0f). It has %.0f MiB in memory when nobody asks.\n",
		median(s.milliseconds), len(s.milliseconds), quantile(s.milliseconds, 0.25), quantile(s.milliseconds, 0.75), mebibytes(s.idle))
}

// starts the product anew and anew, in its demo mode.
func (e *embedding) starts(ctx context.Context) (*starts, error) {
	found := &starts{}
	const times = 11
	for i := range times {
		folder := filepath.Join(e.folder, fmt.Sprint("start", i))
		if err := os.Mkdir(folder, 0o700); err != nil {
			return nil, err
		}
		server, err := start(ctx, contender.Contender{Name: "product, demo", Folder: folder, Start: e.product.Start,
			Env: []string{"DATABASE_URL=", "SHOPIFY_API_KEY=", "SHOPIFY_API_SECRET=", "HANDBACK_KEYSET=", "SHUTDOWN_DELAY=0s"}}, "", &sessions{nobody: true})
		if err != nil {
			return nil, err
		}
		found.milliseconds = append(found.milliseconds, float64(server.startUp.Microseconds())/1000)
		if i == times-1 {
			err = server.settle()
			found.idle = server.idle
		}
		server.stop()
		if err != nil {
			return nil, err
		}
	}
	e.logf("embedded: started %d times", times)
	return found, nil
}

// open starts the product on a file and makes the stores, through the API.
func (e *embedding) open(ctx context.Context) (err error) {
	if e.server, err = start(ctx, e.product.Contender, "sqlite:"+filepath.Join(e.folder, "handback.db"), e.sessions); err != nil {
		return err
	}
	e.sessions.platforms.open.Store(false)
	inputs := lastOfEachKey(edits)
	edit := operation{name: "Edit", mutation: true, query: editing, variables: func(int) map[string]any { return map[string]any{"settings": inputs} }}
	l := load{server: e.server, sequence: []operation{operationOf("Accounts"), operationOf(connecting), edit},
		stores: newStorePool(first, e.count, everyStore).toDisconnect(), clients: e.clients, duration: time.Minute}
	if l.tokens, err = e.sessions.credentials(e.server, e.count); err != nil {
		return err
	}
	if err := l.run(ctx, &measurement{}); err != nil {
		return err
	}
	e.storePool = newStorePool(e.count/2+1, e.count-1, unlinkedOnly)
	if err := e.admit(ctx, l); err != nil {
		return err
	}
	e.logf("embedded: %d stores", e.count)
	return nil
}

// admit makes API keys for the stores that are not linked, and links the others.
func (e *embedding) admit(ctx context.Context, l load) error {
	for number := unlinkedFrom(first); number <= e.count; number += 2 {
		answer, err := e.server.ask(ctx, e.sessions, makeKey, number)
		if err != nil {
			return err
		}
		var made struct{ CreateAPIKey struct{ Secret string } }
		if err := json.Unmarshal(answer, &made); err != nil {
			return err
		}
		e.sessions.keys[number] = []byte("Bearer " + made.CreateAPIKey.Secret)
	}
	e.sessions.platforms.open.Store(true)
	l.sequence, l.stores = []operation{operationOf("Accounts")}, newStorePool(first, e.count, isLinked).toDisconnect()
	return l.run(ctx, &measurement{})
}

// lastOfEachKey leaves out edits of what is edited again.
func lastOfEachKey(edits []map[string]any) (list []map[string]any) {
	for i, edit := range edits {
		if !slices.ContainsFunc(edits[i+1:], func(later map[string]any) bool { return later["key"] == edit["key"] }) {
			list = append(list, edit)
		}
	}
	return list
}

func (e *embedding) measure(ctx context.Context, sequence []operation, stores stores, clients int) (m measurement, err error) {
	l := load{server: e.server, sequence: sequence, stores: stores, clients: clients, duration: e.slice}
	if l.tokens, err = e.sessions.credentials(e.server, e.count); err != nil {
		return m, err
	}
	return l.warmed(ctx, nil)
}

// operations measures each, with as many requests as there can be.
func (e *embedding) operations(ctx context.Context) (p part, err error) {
	t := table{head: []string{"", "requests/s", "CPU", "p50 ms", "p95 ms", "p99 ms", "memory MiB"}}
	for _, o := range operations {
		of := readStores(o, e.count/2)
		switch o.name {
		case disconnecting:
			of = e.storePool.toDisconnect()
		case connecting:
			of = e.storePool.toConnect()
		}
		m, err := e.measure(ctx, []operation{o}, of, e.clients)
		if err != nil {
			return p, err
		}
		list := []measurement{m}
		t.add(o.name, fmt.Sprintf("%.0f", m.rate()), fmt.Sprintf("%.0f", m.cpu()), milliseconds(list, 50), milliseconds(list, 95), milliseconds(list, 99),
			fmt.Sprintf("%.0f", mebibytes(m.peak)))
	}
	e.logf("embedded: every operation")
	p.text = t.titled("Embedded: who asks how fast") + fmt.Sprintf("\n%d stores, %d clients that ask without a pause; the database is a file on the same medium as PostgreSQL's. CPU is that of the one process.\n", e.count, e.clients)
	return p, nil
}

// sizes measures longer and longer settings of one store.
func (e *embedding) sizes(ctx context.Context) (part, error) {
	return e.growthOfSettings(ctx, e.count, e.server)
}
