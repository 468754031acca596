package main

import (
	"fmt"
	"math"
	"slices"
)

// goal is one that was set, and what was measured. What was not measured is no number.
type goal struct {
	what     string
	bound    string // as it is written
	measured float64
	shown    string
	reached  bool
}

// least is how fast the product must be, as a share of the limit.
var least = []struct {
	operation string
	share     float64
}{{"Accounts", 0.65}, {"Overview", 0.70}, {"Settings", 0.70}, {disconnecting, 0.65}}

// What else is promised.
const (
	mostTail  = 2.0   // times the limit's p99, at half of the maximum load
	mostIdle  = 40.0  // MiB in memory when nobody asks
	mostStart = 150.0 // ms to the first answer on the embedded database
)

// goals tells which ones are reached, of what was measured.
func (b *bench) goals() (list []goal) {
	for _, l := range least {
		ratio := b.compared.ratio("product", "limit", l.operation)
		list = append(list, goal{what: l.operation + ": requests/s, as a share of the limit's", bound: fmt.Sprintf("≥ %.2f", l.share), measured: ratio,
			shown: fmt.Sprintf("%.2f", ratio), reached: ratio >= l.share})
	}
	tail, of := b.compared.worstTail()
	peer, who := b.compared.fastestPeer()
	idle, startUp := b.idle(), b.startUp()
	return append(list,
		goal{what: "p99 at half of the maximum load, by the limit's", bound: fmt.Sprintf("≤ %.0f", mostTail), measured: tail, shown: fmt.Sprintf("%.2f, %s", tail, of), reached: tail <= mostTail},
		goal{what: "memory when nobody asks", bound: fmt.Sprintf("< %.0f MiB", mostIdle), measured: idle, shown: fmt.Sprintf("%.1f MiB", idle), reached: idle < mostIdle},
		goal{what: "first answer on the embedded database, demo store included", bound: fmt.Sprintf("< %.0f ms", mostStart), measured: startUp, shown: fmt.Sprintf("%.0f ms", startUp), reached: startUp < mostStart},
		goal{what: "every peer slower than the product, on every operation", bound: "< 1.00", measured: peer, shown: fmt.Sprintf("%.2f, %s", peer, who), reached: peer < 1},
	)
}

// goalTable says so.
func goalTable(goals []goal) string {
	t := table{head: []string{"goal", "", "measured", ""}}
	for _, g := range goals {
		switch {
		case math.IsNaN(g.measured):
			t.add(g.what, g.bound, "not measured", "")
		case g.reached:
			t.add(g.what, g.bound, g.shown, "reached")
		default:
			t.add(g.what, g.bound, g.shown, "**not reached**")
		}
	}
	return t.titled("Goals")
}

// ratio is that of requests/s to those of another contender, round by round; no number when one was not measured.
func (r *results) ratio(contender, other, operation string) float64 {
	if r == nil {
		return math.NaN()
	}
	return median(ratios(r.rates(key{contender, operation}), r.rates(key{other, operation})))
}

// worstTail is the product's p99 at half of its maximum load by the limit's at half of its own, where it is worst.
func (r *results) worstTail() (worst float64, of string) {
	worst = math.NaN()
	for _, o := range operations {
		if r == nil {
			break
		}
		ratio := r.tail(key{"product", o.name}) / r.tail(key{"limit", o.name})
		if !math.IsNaN(ratio) && !(ratio <= worst) {
			worst, of = ratio, o.name
		}
	}
	return worst, of
}

// tail is the p99 at half of the maximum load in the round where it is least: where a processor is taken away for some
// milliseconds in each second, as on machines that are shared, a p99 tells of that. No number where it was not measured.
func (r *results) tail(k key) float64 { return quantile(collect(r.half[k], percentile(99)), 0) }

// fastestPeer is the peer that comes nearest to the product in requests/s, or is furthest ahead.
func (r *results) fastestPeer() (ratio float64, who string) {
	ratio = math.NaN()
	if r == nil {
		return ratio, who
	}
	for _, server := range r.servers {
		if server == r.limit || server == r.product {
			continue
		}
		for _, o := range operations {
			by, what := r.ratio(server.Contender.Name, "product", o.name), server.Contender.Name+", "+o.name
			if !math.IsNaN(by) && !(by <= ratio) {
				ratio, who = by, what
			}
		}
	}
	return ratio, who
}

// idle is the most that the product has in memory when nobody asks, on either database.
func (b *bench) idle() float64 {
	var seen []float64
	if b.compared != nil {
		seen = append(seen, mebibytes(b.product.idle))
	}
	if b.embedded != nil {
		seen = append(seen, mebibytes(b.embedded.idle))
	}
	if len(seen) == 0 {
		return math.NaN()
	}
	return slices.Max(seen)
}

func (b *bench) startUp() float64 {
	if b.embedded == nil {
		return math.NaN()
	}
	return median(b.embedded.milliseconds)
}
