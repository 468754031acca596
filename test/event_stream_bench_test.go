package test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// BenchmarkEventStreams: what 1,000 open subscriptions cost, of one store and of as many, and what becomes of other requests meanwhile.
// ns/op is one request after the other; KiB/stream is resident memory of the process a second after the last stream was opened;
// told-first-ms and told-last-ms are from an edit until its event is at the first subscriber of its store, and at the last.
func BenchmarkEventStreams(b *testing.B) {
	const count = 1_000
	for _, dialect := range dbtest.Dialects {
		for _, of := range []struct {
			what            string
			streams, stores int
		}{{"none", 0, 1}, {"one-store", count, 1}, {"1000-stores", count, count}} {
			b.Run(dialect+"/"+of.what, func(b *testing.B) {
				p := program.Start(b, program.Shipped, program.WithSignIn("DATABASE_URL="+dbtest.URL(b, dialect), "SANDBOX_PRODUCTS=1")...)
				sellers := make([]program.Client, of.stores)
				for i := range sellers {
					sellers[i] = p.As(program.SessionToken(fmt.Sprintf("bench%d.myshopify.com", i), "42"))
					sellers[i].Data(`{ store { id } }`)
				}
				before := residentKiB(b, p)
				told := make([]chan time.Time, of.streams)
				for i := range told {
					told[i] = subscribe(b, sellers[i%of.stores])
				}
				time.Sleep(time.Second)
				open := residentKiB(b, p) - before
				var took []time.Duration
				for b.Loop() {
					began := time.Now()
					sellers[0].Data(`{ accounts { id kind name status } }`)
					took = append(took, time.Since(began))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
				if of.streams > 0 {
					b.ReportMetric(float64(open)/float64(of.streams), "KiB/stream")
					reportTelling(b, sellers, told)
				}
			})
		}
	}
}

// reportTelling has stores edited one after the other, and reports medians of how soon their subscribers are told.
func reportTelling(b *testing.B, sellers []program.Client, told []chan time.Time) {
	b.Helper()
	const edits = 20
	var firsts, lasts []float64
	for i := range edits {
		store := i % len(sellers)
		var after []float64
		began := time.Now()
		tagOrders(sellers[store], strconv.Itoa(i))
		for j := store; j < len(told); j += len(sellers) {
			select {
			case at := <-told[j]:
				after = append(after, float64(at.Sub(began).Microseconds())/1000)
			case <-time.After(program.Patience):
				require.FailNow(b, "a subscriber is not told")
			}
		}
		firsts, lasts = append(firsts, slices.Min(after)), append(lasts, slices.Max(after))
	}
	slices.Sort(firsts)
	slices.Sort(lasts)
	b.ReportMetric(firsts[edits/2], "told-first-ms")
	b.ReportMetric(lasts[edits/2], "told-last-ms")
}

// subscribe opens a stream with as little of its own as can be, and says when each event comes.
func subscribe(b *testing.B, as program.Client) chan time.Time {
	b.Helper()
	const body = `{"query":"subscription { events { id cursor topic occurredAt account { id } } }"}`
	conn, err := net.Dial("tcp", as.Host())
	require.NoError(b, err)
	b.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s",
		as.Credential, len(body), body)
	require.NoError(b, err)
	lines := bufio.NewReader(conn)
	response, err := http.ReadResponse(lines, nil) //nolint:bodyclose // by who reads it
	require.NoError(b, err)
	require.Equal(b, http.StatusOK, response.StatusCode)
	told := make(chan time.Time, 32)
	go readEvents(response.Body, told)
	return told
}

func readEvents(body io.ReadCloser, told chan<- time.Time) {
	defer body.Close()
	for lines := bufio.NewScanner(body); lines.Scan(); {
		if lines.Text() == "event: next" {
			told <- time.Now()
		}
	}
}

// residentKiB is how much memory the process has.
func residentKiB(b *testing.B, p *program.Process) int {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Cmd.Process.Pid))
	require.NoError(b, err)
	_, rest, found := strings.Cut(string(status), "VmRSS:")
	require.True(b, found)
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(b, err)
	return kib
}
