package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// priced is a store with a webhook endpoint and API keys, whose clock stands still, and what it has stored on that day.
type priced struct {
	*db.Repository
	ctx      context.Context
	seller   models.Caller
	tables   tables
	endpoint string
	key      string
	made     int // so that names and addresses are new
}

func newPriced(t *testing.T, databaseURL string) *priced {
	t.Helper()
	repository, seller, rawTables := openWebhooks(t, databaseURL)
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	repository.Now = func() time.Time { return now }
	connect(t, repository, seller, "priced")
	update(t, repository, seller, models.SettingInput{Key: "order.tags", Value: `["before"]`})
	p := &priced{Repository: repository, ctx: t.Context(), seller: seller, tables: rawTables}
	p.endpoint = createEndpoint(t, repository, seller).Endpoint.ID
	key, _ := createKey(t, repository, seller, partner("priced"))
	p.key = key.ID
	return p
}

// unique is a text that was not there before.
func (p *priced) unique() string {
	p.made++
	return fmt.Sprint("made", p.made)
}

// pricedCalls are the calls that add to what is stored for good, and what each of them costs. One that is never refused costs nothing.
var pricedCalls = []struct {
	name  string
	price int64
	call  func(p *priced) error
}{
	{"createApiKey", models.APIKeyBytes, func(p *priced) error {
		return second(p.CreateAPIKey(p.ctx, p.seller, partner(p.unique())))
	}},
	{"rotateApiKey", models.APIKeyBytes, func(p *priced) error {
		return second(p.RotateAPIKey(p.ctx, p.seller, models.RotationRequest{ID: p.key}))
	}},
	{"createWebhookEndpoint", models.EndpointBytes, func(p *priced) error {
		return second(p.CreateWebhookEndpoint(p.ctx, p.seller, models.WebhookRequest{URL: "https://example.com/" + p.unique()}))
	}},
	{"updateWebhookEndpoint", models.EntryBytes, func(p *priced) error {
		url := "https://example.com/" + p.unique()
		return second(p.UpdateWebhookEndpoint(p.ctx, p.seller, models.WebhookChange{ID: p.endpoint, URL: &url}))
	}},
	{"rotateWebhookSecret", models.EntryBytes, func(p *priced) error { return second(p.RotateWebhookSecret(p.ctx, p.seller, p.endpoint)) }},
	// Two accounts were connected, that of TikTok Shop and that of TikTok for Business, and settings were edited.
	{"redeliverEvents", models.EntryBytes + 3*models.DeliveryBytes, func(p *priced) error {
		return second(p.RedeliverEvents(p.ctx, p.seller, models.RedeliveryRequest{EndpointID: p.endpoint}))
	}},
	{"updateSettings", models.EntryBytes + 256 + int64(len(`["before"]["after"]`)), func(p *priced) error {
		return second(p.UpdateSettings(p.ctx, p.seller, []models.SettingInput{{Key: "order.tags", Value: `["after"]`}}))
	}},
}

// neverRefused are the calls that must be possible whatever was stored, and add nothing that was not paid for.
var neverRefused = []struct {
	name string
	call func(p *priced) error
}{
	{"updateWebhookEndpoint, to the same", func(p *priced) error {
		return second(p.UpdateWebhookEndpoint(p.ctx, p.seller, models.WebhookChange{ID: p.endpoint}))
	}},
	{"updateSettings, to the same", func(p *priced) error { return second(p.UpdateSettings(p.ctx, p.seller, nil)) }},
	{"revokeApiKey", func(p *priced) error { return second(p.RevokeAPIKey(p.ctx, p.seller, p.key)) }},
	{"deleteWebhookEndpoint", func(p *priced) error { return second(p.DeleteWebhookEndpoint(p.ctx, p.seller, p.endpoint)) }},
	{"disconnectTikTokShop", func(p *priced) error {
		return second(p.DisconnectTikTokShop(p.ctx, p.seller, models.DisconnectRequest{Confirm: true}))
	}},
}

// TestWhatStaysHasItsPrice: each call is counted at its price, carried out where the day has just that room, and refused where there is none
// for its entry, in which case it has written nothing.
func TestWhatStaysHasItsPrice(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := newPriced(t, databaseURL)
		for _, priced := range pricedCalls {
			used := ledgerOf(t, p.tables, p.seller)
			p.LedgerBudget = used + models.EntryBytes - 1
			untouched := p.tables.of(t, p.seller.Store.ID)
			requireDailyLimit(t, priced.call(p), priced.name)
			require.Equal(t, untouched, p.tables.of(t, p.seller.Store.ID), priced.name)

			p.LedgerBudget = used + priced.price
			require.NoError(t, priced.call(p), priced.name)
			require.Equal(t, priced.price, ledgerOf(t, p.tables, p.seller)-used, priced.name)
		}
	})
}

// requireDailyLimit fails unless the error is the one refusal DAILY_LIMIT_REACHED, whatever call it is of.
func requireDailyLimit(t *testing.T, err error, call string) {
	t.Helper()
	refusal, ok := errors.AsType[interface {
		error
		RefusalCode() string
	}](err)
	require.True(t, ok, "%s: %v", call, err)
	require.Equal(t, "DAILY_LIMIT_REACHED", refusal.RefusalCode(), call)
}

// TestRevokingAndDisconnectingAreNeverRefused, nor counted, on a day that is full.
func TestRevokingAndDisconnectingAreNeverRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := newPriced(t, databaseURL)
		used := ledgerOf(t, p.tables, p.seller)
		p.LedgerBudget = 0
		for _, free := range neverRefused {
			require.NoError(t, free.call(p), free.name)
			require.Equal(t, used, ledgerOf(t, p.tables, p.seller), free.name)
		}
	})
}

// TestRedeliveryMayGoBeyondTheDay: how much it sends is known only then, as with connects; the next one is refused.
func TestRedeliveryMayGoBeyondTheDay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := newPriced(t, databaseURL)
		p.LedgerBudget = ledgerOf(t, p.tables, p.seller) + models.EntryBytes
		again := func() error {
			return second(p.RedeliverEvents(p.ctx, p.seller, models.RedeliveryRequest{EndpointID: p.endpoint}))
		}
		require.NoError(t, again())
		require.Greater(t, ledgerOf(t, p.tables, p.seller), p.LedgerBudget)
		requireDailyLimit(t, again(), "redeliverEvents")
	})
}

// TestPricesCoverTheLongestRows: nothing that is stored is longer than what was paid for it.
func TestPricesCoverTheLongestRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := newPriced(t, databaseURL)
		longest := partner(strings.Repeat("ﷺ", models.MaxAPIKeyName)) // of which each is 18 letters when it is folded
		longest.Scopes = models.AllAPIKeyScopes
		p.seller.Actor.Name = strings.Repeat("𝔸", models.MaxUserName)
		createKey(t, p.Repository, p.seller, longest)
		lengths := func(table string, columns ...string) (sum int64) {
			for _, column := range columns {
				sum += p.tables.number(t, fmt.Sprintf(`SELECT COALESCE(MAX(octet_length(CAST(%s AS text))), 0) FROM %s`, column, table))
			}
			return sum
		}
		entry := lengths("audit_entries", "id", "store_id", "account_id", "action", "actor_kind", "actor_name", "occurred_at", "api_key_id", "api_key_name")
		require.Greater(t, entry, int64(2*300))
		require.Less(t, entry+200, int64(models.EntryBytes), "with the number of a person, and indexes")
		row := lengths("api_keys", "id", "store_id", "name", "folded_name", "prefix", "scopes", "created_at")
		require.Less(t, row+200, int64(models.APIKeyBytes-2*models.EntryBytes), "with the hash, times, and indexes")
	})
}

// TestKeysAreCountedWithoutAnswers: a key whose answer has no room stays for a day as well, and so do what was done with it.
func TestKeysAreCountedWithoutAnswers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := newPriced(t, databaseURL)
		k := &keyed{Repository: p.Repository, ctx: p.ctx, seller: p.seller}
		change := func(ctx context.Context, _ *keyed) (any, error) {
			url := "https://example.com/" + p.unique()
			return p.UpdateWebhookEndpoint(ctx, p.seller, models.WebhookChange{ID: p.endpoint, URL: &url})
		}
		used := ledgerOf(t, p.tables, p.seller)
		k.requireFirst(t, "stored", "digest", change)
		require.Equal(t, int64(models.EntryBytes), ledgerOf(t, p.tables, p.seller)-used, "the answer has a count of its own")
		require.NoError(t, p.tables.write(`UPDATE stores SET answer_bytes = ? WHERE id = ?`, models.AnswerBudget(p.LedgerBudget), p.seller.Store.ID))

		used = ledgerOf(t, p.tables, p.seller)
		k.requireFirst(t, "dropped", "digest", change)
		require.Equal(t, models.EntryBytes+models.AnswerBytes(nil), ledgerOf(t, p.tables, p.seller)-used)
		_, _, err := k.once("dropped", "digest", change)
		require.ErrorIs(t, err, models.ErrAnswerDropped)

		p.LedgerBudget = used
		untouched := p.tables.of(t, p.seller.Store.ID)
		for i := range 3 {
			require.Contains(t, k.requireFirst(t, fmt.Sprint("refused", i), "digest", change), "DAILY_LIMIT_REACHED")
		}
		require.Equal(t, untouched, p.tables.of(t, p.seller.Store.ID), "what is refused leaves nothing")
	})
}
