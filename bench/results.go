package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// results are what was measured in the interleaved run, round by round.
type results struct {
	*bench
	flat, half map[key][]measurement
}

func newResults(b *bench) *results {
	return &results{bench: b, flat: map[key][]measurement{}, half: map[key][]measurement{}}
}

func (r *results) addMaxLoad(k key, m measurement)  { r.flat[k] = append(r.flat[k], m) }
func (r *results) addHalfLoad(k key, m measurement) { r.half[k] = append(r.half[k], m) }

func collect(list []measurement, value func(measurement) float64) []float64 {
	values := make([]float64, len(list))
	for i, m := range list {
		values[i] = value(m)
	}
	return values
}

func (r *results) rates(k key) []float64 { return collect(r.flat[k], measurement.rate) }

// percentile reads a latency in milliseconds.
func percentile(p float64) func(measurement) float64 {
	return func(m measurement) float64 { return float64(m.latency.ValueAtPercentile(p)) / 1000 }
}

// String is the results as Markdown.
func (r *results) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "\n## Who answers how fast\n\n%d clients, each with one connection, ask without a pause. Figures are medians of %d rounds of %v; in brackets the quartiles. The ratio is that "+
		"to the limit of the same round. CPU is time by request, in microseconds, of the server and of the database. The last p99 is at half of the contender's own requests/s, in the best round.\n",
		r.clients, r.maxLoadRounds(), r.slice)
	for _, o := range operations {
		if r.wants(o) {
			text.WriteString(r.table(o).titled(o.name))
		}
	}
	return text.String() + r.startTable().titled("Start and rest")
}

func (r *results) table(o operation) table {
	t := table{head: []string{"", "requests/s", "ratio to the limit", "CPU server", "CPU database", "p50 ms", "p95 ms", "p99 ms", "p99 at half ms", "memory MiB"}}
	limit := r.rates(key{"limit", o.name})
	for _, server := range r.servers {
		k := key{server.Contender.Name, o.name}
		flat := r.flat[k]
		if len(flat) == 0 {
			t.add(server.Contender.Name, server.Without[o.name])
			continue
		}
		rates, by := r.rates(k), ratios(r.rates(k), limit)
		t.add(server.Contender.Name, fmt.Sprintf("%.0f (%.0f–%.0f)", median(rates), quantile(rates, 0.25), quantile(rates, 0.75)),
			fmt.Sprintf("%.2f (%.2f–%.2f)", median(by), quantile(by, 0.25), quantile(by, 0.75)),
			fmt.Sprintf("%.0f", median(collect(flat, func(m measurement) float64 { return m.each(m.server) }))),
			fmt.Sprintf("%.0f", median(collect(flat, func(m measurement) float64 { return m.each(m.database) }))),
			milliseconds(flat, 50), milliseconds(flat, 95), milliseconds(flat, 99), r.shownTail(k),
			fmt.Sprintf("%.0f", median(collect(flat, func(m measurement) float64 { return mebibytes(m.peak) }))))
	}
	return t
}

func (r *results) shownTail(k key) string {
	if len(r.half[k]) == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", r.tail(k))
}

func milliseconds(list []measurement, p float64) string {
	if len(list) == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", median(collect(list, percentile(p))))
}

func (r *results) startTable() table {
	t := table{head: []string{"", "made of", "ms to the first answer", "memory at rest MiB"}}
	for _, server := range r.servers {
		t.add(server.Contender.Name, server.Version, strconv.FormatInt(server.startUp.Milliseconds(), 10), fmt.Sprintf("%.0f", mebibytes(server.idle)))
	}
	return t
}

// table is one of Markdown's.
type table struct {
	head []string
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t table) titled(title string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "\n### %s\n\n", title)
	t.line(&text, t.head)
	text.WriteString("|" + strings.Repeat(" --- |", len(t.head)) + "\n")
	for _, row := range t.rows {
		t.line(&text, append(row, make([]string, len(t.head)-len(row))...))
	}
	return text.String()
}

func (table) line(text *strings.Builder, cells []string) {
	text.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// report is everything that was found.
func (b *bench) report(ctx context.Context, parts []part) string {
	text := b.header(ctx, parts) + goalTable(b.goals())
	for _, p := range parts {
		text += alarmText(p.alarms)
	}
	for _, p := range parts {
		text += p.text
	}
	return text
}

// header says where and how it was measured.
func (b *bench) header(ctx context.Context, parts []part) string {
	return fmt.Sprintf(`# Results

%s, commit %s, written by %s. Read ratios, not figures: those are of one machine.

| | |
| --- | --- |
| machine | %s, %d processors, %s memory |
| kernel | %s |
| Go | %s |
| PostgreSQL | %s; data in %s, %s |
| stores | %d, copied from one that the product made |
| took | %s |
`, b.began.UTC().Format("2 January 2006"), output(ctx, "git", "describe", "--always", "--dirty"), b.command(),
		field("/proc/cpuinfo", "model name"), runtime.NumCPU(), field("/proc/meminfo", "MemTotal"),
		output(ctx, "uname", "-r"), runtime.Version(), output(ctx, "psql", "--version"), medium(), "fsync and synchronous_commit on, autovacuum off", b.count, b.took(parts))
}

// took says how long it was, once every contender was built.
func (b *bench) took(parts []part) string {
	text := fmt.Sprintf("%.1f minutes", time.Since(b.began).Minutes())
	for _, p := range parts {
		text += fmt.Sprintf(", %s %.1f", p.name, p.took.Minutes())
	}
	return text
}

func (b *bench) command() string {
	prefix := ""
	if b.quick {
		prefix = "QUICK=1 "
	}
	return "`" + strings.TrimSpace(prefix+"go -C bench run . "+strings.Join(os.Args[1:], " ")) + "`"
}

// medium says what the database's files lie on.
func medium() string {
	if dataFolder() == "/dev/shm" {
		return "memory"
	}
	return "a disk"
}

func output(ctx context.Context, name string, args ...string) string {
	text, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(text))
}

// field reads the first value of a name in a file of /proc.
func field(file, name string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(text)) {
		if before, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(before) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
