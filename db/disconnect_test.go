package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// change is a write, what undoes it, and what the tables say after it.
type change struct {
	do, undo write
	refusal  string // when it was done already
	trips    int    // of a used session
	done     func(b proxiedStore, before, after facts) facts
}

var changes = map[string]change{
	"disconnect": {do: disconnecting, undo: connecting, refusal: string(models.AlreadyDisconnected), trips: 13, done: func(b proxiedStore, before, after facts) facts {
		return facts{Records: before.Records + 1, Entries: before.Entries + 1, Ledger: after.Ledger, Digest: b.original}
	}},
	"connect": {do: connecting, undo: disconnecting, refusal: string(models.AlreadyConnected), trips: 11, done: func(b proxiedStore, before, after facts) facts {
		return facts{Connected: 1, OpenEpochs: 1, Records: before.Records, Entries: before.Entries + 1, Ledger: after.Ledger, Digest: b.between}
	}},
}

// injectedFault happens in the middle of a write.
type injectedFault struct {
	moment dbtest.Moment
	cancel bool // the caller goes away; otherwise the way to the database is lost
	happen func(t *testing.T, b proxiedStore, cancel context.CancelFunc) (hit bool)
}

func cut(_ *testing.T, b proxiedStore, _ context.CancelFunc) bool {
	b.proxy.Cut()
	return true
}

func killed(t *testing.T, b proxiedStore, _ context.CancelFunc) bool {
	return b.terminate(t, "true") > 0
}

func cancelled(_ *testing.T, _ proxiedStore, cancel context.CancelFunc) bool {
	cancel()
	time.Sleep(3 * time.Millisecond) // until it is noticed
	return true
}

func TestDisconnectWithFaultAtEachRoundTrip(t *testing.T) {
	if testing.Short() {
		t.Skip("puts a fault into each round trip in turn")
	}
	t.Parallel()
	for name, injectedFault := range map[string]injectedFault{
		"cut before":       {dbtest.BeforeRequest, false, cut},
		"cut after":        {dbtest.AfterAnswer, false, cut},
		"killed":           {dbtest.BeforeRequest, false, killed},
		"cancelled before": {dbtest.BeforeRequest, true, cancelled},
		"cancelled after":  {dbtest.AfterAnswer, true, cancelled},
	} {
		for writing, change := range changes {
			t.Run(name+" "+writing, func(t *testing.T) {
				t.Parallel()
				b := newProxiedStore(t)
				for k := 1; b.injectFaultAt(t, k, injectedFault, change, false); k++ {
				}
				for k := 1; b.injectFaultAt(t, k, injectedFault, change, true); k++ {
				}
			})
		}
	}
}

// injectFaultAt makes the change with a mishap at the k-th round trip, and reports whether there are that many. A new
// session prepares every statement; one that was used before only executes them.
func (b proxiedStore) injectFaultAt(t *testing.T, k int, injectedFault injectedFault, change change, used bool) bool {
	t.Helper()
	if a := change.undo(operationContext(t), b.direct, b.seller); a.refused == "" {
		require.NoError(t, a.err)
	}
	if used {
		requireDone(t, change.do(operationContext(t), b.proxied, b.seller))
		requireDone(t, change.undo(operationContext(t), b.proxied, b.seller))
	} else {
		b.proxy.RejectConnections() // empties the pool
		requireTryAgain(t, change.do(operationContext(t), b.proxied, b.seller))
		b.proxy.Heal()
		b.terminate(t, "true") // a busy server takes its time to see that they are gone, and would be hit in their place
	}
	before := readFacts(t, b.conn)
	ctx, cancel := context.WithTimeout(context.Background(), answerTime)
	defer cancel()
	hits := make(chan bool, 1)
	b.proxy.At(k, injectedFault.moment, func() { hits <- injectedFault.happen(t, b, cancel) })
	a := change.do(ctx, b.proxied, b.seller)
	b.proxy.Heal()
	request := b.proxy.Fired()
	hit := request != "" && <-hits
	after := readFacts(t, b.conn)
	done := change.done(b, before, after)
	at := fmt.Sprintf("round trip %d, used session: %t, request %q, error: %v", k, used, request, a.err)
	switch committing := dbtest.IsCommit(k, request); {
	case request == "": // all round trips have been tried
		require.GreaterOrEqual(t, k, change.trips, at) // one for each statement, and no more
		if used {
			require.LessOrEqual(t, k-1, change.trips+1, at) // a session that was idle for a second is pinged first
		}
		requireDone(t, a)
	case !hit, injectedFault.cancel && committing, isPing(request) && !injectedFault.cancel:
		requireDone(t, a) // a session that does not answer a ping is replaced
	case injectedFault.cancel && a.err == nil:
		requireDone(t, a)
	case committing:
		require.ErrorIs(t, a.err, models.ErrOutcomeUnknown, at)
		require.NotErrorIs(t, a.err, models.ErrTryAgain, at)
	default:
		requireTryAgain(t, a)
	}
	if a.err == nil || errors.Is(a.err, models.ErrOutcomeUnknown) && injectedFault.moment == dbtest.AfterAnswer {
		require.Equal(t, done, after, at)
	} else {
		require.Equal(t, before, after, at)
	}
	b.requireSameOutcome(t, change, after == done, at)
	return request != ""
}

// isPing reports whether the request asks only if the session lives, as is done when it was idle for a second.
func isPing(request string) bool { return strings.Contains(request, "-- ping") }

// requireSameOutcome fails unless the same call, by an undisturbed way, is done or says that it was.
func (b proxiedStore) requireSameOutcome(t *testing.T, change change, wasDone bool, at string) {
	t.Helper()
	a := change.do(operationContext(t), b.direct, b.seller)
	require.NoError(t, a.err, at)
	if !wasDone {
		require.Empty(t, a.refused, at)
		return
	}
	require.Equal(t, change.refusal, a.refused, at)
	if change.refusal == string(models.AlreadyDisconnected) {
		require.NotNil(t, a.record, at)
	}
}

func TestDisconnectCommitOutlastsDeadline(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds")
	}
	t.Parallel()
	const patience = 1500 * time.Millisecond
	for name, test := range map[string]struct {
		delay time.Duration
		err   error
	}{
		"by a little": {patience + 100*time.Millisecond, nil},
		"by too much": {patience + 1500*time.Millisecond, models.ErrOutcomeUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newProxiedStore(t)
			requireDone(t, editing(operationContext(t), b.proxied, b.seller))
			before := readFacts(t, b.conn)
			b.proxy.When(dbtest.IsCommit, dbtest.BeforeRequest, func() { b.proxy.Delay(test.delay) })
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			a := disconnecting(ctx, b.proxied, b.seller)
			require.ErrorIs(t, a.err, test.err)
			require.Greater(t, a.took, patience)
			require.Less(t, a.took, 3*patience)
			after := readFacts(t, b.conn)
			require.Equal(t, changes["disconnect"].done(b, before, after), after)
			b.proxy.Heal()
			require.Equal(t, string(models.AlreadyDisconnected), disconnecting(operationContext(t), b.proxied, b.seller).refused)
		})
	}
}

// A caller that goes away at any moment leaves all or nothing behind, and a pool that works.
func TestDisconnectWhenCallerCancels(t *testing.T) {
	if testing.Short() {
		t.Skip("puts a fault into each round trip in turn")
	}
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		t.Parallel()
		repository := open(t, databaseURL, models.DefaultCatalogue())
		conn, seller := direct(t, databaseURL), register(t, repository, "cancelled.myshopify.com")
		requireDone(t, connecting(operationContext(t), repository, seller))
		usual := disconnecting(operationContext(t), repository, seller).took
		stayed, gone := 0, 0
		for try := 0; try < 40 || stayed == 0 || gone == 0; try++ {
			require.Less(t, try, 400)
			if a := connecting(operationContext(t), repository, seller); a.refused == "" {
				require.NoError(t, a.err)
			}
			before := readFacts(t, conn)
			ctx, cancel := context.WithTimeout(context.Background(), answerTime)
			timer := time.AfterFunc(rand.N(usual*3/2*time.Duration(1+try/40)), cancel) // later when the machine is slower than it was
			a := disconnecting(ctx, repository, seller)
			timer.Stop()
			cancel()
			after := readFacts(t, conn)
			if a.err == nil {
				stayed++
				require.Empty(t, a.refused)
				require.Equal(t, before.Records+1, after.Records)
				require.Zero(t, after.Connected+after.OpenEpochs+after.NotInLedger)
				require.Equal(t, a.record.Restoration.SnapshotDigest, after.Digest)
			} else {
				gone++
				requireTryAgain(t, a)
				require.Equal(t, before, after)
			}
		}
	})
}

func TestConnectAndDisconnectKeepAds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller := register(t, repository, "ads.myshopify.com")
		update(t, repository, seller, models.SettingInput{Key: "ads.pixel"}) // a removed one has a row as well
		ads := rawTables.ads(t, seller.Store.ID)
		require.Len(t, ads["settings"], 5)
		require.Len(t, ads["accounts"], 1)
		connect(t, repository, seller, "1")
		require.Equal(t, ads, rawTables.ads(t, seller.Store.ID))
		disconnect(t, repository, seller)
		require.Equal(t, ads, rawTables.ads(t, seller.Store.ID))
	})
}

// Wherever the connection breaks, sending the request again has it done once in all.
func TestDisconnectWithKeyIsDoneOnceDespiteLostConnections(t *testing.T) {
	if testing.Short() {
		t.Skip("puts a fault into each round trip in turn")
	}
	t.Parallel()
	for name, moment := range map[string]dbtest.Moment{"before": dbtest.BeforeRequest, "after": dbtest.AfterAnswer} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newProxiedStore(t)
			k := &keyed{Repository: b.proxied, seller: b.seller}
			viaDirect := &keyed{Repository: b.direct, seller: b.seller}
			commits := 0
			for trip, fired := 1, "none yet"; fired != ""; trip++ {
				k.ctx, viaDirect.ctx = operationContext(t), operationContext(t)
				before, key := readFacts(t, b.conn), fmt.Sprint("key ", trip)
				b.proxy.At(trip, moment, b.proxy.Cut)
				first, _, err := k.once(key, "digest", disconnectWork)
				fired = b.proxy.Fired()
				b.proxy.Heal()
				again, replayed, retried := viaDirect.once(key, "digest", disconnectWork)
				at := fmt.Sprintf("round trip %d, %q, %v", trip, fired, err)
				require.NoError(t, retried, at)
				require.Equal(t, before.Records+1, readFacts(t, b.conn).Records, at)
				switch committing := fired != "" && dbtest.IsCommit(trip, fired); {
				case committing:
					commits++
					require.ErrorIs(t, err, models.ErrOutcomeUnknown, at)
					require.Equal(t, moment == dbtest.AfterAnswer, replayed, at)
				case err != nil:
					require.ErrorIs(t, err, models.ErrTryAgain, at)
					require.False(t, replayed, at)
				default:
					require.True(t, replayed, at)
					require.Equal(t, first, again, at)
				}
				viaDirect.requireReplay(t, key, "digest", again)
				requireDone(t, connecting(viaDirect.ctx, b.direct, b.seller))
			}
			require.Positive(t, commits)
		})
	}
}

// TestDisconnectDoesNotGrowWithAccounts that were connected before: neither its statements, nor the rows and the text that it reads; nor
// do those of an edit.
func TestDisconnectDoesNotGrowWithAccounts(t *testing.T) {
	type counted struct{ statements, rows, bytes int }
	measure := func(t *testing.T, databaseURL string, accounts int) map[string]counted {
		repository := open(t, databaseURL, manySettings(10))
		seller := register(t, repository, fmt.Sprintf("accounts%02d.myshopify.com", accounts))
		for i := range accounts {
			connect(t, repository, seller, fmt.Sprintf("%d-%02d", accounts%2, i))
			disconnect(t, repository, seller)
		}
		last := connect(t, repository, seller, fmt.Sprintf("last-%02d", accounts)).Account.ID
		recorder := recordStatements(t, repository)
		during := func(do func() error) counted {
			statements := recorder.during(func() { require.NoError(t, do()) })
			return counted{len(statements), recorder.rows, recorder.bytes}
		}
		return map[string]counted{
			"edit": during(func() error {
				return second(repository.UpdateSettings(t.Context(), seller, []models.SettingInput{{Key: "k0000", Value: `"edited"`}}))
			}),
			"disconnect": during(func() error {
				return second(repository.DisconnectTikTokShop(t.Context(), seller, models.DisconnectRequest{Confirm: true}))
			}),
			"again": during(func() error {
				return refused(second(repository.DisconnectTikTokShop(t.Context(), seller, models.DisconnectRequest{Confirm: true})))
			}),
			"again, by its id": during(func() error {
				return refused(second(repository.DisconnectTikTokShop(t.Context(), seller, models.DisconnectRequest{Confirm: true, AccountID: &last})))
			}),
		}
	}
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		require.Equal(t, measure(t, databaseURL, 1), measure(t, databaseURL, 12))
	})
}

// TestAccountsToChangeAreFoundByIndexes: the database does not look through all accounts for the few.
func TestAccountsToChangeAreFoundByIndexes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		open(t, databaseURL, manySettings(4))
		conn, err := direct(t, databaseURL).Conn(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		explain, scan := "EXPLAIN QUERY PLAN ", "SCAN accounts"
		if system(databaseURL) == "postgresql" {
			explain, scan = "EXPLAIN ", "Seq Scan on accounts"
			_, err = conn.ExecContext(t.Context(), "SET enable_seqscan = off") // which is better where there are no rows
			require.NoError(t, err)
		}
		rows, err := conn.QueryContext(t.Context(), explain+strings.NewReplacer("$1", "'store'", "$2", "'account'").Replace(db.SelectAccountsToChange))
		require.NoError(t, err)
		defer rows.Close()
		columns, err := rows.Columns()
		require.NoError(t, err)
		plan := ""
		for rows.Next() {
			line := make([]any, len(columns))
			for i := range line {
				line[i] = new(sql.NullString)
			}
			require.NoError(t, rows.Scan(line...))
			plan += line[len(line)-1].(*sql.NullString).String + "\n"
		}
		require.NoError(t, rows.Err())
		require.NotContains(t, plan, scan)
		for _, index := range []string{"accounts_not_disconnected", "accounts_disconnected_last"} {
			require.Contains(t, plan, index)
		}
	})
}
