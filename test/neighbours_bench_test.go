package test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

const editTags = `mutation($tags: SettingValue) { updateSettings(settings: [{ key: "order.tags", value: $tags }]) { userErrors { code } } }`

// mostMemory is how much memory the process may have, in MiB, whatever a store does.
const mostMemory = 256

// BenchmarkNeighbours: what one store notices of another one that does its worst, with the limits that the program has by itself. The
// neighbour reads every 20 ms and writes every 100 ms, and must be answered each time. reads-p99-ms and writes-p99-ms are its, x-reads
// and x-writes how many times that is what it was while the other store did nothing, those that end with -later the same after the other
// store has spent what it may spend at once, MiB is the most memory that the process ever had,
// which fails it when it is too much, and attacks/s how often the other store was answered. That one's clients use the processor when nobody else does, as if they were
// elsewhere.
func BenchmarkNeighbours(b *testing.B) {
	for _, dialect := range dbtest.Dialects {
		var quiet [2]waits
		for _, attack := range attacks {
			b.Run(dialect+"/"+attack.what, func(b *testing.B) {
				p := program.Start(b, program.Shipped, program.WithSignIn("DATABASE_URL="+dbtest.URL(b, dialect), "SANDBOX_PRODUCTS=1")...)
				neighbour := p.As(program.SessionToken("neighbour.myshopify.com", "42"))
				neighbour.Data(`{ store { id } }`)
				stop := beginAttack(b, newAttacker(b, p), attack)
				whole := useQuietly(b, neighbour)
				rate := stop()
				b.ReportMetric(0, "ns/op")
				for i, part := range []waits{whole, whole.after(burst)} {
					if attack.clients == 0 {
						quiet[i] = part
					}
					when := []string{"", "-later"}[i]
					b.ReportMetric(p99(part.reads), "reads-p99-ms"+when)
					b.ReportMetric(p99(part.writes), "writes-p99-ms"+when)
					b.ReportMetric(p99(part.reads)/p99(quiet[i].reads), "x-reads"+when)
					b.ReportMetric(p99(part.writes)/p99(quiet[i].writes), "x-writes"+when)
				}
				memory := float64(peak(b, p)) / 1024
				b.ReportMetric(memory, "MiB")
				if memory > mostMemory {
					b.Errorf("the process had %.0f MiB, of %d that it may", memory, mostMemory)
				}
				b.ReportMetric(rate, "attacks/s")
			})
		}
	}
}

// burst is how long a store takes to spend what it may spend at once.
const burst = 2 * time.Second

// A neighbour reads and writes as often as a store mostly does.
const (
	readEvery      = 20 * time.Millisecond
	readsForAWrite = 5
)

// waits are how long a neighbour waited for its answers, in the order it asked.
type waits struct{ reads, writes []time.Duration }

// after leaves out what was asked in so long a time at the beginning.
func (w waits) after(beginning time.Duration) waits {
	reads := int(beginning / readEvery)
	return waits{w.reads[min(reads, len(w.reads)):], w.writes[min(reads/readsForAWrite, len(w.writes)):]}
}

// useQuietly is a store as it mostly is, and how long it waits.
func useQuietly(b *testing.B, as program.Client) (w waits) {
	b.Helper()
	timed := func(query string, variables ...any) time.Duration {
		began := time.Now()
		as.Data(query, variables...)
		return time.Since(began)
	}
	due := time.Now()
	for i := 0; b.Loop(); i++ {
		due = due.Add(readEvery)
		time.Sleep(time.Until(due))
		w.reads = append(w.reads, timed(`{ accounts { id kind name status } }`))
		if i%readsForAWrite == 0 {
			w.writes = append(w.writes, timed(editTags, "tags", []string{strconv.Itoa(i)}))
		}
	}
	return w
}

// p99 is 0 where nothing was asked.
func p99(took []time.Duration) (milliseconds float64) {
	if len(took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(took))
	return float64(sorted[len(sorted)*99/100].Microseconds()) / 1000
}

// newAttacker is a store with a history and as many keys as it may have.
func newAttacker(b *testing.B, p *program.Process) attacker {
	b.Helper()
	seller := p.As(program.SessionToken("attacker.myshopify.com", "42"))
	a := attacker{URL: p.URL, Credential: seller.Credential}
	for i := range 10 {
		_, key := seller.CreateKey(fmt.Sprint("Key ", i), "READ")
		id, revoked := seller.CreateKey(fmt.Sprint("Revoked ", i), "READ")
		seller.RevokeKey(id)
		a.Keys, a.Revoked = append(a.Keys, key), append(a.Revoked, revoked)
	}
	for i := range 30 {
		seller.Data(editTags, "tags", []string{strings.Repeat(strconv.Itoa(i%10), 100<<10)})
	}
	seller.Data(`mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO1") { userErrors { code } } }`)
	seller.AwaitShop("CONNECTED")
	seller.Data(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }`)
	seller.AwaitDisconnection("COMPLETE")
	return a
}

// beginAttack attacks from another process until stop is called, which says how often a second the attacker was answered.
func beginAttack(b *testing.B, a attacker, attack attack) (stop func() float64) {
	b.Helper()
	a.Attack = attack.what
	plan, err := json.Marshal(a)
	require.NoError(b, err)
	var answered bytes.Buffer
	command := exec.Command("nice", "-n", "19", os.Args[0])
	command.Env, command.Stdout, command.Stderr = append(os.Environ(), attackVariable+"="+string(plan)), &answered, os.Stderr
	tell, err := command.StdinPipe()
	require.NoError(b, err)
	require.NoError(b, command.Start())
	began := time.Now()
	return func() float64 {
		took := time.Since(began)
		_ = tell.Close()
		require.NoError(b, command.Wait())
		count, err := strconv.Atoi(answered.String())
		require.NoError(b, err)
		return float64(count) / took.Seconds()
	}
}
