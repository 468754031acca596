package db_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// keyed is a store whose seller sends requests with keys.
type keyed struct {
	*db.Repository
	ctx    context.Context
	seller models.Caller
	did    atomic.Int32 // how often the work of a request began
}

func newKeyed(tb testing.TB, databaseURL string) *keyed {
	tb.Helper()
	repository := open(tb, databaseURL, models.DefaultCatalogue())
	return &keyed{Repository: repository, ctx: tb.Context(), seller: register(tb, repository, "keyed.myshopify.com")}
}

// work is what a request does. Its answer is what the API would make of it, of a refusal too.
type work func(ctx context.Context, k *keyed) (any, error)

func disconnectWork(ctx context.Context, k *keyed) (any, error) {
	result, refusal := k.DisconnectTikTokShop(ctx, k.seller, models.DisconnectRequest{Confirm: true})
	if refusal != nil && refused(refusal) != nil {
		return nil, refusal
	}
	overview, err := k.Overview(ctx, k.seller, models.AccountDetails{})
	if err = cmp.Or(err, refusal); err != nil {
		return nil, err
	}
	return []any{result.Disconnection.ID, overview}, nil
}

func connectWork(ctx context.Context, k *keyed) (any, error) {
	return k.ConnectTikTokShop(ctx, k.seller, owner("keyed"))
}

// editWork makes every carrying out another audit entry, with a value of its own.
func editWork(ctx context.Context, k *keyed) (any, error) {
	value := models.Value(fmt.Sprintf(`["%s"]`, k.NewID()))
	return k.UpdateSettings(ctx, k.seller, []models.SettingInput{{Key: "order.tags", Value: value}})
}

// once sends a request with a key.
func (k *keyed) once(key, digest string, do work) (answer string, replayed bool, err error) {
	text, replayed, err := k.Once(k.ctx, k.seller, models.IdempotentRequest{Key: key, Digest: digest}, func(ctx context.Context) ([]byte, error) {
		k.did.Add(1)
		answer, err := do(ctx, k)
		if refused(err) == nil {
			answer, err = err, nil
		}
		if err != nil {
			return nil, err
		}
		return json.Marshal(answer)
	})
	return string(text), replayed, err
}

func (k *keyed) requireFirst(tb testing.TB, key, digest string, do work) (answer string) {
	tb.Helper()
	answer, replayed, err := k.once(key, digest, do)
	require.NoError(tb, err)
	require.False(tb, replayed)
	return answer
}

// requireReplay fails unless the request gets the answer again without anything being done.
func (k *keyed) requireReplay(tb testing.TB, key, digest, answer string) {
	tb.Helper()
	did := k.did.Load()
	again, replayed, err := k.once(key, digest, disconnectWork)
	require.NoError(tb, err)
	require.True(tb, replayed)
	require.Equal(tb, answer, again)
	require.Equal(tb, did, k.did.Load())
}

// requireReleased fails unless every connection is back, and the store is open to the next writer at once.
func (k *keyed) requireReleased(tb testing.TB) {
	tb.Helper()
	for _, pool := range k.Pools() {
		require.Zero(tb, pool.InUse, pool.Name)
	}
	require.NoError(tb, editing(operationContext(tb), k.Repository, k.seller).err)
}

func TestOnceReplaysStoredAnswer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k, conn := newKeyed(t, databaseURL), direct(t, databaseURL)
		connected := k.requireFirst(t, "connect", "c", connectWork)
		disconnected := k.requireFirst(t, "disconnect", "d", disconnectWork)
		require.Contains(t, disconnected, `"SETUP_IN_PROGRESS"`, "the overview is that of after the disconnect")
		requireDone(t, connecting(k.ctx, k.Repository, k.seller))
		before := readFacts(t, conn)
		k.requireReplay(t, "connect", "c", connected)
		k.requireReplay(t, "disconnect", "d", disconnected)
		require.Equal(t, before, readFacts(t, conn))
		require.Equal(t, int32(2), k.did.Load())
	})
}

// A refusal is an answer like any other, and nothing but the answer is written with it, whoever it is that refuses.
func TestOnceReplaysRefusals(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]work{
		"disconnect, unconfirmed": func(ctx context.Context, k *keyed) (any, error) {
			return k.DisconnectTikTokShop(ctx, k.seller, models.DisconnectRequest{})
		},
		"disconnect, already disconnected": disconnectWork,
		"connect, unknown code": func(ctx context.Context, k *keyed) (any, error) {
			return k.ConnectTikTokShop(ctx, k.seller, nil)
		},
		"connect, in use": func(ctx context.Context, k *keyed) (any, error) {
			return k.ConnectTikTokShop(ctx, k.seller, owner("taken"))
		},
		"edit, unknown": func(ctx context.Context, k *keyed) (any, error) {
			return k.UpdateSettings(ctx, k.seller, []models.SettingInput{{Key: "order.tags", Value: `["edited"]`}, {Key: "unknown"}})
		},
		"edit, nothing to do": func(ctx context.Context, k *keyed) (any, error) {
			settings, err := k.UpdateSettings(ctx, k.seller, nil)
			return []any{settings, "Code"}, err
		},
		"revoke, unknown": func(ctx context.Context, k *keyed) (any, error) {
			return k.RevokeAPIKey(ctx, k.seller, "apikey_unknown")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, databaseURL string) {
				k, conn := newKeyed(t, databaseURL), direct(t, databaseURL)
				requireDone(t, connecting(k.ctx, k.Repository, k.seller))
				requireDone(t, disconnecting(k.ctx, k.Repository, k.seller))
				connect(t, k.Repository, register(t, k.Repository, "taking.myshopify.com"), "taken")
				before, recorder := readFacts(t, conn), recordStatements(t, k.Repository)
				var answer string
				var writes []string
				for _, statement := range recorder.during(func() { answer = k.requireFirst(t, "key", "digest", do) }) {
					if !strings.HasPrefix(statement, "SELECT") && !strings.HasPrefix(statement, "BEGIN") && statement != "COMMIT" {
						writes = append(writes, statement)
					}
				}
				require.Contains(t, answer, "Code")
				require.Len(t, writes, 2, "a refusing method writes nothing before")
				require.Regexp(t, "^INSERT INTO [`\"]idempotency_keys", writes[0])
				require.Regexp(t, "^UPDATE stores SET ledger_day = .*, answer_bytes", writes[1])
				require.Equal(t, before, readFacts(t, conn))
				k.requireReplay(t, "key", "digest", answer)
				requireDone(t, connecting(k.ctx, k.Repository, k.seller))
				k.requireReplay(t, "key", "digest", answer)
			})
		})
	}
}

// Who loses a shop to another store's call is carried out again with what that has left, and refused.
func TestOnceRetriesAfterConflict(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		winner := newKeyed(t, databaseURL)
		loser := &keyed{Repository: winner.Repository, ctx: winner.ctx, seller: register(t, winner.Repository, "losing.myshopify.com")}
		connected, won := make(chan bool), make(chan error, 1)
		go func() {
			_, _, err := winner.once("key", "digest", func(ctx context.Context, k *keyed) (any, error) {
				defer time.Sleep(200 * time.Millisecond) // until the loser waits for the commit, though nothing depends on it
				defer close(connected)
				return connectWork(ctx, k)
			})
			won <- err
		}()
		<-connected
		answer := loser.requireFirst(t, "key", "digest", connectWork)
		require.Contains(t, answer, models.AccountInUse)
		require.NoError(t, <-won)
		loser.requireReleased(t)
		loser.requireReplay(t, "key", "digest", answer)
		require.Equal(t, int32(1), loser.did.Load())
	})
}

func TestOnceRejectsKeyOfAnotherRequest(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k, conn := newKeyed(t, databaseURL), direct(t, databaseURL)
		answer := k.requireFirst(t, "key", "connect", connectWork)
		before := readFacts(t, conn)
		_, replayed, err := k.once("key", "disconnect", disconnectWork)
		require.ErrorIs(t, err, models.ErrIdempotencyKeyMismatch)
		require.False(t, replayed)
		require.Equal(t, before, readFacts(t, conn))
		require.Equal(t, int32(1), k.did.Load())
		k.requireReplay(t, "key", "connect", answer)
		k.requireReleased(t)
	})
}

func TestIdempotencyKeysArePerStoreAndCaller(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k := newKeyed(t, databaseURL)
		other := register(t, k.Repository, "other.myshopify.com")
		answers := map[string]bool{}
		for _, store := range []models.Caller{k.seller, other} {
			for _, id := range []string{"", "user_1", "apikey_1"} {
				k.seller = store
				k.seller.ID = id
				answer := k.requireFirst(t, "key", "digest", editWork)
				k.requireReplay(t, "key", "digest", answer)
				answers[answer] = true
			}
		}
		require.Len(t, answers, 6)
	})
}

func TestIdempotencyKeysExpireAfterADay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k := newKeyed(t, databaseURL)
		now := k.Now()
		k.Now = func() time.Time { return now }
		first := k.requireFirst(t, "key", "digest", editWork)
		unused := k.requireFirst(t, "unused", "digest", editWork)
		now = now.Add(models.IdempotencyKeyLife - time.Microsecond)
		k.requireReplay(t, "key", "digest", first)
		forgotten, err := k.ForgetIdempotencyKeys(k.ctx)
		require.NoError(t, err)
		require.Zero(t, forgotten)

		now = now.Add(time.Microsecond)
		second := k.requireFirst(t, "key", "another", editWork)
		require.NotEqual(t, first, second)
		forgotten, err = k.ForgetIdempotencyKeys(k.ctx)
		require.NoError(t, err)
		require.Equal(t, int64(1), forgotten, "the unused one")
		k.requireReplay(t, "key", "another", second)
		require.NotEqual(t, unused, k.requireFirst(t, "unused", "digest", editWork))
	})
}

// However many send one request at the same moment, to however many programs, it is done once.
func TestOnceRunsConcurrentRequestsOnce(t *testing.T) {
	t.Parallel()
	for _, programs := range []int{1, 3} {
		t.Run(fmt.Sprintf("%d programs", programs), func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, databaseURL string) {
				sent := []*keyed{newKeyed(t, databaseURL)}
				for range programs - 1 {
					sent = append(sent, &keyed{Repository: open(t, databaseURL, models.DefaultCatalogue()), ctx: sent[0].ctx, seller: sent[0].seller})
				}
				conn := direct(t, databaseURL)
				before := readFacts(t, conn)
				var senders sync.WaitGroup
				var firsts atomic.Int32
				answers := make([]string, 20)
				errs := make([]error, len(answers))
				for i := range answers {
					senders.Go(func() {
						var replayed bool
						if answers[i], replayed, errs[i] = sent[i%programs].once("key", "digest", editWork); !replayed {
							firsts.Add(1)
						}
					})
				}
				senders.Wait()
				require.NoError(t, errors.Join(errs...))
				require.Equal(t, int32(1), firsts.Load())
				for _, answer := range answers {
					require.Equal(t, answers[0], answer)
				}
				require.Equal(t, before.Entries+1, readFacts(t, conn).Entries)
				for _, k := range sent {
					require.LessOrEqual(t, k.did.Load(), int32(1), "a program asks TikTok once")
					k.requireReleased(t)
				}
			})
		})
	}
}

// Who waits for the first one does not wait for ever, and nothing of it stays.
func TestOnceWaitsForRequestInFlight(t *testing.T) {
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
		k.requireReleased(t)
		impatient, cancel := context.WithTimeout(k.ctx, 50*time.Millisecond)
		defer cancel()
		_, _, err := k.Once(impatient, k.seller, models.IdempotentRequest{Key: "key", Digest: "digest"}, nil)
		require.ErrorIs(t, err, models.ErrTryAgain)
		close(answered)
		k.requireReplay(t, "key", "digest", <-done)
	})
}

func TestFailedRequestHasNoAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k := newKeyed(t, databaseURL)
		failed := errors.New("failed")
		answer, replayed, err := k.Once(k.ctx, k.seller, models.IdempotentRequest{Key: "key"}, func(context.Context) ([]byte, error) {
			return []byte("half an answer"), failed
		})
		require.ErrorIs(t, err, failed)
		require.False(t, replayed)
		require.Nil(t, answer)
	})
}
