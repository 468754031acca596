package jobs_test

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
	tiktoksandboxtest "github.com/handback/handback/tiktok/sandbox/sandboxtest"
)

// register has the seller of a store open the app for the first time.
func (l *life) register() {
	registration, err := shopify.Sandbox{Catalogue: l.Catalogue}.Registration(l.ctx, l.domain)
	require.NoError(l.t, err)
	store, err := l.RegisterStore(l.ctx, registration)
	require.NoError(l.t, err)
	l.signIn(store)
}

// signIn has the seller open the app, which lets it into the store.
func (l *life) signIn(store models.Store) {
	store = l.stores.SignIn(l.ctx, store, l.box.SessionToken(l.domain))
	require.True(l.t, store.Linked)
	l.seller = models.Caller{Store: store, Actor: store.Seller(), ID: "seller"}
}

// once carries out a mutation with an idempotency key, whose answer waits for nothing.
func (l *life) once(mutation func(ctx context.Context) error) error {
	l.key++
	request := models.IdempotentRequest{Key: strconv.Itoa(l.key), Digest: strconv.Itoa(l.key)}
	_, _, err := l.Once(l.ctx, l.seller, request, func(ctx context.Context) ([]byte, error) { return []byte("{}"), mutation(ctx) })
	return err
}

// beginConnecting asks for connecting, and returns the transition that does it.
func (l *life) beginConnecting(code string) string {
	authorization := tiktoksandboxtest.Authorization(l.t, l.access, code)
	var begun *models.ConnectTikTokShopResult
	require.NoError(l.t, l.once(func(ctx context.Context) (err error) {
		begun, err = l.ConnectTikTokShop(ctx, l.seller, authorization)
		return err
	}))
	require.Equal(l.t, models.AccountConnecting, begun.Account.Status)
	return begun.Account.Transition.ID
}

// beginDisconnecting asks for disconnecting, and returns the transition that does it, which is the disconnection, too.
func (l *life) beginDisconnecting() string {
	var begun *models.DisconnectTikTokShopResult
	require.NoError(l.t, l.once(func(ctx context.Context) (err error) {
		begun, err = l.DisconnectTikTokShop(ctx, l.seller, models.DisconnectRequest{Confirm: true})
		return err
	}))
	if begun.Disconnection.Transition.Open() {
		require.Equal(l.t, models.AccountDisconnecting, begun.Account.Status)
	}
	return begun.Disconnection.ID
}

// beginEdit edits settings, and returns the transition that writes them to the store, "" when none does.
func (l *life) beginEdit(inputs ...models.SettingInput) string {
	require.NoError(l.t, l.once(func(ctx context.Context) error {
		_, err := l.UpdateSettings(ctx, l.seller, inputs)
		return err
	}))
	open := l.rows(`SELECT id FROM transitions WHERE closed_at IS NULL AND store_id = '` + l.seller.Store.ID + `'`)
	return strings.Join(open, ",")
}

func (l *life) connect() string {
	id := l.beginConnecting(shopCode)
	l.carryOut(id)
	l.requirePhase(id, models.PhaseComplete)
	return id
}

func (l *life) disconnect() string {
	id := l.beginDisconnecting()
	l.carryOut(id)
	return id
}

func (l *life) edit(inputs ...models.SettingInput) {
	if id := l.beginEdit(inputs...); id != "" {
		l.carryOut(id)
		l.requirePhase(id, models.PhaseComplete)
	}
}

// maxRuns is how often a transition is gone on with, before it counts as one that never ends.
const maxRuns = 30

// carryOut goes on with the transition, as often as it wants to be gone on with.
func (l *life) carryOut(id string) {
	for range maxRuns {
		again, err := l.engine.Run(l.ctx, id)
		require.NoError(l.t, err)
		if again == nil {
			return
		}
		time.Sleep(time.Until(*again))
	}
	require.FailNow(l.t, "it does not end", "%v", l.rows(`SELECT phase || ' ' || problem_code || ' ' || problem_detail FROM transitions WHERE id = '`+id+`'`))
}

// reconcile brings in what was edited in the Shopify admin. What is read at the moment that a transition has ended may be its
// own doing, so it is a moment later.
func (l *life) reconcile() {
	time.Sleep(time.Millisecond)
	require.NoError(l.t, l.stores.Reconcile(l.ctx, l.domain))
}

// retry has the seller try a disconnect again.
func (l *life) retry(id string) {
	require.NoError(l.t, l.once(func(ctx context.Context) error {
		_, err := l.RetryDisconnection(ctx, l.seller, id)
		return err
	}))
	l.carryOut(id)
}

// accept has the seller accept the store as it stands.
func (l *life) accept(id string) {
	observed := l.stores.Observe(l.ctx, l.seller.Store)
	require.NoError(l.t, l.once(func(ctx context.Context) error {
		record, err := l.AcceptExceptions(ctx, l.seller, id, observed)
		if err == nil {
			require.Equal(l.t, models.DisconnectionRevoking, record.Status(), "TikTok is still to be told")
		}
		return err
	}))
	l.carryOut(id)
	details, err := l.CertificateDetails(l.ctx, l.seller, id)
	require.NoError(l.t, err)
	require.Equal(l.t, &l.seller.Actor, details.AcceptedBy)
}
