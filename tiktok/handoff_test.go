package tiktok_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
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

func openOrders(t *testing.T, client *tiktok.Client) (items []models.HandoffItem) {
	t.Helper()
	for item, err := range client.OpenOrders(t.Context(), models.Account{ID: shop}) {
		require.NoError(t, err)
		items = append(items, item)
	}
	return items
}

func TestOpenOrdersOfTheSandbox(t *testing.T) {
	box := sandboxtest.Open(t, sandbox.Options{})
	client, _ := sandboxClient(t, box, "USLCDEMO1")
	begun := time.Now()
	orders := map[string][]string{}
	for status, due := range map[string]time.Duration{"AWAITING_SHIPMENT": time.Hour, "AWAITING_COLLECTION": 2 * time.Hour, "ON_HOLD": 0, "DELIVERED": time.Hour} {
		made, err := box.AddOrders("USLCDEMO1", status, 101, due)
		require.NoError(t, err)
		orders[status] = made
	}
	cancellation, err := box.AddCancellation(orders["AWAITING_SHIPMENT"][0], time.Hour)
	require.NoError(t, err)
	returned, err := box.AddReturn(orders["DELIVERED"][0], false, 3*time.Hour)
	require.NoError(t, err)
	refund, err := box.AddReturn(orders["DELIVERED"][0], true, 0)
	require.NoError(t, err)

	byReference := map[string]models.HandoffItem{}
	for _, item := range openOrders(t, client) {
		byReference[item.Reference] = item
	}
	require.Len(t, byReference, 3*101+3)
	for status, hours := range map[string]int{"AWAITING_SHIPMENT": 1, "AWAITING_COLLECTION": 2} {
		item := byReference[orders[status][100]]
		require.Equal(t, models.Fulfillment, item.Task)
		require.Equal(t, status, item.State)
		require.WithinDuration(t, begun.Add(time.Duration(hours)*time.Hour), *item.DueAt, time.Minute)
	}
	require.Nil(t, byReference[orders["ON_HOLD"][0]].DueAt)
	require.Equal(t, models.Cancellation, byReference[cancellation].Task)
	require.Equal(t, orders["AWAITING_SHIPMENT"][0], byReference[cancellation].OrderID)
	require.Equal(t, models.Return, byReference[returned].Task)
	require.Equal(t, models.Refund, byReference[refund].Task)
	require.Nil(t, byReference[refund].DueAt)
}

// TestOpenOrdersAreListedOnce, of which some are met again with another status.
func TestOpenOrdersAreListedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const pages = 3
		api := newAPI(t)
		api.on(searchEndpoint, func(w http.ResponseWriter, call received) {
			if !strings.Contains(call.body, "AWAITING_SHIPMENT") {
				data(`{"orders":`+orders(ids(100))+`}`)(w, call) // which were met with another status
				return
			}
			page := 0
			_, _ = fmt.Sscan(call.URL.Query().Get("page_token"), &page)
			var list []string
			for n := range 100 {
				list = append(list, fmt.Sprintf("5766840196%04d", 100*page+n))
			}
			next := ""
			if page+1 < pages {
				next = strconv.Itoa(page + 1)
			}
			data(`{"orders":`+orders(list)+`,"next_page_token":"`+next+`"}`)(w, call)
		})
		api.on("GET /order/202507/orders", func(w http.ResponseWriter, call received) {
			data(`{"orders":`+orders(strings.Split(call.URL.Query().Get("ids"), ","))+`}`)(w, call)
		})
		api.on("POST /return_refund/202309/cancellations/search", data(`{}`)).on("POST /return_refund/202309/returns/search", data(`{}`))
		met := map[string]bool{}
		items := openOrders(t, api.client())
		for _, item := range items {
			met[item.OrderID] = true
		}
		require.Len(t, items, 100*pages)
		require.Len(t, met, 100*pages)
	})
}

func TestOpenOrdersLeaveOutWhatIsNotTheSellers(t *testing.T) {
	const order = `"id":"1","rts_sla_time":1764291600`
	for text, wanted := range map[string]int{
		order + `,"status":"AWAITING_SHIPMENT"`:                                            1,
		order + `,"status":"IN_TRANSIT"`:                                                   0, // meanwhile
		order + `,"status":"AWAITING_SHIPMENT","fulfillment_type":"FULFILLMENT_BY_TIKTOK"`: 0,
	} {
		api := newAPI(t).on(searchEndpoint, data(`{"orders":[{"id":"1","status":"AWAITING_SHIPMENT"}]}`)).on("GET /order/202507/orders", data(`{"orders":[{`+text+`}]}`)).
			on("POST /return_refund/202309/cancellations/search", data(`{}`)).
			on("POST /return_refund/202309/returns/search", data(`{"return_orders":[{"return_id":"1","order_id":"1","return_status":"BUYER_SHIPPED_ITEM","return_type":"RETURN_AND_REFUND"}]}`))
		options := api.options()
		options.Interval = time.Microsecond
		require.Len(t, openOrders(t, tiktok.New(options)), wanted, text)
	}
}

func TestOpenOrdersSayWhatTheProblemIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for code, wanted := range map[int]models.ProblemCode{
			tiktok.CodeNotGranted: models.TikTokAccessLost, tiktok.CodeShopDeactivated: models.TikTokAccessLost, tiktok.CodeRefreshExpired: models.TikTokAccessLost,
			tiktok.CodeTokenExpired: models.TikTokUnavailable, tiktok.CodeInternal: models.TikTokUnavailable, tiktok.CodeRateLimited: models.TikTokUnavailable, 1: models.TikTokUnavailable,
		} {
			api := newAPI(t).on(searchEndpoint, refused(code, "no"))
			for _, err := range api.client().OpenOrders(t.Context(), models.Account{ID: shop}) {
				var problem *models.PlatformError
				require.ErrorAs(t, err, &problem)
				require.Equal(t, wanted, problem.Code, code)
			}
		}
	})
}

// shops is a repository of one connected shop.
type shops struct {
	mu    sync.Mutex
	epoch models.Epoch
	saved []string
}

func (s *shops) have() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.saved)
}

func (s *shops) ConnectedShop(context.Context, models.Store) (models.Account, bool, error) {
	return models.Account{ID: shop, StoreID: "store"}, true, nil
}

func (s *shops) SaveOpenOrders(_ context.Context, _ models.Account, open *models.OpenOrders) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if open == nil {
		before := s.epoch.WithoutAnswer()
		open = &before
	}
	s.epoch.OpenOrders = open.Text()
	s.saved = append(s.saved, fmt.Sprint(len(open.Counts), open.Unanswered))
	return nil
}

// TestPreviewWaitsForTikTokNotForLong: what takes longer goes on without who asked, and is not begun twice.
func TestPreviewWaitsForTikTokNotForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := sandboxtest.Open(t, sandbox.Options{SlowDelay: 4 * time.Second})
		client, _ := sandboxClient(t, box, "USLCDEMO1")
		_, err := box.AddOrders("USLCDEMO1", "AWAITING_SHIPMENT", 3, time.Hour)
		require.NoError(t, err)
		repository := &shops{}
		open := tiktok.NewOpenOrders(client, repository, time.Now, slog.New(slog.DiscardHandler))
		open.Refresh(t.Context(), models.Store{ID: "store"})
		require.Equal(t, []string{"1 false"}, repository.have())

		require.NoError(t, box.AddFault(standin.Fault{Operation: "SearchOrders", Kind: standin.Slow, Times: 1}))
		begun := time.Now()
		open.Refresh(t.Context(), models.Store{ID: "store"})
		open.Refresh(t.Context(), models.Store{ID: "store"})
		require.LessOrEqual(t, time.Since(begun), 2*time.Second)
		require.Equal(t, []string{"1 false", "1 true"}, repository.have())
		time.Sleep(5 * time.Second)
		synctest.Wait()
		require.Equal(t, []string{"1 false", "1 true", "1 false"}, repository.have())
	})
}
