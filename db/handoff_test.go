package db_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// addOpen adds to the list of a disconnect, and returns the whole list.
func addOpen(tb testing.TB, repository *db.Repository, seller models.Caller, disconnection string, items ...models.HandoffItem) []models.HandoffItem {
	tb.Helper()
	work := &models.HandoffWork{DisconnectionID: disconnection, StoreID: seller.Store.ID}
	require.NoError(tb, repository.AddHandoffItems(context.Background(), work, items))
	return listOpen(tb, repository, seller, models.HandoffFilter{DisconnectionID: disconnection, Count: models.MaxPage})
}

// listOpen reads the list page by page.
func listOpen(tb testing.TB, repository *db.Repository, seller models.Caller, filter models.HandoffFilter) (all []models.HandoffItem) {
	tb.Helper()
	for more := true; more; {
		page, err := repository.HandoffItems(context.Background(), seller, filter)
		require.NoError(tb, err)
		require.LessOrEqual(tb, len(page.Items), filter.Count)
		all = append(all, page.Items...)
		if more = page.More; more {
			filter.After = all[len(all)-1].Position()
		} else {
			require.EqualValues(tb, len(all), page.Total)
		}
	}
	return all
}

// disconnected is a store that was disconnected.
func disconnected(tb testing.TB, databaseURL string) (*db.Repository, models.Caller, string) {
	tb.Helper()
	repository := open(tb, databaseURL, models.DefaultCatalogue())
	seller := register(tb, repository, "handoff.myshopify.com")
	connect(tb, repository, seller, "handoff")
	return repository, seller, disconnect(tb, repository, seller).Disconnection.ID
}

// TestHandoffIsListedInOrder has a list of several batches and pages. One of 10,000 orders is in jobs.
func TestHandoffIsListedInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller, id := disconnected(t, databaseURL)
		const orders, batchSize, deadlines = 300, 100, 20 // many with the same deadline
		work := &models.HandoffWork{DisconnectionID: id, StoreID: seller.Store.ID}
		begin := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		var batch []models.HandoffItem
		for n := range orders {
			item := models.HandoffItem{Task: models.Fulfillment, Reference: strconv.Itoa(n), OrderID: strconv.Itoa(n), State: "AWAITING_SHIPMENT"}
			if n%10 != 0 {
				due := begin.Add(time.Duration(n%deadlines) * time.Minute)
				item.DueAt = &due
			}
			if n%100 == 99 {
				item.Task = models.Refund
			}
			if batch = append(batch, item); len(batch) == batchSize {
				require.NoError(t, repository.AddHandoffItems(t.Context(), work, batch))
				require.NoError(t, repository.AddHandoffItems(t.Context(), work, batch[:50]), "what was read twice is there once")
				batch = nil
			}
		}
		all := listOpen(t, repository, seller, models.HandoffFilter{DisconnectionID: id, Count: 70})
		require.Len(t, all, orders)
		met := map[string]bool{}
		for i, item := range all {
			met[item.OrderID] = true
			if i > 0 {
				before, here := all[i-1].Position(), item.Position()
				require.True(t, before.Due < here.Due || before.Due == here.Due && before.ID < here.ID)
			}
		}
		require.Len(t, met, orders)
		require.Equal(t, begin.Add(time.Minute), *all[0].DueAt)
		require.Nil(t, all[orders-1].DueAt)
		require.Equal(t, "https://seller-us.tiktok.com/order/detail?order_no="+all[0].OrderID+"&shop_region=US", all[0].URL)

		refunds := listOpen(t, repository, seller, models.HandoffFilter{DisconnectionID: id, Count: 2, Tasks: []models.OrderTask{models.Refund, models.Return}})
		require.Len(t, refunds, orders/100)
		require.Empty(t, listOpen(t, repository, seller, models.HandoffFilter{DisconnectionID: id, Count: 7, Tasks: []models.OrderTask{}}))
	})
}

func TestHandoffIsOfItsStoreOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller, id := disconnected(t, databaseURL)
		item := addOpen(t, repository, seller, id, models.HandoffItem{Task: models.Return, Reference: "9", OrderID: "1", State: "X"})[0]
		found, err := repository.HandoffItem(t.Context(), seller, item.ID)
		require.NoError(t, err)
		require.Equal(t, &item, found)
		other := register(t, repository, "other.myshopify.com")
		found, err = repository.HandoffItem(t.Context(), other, item.ID)
		require.NoError(t, err)
		require.Nil(t, found)
		page, err := repository.HandoffItems(t.Context(), other, models.HandoffFilter{DisconnectionID: id, Count: 1})
		require.NoError(t, err)
		require.Equal(t, &models.HandoffPage{Items: []models.HandoffItem{}}, page)
		_, err = repository.AcknowledgeHandoffItems(t.Context(), other, []string{item.ID})
		requireRefusals(t, err, models.HandoffItemNotFound)
	})
}

func TestAcknowledgeHandoffItems(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller, id := disconnected(t, databaseURL)
		var items []models.HandoffItem
		for n := range 20 {
			items = append(items, models.HandoffItem{Task: models.Fulfillment, Reference: strconv.Itoa(n), OrderID: strconv.Itoa(n)})
		}
		var ids []string
		for _, item := range addOpen(t, repository, seller, id, items...) {
			ids = append(ids, item.ID)
		}
		_, err := repository.AcknowledgeHandoffItems(t.Context(), seller, []string{ids[0], "", ids[1], "handoff_x"})
		requireRefusals(t, err, models.HandoffItemNotFound, models.HandoffItemNotFound)
		require.Equal(t, []string{"ids", "1"}, models.RefusalsIn[models.AcknowledgeHandoffItemsErrorCode](err)[0].Field)
		require.Nil(t, listOpen(t, repository, seller, models.HandoffFilter{DisconnectionID: id, Count: 20})[0].AcknowledgedAt, "all or none")

		connector := models.Caller{Store: seller.Store, Actor: models.Actor{Kind: models.ActorPartner, Name: "Connector"}, ID: "apikey_1"}
		var all sync.WaitGroup
		for n := range 8 {
			by := []models.Caller{seller, connector}[n%2]
			all.Go(func() {
				done, err := repository.AcknowledgeHandoffItems(t.Context(), by, ids[n:12+n])
				if err != nil || len(done) != 12 {
					panic(fmt.Sprint(len(done), err))
				}
			})
		}
		all.Wait()
		before := listOpen(t, repository, seller, models.HandoffFilter{DisconnectionID: id, Count: 20})
		page, err := repository.HandoffItems(t.Context(), seller, models.HandoffFilter{DisconnectionID: id, Count: 20})
		require.NoError(t, err)
		require.EqualValues(t, 1, page.Unacknowledged)
		again, err := repository.AcknowledgeHandoffItems(t.Context(), seller, ids)
		require.NoError(t, err)
		for i, item := range again {
			if before[i].AcknowledgedAt != nil {
				require.Equal(t, before[i], item, "who was first stays known")
			}
			require.NotNil(t, item.AcknowledgedBy)
		}
	})
}

func TestHandoffIsReadByOneProcessAtATime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller, _ := disconnected(t, databaseURL)
		connect(t, repository, seller, "handoff")
		require.NoError(t, openTables(t, databaseURL).write(`UPDATE stores SET linked = true`))
		now := time.Now()
		repository.Now = func() time.Time { return now }
		id := disconnect(t, repository, seller).Disconnection.ID
		work, err := repository.LeaseHandoff(t.Context(), id, time.Minute)
		require.NoError(t, err)
		require.False(t, work.Busy)
		require.Equal(t, "handoff", work.Account.ExternalID)
		other, err := repository.LeaseHandoff(t.Context(), id, time.Minute)
		require.NoError(t, err)
		require.True(t, other.Busy)
		now = now.Add(time.Minute)
		other, err = repository.LeaseHandoff(t.Context(), id, time.Minute)
		require.NoError(t, err)
		require.False(t, other.Busy, "whoever had it may be dead")
		require.NoError(t, repository.FinishHandoff(t.Context(), id, models.HandoffRead, "", repository.Now()))
		other, err = repository.LeaseHandoff(t.Context(), id, time.Minute)
		require.NoError(t, err)
		require.Nil(t, other)
	})
}
