package tiktok_test

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/standin"
	"github.com/handback/handback/tiktok"
	"github.com/handback/handback/tiktok/sandbox"
	"github.com/handback/handback/tiktok/sandbox/sandboxtest"
)

// keeper is a source of tokens that refreshes them.
type keeper struct {
	mu     sync.Mutex
	oauth  *tiktok.OAuth
	token  tiktok.Token
	cipher models.Secret
}

func (k *keeper) Access(context.Context, string) (tiktok.Access, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return tiktok.Access{Token: k.token.AccessToken, Cipher: k.cipher}, nil
}

func (k *keeper) Renew(ctx context.Context, shop string, refused models.Secret) (tiktok.Access, error) {
	k.mu.Lock()
	if k.token.AccessToken.Equal(refused) {
		token, err := k.oauth.Refresh(ctx, k.token.RefreshToken)
		if err != nil {
			k.mu.Unlock()
			return tiktok.Access{}, err
		}
		k.token = token
	}
	k.mu.Unlock()
	return k.Access(ctx, shop)
}

// sandboxClient returns a client of the sandbox that a seller has let into a shop.
func sandboxClient(t *testing.T, box *sandbox.Sandbox, shopCode string) (*tiktok.Client, *keeper) {
	options := tiktok.Options{
		AppKey: box.AppKey(), AppSecret: models.NewSecret(box.AppSecret()), Transport: box.Transport(), Interval: time.Microsecond,
	}
	source := &keeper{oauth: tiktok.NewOAuth(options)}
	token, err := source.oauth.Exchange(t.Context(), models.NewSecret(box.Consent(shopCode)))
	require.NoError(t, err)
	source.token, options.Tokens = token, source
	client := tiktok.New(options)
	shops, err := client.Shops(t.Context(), shop)
	require.NoError(t, err)
	require.Len(t, shops, 1)
	require.Equal(t, shopCode, shops[0].Code)
	source.cipher = shops[0].Cipher
	return client, source
}

// TestClientThroughSandbox connects a shop as the program will, and takes it back.
func TestClientThroughSandbox(t *testing.T) {
	box := sandboxtest.Open(t, sandbox.Options{})
	client, source := sandboxClient(t, box, "USLCDEMO1")
	ctx := t.Context()
	require.Equal(t, tiktok.UserSeller, source.token.UserType)
	require.Equal(t, "US", source.token.SellerRegion)
	shops, err := client.Shops(ctx, shop)
	require.NoError(t, err)
	seller, err := client.Seller(ctx, shop)
	require.NoError(t, err)
	require.Equal(t, models.SellerActive, seller.OfShop(shops[0].ID).State())

	for _, topic := range []string{tiktok.TopicOrder, tiktok.TopicDeauthorized} {
		require.NoError(t, client.PutWebhook(ctx, shop, topic, "https://handback.example/webhooks/tiktok"))
	}
	webhooks, err := client.Webhooks(ctx, shop)
	require.NoError(t, err)
	require.Len(t, webhooks, 2)
	for _, webhook := range webhooks {
		require.NoError(t, client.DeleteWebhook(ctx, shop, webhook.Topic))
	}
	require.NoError(t, client.DeleteWebhook(ctx, shop, tiktok.TopicReturn))
	logistics(t, client)

	authorized, err := client.IsAuthorized(ctx, shop, shops[0].ID)
	require.NoError(t, err)
	require.True(t, authorized)
	require.NoError(t, client.Deauthorize(ctx, shop))
	authorized, err = client.IsAuthorized(ctx, shop, shops[0].ID)
	require.NoError(t, err)
	require.False(t, authorized)
	_, err = client.Shops(ctx, shop)
	requireKind(t, tiktok.Reauthorize, err)
}

func logistics(t *testing.T, client *tiktok.Client) {
	ctx := t.Context()
	warehouses, err := client.Warehouses(ctx, shop)
	require.NoError(t, err)
	require.Len(t, warehouses, 3)
	at := slices.IndexFunc(warehouses, func(w tiktok.Warehouse) bool { return w.IsDefault && w.Type == tiktok.WarehouseSales })
	require.NotEqual(t, -1, at)
	options, err := client.DeliveryOptions(ctx, shop, warehouses[at].ID)
	require.NoError(t, err)
	require.False(t, slices.ContainsFunc(options, func(o tiktok.DeliveryOption) bool { return o.Type == tiktok.SendBySeller }))
	providers, err := client.ShippingProviders(ctx, shop, options[0].ID)
	require.NoError(t, err)
	require.NotEmpty(t, providers)
	templates, err := client.SellerTemplates(ctx, shop)
	require.NoError(t, err)
	require.True(t, templates[0].IsDefault && templates[0].Available)
}

// TestOpenOrdersOfSeveralPages finds every one, with what buyers ask for.
func TestOpenOrdersOfSeveralPages(t *testing.T) {
	box := sandboxtest.Open(t, sandbox.Options{})
	client, _ := sandboxClient(t, box, "USLCDEMO1")
	ctx := t.Context()
	want := map[string]bool{}
	for _, status := range tiktok.OpenOrderStatuses {
		ids, err := box.AddOrders("USLCDEMO1", status, 120, 90*time.Minute)
		require.NoError(t, err)
		for _, id := range ids {
			want[id] = true
		}
	}
	closed, err := box.AddOrders("USLCDEMO1", "COMPLETED", 1, 0)
	require.NoError(t, err)

	found := map[string]bool{}
	for _, status := range tiktok.OpenOrderStatuses {
		for order, err := range client.SearchOrders(ctx, shop, tiktok.OrderSearch{Status: status}) {
			require.NoError(t, err)
			found[order.ID] = true
		}
	}
	require.Equal(t, want, found)

	cancellationID, err := box.AddCancellation(closed[0], time.Hour)
	require.NoError(t, err)
	returnID, err := box.AddReturn(closed[0], true, time.Hour)
	require.NoError(t, err)
	for cancellation, err := range client.SearchCancellations(ctx, shop, tiktok.AfterSalesSearch{Statuses: []string{tiktok.CancellationPending}}) {
		require.NoError(t, err)
		require.Equal(t, cancellationID, cancellation.ID)
		require.InDelta(t, time.Now().Add(time.Hour).Unix(), int64(cancellation.NextActions[0].Deadline), 60)
	}
	for returned, err := range client.SearchReturns(ctx, shop, tiktok.AfterSalesSearch{Statuses: []string{tiktok.ReturnPending}}) {
		require.NoError(t, err)
		require.Equal(t, returnID, returned.ID)
		require.Equal(t, tiktok.ReturnTypeRefund, returned.Type)
	}
	orders, err := client.Orders(ctx, shop, closed)
	require.NoError(t, err)
	require.True(t, orders[0].BuyerRequestedCancel)
}

// TestFaultsOfEveryKindAtEveryCall: what can be repeated succeeds in the end, and what refuses says so.
func TestFaultsOfEveryKindAtEveryCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { faultsAtEveryCall(t) })
}

func faultsAtEveryCall(t *testing.T) {
	box := sandboxtest.Open(t, sandbox.Options{SlowDelay: time.Millisecond})
	client, _ := sandboxClient(t, box, "USLCDEMO1")
	ctx := t.Context()
	calls := map[string]func() error{
		"Shops":        func() error { _, err := client.Shops(ctx, shop); return err },
		"SellerStatus": func() error { _, err := client.Seller(ctx, shop); return err },
		"Webhooks":     func() error { _, err := client.Webhooks(ctx, shop); return err },
		"PutWebhook":   func() error { return client.PutWebhook(ctx, shop, tiktok.TopicOrder, "https://handback.example/") },
		"DeleteWebhook": func() error {
			return client.DeleteWebhook(ctx, shop, tiktok.TopicOrder)
		},
		"SearchOrders": func() (failed error) {
			for _, err := range client.SearchOrders(ctx, shop, tiktok.OrderSearch{}) {
				failed = err
			}
			return failed
		},
		"Orders":     func() error { _, err := client.Orders(ctx, shop, ids(1)); return err },
		"Warehouses": func() error { _, err := client.Warehouses(ctx, shop); return err },
	}
	for operation, call := range calls {
		for _, kind := range standin.FaultKinds {
			if kind == standin.Refused {
				continue // only writes are refused
			}
			require.NoError(t, box.AddFault(standin.Fault{Operation: operation, Kind: kind, Times: 1}))
			require.NoError(t, call(), "%s %s", operation, kind)
		}
	}
	require.NoError(t, box.AddFault(standin.Fault{Operation: "PutWebhook", Kind: standin.Refused, Times: 1}))
	requireKind(t, tiktok.Unexpected, calls["PutWebhook"]())
}

// TestLostAnswerOfDeauthorizeIsFoundOut: it was done, and is not sent again.
func TestLostAnswerOfDeauthorizeIsFoundOut(t *testing.T) {
	box := sandboxtest.Open(t, sandbox.Options{})
	client, _ := sandboxClient(t, box, "USLCDEMO1")
	shops, err := client.Shops(t.Context(), shop)
	require.NoError(t, err)
	for _, kind := range []standin.FaultKind{standin.CutBefore, standin.HTTP500} {
		require.NoError(t, box.AddFault(standin.Fault{Operation: "Deauthorize", Kind: kind, Times: 1}))
		require.Error(t, client.Deauthorize(t.Context(), shop))
		authorized, err := client.IsAuthorized(t.Context(), shop, shops[0].ID)
		require.NoError(t, err)
		require.True(t, authorized)
	}
	require.NoError(t, box.AddFault(standin.Fault{Operation: "Deauthorize", Kind: standin.CutAfter, Times: 1}))
	requireKind(t, tiktok.Unavailable, client.Deauthorize(t.Context(), shop))
	authorized, err := client.IsAuthorized(t.Context(), shop, shops[0].ID)
	require.NoError(t, err)
	require.False(t, authorized)
	sent := slices.DeleteFunc(box.Calls(0), func(c standin.Call) bool { return c.Operation != "Deauthorize" })
	require.Len(t, sent, 3)
}

// TestClockOfThisMachineIsWrong: nothing else can be done about it.
func TestClockOfThisMachineIsWrong(t *testing.T) {
	for skew, want := range map[time.Duration]tiktok.Kind{-4 * time.Minute: "", 20 * time.Second: "", -6 * time.Minute: tiktok.ClockSkew, time.Minute: tiktok.ClockSkew} {
		box := sandboxtest.Open(t, sandbox.Options{Now: func() time.Time { return time.Now().Add(-skew) }})
		options := tiktok.Options{AppKey: box.AppKey(), AppSecret: models.NewSecret(box.AppSecret()), Transport: box.Transport()}
		token, err := tiktok.NewOAuth(options).Exchange(t.Context(), models.NewSecret(box.Consent("USLCDEMO1")))
		require.NoError(t, err)
		options.Tokens = &tokens{current: token.AccessToken.Reveal()}
		_, err = tiktok.New(options).Shops(t.Context(), shop)
		require.Equal(t, want, tiktok.KindOf(err), skew)
	}
}

// TestDemoShops shows what the client sees of them.
func TestDemoShops(t *testing.T) {
	box := sandboxtest.Open(t, sandbox.Options{})
	options := tiktok.Options{AppKey: box.AppKey(), AppSecret: models.NewSecret(box.AppSecret()), Transport: box.Transport()}
	oauth, seen := tiktok.NewOAuth(options), map[string]string{}
	for _, demo := range sandbox.DemoShops {
		token, err := oauth.Exchange(t.Context(), models.NewSecret(box.Consent(demo.Code)))
		if err != nil {
			seen[demo.Code] = string(tiktok.KindOf(err))
			continue
		}
		options.Tokens = &tokens{current: token.AccessToken.Reveal()}
		client := tiktok.New(options)
		shops, err := client.Shops(t.Context(), shop)
		require.NoError(t, err)
		seller, err := client.Seller(t.Context(), shop)
		require.NoError(t, err)
		seen[demo.Code] = strconv.Itoa(token.UserType) + " " + shops[0].Region + " " + string(seller.OfShop(shops[0].ID).State())
	}
	require.Equal(t, map[string]string{
		"USLCDEMO1": "0 US ACTIVE", "USLCDEMO2": "0 US ACTIVE", "USLCDEMO3": "1 US ACTIVE", "GBLCDEMO4": "0 GB ACTIVE",
		"USLCDEMO5": "0 US PENDING", "USLCDEMO6": "REAUTHORIZE", "USLCDEMO7": "0 US ACTIVE",
	}, seen)
}
