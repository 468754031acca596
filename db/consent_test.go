package db_test

import (
	"context"
	"errors"
	"strconv"
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

// consenting is a store whose seller is sent to TikTok, at a moment that the test holds.
type consenting struct {
	*db.Repository
	t      *testing.T
	seller models.Caller
	now    time.Time
	tables tables
}

func newConsenting(t *testing.T, databaseURL string) *consenting {
	t.Helper()
	c := &consenting{
		Repository: openSealed(t, databaseURL, newKeyset(t)), t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), tables: openTables(t, databaseURL),
	}
	c.Now = func() time.Time { return c.now }
	c.seller = register(t, c.Repository, "consent.myshopify.com")
	c.seller.ID, c.seller.Actor.Name = "user_42", "Shopify user 42"
	return c
}

// begin begins a consent with the state.
func (c *consenting) begin(state string) models.Secret {
	c.t.Helper()
	secret := models.NewSecret(state)
	require.NoError(c.t, c.BeginConsent(c.t.Context(), c.seller, models.ConsentRequest{State: secret, ReturnTo: "/settings"}))
	return secret
}

// offer comes back with the state, and is offered two shops.
func (c *consenting) offer(state, choice string) models.Secret {
	c.t.Helper()
	consent, err := c.UseConsent(c.t.Context(), c.begin(state))
	require.NoError(c.t, err)
	secret := models.NewSecret(choice)
	require.NoError(c.t, c.OfferShops(c.t.Context(), consent, secret, twoShops()))
	return secret
}

func twoShops() []models.Authorization {
	shops := []models.Authorization{*owner("PLANTED1"), *owner("PLANTED2")}
	for i := range shops {
		shops[i].ShopID = "7495" + shops[i].ShopCode
		shops[i].Credentials = models.TikTokCredentials{
			Credentials: tokens("consent", time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)), Cipher: models.NewSecret("GCP_" + shops[i].ShopCode), ShopID: shops[i].ShopID,
		}
	}
	return shops
}

func requireOver(t *testing.T, err error, outcome models.ConsentOutcome) {
	t.Helper()
	over, ok := errors.AsType[*models.ConsentOver](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, outcome, over.Outcome)
}

func TestConsentIsUsedOnceByWhoeverHasItsState(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		c := newConsenting(t, databaseURL)
		state := c.begin("planted-state")
		_, err := c.UseConsent(t.Context(), models.NewSecret("another"))
		requireOver(t, err, models.ConsentUnknown)
		_, err = c.UseConsent(t.Context(), models.Secret{})
		requireOver(t, err, models.ConsentUnknown)

		consent, err := c.UseConsent(t.Context(), state)
		require.NoError(t, err)
		require.Equal(t, models.Consent{ID: models.HashConsentSecret(state), Caller: c.seller, ReturnTo: "/settings"}, consent)
		again, err := c.UseConsent(t.Context(), state)
		requireOver(t, err, models.ConsentUsed)
		require.Equal(t, consent, again, "so that its seller can be told")
	})
}

func TestConsentExpires(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		c := newConsenting(t, databaseURL)
		state, choice := c.begin("late"), c.offer("in time", "late choice")
		c.now = c.now.Add(models.ConsentLife)
		_, err := c.UseConsent(t.Context(), state)
		requireOver(t, err, models.ConsentExpired)
		_, err = c.OfferedShops(t.Context(), choice)
		requireOver(t, err, models.ConsentExpired)
		_, _, err = c.ChooseShop(t.Context(), choice, "PLANTED1")
		requireOver(t, err, models.ConsentExpired)
	})
}

// TestConsentIsUsedByOneOfMany at once: a double click, or a page that is loaded again.
func TestConsentIsUsedByOneOfMany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		c := newConsenting(t, databaseURL)
		state, choice := c.begin("raced"), c.offer("offered", "raced choice")
		other := openSealed(t, databaseURL, newKeyset(t)) // another process
		other.Sealer, other.Now = c.Sealer, c.Now
		var used, chosen atomic.Int32
		var calls sync.WaitGroup
		for i := range 8 {
			repository := []*db.Repository{c.Repository, other}[i%2]
			calls.Go(func() {
				if _, err := repository.UseConsent(t.Context(), state); err == nil {
					used.Add(1)
				}
				if _, _, err := repository.ChooseShop(t.Context(), choice, "PLANTED"+strconv.Itoa(i%2+1)); err == nil {
					chosen.Add(1)
				}
			})
		}
		calls.Wait()
		require.Equal(t, int32(1), used.Load())
		require.Equal(t, int32(1), chosen.Load())
	})
}

func TestConsentIsRefusedEarly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		c := newConsenting(t, databaseURL)
		request := models.ConsentRequest{State: models.NewSecret("never"), ReturnTo: "//evil.example"}
		requireRefusals(t, c.BeginConsent(t.Context(), c.seller, request), models.InvalidReturnTo)
		connect(t, c.Repository, c.seller, "SHOP")
		request.ReturnTo = ""
		requireRefusals(t, c.BeginConsent(t.Context(), c.seller, request), models.BeginAlreadyConnected)
		_, err := c.UseConsent(t.Context(), request.State)
		requireOver(t, err, models.ConsentUnknown)
		disconnect(t, c.Repository, c.seller)
		require.NoError(t, c.BeginConsent(t.Context(), c.seller, request))
	})
}

func TestShopOfAConsentIsChosenOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		c := newConsenting(t, databaseURL)
		choice := c.offer("state", "choice")
		for range 2 { // a page may be loaded again
			consent, err := c.OfferedShops(t.Context(), choice)
			require.NoError(t, err)
			require.Equal(t, twoShops(), consent.Shops)
			require.Equal(t, c.seller, consent.Caller)
		}
		_, _, err := c.ChooseShop(t.Context(), choice, "PLANTED3")
		requireOver(t, err, models.ConsentUnknown)
		_, _, err = c.ChooseShop(t.Context(), models.NewSecret("state"), "PLANTED2")
		requireOver(t, err, models.ConsentUnknown)

		consent, chosen, err := c.ChooseShop(t.Context(), choice, "PLANTED2")
		require.NoError(t, err)
		require.Equal(t, twoShops()[1], *chosen)
		require.Equal(t, "/settings", consent.ReturnTo)
		_, _, err = c.ChooseShop(t.Context(), choice, "PLANTED1")
		requireOver(t, err, models.ConsentUsed)
		consent, err = c.OfferedShops(t.Context(), choice)
		requireOver(t, err, models.ConsentUsed)
		require.Equal(t, c.seller, consent.Caller)
		require.Contains(t, c.tables.rows(t, `SELECT shops FROM tiktok_authorization_states`)[0], "<nil>", "tokens are kept no longer than they are needed")
	})
}

// TestConsentIsKeptWithoutSecrets: neither the state nor what a shop is chosen with can be read, nor the shops, which come with tokens.
func TestConsentIsKeptWithoutSecrets(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		c := newConsenting(t, databaseURL)
		choice := c.offer("planted-state", "planted-choice")
		kept := strings.Join(c.tables.rows(t, `SELECT state_hash, choice_hash, store_id, caller_id, actor_kind, actor_name, return_to FROM tiktok_authorization_states`), "")
		require.NotContains(t, kept, "planted")
		require.NoError(t, c.tables.write(`UPDATE tiktok_authorization_states SET state_hash = ?`, strings.Repeat("0", 64)))
		_, err := c.OfferedShops(t.Context(), choice)
		require.Error(t, err, "what is sealed opens in its own row only")
		c.Sealer = keyring(t, newKeyset(t))
		_, err = c.OfferedShops(t.Context(), choice)
		require.Error(t, err)
	})
}

func TestShopChoicesSayWhyNot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		c := newConsenting(t, databaseURL)
		connect(t, c.Repository, register(t, c.Repository, "other.myshopify.com"), "TAKEN")
		foreign := *owner("GB")
		foreign.Region = "GB"
		shops := []models.Authorization{*owner("FREE"), *owner("TAKEN"), foreign}
		codes := func() (codes []models.ConnectTikTokShopErrorCode) {
			choices, err := c.ShopChoices(t.Context(), c.seller.Store, shops)
			require.NoError(t, err)
			for i, choice := range choices {
				require.Equal(t, shops[i], choice.Authorization)
				if choice.Refusal == nil {
					codes = append(codes, "")
				} else {
					codes = append(codes, choice.Refusal.Code)
				}
			}
			return codes
		}
		require.Equal(t, []models.ConnectTikTokShopErrorCode{"", models.AccountInUse, models.RegionMismatch}, codes())
		connect(t, c.Repository, c.seller, "FREE")
		require.Equal(t, []models.ConnectTikTokShopErrorCode{models.AlreadyConnected, models.AlreadyConnected, models.RegionMismatch}, codes())
	})
}

func TestConsentsAreForgottenWhenTheirTimeIsOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		c := newConsenting(t, databaseURL)
		c.offer("old", "old choice")
		require.NoError(t, c.tables.write(`INSERT INTO tiktok_authorization_states (state_hash, store_id, caller_id, actor_kind, actor_name, return_to, created_at)
			WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2500)
			SELECT 'flood' || n, store_id, caller_id, actor_kind, actor_name, return_to, created_at FROM tiktok_authorization_states, numbers`))
		c.now = c.now.Add(models.ConsentLife - time.Second)
		young := c.begin("young")
		count, err := c.ForgetConsents(t.Context())
		require.NoError(t, err)
		require.Zero(t, count)
		c.now = c.now.Add(time.Second)
		count, err = c.ForgetConsents(t.Context())
		require.NoError(t, err)
		require.Equal(t, int64(2501), count)
		_, err = c.UseConsent(t.Context(), young)
		require.NoError(t, err)
	})
}

// TestConsentIsBegunOnceForAKey: a repetition stores no second one.
func TestConsentIsBegunOnceForAKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		c := newConsenting(t, databaseURL)
		k := &keyed{Repository: c.Repository, ctx: t.Context(), seller: c.seller}
		for i := range 2 {
			_, replayed, err := k.once("key", "digest", func(ctx context.Context, k *keyed) (any, error) {
				return "begun", k.BeginConsent(ctx, k.seller, models.ConsentRequest{State: models.NewSecret(strconv.Itoa(i))})
			})
			require.NoError(t, err)
			require.Equal(t, i == 1, replayed)
		}
		require.Len(t, c.tables.rows(t, `SELECT state_hash FROM tiktok_authorization_states`), 1)
	})
}
