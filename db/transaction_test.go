package db_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
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
						_, settings := k.Settings(ctx, k.seller, models.SettingFilter{})
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

// TestWritesReturnResultOrError: not the result of what a failed commit has taken back.
func TestWritesReturnResultOrError(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		connected, disconnected := register(t, repository, "connected.myshopify.com"), register(t, repository, "disconnected.myshopify.com")
		connect(t, repository, connected, "connected")
		key, _ := createKey(t, repository, connected, partner("used"))
		// Every audit entry makes the commit fail, and nothing before it.
		statements := []string{
			`CREATE TABLE orphans (store_id text REFERENCES stores (id) DEFERRABLE INITIALLY DEFERRED)`,
			`CREATE TRIGGER orphan AFTER INSERT ON audit_entries BEGIN INSERT INTO orphans VALUES ('none'); END`,
		}
		if system(databaseURL) == "postgresql" {
			statements[1] = `CREATE FUNCTION orphan() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO orphans VALUES ('none'); RETURN NULL; END $$;
				CREATE TRIGGER orphan AFTER INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION orphan()`
		}
		for _, statement := range statements {
			_, err := direct(t, databaseURL).ExecContext(t.Context(), statement)
			require.NoError(t, err)
		}
		for name, call := range map[string]func(context.Context) error{
			"connect": func(ctx context.Context) error {
				result, err := repository.ConnectTikTokShop(ctx, disconnected, owner("another"))
				require.Nil(t, result)
				return err
			},
			"disconnect": func(ctx context.Context) error {
				result, err := repository.DisconnectTikTokShop(ctx, connected, models.DisconnectRequest{Confirm: true})
				require.Nil(t, result)
				return err
			},
			"edit": func(ctx context.Context) error {
				settings, err := repository.UpdateSettings(ctx, connected, []models.SettingInput{{Key: "order.tags", Value: `["edited"]`}})
				require.Nil(t, settings)
				return err
			},
			"create an API key": func(ctx context.Context) error {
				result, err := repository.CreateAPIKey(ctx, connected, partner("another"))
				require.Nil(t, result)
				return err
			},
			"revoke an API key": func(ctx context.Context) error {
				revoked, err := repository.RevokeAPIKey(ctx, connected, key.ID)
				require.Nil(t, revoked)
				return err
			},
		} {
			require.ErrorIs(t, call(t.Context()), models.ErrTryAgain, name)
		}
	})
}
