package tiktok_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok"
	"github.com/handback/handback/tiktok/sandbox"
	"github.com/handback/handback/tiktok/sandbox/sandboxtest"
)

// TestWatchThroughSandbox has TikTok tell of a shop, twice, and sees that it lets the app in until it does not.
func TestWatchThroughSandbox(t *testing.T) {
	box := sandboxtest.Open(t, sandbox.Options{})
	client, _ := sandboxClient(t, box, "USLCDEMO1")
	shops, err := client.Shops(t.Context(), shop)
	require.NoError(t, err)
	watch := tiktok.Watch{Client: client, Address: "https://example.com/webhooks/tiktok"}
	account := models.Account{ID: shop}
	for range 2 {
		require.NoError(t, watch.Subscribe(t.Context(), account))
	}
	told, err := client.Webhooks(t.Context(), shop)
	require.NoError(t, err)
	require.Len(t, told, 5)

	in, err := watch.Authorized(t.Context(), account, shops[0].ID)
	require.NoError(t, err)
	require.True(t, in)
	require.NoError(t, client.Deauthorize(t.Context(), shop))
	in, err = watch.Authorized(t.Context(), account, shops[0].ID)
	require.NoError(t, err)
	require.False(t, in)
	require.NoError(t, watch.Subscribe(t.Context(), account), "nothing is told there any more")
}

// TestNotificationWithoutID is known by its body.
func TestNotificationWithoutID(t *testing.T) {
	const body = `{"type":1,"shop_id":"7494726673780148744","timestamp":1664095733,"data":{"order_id":"576684019603311365","order_status":"AWAITING_SHIPMENT","update_time":1664095610}}`
	reader := tiktok.Notifications{AppKey: "fake_app_key", AppSecret: "fake_app_secret"}
	header := http.Header{"Authorization": {"21109834de72ec53c9959716d8514ae388ce1f123e5ffdcafc46713fcdf62b27"}}
	require.True(t, reader.Complete(header))
	require.True(t, reader.Verify(header, []byte(body)))
	require.False(t, reader.Verify(header, []byte(body+" ")))
	first, err := reader.Read(header, []byte(body))
	require.NoError(t, err)
	again, err := reader.Read(header, []byte(body))
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.NotEmpty(t, first.ID)
	require.Equal(t, "576684019603311365", first.Detail)
}

// TestNotificationWithoutATime is of the moment when it comes, and not one of before every connection.
func TestNotificationWithoutATime(t *testing.T) {
	read, err := tiktok.Notifications{}.Read(nil, []byte(`{"type":6,"shop_id":"7494726673780148744"}`))
	require.NoError(t, err)
	require.True(t, read.TriggeredAt.IsZero())
}
