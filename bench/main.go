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
	"strings"
	"syscall"
	"time"

	"handback/bench/contender"
	"handback/bench/peers"
)

// bench is one run.
type bench struct {
	began   time.Time
	quick   bool
	count   int           // of stores
	clients int           // that ask at once
	slice   time.Duration // how long one measurement takes
	only    []string      // operations; empty for all

	database       *postgres
	databaseURL    string
	sessions       *sessions
	crowd          *crowd
	servers        []*server
	limit, product *server
}

// either returns the first, or the second when the run is to be quick.
func (b *bench) either(full, quick int) int {
	if b.quick {
		return quick
	}
	return full
}

// readable is how many stores are only read, from the first on; the others are written.
func (b *bench) readable() int { return b.count / 2 }

func (b *bench) wants(o operation) bool {
	return len(b.only) == 0 || slices.ContainsFunc(b.only, func(name string) bool { return strings.EqualFold(name, o.name) })
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

// longest is how long a run may take.
const longest = 15 * time.Minute

func run(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, longest, errors.New("the run took too long"))
	defer cancel()
	b := &bench{began: time.Now(), quick: os.Getenv("QUICK") == "1", sessions: &sessions{}}
	sections := flag.String("sections", "compare,growth,embedded", "what is measured")
	contenders := flag.String("contenders", os.Getenv("CONTENDERS"), "who is measured, by name; all when empty")
	only := flag.String("only", os.Getenv("ONLY"), "the operations that are compared, by name; all when empty")
	output := flag.String("o", "RESULTS.md", "where the results are written")
	flag.IntVar(&b.count, "stores", b.either(10_000, 10_000), "how many stores there are")
	flag.IntVar(&b.clients, "clients", 16, "how many clients ask at once")
	flag.DurationVar(&b.slice, "slice", time.Duration(b.either(1500, 500))*time.Millisecond, "how long one measurement takes")
	flag.Parse()
	b.only = list(*only)
	report, err := b.measure(ctx, list(*sections), list(*contenders))
	if err != nil {
		return errors.Join(err, context.Cause(ctx))
	}
	return os.WriteFile(*output, []byte(report), 0o644)
}

func list(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// everybody is who can be measured. The limit comes first: the others are compared with it.
func everybody() ([]contender.Contender, error) {
	programs, err := filepath.Abs("../.tools/bench")
	if err != nil {
		return nil, err
	}
	limit, product := filepath.Join(programs, "limit"), filepath.Join(programs, "handback")
	return append([]contender.Contender{
		{Name: "limit", Version: "net/http, pgx v5.12.0", Folder: ".", Build: []string{"go", "build", "-o", limit, "./limit"}, Start: []string{limit}, Env: []string{"CGO_ENABLED=0"}},
		{Name: "product", Version: "this commit", Folder: "..", Build: []string{"go", "build", "-o", product, "."}, Start: []string{product},
			Env: []string{"CGO_ENABLED=0", "THROTTLE_MAXIMUM=1e9", "THROTTLE_RESTORE_RATE=1e9", "SHUTDOWN_DELAY=0s"}},
	}, peers.All...), nil
}

func (b *bench) measure(ctx context.Context, sections, names []string) (report string, err error) {
	chosen, err := choose(names)
	if err != nil {
		return "", err
	}
	for _, c := range chosen {
		if err := build(ctx, c); err != nil {
			return "", err
		}
	}
	b.say("built")
	if b.database, err = startPostgres(ctx); err != nil {
		return "", err
	}
	defer b.database.stop()
	b.databaseURL = b.database.url("bench")
	defer func() {
		for _, its := range b.servers {
			its.stop()
		}
	}()
	if err := b.fill(ctx, chosen); err != nil {
		return "", err
	}
	return b.sections(ctx, sections)
}

// choose returns the limit, the product and those named, all when nobody is.
func choose(names []string) ([]contender.Contender, error) {
	all, err := everybody()
	if len(names) == 0 {
		return all, err
	}
	return slices.DeleteFunc(all, func(c contender.Contender) bool {
		return c.Name != "limit" && c.Name != "product" && !slices.Contains(names, c.Name)
	}), err
}

// fill makes the stores and starts everybody.
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
	if err := multiply(ctx, b.databaseURL, b.count); err != nil {
		return err
	}
	b.crowd = newCrowd(b.readable()+1, b.count-1) // the last is for comparing
	b.say("%d stores", b.count)
	for _, c := range chosen {
		its, err := start(ctx, c, b.databaseURL, b.sessions)
		if err != nil {
			return err
		}
		b.servers = append(b.servers, its)
		if err := its.settle(); err != nil {
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
		if _, _, err := l.run(ctx); err != nil {
			return err
		}
	}
	return vacuum(ctx, b.databaseURL)
}

func (b *bench) sections(ctx context.Context, names []string) (report string, err error) {
	report = b.header()
	for _, name := range names {
		switch name {
		case "compare":
			var r *results
			if r, err = b.compareContenders(ctx); err == nil {
				report += r.String()
			}
		}
		if err != nil {
			return report, fmt.Errorf("%s: %w", name, err)
		}
	}
	return report, nil
}
