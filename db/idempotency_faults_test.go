package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/models"
)

// Who waits for the first one does not wait for ever, and nothing of it stays.
func TestARequestUnderWayIsWaitedFor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k := newKeyed(t, databaseURL)
		asking, answered, done := make(chan bool), make(chan bool), make(chan string, 1)
		go func() {
			answer, _, _ := k.once("key", "digest", func(ctx context.Context, k *keyed) (any, error) {
				close(asking)
				<-answered // as if by TikTok
				return editWork(ctx, k)
			})
			done <- answer
		}()
		<-asking
		// Nothing is locked while TikTok is asked: no transaction is open, and others write to the store.
		k.requireLetGo(t)
		impatient, cancel := context.WithTimeout(k.ctx, 50*time.Millisecond)
		defer cancel()
		_, _, err := k.Once(impatient, k.seller, models.IdempotentRequest{Key: "key", Digest: "digest"}, nil)
		require.ErrorIs(t, err, models.ErrTryAgain)
		close(answered)
		k.requireReplay(t, "key", "digest", <-done)
	})
}

func TestWhatFailsIsNotKept(t *testing.T) {
	t.Parallel()
	failure := errors.New("failure")
	for name, fail := range map[string]func(ctx context.Context, k *keyed) error{
		"before the change": func(context.Context, *keyed) error { return failure },
		"after the change": func(ctx context.Context, k *keyed) error {
			_, err := disconnectWork(ctx, k)
			return errors.Join(err, failure)
		},
		"panic": func(ctx context.Context, k *keyed) error {
			_, err := disconnectWork(ctx, k)
			panic(errors.Join(err, failure))
		},
		"read after the change": func(ctx context.Context, k *keyed) error {
			_, err := k.DisconnectTikTokShop(ctx, k.seller, models.DisconnectRequest{Confirm: true})
			gone, cancel := context.WithCancel(ctx)
			cancel()
			if _, unread := k.Overview(gone, k.seller, models.AccountDetails{}); errors.Is(unread, models.ErrTryAgain) {
				return errors.Join(err, failure)
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, databaseURL string) {
				k, conn := newKeyed(t, databaseURL), direct(t, databaseURL)
				requireDone(t, connecting(k.ctx, k.Repository, k.seller))
				before := look(t, conn)
				_, replayed, err := k.recovering("key", "digest", func(ctx context.Context, k *keyed) (any, error) { return nil, fail(ctx, k) })
				require.ErrorIs(t, err, failure)
				require.False(t, replayed)
				require.Equal(t, before, look(t, conn))
				k.requireLetGo(t)
				answer := k.requireFirst(t, "key", "digest", disconnectWork)
				require.Zero(t, look(t, conn).Connected)
				k.requireReplay(t, "key", "digest", answer)
			})
		})
	}
}

// recovering is once that turns a panic into its error.
func (k *keyed) recovering(key, digest string, do work) (answer string, replayed bool, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = panicked.(error)
		}
	}()
	return k.once(key, digest, do)
}

func TestACallerThatGoesAwayLeavesNoKey(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k, conn := newKeyed(t, databaseURL), direct(t, databaseURL)
		requireDone(t, connecting(k.ctx, k.Repository, k.seller))
		before := look(t, conn)
		ctx, stay := k.ctx, k.ctx
		ctx, leave := context.WithCancel(ctx)
		k.ctx = ctx
		_, _, err := k.once("key", "digest", func(ctx context.Context, k *keyed) (any, error) {
			defer leave()
			return disconnectWork(ctx, k)
		})
		require.ErrorIs(t, err, models.ErrTryAgain)
		require.Equal(t, before, look(t, conn))
		k.ctx = stay
		k.requireFirst(t, "key", "digest", disconnectWork)
	})
}

// The parts of an answer are read at the same time, over one connection, and all of them after the change.
func TestReadsOfAnAnswerShareItsTransaction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k := newKeyed(t, databaseURL)
		requireDone(t, connecting(k.ctx, k.Repository, k.seller))
		heard := listen(t, k.Repository)
		statements := heard.during(func() {
			k.requireFirst(t, "key", "digest", func(ctx context.Context, k *keyed) (any, error) {
				_, err := disconnectWork(ctx, k)
				var reads sync.WaitGroup
				statuses, errs := make([]string, 8), make([]error, 8)
				for i := range statuses {
					reads.Go(func() {
						overview, err := k.Overview(ctx, k.seller, everything)
						if errs[i] = err; err == nil {
							statuses[i] = string(overview.TikTokShop.Status)
						}
						_, accounts := k.Accounts(ctx, k.seller, everything)
						_, trail := k.AuditTrail(ctx, k.seller, models.AuditPage{Count: 5}, everything)
						_, settings := k.Settings(ctx, k.seller, nil)
						errs[i] = errors.Join(err, accounts, trail, settings)
					})
				}
				reads.Wait()
				for _, status := range statuses {
					require.Equal(t, string(models.SetupInProgress), status)
				}
				return nil, errors.Join(append(errs, err)...)
			})
		})
		require.Equal(t, 1, strings.Count(strings.Join(statements, "\n"), "BEGIN"))
		require.Equal(t, "COMMIT", statements[len(statements)-1])
		k.requireLetGo(t)
	})
}

// Wherever the connection breaks, sending the request again has it done once in all.
func TestKeyedDisconnectThatIsCutAnywhereIsDoneOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("puts a fault into each round trip in turn")
	}
	t.Parallel()
	for name, moment := range map[string]dbtest.Moment{"before": dbtest.BeforeRequest, "after": dbtest.AfterAnswer} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBroken(t)
			k := &keyed{Repository: b.by, seller: b.seller}
			past := &keyed{Repository: b.past, seller: b.seller}
			commits := 0
			for trip, fired := 1, "none yet"; fired != ""; trip++ {
				k.ctx, past.ctx = patiently(t), patiently(t)
				before, key := look(t, b.conn), fmt.Sprint("key ", trip)
				b.proxy.At(trip, moment, b.proxy.Cut)
				first, _, err := k.once(key, "digest", disconnectWork)
				fired = b.proxy.Fired()
				b.proxy.Heal()
				again, replayed, retried := past.once(key, "digest", disconnectWork)
				at := fmt.Sprintf("round trip %d, %q, %v", trip, fired, err)
				require.NoError(t, retried, at)
				require.Equal(t, before.Records+1, look(t, b.conn).Records, at)
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
				past.requireReplay(t, key, "digest", again)
				requireDone(t, connecting(past.ctx, b.past, b.seller))
			}
			require.Positive(t, commits)
		})
	}
}
