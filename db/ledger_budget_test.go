package db_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestLedgerBudgetBoundsEdits: what edits add on one day is bounded by store, one that is refused has written nothing, and a store whose
// budget is used up is given back all the same.
func TestLedgerBudgetBoundsEdits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller, neighbour := register(t, repository, "full.myshopify.com"), register(t, repository, "next.myshopify.com")
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		repository.Now = func() time.Time { return now }
		connect(t, repository, seller, "sandbox:US:owner:FULL")
		edit := func(caller models.Caller, letter string) error {
			value := models.Value(`["` + strings.Repeat(letter, 1000) + `"]`)
			_, err := repository.UpdateSettings(context.Background(), caller, []models.SettingInput{{Key: "order.tags", Value: value}})
			return err
		}
		require.NoError(t, edit(seller, "a"))
		before := ledgerOf(t, rawTables, seller)
		require.NoError(t, edit(seller, "b"))
		each := ledgerOf(t, rawTables, seller) - before
		require.Greater(t, each, int64(2000), "what was before is written, too")

		repository.LedgerBudget = before + 3*each
		require.NoError(t, edit(seller, "c"))
		require.NoError(t, edit(seller, "d"), "as much as there may be")
		untouched := rawTables.of(t, seller.Store.ID)
		refusals := models.RefusalsIn[models.UpdateSettingsErrorCode](edit(seller, "e"))
		require.Len(t, refusals, 1)
		require.Equal(t, models.DailyLimitReached, refusals[0].Code)
		require.NoError(t, edit(seller, "d"), "an edit that changes nothing takes nothing")
		require.Equal(t, untouched, rawTables.of(t, seller.Store.ID))
		require.NoError(t, edit(neighbour, "e"), "each store has its own")

		_, err := repository.DisconnectTikTokShop(context.Background(), seller, models.DisconnectRequest{Confirm: true})
		require.NoError(t, err)
		now = now.Add(15*time.Hour - time.Microsecond)
		require.NotEmpty(t, models.RefusalsIn[models.UpdateSettingsErrorCode](edit(seller, "f")))
		now = now.Add(time.Microsecond)
		require.NoError(t, edit(seller, "f"), "the next day")
	})
}

// number reads one by a statement.
func (d tables) number(t *testing.T, statement string, args ...any) (number int64) {
	t.Helper()
	require.NoError(t, d.QueryRow(d.numbered(statement), args...).Scan(&number))
	return number
}

// ledgerOf is how many bytes the store's edits have taken on their day.
func ledgerOf(t *testing.T, tables tables, caller models.Caller) (bytes int64) {
	t.Helper()
	return tables.number(t, `SELECT ledger_bytes FROM stores WHERE id = ?`, caller.Store.ID)
}

// TestDailyLimitsWithinOnce: the answer to a mutation with a key tells what is stored after it, and a refusal what was before.
func TestDailyLimitsWithinOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "once.myshopify.com")
		history := func(ctx context.Context) int {
			limits, err := repository.DailyLimits(ctx, seller)
			require.NoError(t, err)
			return limits.History.Used
		}
		once := func(key string, do func(ctx context.Context) error) {
			request := models.IdempotentRequest{Key: key, Digest: key}
			_, _, err := repository.Once(context.Background(), seller, request, func(ctx context.Context) ([]byte, error) {
				return []byte(key), do(ctx)
			})
			require.NoError(t, err)
		}
		require.Zero(t, history(context.Background()))
		once("connect", func(ctx context.Context) error {
			require.Zero(t, history(ctx))
			_, err := repository.ConnectTikTokShop(ctx, seller, owner("once"))
			require.Equal(t, 1, history(ctx), "as a call after it says")
			return err
		})
		require.Equal(t, 1, history(context.Background()))
		once("refused", func(ctx context.Context) error {
			repository.LedgerBudget = 1
			_, err := repository.UpdateSettings(ctx, seller, []models.SettingInput{{Key: "order.tags", Value: models.Value(`["a"]`)}})
			require.NotEmpty(t, models.RefusalsIn[models.UpdateSettingsErrorCode](err))
			require.Equal(t, 1, history(ctx))
			return nil
		})
	})
}

// TestLedgerBudgetBoundsConnects: a store that connects and disconnects again and again is refused when the day has no room, before an
// authorization code is spent; disconnecting never is.
func TestLedgerBudgetBoundsConnects(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller := register(t, repository, "again.myshopify.com")
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		repository.Now = func() time.Time { return now }
		connect(t, repository, seller, "sandbox:US:owner:AGAIN")
		written := models.ConnectionBytes + rawTables.number(t, `SELECT octet_length(snapshot) + (SELECT SUM(256 + COALESCE(octet_length(before), 0) + COALESCE(octet_length(after), 0))
			FROM setting_changes WHERE setting_changes.epoch_id = epochs.id) FROM epochs WHERE store_id = ?`, seller.Store.ID)
		require.Equal(t, written, ledgerOf(t, rawTables, seller))

		repository.LedgerBudget = written
		requireDone(t, disconnecting(t.Context(), repository, seller))
		untouched := rawTables.of(t, seller.Store.ID)
		full := func(err error) {
			t.Helper()
			refusals := models.RefusalsIn[models.ConnectTikTokShopErrorCode](err)
			require.Len(t, refusals, 1)
			require.Equal(t, models.ConnectDailyLimit, refusals[0].Code)
		}
		_, err := repository.ConnectTikTokShop(t.Context(), seller, owner("AGAIN"))
		full(err)
		full(repository.ReadyToConnect(t.Context(), seller))
		preview, err := repository.PreviewConnect(t.Context(), seller)
		require.NoError(t, err)
		require.Equal(t, models.ConnectDailyLimit, preview.Refusal.Code)
		err = repository.BeginConsent(t.Context(), seller, models.ConsentRequest{State: models.NewSecret("state")})
		begin := models.RefusalsIn[models.BeginTikTokAuthorizationErrorCode](err)
		require.Len(t, begin, 1)
		require.Equal(t, models.BeginDailyLimit, begin[0].Code)
		require.Equal(t, untouched, rawTables.of(t, seller.Store.ID))

		now = now.Add(15 * time.Hour)
		require.NoError(t, repository.ReadyToConnect(t.Context(), seller))
		connect(t, repository, seller, "sandbox:US:owner:AGAIN")
	})
}

// TestAnswerBudgetBoundsStoredAnswers: what answers to requests with keys take is bounded by store and day. Beyond that everything is done
// and answered as before, and once; only that the answer does not come again.
func TestAnswerBudgetBoundsStoredAnswers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k, rawTables := newKeyed(t, databaseURL), openTables(t, databaseURL)
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		k.Now = func() time.Time { return now }
		connect(t, k.Repository, k.seller, "sandbox:US:owner:FULL")
		now = now.Add(24 * time.Hour)
		first := k.requireFirst(t, "first", "digest", editWork)
		room := models.AnswerBytes([]byte(first))
		require.Equal(t, room, rawTables.number(t, `SELECT answer_bytes FROM stores WHERE id = ?`, k.seller.Store.ID))
		k.LedgerBudget = 4 * 2 * room
		second := k.requireFirst(t, "second", "digest", editWork)

		dropped := k.requireFirst(t, "dropped", "digest", editWork)
		require.Len(t, dropped, len(first), "it is given the first time")
		did := k.did.Load()
		for range 2 {
			answer, replayed, err := k.once("dropped", "digest", editWork)
			require.ErrorIs(t, err, models.ErrAnswerDropped)
			require.True(t, replayed)
			require.Empty(t, answer)
		}
		require.Equal(t, did, k.did.Load(), "it is done once")
		_, _, err := k.once("dropped", "other", editWork)
		require.ErrorIs(t, err, models.ErrIdempotencyKeyMismatch)

		untouched := rawTables.of(t, k.seller.Store.ID)
		refused := k.requireFirst(t, "refused", "digest", disconnectUnconfirmed)
		require.Contains(t, refused, models.ConfirmationRequired)
		require.Equal(t, untouched, rawTables.of(t, k.seller.Store.ID), "what has changed nothing leaves nothing")
		require.Equal(t, refused, k.requireFirst(t, "refused", "digest", disconnectUnconfirmed))

		k.requireFirst(t, "disconnect", "digest", disconnectWork)
		k.requireReplay(t, "first", "digest", first)
		k.requireReplay(t, "second", "digest", second)
		require.Equal(t, 2*room, rawTables.number(t, `SELECT SUM(octet_length(answer) + 512) FROM idempotency_keys WHERE answer <> ?`, []byte{}))
		require.Equal(t, int64(4), rawTables.number(t, `SELECT COUNT(*) FROM idempotency_keys WHERE store_id = ?`, k.seller.Store.ID))

		now = now.Add(15 * time.Hour)
		tomorrow := k.requireFirst(t, "tomorrow", "digest", editWork)
		k.requireReplay(t, "tomorrow", "digest", tomorrow)
	})
}

// TestNothingIsKeptOfWhatChangesNothing when there is no room for its answer, whatever it is.
func TestNothingIsKeptOfWhatChangesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k := newKeyed(t, databaseURL)
		k.Sealer = keyring(t, newKeyset(t))
		created, err := k.CreateWebhookEndpoint(k.ctx, k.seller, models.WebhookRequest{URL: "https://partner.example.com/events"})
		require.NoError(t, err)
		same := models.WebhookChange{ID: created.Endpoint.ID}
		k.LedgerBudget = 0
		for name, do := range map[string]work{
			"refused":     disconnectUnconfirmed,
			"edit":        func(ctx context.Context, k *keyed) (any, error) { return k.UpdateSettings(ctx, k.seller, nil) },
			"acknowledge": func(ctx context.Context, k *keyed) (any, error) { return k.AcknowledgeHandoffItems(ctx, k.seller, nil) },
			"endpoint": func(ctx context.Context, k *keyed) (any, error) {
				return k.UpdateWebhookEndpoint(ctx, k.seller, same)
			},
			"unknown keys": func(ctx context.Context, k *keyed) (any, error) {
				return k.RevokeAPIKey(ctx, k.seller, "apikey_unknown")
			},
		} {
			require.NotEmpty(t, k.requireFirst(t, name, "digest", do), name)
			require.Zero(t, openTables(t, databaseURL).number(t, `SELECT COUNT(*) FROM idempotency_keys WHERE store_id = ?`, k.seller.Store.ID), name)
		}
	})
}

// TestAnswerBudgetIsOfStore: the answers of one store leave those of another as they are.
func TestAnswerBudgetIsOfStore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		k := newKeyed(t, databaseURL)
		neighbour := &keyed{Repository: k.Repository, ctx: k.ctx, seller: register(t, k.Repository, "next.myshopify.com")}
		k.LedgerBudget = 64 << 10
		_, err := direct(t, databaseURL).Exec(`UPDATE stores SET answers_day = $1, answer_bytes = $2 WHERE id = $3`,
			models.LedgerDay(time.Now()), models.AnswerBudget(k.LedgerBudget), k.seller.Store.ID)
		require.NoError(t, err)
		k.requireFirst(t, "dropped", "digest", editWork)
		_, _, err = k.once("dropped", "digest", editWork)
		require.ErrorIs(t, err, models.ErrAnswerDropped)
		neighbour.requireReplay(t, "key", "digest", neighbour.requireFirst(t, "key", "digest", editWork))
	})
}

func disconnectUnconfirmed(ctx context.Context, k *keyed) (any, error) {
	return k.DisconnectTikTokShop(ctx, k.seller, models.DisconnectRequest{})
}
