package db_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/models"
)

func TestOnceRollsBackFailedDisconnect(t *testing.T) {
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
				before := readFacts(t, conn)
				_, replayed, err := k.recovering("key", "digest", func(ctx context.Context, k *keyed) (any, error) { return nil, fail(ctx, k) })
				require.ErrorIs(t, err, failure)
				require.False(t, replayed)
				require.Equal(t, before, readFacts(t, conn))
				k.requireReleased(t)
				answer := k.requireFirst(t, "key", "digest", disconnectWork)
				require.Zero(t, readFacts(t, conn).Connected)
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

func TestOnceRollsBackCancelledDisconnect(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k, conn := newKeyed(t, databaseURL), direct(t, databaseURL)
		requireDone(t, connecting(k.ctx, k.Repository, k.seller))
		before := readFacts(t, conn)
		ctx, stay := k.ctx, k.ctx
		ctx, leave := context.WithCancel(ctx)
		k.ctx = ctx
		_, _, err := k.once("key", "digest", func(ctx context.Context, k *keyed) (any, error) {
			defer leave()
			return disconnectWork(ctx, k)
		})
		require.ErrorIs(t, err, models.ErrTryAgain)
		require.Equal(t, before, readFacts(t, conn))
		k.ctx = stay
		k.requireFirst(t, "key", "digest", disconnectWork)
	})
}

// The parts of an answer are read at the same time, over one connection, and all of them after the change.
func TestOnceReadsInItsTransaction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k := newKeyed(t, databaseURL)
		requireDone(t, connecting(k.ctx, k.Repository, k.seller))
		recorder := recordStatements(t, k.Repository)
		statements := recorder.during(func() {
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
		k.requireReleased(t)
	})
}
