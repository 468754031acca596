package sandbox_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/tiktok"
	"github.com/handback/handback/tiktok/sandbox"
)

func TestOrdersArePlayed(t *testing.T) {
	a := install(t, sandbox.Options{})
	ids := a.play("/sandbox/tiktok/orders", `{"count":3,"status":"AWAITING_SHIPMENT","dueInMinutes":90}`)
	require.Len(t, ids, 3)
	due := float64(a.clock.Now().Add(90 * time.Minute).Unix())
	for _, order := range a.orders(ids...) {
		require.Equal(t, due, order.(map[string]any)["rts_sla_time"])
	}
	require.Empty(t, a.orders("1"))
	for path, bad := range map[string][]string{
		"orders":        {`{"count":-1}`, `{"count":20001}`, `{"status":"LOST"}`, `{"shop":"NONE"}`, `{"dueInMinutes":-1}`, `{"counts":1}`, `no`},
		"cancellations": {`{}`, `{"orderId":"1"}`},
		"returns":       {`{}`, `{"orderId":"1"}`},
		"deauthorize":   {`{"shop":"USLCDEMO2"}`},
		"logistics":     {`{"shop":"NONE"}`, `{"defaultWarehouse":"1"}`, `{"returnWarehouse":"1"}`, `{"shipping":"BOTH"}`},
	} {
		for _, body := range bad {
			status, text := a.control(http.MethodPost, "/sandbox/tiktok/"+path, body)
			require.Equal(t, http.StatusBadRequest, status, "%s %s", body, text)
		}
	}
}

func TestSearchesArePaged(t *testing.T) {
	a := install(t, sandbox.Options{})
	a.play("/sandbox/tiktok/orders", `{"count":5,"status":"COMPLETED"}`)
	a.clock.pass(time.Minute)
	want := map[string]bool{}
	for _, id := range a.play("/sandbox/tiktok/orders", `{"count":250,"status":"AWAITING_SHIPMENT"}`) {
		want[id] = true
	}
	for _, order := range []string{"ASC", "DESC"} {
		found, token := map[string]bool{}, ""
		for first := true; first || token != ""; first = false {
			query := url.Values{"shop_cipher": {a.cipher}, "page_size": {"100"}, "sort_field": {"update_time"}, "sort_order": {order}}
			if token != "" {
				query.Set("page_token", token)
			}
			page := a.do(http.MethodPost, "/order/202309/orders/search", query, `{"order_status":"AWAITING_SHIPMENT"}`)
			require.Equal(t, 250.0, page.at("total_count"))
			for _, entry := range page.at("orders").([]any) {
				found[entry.(map[string]any)["id"].(string)] = true
			}
			token = page.at("next_page_token").(string)
		}
		require.Equal(t, want, found, order)
	}
	for _, size := range []string{"", "0", "101", "x"} {
		require.Equal(t, 36009004, a.do(http.MethodPost, "/order/202309/orders/search", url.Values{"shop_cipher": {a.cipher}, "page_size": {size}}, `{}`).Code)
	}
	require.Equal(t, 36009004, a.do(http.MethodPost, "/return_refund/202309/returns/search", url.Values{"shop_cipher": {a.cipher}, "page_size": {"9"}}, `{}`).Code)
}

// TestTikTokActsByItself when nobody does.
func TestTikTokActsByItself(t *testing.T) {
	a := install(t, sandbox.Options{})
	a.subscribe("ORDER_STATUS_CHANGE", "CANCELLATION_STATUS_CHANGE", "RETURN_STATUS_CHANGE")
	late := a.play("/sandbox/tiktok/orders", `{"dueInMinutes":90}`)[0]
	cancelled := a.play("/sandbox/tiktok/orders", `{"status":"AWAITING_COLLECTION"}`)[0]
	returned := a.play("/sandbox/tiktok/orders", `{"status":"DELIVERED","dueInMinutes":30}`)[0]
	a.play("/sandbox/tiktok/cancellations", `{"orderId":"`+cancelled+`","dueInMinutes":60}`)
	a.play("/sandbox/tiktok/returns", `{"orderId":"`+returned+`","dueInMinutes":60,"refundOnly":true}`)
	require.Equal(t, true, a.orders(cancelled)[0].(map[string]any)["is_buyer_request_cancel"])
	a.clock.pass(59 * time.Minute)
	a.sandbox.Tick()
	const order, cancel, ret = "ORDER_STATUS_CHANGE", "CANCELLATION_STATUS_CHANGE", "RETURN_STATUS_CHANGE"
	a.requireTopics(order, order, order, cancel, ret)
	a.clock.pass(time.Minute)
	a.sandbox.Tick()
	a.requireTopics(order, order, order, cancel, ret, cancel, order, ret)
	a.clock.pass(30 * time.Minute)
	statuses := map[string]any{}
	for _, entry := range a.orders(late, cancelled, returned) {
		statuses[entry.(map[string]any)["id"].(string)] = entry.(map[string]any)["status"]
	}
	require.Equal(t, map[string]any{late: "CANCELLED", cancelled: "CANCELLED", returned: "DELIVERED"}, statuses)
}

func TestDeauthorizationIsTold(t *testing.T) {
	for name, end := range map[string]func(a *app){
		"by TikTok": func(a *app) {
			status, _ := a.control(http.MethodPost, "/sandbox/tiktok/deauthorize", "")
			require.Equal(a.t, http.StatusNoContent, status)
		},
		"by the app": func(a *app) { require.Zero(a.t, a.inShop(http.MethodDelete, "/authorization/202403/shops", "").Code) },
	} {
		t.Run(name, func(t *testing.T) {
			a := install(t, sandbox.Options{Webhook: "https://handback.example/webhooks/tiktok"})
			end(a)
			a.requireTopics("SELLER_DEAUTHORIZATION")
			require.Equal(t, "https://handback.example/webhooks/tiktok", a.inbox.received[0].Address)
			a.play("/sandbox/tiktok/orders", `{}`)
			a.sandbox.Tick()
			a.requireTopics("SELLER_DEAUTHORIZATION")
		})
	}
}

func TestNothingIsToldWithoutAnAddress(t *testing.T) {
	a := install(t, sandbox.Options{})
	a.play("/sandbox/tiktok/orders", `{}`)
	a.subscribe("SELLER_DEAUTHORIZATION", "ORDER_STATUS_CHANGE")
	require.Zero(t, a.inShop(http.MethodDelete, "/event/202309/webhooks", `{"event_type":"ORDER_STATUS_CHANGE"}`).Code)
	require.Zero(t, a.inShop(http.MethodDelete, "/event/202309/webhooks", `{"event_type":"ORDER_STATUS_CHANGE"}`).Code, "it succeeds where there is none, too")
	a.play("/sandbox/tiktok/orders", `{}`)
	require.True(t, a.sandbox.Deauthorize("USLCDEMO1"))
	require.False(t, a.sandbox.Deauthorize("USLCDEMO1"))
	a.requireTopics("SELLER_DEAUTHORIZATION")
}

func TestEndOfAuthorizationIsToldOnceADay(t *testing.T) {
	a := install(t, sandbox.Options{})
	a.subscribe("UPCOMING_AUTHORIZATION_EXPIRATION")
	a.clock.pass(335*24*time.Hour - time.Second)
	a.sandbox.Tick()
	require.Empty(t, a.inbox.topics(t))
	a.clock.pass(time.Second)
	const soon = "UPCOMING_AUTHORIZATION_EXPIRATION"
	a.sandbox.Tick()
	a.sandbox.Tick()
	a.requireTopics(soon)
	a.clock.pass(12 * time.Hour) // midnight
	a.sandbox.Tick()
	a.clock.pass(24*time.Hour - time.Second)
	a.sandbox.Tick()
	a.requireTopics(soon, soon)
}

func TestNotificationsAreDeliveredAgain(t *testing.T) {
	options := sandbox.Options{File: filepath.Join(t.TempDir(), "sandbox.jsonl")}
	a := install(t, options)
	a.subscribe("ORDER_STATUS_CHANGE")
	a.inbox.failing = 2
	a.play("/sandbox/tiktok/orders", `{}`)
	const order = "ORDER_STATUS_CHANGE"
	a.requireTopics(order)
	a.clock.pass(2 * time.Minute)
	a.requireTopics(order, order)
	require.NoError(t, a.sandbox.Close())
	a.clock.pass(30 * time.Minute)
	a.reopen(options) // it is not forgotten
	a.requireTopics(order, order, order)
	require.Equal(t, a.inbox.received[0], a.inbox.received[2])
	a.clock.pass(24 * time.Hour)
	a.sandbox.Tick()
	a.requireTopics(order, order, order)
}

// TestManyNotificationsAreDelivered: each once, in the order of what happened.
func TestManyNotificationsAreDelivered(t *testing.T) {
	a := install(t, sandbox.Options{})
	a.subscribe("ORDER_STATUS_CHANGE")
	ids := a.play("/sandbox/tiktok/orders", `{"count":300}`)
	require.Eventually(t, func() bool {
		a.inbox.mu.Lock()
		defer a.inbox.mu.Unlock()
		return len(a.inbox.received) >= len(ids)
	}, time.Minute, 10*time.Millisecond)
	told := make([]string, 0, len(ids))
	for _, n := range a.inbox.received {
		parsed, err := tiktok.ParseNotification(n.Body)
		require.NoError(t, err)
		told = append(told, parsed.OrderID)
	}
	require.Equal(t, ids, told)
}
