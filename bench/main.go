// Bench measures the product beside the limit and the peers that a user would take instead. README.md says how.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/handback/handback/bench/contender"
	"github.com/handback/handback/bench/peers"
	"github.com/handback/handback/shopify/sandbox"
)

// bench is one run.
type bench struct {
	began   time.Time
	quick   bool
	count   int           // of stores
	clients int           // that ask at once
	slice   time.Duration // how long one measurement takes
	only    []string      // operations; empty for all
	counts  []int         // of stores, to see what more of them cost

	database       *postgres
	databaseURL    string
	sessions       *sessions
	storePool      *storePool
	servers        []*server
	limit, product *server

	compared *results // nil when nobody was compared
	embedded *starts  // nil when the embedded database was not measured
}

// part is what a section has found.
type part struct {
	name   string
	text   string
	alarms []string // what must not be
	took   time.Duration
}

// either returns the first, or the second when the run is to be quick.
func (b *bench) either(full, quick int) int {
	if b.quick {
		return quick
	}
	return full
}

// readable is how many stores are only read, from the first on; the others are written.
func (b *bench) readable() int { return b.count / 5 }

// meet has a server asked once about each store of some that are only read, so that none is measured while it lets the app in.
func (b *bench) meet(ctx context.Context, server *server, stores *storePool) error {
	l := load{server: server, sequence: []operation{operationOf("Accounts")}, stores: stores.toDisconnect(), clients: b.clients, duration: time.Minute}
	var err error
	if l.tokens, err = b.sessions.credentials(server, b.count); err != nil {
		return err
	}
	return l.run(ctx, &measurement{})
}

func (b *bench) wants(o operation) bool {
	return len(b.only) == 0 || slices.ContainsFunc(b.only, func(name string) bool { return strings.EqualFold(name, o.name) })
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// longest is how long a run may take, once every contender is built: some minutes more than it takes where nobody else works.
func (b *bench) longest() time.Duration { return time.Duration(b.either(20, 5)) * time.Minute }

// longestBuild is how long it may take to build every contender, which fetches what they are made of.
const longestBuild = 8 * time.Minute

var errTooLong = errors.New("the run took too long")

// errAlarm is that something was found that must not be.
var errAlarm = errors.New("the results say what must not be")

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b := &bench{began: time.Now(), quick: os.Getenv("QUICK") == "1", sessions: &sessions{}}
	sections := flag.String("sections", "compare,growth,embedded,platform", "what is measured")
	contenders := flag.String("contenders", os.Getenv("CONTENDERS"), "who is measured, by name; all when empty")
	only := flag.String("only", os.Getenv("ONLY"), "the operations that are compared, by name; all when empty")
	output := flag.String("o", "RESULTS.md", "where the results are written")
	counts := flag.String("counts", "1000,10000,100000", "how many stores there are, to see how cost grows with them; at most 10000 of them when QUICK=1")
	flag.IntVar(&b.count, "stores", b.either(10_000, 4_000), "how many stores there are")
	flag.IntVar(&b.clients, "clients", 16, "how many clients ask at once")
	flag.DurationVar(&b.slice, "slice", time.Duration(b.either(1000, 300))*time.Millisecond, "how long one measurement takes")
	flag.Parse()
	b.only = list(*only)
	var err error
	if b.counts, err = b.countsOf(*counts); err != nil {
		return err
	}
	chosen, err := choose(list(*contenders))
	if err != nil {
		return err
	}
	if err := buildAll(ctx, chosen); err != nil {
		return err
	}
	b.logf("built")
	b.began = time.Now()
	ctx, cancel := context.WithTimeoutCause(ctx, b.longest(), errTooLong)
	defer cancel()
	parts, err := b.measure(ctx, chosen, list(*sections))
	if err != nil {
		return errors.Join(err, context.Cause(ctx))
	}
	if err := os.WriteFile(*output, []byte(b.report(ctx, parts)), 0o644); err != nil {
		return err
	}
	return alarming(parts)
}

// alarming says what must not be, nil when there is nothing.
func alarming(parts []part) error {
	var errs []error
	for _, p := range parts {
		for _, alarm := range p.alarms {
			errs = append(errs, fmt.Errorf("%w: %s", errAlarm, alarm))
		}
	}
	return errors.Join(errs...)
}

func buildAll(ctx context.Context, chosen []contender.Contender) error {
	ctx, cancel := context.WithTimeoutCause(ctx, longestBuild, errors.New("building took too long"))
	defer cancel()
	for _, c := range chosen {
		if err := build(ctx, c); err != nil {
			return errors.Join(err, context.Cause(ctx))
		}
	}
	return nil
}

// countsOf reads how many stores there are to be, fewest first.
func (b *bench) countsOf(text string) (counts []int, err error) {
	for _, word := range list(text) {
		count, err := strconv.Atoi(word)
		if err != nil || count < leastStores || count > placeholder {
			return nil, fmt.Errorf("-counts: %q is no number from %d to %d", word, leastStores, placeholder)
		}
		if b.quick && count > mostWhenQuick {
			continue
		}
		counts = append(counts, count)
	}
	slices.Sort(counts)
	return counts, nil
}

func list(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// contenders are who can be measured. The limit comes first: the others are compared with it.
func contenders() ([]contender.Contender, error) {
	programs, err := filepath.Abs("../.tools/bench")
	if err != nil {
		return nil, err
	}
	limit, product := filepath.Join(programs, "limit"), filepath.Join(programs, "handback")
	return append([]contender.Contender{
		{Name: "limit", Version: "net/http, pgx v5.12.0", Folder: ".", Build: []string{"go", "build", "-o", limit, "./limit"}, Start: []string{limit}, Env: []string{"CGO_ENABLED=0"}},
		{Name: "product", Version: "this commit", Folder: "..", Build: []string{"go", "build", "-o", product, "."}, Start: []string{product}, Keys: true,
			Env: []string{"CGO_ENABLED=0", "THROTTLE_MAXIMUM=1e9", "THROTTLE_RESTORE_RATE=1e9", "SHUTDOWN_DELAY=0s"}},
	}, peers.All...), nil
}

func (b *bench) measure(ctx context.Context, chosen []contender.Contender, sections []string) (parts []part, err error) {
	if b.sessions.platforms, err = serveStandIns(ctx, sandbox.Options{Products: 1}); err != nil {
		return nil, err
	}
	defer func() { _ = b.sessions.platforms.close() }()
	if b.database, err = startPostgres(ctx); err != nil {
		return nil, err
	}
	defer b.database.stop()
	b.databaseURL = b.database.url("bench")
	defer func() {
		for _, server := range b.servers {
			server.stop()
		}
	}()
	if err := b.fill(ctx, chosen); err != nil {
		return nil, err
	}
	if parts, err = b.sections(ctx, sections); err != nil {
		err = fmt.Errorf("%w\nthe product said last:\n%s", err, b.product.SaidLast())
	}
	return parts, err
}

// choose returns the limit, the product and those named, all when nobody is.
func choose(names []string) ([]contender.Contender, error) {
	all, err := contenders()
	if len(names) == 0 {
		return all, err
	}
	return slices.DeleteFunc(all, func(c contender.Contender) bool {
		return c.Name != "limit" && c.Name != "product" && !slices.Contains(names, c.Name)
	}), err
}

// fill makes the stores and starts every contender.
func (b *bench) fill(ctx context.Context, chosen []contender.Contender) error {
	product, err := start(ctx, chosen[1], b.databaseURL, b.sessions) // it makes the tables, too
	if err != nil {
		return err
	}
	err = makeFirst(ctx, product, b.sessions)
	product.stop()
	if err != nil {
		return err
	}
	if err := b.database.copyDatabase(ctx, "bench", oneStore); err != nil {
		return err
	}
	if err := multiply(ctx, b.databaseURL, b.count); err != nil {
		return err
	}
	b.storePool = newStorePool(b.readable()+1, b.count-1, unlinkedOnly) // the last is for comparing
	b.logf("%d stores", b.count)
	b.sessions.platforms.open.Store(true)
	for _, c := range chosen {
		server, err := start(ctx, c, b.databaseURL, b.sessions)
		if err != nil {
			return err
		}
		b.servers = append(b.servers, server)
		if err := server.settle(); err != nil {
			return err
		}
		if err := b.meet(ctx, server, newStorePool(first, b.readable(), isLinked)); err != nil {
			return err
		}
	}
	b.limit, b.product = b.servers[0], b.servers[1]
	return b.prime(ctx)
}

// prime has some stores disconnected and connected once, so that no table is empty when the database looks how they are
// filled: it plans by that.
func (b *bench) prime(ctx context.Context) error {
	for _, o := range mutations {
		l, err := b.load(b.limit, o, b.clients)
		if err != nil {
			return err
		}
		if err := l.run(ctx, &measurement{}); err != nil {
			return err
		}
	}
	return vacuum(ctx, b.databaseURL)
}

// sections measures what is named, in this order.
func (b *bench) sections(ctx context.Context, names []string) (parts []part, err error) {
	for _, section := range []struct {
		name    string
		measure func(context.Context) (part, error)
	}{
		{"compare", b.compareContenders},
		{"growth", b.growth},
		{"embedded", b.embeddedDatabase},
		{"platform", b.platform},
	} {
		if !slices.Contains(names, section.name) {
			continue
		}
		began := time.Now()
		found, err := section.measure(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", section.name, err)
		}
		found.name, found.took = section.name, time.Since(began)
		b.logf("%s took %.0f s", section.name, found.took.Seconds())
		parts = append(parts, found)
	}
	return parts, nil
}
