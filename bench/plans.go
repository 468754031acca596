package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// mostBuffers is how many pages a statement may look at, however much there is in its tables: an index leads to each row, by four
// pages, and ten entries of a connect or a disconnect have a few dozen changes each. Reading the long history once through takes
// more.
const mostBuffers = 2_000

// explaining has the server write the plan of each statement into its log, as it was carried out.
var explaining = []string{
	`session_preload_libraries = 'auto_explain'`, `auto_explain.log_min_duration = 0`, `auto_explain.log_analyze = on`,
	`auto_explain.log_buffers = on`, `auto_explain.log_timing = off`, `auto_explain.log_nested_statements = off`,
}

// plan is how a statement was carried out.
type plan struct{ statement, text string }

// plansOf has the product asked about stores while the server writes down the plans of its statements. They are asked for
// often enough for the server to choose the plan that it keeps.
func (b *bench) plansOf(ctx context.Context, s *sized, stores []*historyStore) (p part, err error) {
	for _, setting := range explaining {
		if err := send(ctx, b.database.url("postgres"), "ALTER DATABASE "+s.database+" SET "+setting); err != nil {
			return p, err
		}
	}
	partial, err := partialIndexes(ctx, b.database.url(s.database))
	if err != nil {
		return p, err
	}
	server, err := start(ctx, b.product.Contender, b.database.url(s.database), b.sessions)
	if err != nil {
		return p, err
	}
	defer server.stop()
	p.text = "\n#### Plans\n\nHow PostgreSQL carried out the product's statements for the store with the long history, the last time of twelve, each with its parameters. For all stores and times it was checked that no " +
		fmt.Sprintf("statement reads a table from end to end, or looks at more than %d pages.\n", mostBuffers)
	for _, store := range stores {
		for _, sequence := range store.sequences {
			plans, err := b.plansOfSequence(ctx, s, server, sequence, store.number)
			if err != nil {
				return p, err
			}
			p.alarms = append(p.alarms, badPlans(nameOf(sequence)+" of "+store.what, plans, partial)...)
			if store == stores[len(stores)-1] {
				p.text += "\n" + nameOf(sequence) + ":\n\n```\n" + planText(lastOfEach(plans)) + "```\n"
			}
		}
	}
	return p, nil
}

// partialIndexes are the names of indexes that have some rows of their tables only.
func partialIndexes(ctx context.Context, databaseURL string) (names map[string]bool, err error) {
	names = map[string]bool{}
	err = connected(ctx, databaseURL, func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, `SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL`)
		if err != nil {
			return err
		}
		list, err := pgx.CollectRows(rows, pgx.RowTo[string])
		for _, name := range list {
			names[name] = true
		}
		return err
	})
	return names, err
}

func (b *bench) plansOfSequence(ctx context.Context, s *sized, server *server, sequence []operation, number int) ([]plan, error) {
	begin, err := b.mark(ctx, s)
	if err != nil {
		return nil, err
	}
	for range 12 {
		for _, o := range sequence {
			if _, err := server.ask(ctx, b.sessions, o, number); err != nil {
				return nil, err
			}
		}
	}
	end, err := b.mark(ctx, s)
	if err != nil {
		return nil, err
	}
	return b.plansBetween(ctx, begin, end)
}

// mark writes something into the log that stands nowhere else, after everything that was carried out before.
func (b *bench) mark(ctx context.Context, s *sized) (string, error) {
	mark := "mark " + strconv.FormatInt(time.Now().UnixNano(), 10)
	return mark, send(ctx, b.database.url(s.database), "SELECT '"+mark+"'")
}

// plansBetween reads the log between two marks. The log is written by a process of its own, so that the end may come late.
func (b *bench) plansBetween(ctx context.Context, begin, end string) (plans []plan, err error) {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		messages, err := b.database.readLog()
		if err != nil {
			return nil, err
		}
		if plans, whole := between(messages, begin, end); whole {
			if len(plans) == 0 {
				return nil, errors.New("the server wrote down no plans")
			}
			return plans, nil
		}
	}
	return nil, errors.New("the server's log does not come to its end")
}

func between(messages []string, begin, end string) (plans []plan, whole bool) {
	inside := false
	for _, message := range messages {
		switch {
		case strings.Contains(message, "'"+begin+"'"):
			inside = true
		case strings.Contains(message, "'"+end+"'"):
			return plans, inside
		case inside:
			if p, ok := parsePlan(message); ok {
				plans = append(plans, p)
			}
		}
	}
	return nil, false
}

// ofQueue is how statements of the queue of jobs begin, which looks for work by itself. Its tables hold that alone.
const ofQueue = "-- name: "

var (
	planBegins = regexp.MustCompile(`(?m)^\S.*  \(cost=`)
	costs      = regexp.MustCompile(`  \(cost=\S+ rows=\d+ width=\d+\)`)
)

// parsePlan reads a message of auto_explain. Estimates are left out.
func parsePlan(message string) (p plan, ok bool) {
	_, text, ok := strings.Cut(message, "Query Text: ")
	if !ok {
		return p, false
	}
	at := planBegins.FindStringIndex(text)
	if at == nil || strings.HasPrefix(text, ofQueue) {
		return p, false
	}
	return plan{statement: strings.Join(strings.Fields(text[:at[0]]), " "), text: costs.ReplaceAllString(strings.TrimRight(text[at[0]:], "\n"), "")}, true
}

var (
	wholeTable = regexp.MustCompile(`Seq Scan on (\w+)`)
	indexScan  = regexp.MustCompile(`^ *(?:->  )?Index (?:Only )?Scan (?:Backward )?using (\w+) on (\w+)`)
	pages      = regexp.MustCompile(`Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?`)
)

// buffers is how many pages the statement looked at. The first line about them is that of the whole.
func (p plan) buffers() int {
	found := pages.FindStringSubmatch(p.text)
	if found == nil {
		return 0
	}
	hit, _ := strconv.Atoi(found[1])
	read, _ := strconv.Atoi(found[2])
	return hit + read
}

// tablesReadWhole are the tables that the plan reads from end to end, in the order of the rows or of an index that is not partial: one that
// is has the few rows alone that something is still to be done about.
func (p plan) tablesReadWhole(partial map[string]bool) (tables []string) {
	for _, found := range wholeTable.FindAllStringSubmatch(p.text, -1) {
		tables = append(tables, found[1])
	}
	lines := strings.Split(p.text, "\n")
	for i, line := range lines {
		if found := indexScan.FindStringSubmatch(line); found != nil && !partial[found[1]] && (i+1 == len(lines) || !strings.Contains(lines[i+1], "Index Cond:")) {
			tables = append(tables, found[2])
		}
	}
	return tables
}

// badPlans says which plans become slower as tables grow. All of the product's tables do.
func badPlans(what string, plans []plan, partial map[string]bool) (alarms []string) {
	said := map[string]bool{}
	say := func(format string, args ...any) {
		alarm := "a plan that grows: " + what + ": " + fmt.Sprintf(format, args...)
		if !said[alarm] {
			said[alarm] = true
			alarms = append(alarms, alarm)
		}
	}
	for _, p := range plans {
		for _, table := range p.tablesReadWhole(partial) {
			say("%s is read from end to end by `%.100s`", table, p.statement)
		}
		if p.buffers() > mostBuffers {
			say("%d pages are looked at by `%.100s`", p.buffers(), p.statement)
		}
	}
	return alarms
}

// lastOfEach returns the last plan of each statement, in the order in which they were first sent.
func lastOfEach(plans []plan) (list []plan) {
	at := map[string]int{}
	for _, p := range plans {
		i, known := at[p.statement]
		if !known {
			i, list = len(list), append(list, plan{})
			at[p.statement] = i
		}
		list[i] = p
	}
	return list
}

func planText(plans []plan) string {
	texts := make([]string, len(plans))
	for i, p := range plans {
		texts[i] = p.statement + "\n    " + strings.ReplaceAll(p.text, "\n", "\n    ") + "\n"
	}
	return strings.Join(texts, "\n")
}

// readLog returns what the server wrote into its log.
func (p *postgres) readLog() (messages []string, err error) {
	files, err := filepath.Glob(filepath.Join(p.folder, "data", "log", "*.csv"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		more, err := messagesOf(file)
		if err != nil {
			return nil, err
		}
		messages = append(messages, more...)
	}
	return messages, nil
}

// messageColumn is where the message stands in a log that is written as CSV.
const messageColumn = 13

// messagesOf reads a log that may end in the middle of a line.
func messagesOf(name string) (messages []string, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	reader := csv.NewReader(file)
	reader.FieldsPerRecord = -1
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) || errors.Is(err, csv.ErrQuote) {
			return messages, nil
		}
		if err != nil {
			return nil, err
		}
		if len(record) > messageColumn {
			messages = append(messages, record[messageColumn])
		}
	}
}
