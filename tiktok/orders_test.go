package tiktok_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/tiktok"
)

func TestOrdersOfAllPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const pages = 3
		api := newAPI(t)
		api.on(searchEndpoint, func(w http.ResponseWriter, call received) {
			page := 0
			_, _ = fmt.Sscan(call.URL.Query().Get("page_token"), &page)
			next := ""
			if page+1 < pages {
				next = strconv.Itoa(page + 1)
			}
			data(`{"orders":`+orders(ids(100))+`,"next_page_token":"`+next+`"}`)(w, call)
		})
		count := 0
		for order, err := range api.client().SearchOrders(t.Context(), shop, tiktok.OrderSearch{Status: "AWAITING_SHIPMENT"}) {
			require.NoError(t, err)
			require.Equal(t, int64(1764291600), order.ShipBy.Time().Unix())
			count++
		}
		require.Equal(t, 100*pages, count)
		require.Equal(t, `{"order_status":"AWAITING_SHIPMENT"}`, api.calls[0].body)
	})
}

func TestPageThatLeadsToItselfIsNotFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t).on(searchEndpoint, data(`{"orders":[],"next_page_token":"same"}`))
		var last error
		for _, err := range api.client().SearchOrders(t.Context(), shop, tiktok.OrderSearch{}) {
			last = err
		}
		requireKind(t, tiktok.Unexpected, last)
		require.Equal(t, 2, api.times())
	})
}

func TestOrdersAreAskedForFiftyAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t).on("GET /order/202507/orders", func(w http.ResponseWriter, call received) {
			data(`{"orders":`+orders(strings.Split(call.URL.Query().Get("ids"), ","))+`}`)(w, call)
		})
		found, err := api.client().Orders(t.Context(), shop, ids(120))
		require.NoError(t, err)
		require.Len(t, found, 120)
		require.Equal(t, 3, api.times())
	})
}

func TestCancellationsAndReturns(t *testing.T) {
	const action = `"seller_next_action_response":[{"action":"SELLER_RESPOND_CANCEL","deadline":1764291600}]`
	api := newAPI(t).
		on("POST /return_refund/202309/cancellations/search", data(`{"cancellations":[{"cancel_id":"1","order_id":"2","cancel_status":"CANCELLATION_REQUEST_PENDING",`+action+`}]}`)).
		on("POST /return_refund/202309/returns/search", data(`{"return_orders":[{"return_id":"3","order_id":"2","return_status":"RETURN_OR_REFUND_REQUEST_PENDING","return_type":"REFUND",`+action+`}]}`))
	client := api.client()
	due := []tiktok.NextAction{{Action: "SELLER_RESPOND_CANCEL", Deadline: 1764291600}}
	for found, err := range client.SearchCancellations(t.Context(), shop, tiktok.AfterSalesSearch{Statuses: []string{tiktok.CancellationPending}}) {
		require.NoError(t, err)
		require.Equal(t, tiktok.Cancellation{ID: "1", OrderID: "2", Status: tiktok.CancellationPending, NextActions: due}, found)
	}
	for found, err := range client.SearchReturns(t.Context(), shop, tiktok.AfterSalesSearch{Statuses: []string{tiktok.ReturnPending}, UpdatedFrom: 5}) {
		require.NoError(t, err)
		require.Equal(t, tiktok.Return{ID: "3", OrderID: "2", Status: tiktok.ReturnPending, Type: tiktok.ReturnTypeRefund, NextActions: due}, found)
	}
	require.Equal(t, `{"cancel_status":["CANCELLATION_REQUEST_PENDING"]}`, api.calls[0].body)
	require.Equal(t, `{"return_status":["RETURN_OR_REFUND_REQUEST_PENDING"],"update_time_ge":5}`, api.calls[1].body)
	require.Equal(t, "50", api.calls[1].URL.Query().Get("page_size"))
}

func TestSeconds(t *testing.T) {
	require.True(t, tiktok.Seconds(0).Time().IsZero())
	require.Zero(t, tiktok.SecondsOf(time.Time{}))
	require.Equal(t, now.UTC(), tiktok.SecondsOf(now).Time())
}

func TestParseNotification(t *testing.T) {
	got, err := tiktok.ParseNotification([]byte(`{"type":11,"tts_notification_id":"7327","shop_id":"7494","timestamp":1664095733,"data":{"order_id":"5766","cancel_id":"4","cancel_status":"x"}}`))
	require.NoError(t, err)
	require.Equal(t, tiktok.Notification{ID: "7327", Topic: tiktok.TopicCancellation, ShopID: "7494", At: 1664095733, OrderID: "5766", CancellationID: "4"}, got)
	got, err = tiktok.ParseNotification([]byte(`{"type":9999,"shop_id":"7494"}`))
	require.NoError(t, err)
	require.Equal(t, tiktok.Notification{ShopID: "7494"}, got)
	for _, bad := range []string{``, `[]`, `{}`, `{"type":"1","shop_id":"1"}`, `{"shop_id":"1"}`, `{"type":1}`, `{"type":1,"shop_id":"1","data":[]}`} {
		_, err := tiktok.ParseNotification([]byte(bad))
		require.Error(t, err, bad)
	}
}

func TestSellerStatus(t *testing.T) {
	api := newAPI(t).on("GET /seller/202508/status", data(`{"seller_status_data":{"seller_status":"2","shop_statuses":[{"shop_id":"7001","shop_status":"3"}],"tax_form_status":"2"}}`))
	seller, err := api.client().Seller(t.Context(), shop)
	require.NoError(t, err)
	require.Equal(t, tiktok.SellerDeactivated, seller.OfShop("7001"))
	require.Equal(t, tiktok.SellerActive, seller.OfShop("7002"))
	require.EqualValues(t, "CLOSED", tiktok.SellerDeactivated.State())
	require.EqualValues(t, "PENDING", tiktok.SellerStatus("9").State())
}
