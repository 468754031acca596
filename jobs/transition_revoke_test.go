package jobs_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/standin"
	"github.com/handback/handback/tiktok"
	tiktoksandboxtest "github.com/handback/handback/tiktok/sandbox/sandboxtest"
)

const day = 24 * time.Hour

// connectShop connects the store to TikTok's shop, which tells the app of its orders.
func (l *life) connectShop() {
	l.connect()
	require.NoError(l.t, l.access.Client().PutWebhook(l.ctx, l.account(models.AccountDetails{}).ID, tiktok.TopicOrder, "https://example.com/webhooks/tiktok"))
}

// requireRevoked requires how the authorization of a disconnect has ended, that nothing of it is left, and how often it was ended at
// TikTok since a call.
func (l *life) requireRevoked(id string, end models.AuthorizationEndStatus, since int64, times int) {
	l.requirePhase(id, models.PhaseComplete)
	require.Equal(l.t, end, l.disconnection(id).Authorization().Status)
	require.Empty(l.t, l.rows(`SELECT account_id FROM tiktok_credentials`), "tokens are left")
	done := 0
	for _, call := range l.shops.Calls(since) {
		if call.Operation == "Deauthorize" && (call.Outcome == standin.OutcomeOK || call.Outcome == string(standin.CutAfter)) {
			done++
		}
	}
	require.Equal(l.t, times, done)
}

// TestConsentSurvivesAFaultOfEachCall: what fails while a code is exchanged leaves nothing behind, and never ends an authorization.
func TestConsentSurvivesAFaultOfEachCall(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		for _, operation := range []string{"TokenExchange", "Shops", "SellerStatus"} {
			for _, kind := range faultKinds {
				for _, times := range []int{1, 100} {
					require.NoError(t, l.shops.AddFault(standin.Fault{Operation: operation, Kind: kind, Times: times}))
					consented, err := l.access.Authorizations(l.ctx, shopCode)
					l.shops.ClearFaults()
					if err == nil {
						require.LessOrEqual(t, len(consented), 1)
						continue
					}
					var problem *models.PlatformError
					require.ErrorAs(t, err, &problem, "%s %s", operation, kind)
					require.Equal(t, models.TikTokUnavailable, problem.Code)
					require.NotContains(t, err.Error(), "TTP_")
				}
			}
		}
		since := int64(0)
		require.Empty(t, l.rows(`SELECT id FROM accounts WHERE kind = 'TIKTOK_SHOP'`))
		l.connect()
		id := l.disconnect()
		l.requireRevoked(id, models.AuthorizationRevoked, since, 1)
	})
}

// TestDisconnectRevokesWithARefreshedToken: it is refreshed once, and the pair saved before it is used.
func TestDisconnectRevokesWithARefreshedToken(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		time.Sleep(8 * day)
		var versions []string
		l.tikTok.watch(func(_ int, operation string) {
			if len(versions) == 0 && strings.HasSuffix(operation, "/shops") {
				versions = l.rows(`SELECT CAST(version AS text) FROM tiktok_credentials WHERE refreshing_until IS NULL`)
			}
		}, nil)
		since := l.lastCall()
		id := l.disconnect()
		l.requireRevoked(id, models.AuthorizationRevoked, since, 1)
		require.Equal(t, []string{"3"}, versions, "claimed, then saved")
		refreshed := slices.DeleteFunc(l.shops.Calls(since), func(c standin.Call) bool {
			return c.Operation != "TokenRefresh" || c.Outcome != standin.OutcomeOK
		})
		require.Len(t, refreshed, 1)
	})
}

// TestDisconnectOfAnAuthorizationThatHasEnded on TikTok's side, or whose refresh token TikTok takes no more: nothing is asked for, and that is as good.
func TestDisconnectOfAnAuthorizationThatHasEnded(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		for _, end := range []func(){
			func() { require.True(t, l.shops.Deauthorize("USLCDEMO1")) },
			func() { l.consent() }, // which ends the tokens of before
		} {
			before := l.atShopify()
			l.connect()
			since := l.lastCall()
			end()
			id := l.disconnect()
			require.Equal(t, before, l.atShopify())
			l.requireRevoked(id, models.AuthorizationAlreadyEnded, since, 0)
		}
	})
}

// TestDisconnectGivesUpRevokingAfterThirtyDays in which TikTok has not answered. The store was given back at once.
func TestDisconnectGivesUpRevokingAfterThirtyDays(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		l.connect()
		since := l.lastCall()
		require.NoError(t, l.shops.AddFault(standin.Fault{Operation: "*", Kind: standin.HTTP500, Times: 1_000_000}))
		id := l.beginDisconnecting()
		again := l.run(id)
		require.Equal(t, before, l.atShopify())
		for _, wait := range []time.Duration{time.Until(*again), 29 * day} {
			time.Sleep(wait)
			require.NotNil(t, l.run(id))
			l.requirePhase(id, models.PhaseRevoking, models.TikTokUnavailable)
			require.Nil(t, l.disconnection(id).Progress().Problem.URL)
		}
		time.Sleep(2 * day)
		require.Nil(t, l.run(id))
		time.Sleep(time.Minute) // a refresh goes on without who wants it

		require.Equal(t, models.AuthorizationNotConfirmed, l.disconnection(id).Authorization().Status)
		require.Empty(t, l.rows(`SELECT account_id FROM tiktok_credentials`))
		problem := l.disconnection(id).Progress().Problem
		require.Equal(t, "https://seller-us.tiktok.com", *problem.URL)
		require.Contains(t, problem.Message, "for 30 days")
		require.False(t, slices.ContainsFunc(l.shops.Calls(since), func(c standin.Call) bool { return c.Operation == "Deauthorize" }))
	})
}

// run goes on with the transition once.
func (l *life) run(id string) *time.Time {
	again, err := l.engine.Run(l.ctx, id)
	require.NoError(l.t, err)
	return again
}

// TestReconnectIsNotEndedByAnEarlierDisconnect that TikTok has not answered yet, of this store or of another.
func TestReconnectIsNotEndedByAnEarlierDisconnect(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		require.NoError(t, l.shops.AddFault(standin.Fault{Operation: "*", Kind: standin.HTTP500, Times: 1_000_000}))
		earlier := l.beginDisconnecting()
		l.run(earlier)
		l.requirePhase(earlier, models.PhaseRevoking, models.TikTokUnavailable)
		l.shops.ClearFaults()
		since := l.lastCall()
		l.requireRefusedWhileRevoking(earlier)

		l.connect()

		time.Sleep(time.Hour)
		require.Nil(t, l.run(earlier))
		require.Equal(t, models.AuthorizationNotConfirmed, l.disconnection(earlier).Authorization().Status)
		require.False(t, slices.ContainsFunc(l.shops.Calls(since), func(c sandbox.Call) bool { return c.Operation == "Deauthorize" }))
		id := l.disconnect()
		l.requireRevoked(id, models.AuthorizationRevoked, since, 1)
	})
}

// requireRefusedWhileRevoking requires that the shop cannot be connected while a process is ending its authorization.
func (l *life) requireRefusedWhileRevoking(id string) {
	authorization := l.consent()
	time.Sleep(time.Hour)
	work, err := l.LeaseTransition(l.ctx, id, time.Minute)
	require.NoError(l.t, err)
	require.NotNil(l.t, work)
	for _, err := range []error{
		l.ReadyToConnect(l.ctx, l.seller),
		l.once(func(ctx context.Context) error {
			_, err := l.ConnectTikTokShop(ctx, l.seller, authorization)
			return err
		}),
	} {
		refusals := models.RefusalsIn[models.ConnectTikTokShopErrorCode](err)
		require.Len(l.t, refusals, 1)
		require.Equal(l.t, models.RestorationInProgress, refusals[0].Code)
	}
	require.NoError(l.t, l.EndLease(l.ctx, id))
}

// consent is what the shop's code stands for.
func (l *life) consent() *models.Authorization {
	consented, err := l.access.Authorizations(l.ctx, shopCode)
	require.NoError(l.t, err)
	require.Len(l.t, consented, 1)
	return &consented[0]
}

// TestTokensOfTheLaterConsentAreKept: of two consents that a seller gives at once only one connects the shop, and the later one has ended the
// tokens of the other, whichever connects it.
func TestTokensOfTheLaterConsentAreKept(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		for _, laterFirst := range []bool{false, true} {
			consents := make([]*models.Authorization, 2)
			for i := range consents {
				consents[i] = tiktoksandboxtest.Authorization(t, l.access, shopCode)
				time.Sleep(time.Second) // TikTok tells seconds
			}
			if laterFirst {
				slices.Reverse(consents)
			}
			connected, err := l.ConnectTikTokShop(l.ctx, l.seller, consents[0])
			require.NoError(t, err)
			_, err = l.ConnectTikTokShop(l.ctx, l.seller, consents[1])
			require.Equal(t, models.AlreadyConnected, models.RefusalsIn[models.ConnectTikTokShopErrorCode](err)[0].Code)
			shops, err := l.access.Client().Shops(l.ctx, connected.Account.ID)
			require.NoError(t, err, "later first: %t", laterFirst)
			require.Len(t, shops, 1)
			id := l.disconnect()
			l.requirePhase(id, models.PhaseComplete)
			require.Equal(t, models.AuthorizationRevoked, l.disconnection(id).Authorization().Status)
		}
	})
}

// TestTwoStoresOfOneSeller connect a shop each. The second consent ends the tokens of the first, where TikTok does so: that shop needs
// attention as soon as it is used, and disconnecting it leaves the other one's tokens as they are.
func TestTwoStoresOfOneSeller(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		consentTo := func(shopCode string) *models.Authorization {
			shops, err := l.access.Authorizations(l.ctx, l.shops.Consent("USLCDEMO8"))
			require.NoError(t, err)
			require.Len(t, shops, 2, "a consent is for both")
			return &shops[slices.IndexFunc(shops, func(a models.Authorization) bool { return a.ShopCode == shopCode })]
		}
		first, err := l.ConnectTikTokShop(l.ctx, l.seller, consentTo("USLCDEMO8"))
		require.NoError(t, err)
		l.carryOut(l.account(models.AccountDetails{Setup: true}).Transition.ID)
		store, err := l.RegisterStore(l.ctx, models.Registration{Store: models.Store{Domain: "second.myshopify.com", Name: "Second", Region: "US"}, Settings: l.Catalogue.Before()})
		require.NoError(t, err)
		second, err := l.ConnectTikTokShop(l.ctx, models.Caller{Store: store, Actor: store.Seller()}, consentTo("USLCDEMO9"))
		require.NoError(t, err)

		_, err = l.access.Client().Shops(l.ctx, first.Account.ID)
		require.ErrorIs(t, err, models.ErrAccessLost)
		require.Equal(t, models.TikTokAccessLost, l.account(models.AccountDetails{}).Problem().Code)
		l.requirePhase(l.disconnect(), models.PhaseComplete)
		shops, err := l.access.Client().Shops(l.ctx, second.Account.ID)
		require.NoError(t, err)
		require.NotEmpty(t, shops)
	})
}
