package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/bench/contender"
)

// measured is one measurement of so many requests in a second, all with the same latency.
func measured(t *testing.T, rate int, latency time.Duration) []measurement {
	t.Helper()
	m := measurement{latency: newHistogram(), elapsed: time.Second}
	require.NoError(t, m.latency.RecordValues(latency.Microseconds(), int64(rate)))
	return []measurement{m}
}

// comparing is a run in which the product has half of the limit's requests a second, and a peer a tenth.
func comparing(t *testing.T) *bench {
	b := &bench{}
	for _, name := range []string{"limit", "product", "peer"} {
		b.servers = append(b.servers, &server{Contender: contender.Contender{Name: name}})
	}
	b.limit, b.product = b.servers[0], b.servers[1]
	b.product.idle = 29 << 20
	b.compared = newResults(b)
	for _, o := range operations {
		for name, rate := range map[string]int{"limit": 1_000, "product": 850, "peer": 100} {
			b.compared.flat[key{name, o.name}] = measured(t, rate, time.Millisecond)
			b.compared.half[key{name, o.name}] = measured(t, rate/2, time.Millisecond)
		}
	}
	b.embedded = &starts{milliseconds: []float64{50, 99, 500}, idle: 20 << 20}
	return b
}

// reached names the goals that are.
func reached(goals []goal) map[string]bool {
	list := map[string]bool{}
	for _, g := range goals {
		list[g.what] = g.reached
	}
	return list
}

func TestGoals(t *testing.T) {
	const (
		settings = "Settings: requests/s, as a share of the limit's"
		restored = "DisconnectTikTokShop: requests/s, as a share of the limit's"
		tail     = "p99 at half of the maximum load, by the limit's"
		idle     = "memory when nobody asks"
		startUp  = "first answer on the embedded database, demo store included"
		peers    = "every peer slower than the product, on every operation"
	)
	goals := reached(comparing(t).goals())
	require.Len(t, goals, 8)
	for what, is := range goals {
		require.True(t, is, "%s: 0.85 of the limit, and everything else is well", what)
	}
	for what, worsen := range map[string]func(*bench){
		settings: func(b *bench) { b.compared.flat[key{"product", "Settings"}] = measured(t, 699, time.Millisecond) },
		restored: func(b *bench) { b.compared.flat[key{"product", disconnecting}] = measured(t, 649, time.Millisecond) },
		tail:     func(b *bench) { b.compared.half[key{"product", "Overview"}] = measured(t, 400, 2100*time.Microsecond) },
		idle:     func(b *bench) { b.product.idle = 40 << 20 },
		startUp:  func(b *bench) { b.embedded.milliseconds = []float64{99, 150, 201} },
		peers:    func(b *bench) { b.compared.flat[key{"peer", connecting}] = measured(t, 850, time.Millisecond) },
	} {
		b := comparing(t)
		worsen(b)
		require.False(t, reached(b.goals())[what], what)
	}
	b := comparing(t)
	b.embedded.idle = 41 << 20
	require.False(t, reached(b.goals())[idle], "on either database")
}

func TestGoalsNameTheWorst(t *testing.T) {
	b := comparing(t)
	b.compared.half[key{"product", "Overview"}] = measured(t, 400, 3*time.Millisecond)
	b.compared.flat[key{"peer", "Settings"}] = measured(t, 1_700, time.Millisecond)
	text := goalTable(b.goals())
	require.Contains(t, text, "| 3.00, Overview | **not reached** |")
	require.Contains(t, text, "| 2.00, peer, Settings | **not reached** |")
	require.Contains(t, text, "| Accounts: requests/s, as a share of the limit's | ≥ 0.65 | 0.85 | reached |")
}

func TestUnmeasuredGoalIsNotReached(t *testing.T) {
	goals := (&bench{}).goals()
	require.Len(t, goals, 8)
	for what, is := range reached(goals) {
		require.False(t, is, what)
	}
	require.NotContains(t, goalTable(goals), "reached")

	alone := comparing(t)
	alone.compared.servers = alone.servers[:2]
	require.Contains(t, goalTable(alone.goals()), "every operation | < 1.00 | not measured |", "there are no peers")
}
