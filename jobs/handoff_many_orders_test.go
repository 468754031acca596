//go:build !race

package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok"
)

// TestHandoffOfManyOrdersIsExact disconnects a shop with 10,000 open orders, and has the process that reads them killed once. The list has
// each of them once, and everything that is asked about them, in order.
func TestHandoffOfManyOrdersIsExact(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 10,000 orders twice")
	}
	const orders, requests = 10_000, 300
	eachLife(t, func(t *testing.T, l *life) {
		s := openShop(l)
		want := s.orderMuch(t, orders, requests)
		require.Len(t, want, orders+requests)
		l.connect()
		id := l.beginDisconnecting()
		require.False(t, s.killReading(l, id, 200))
		l.readHandoff(id)
		l.carryOut(id)

		l.requirePhase(id, models.PhaseComplete)
		page, _ := l.handoff(id)
		require.NotNil(t, page.ReadAt)
		got := map[string]models.OrderTask{}
		for i, item := range page.Items {
			got[item.Reference] = item.Task
			if i > 0 {
				before, here := page.Items[i-1].Position(), item.Position()
				require.True(t, before.Due < here.Due || before.Due == here.Due && before.ID < here.ID)
			}
		}
		require.Equal(t, want, got)
		require.Len(t, page.Items, len(want), "each is there once")
		require.EqualValues(t, len(want), page.Total)
	})
}

// orderMuch makes so many orders in every open status, and so many requests about delivered ones; it returns the tasks by reference.
func (s *shopAtTikTok) orderMuch(t *testing.T, orders, requests int) map[string]models.OrderTask {
	t.Helper()
	want := map[string]models.OrderTask{}
	for i, status := range tiktok.OpenOrderStatuses {
		ids, err := s.box.AddOrders("USLCDEMO1", status, orders/len(tiktok.OpenOrderStatuses), time.Duration(40+i)*time.Hour)
		require.NoError(t, err)
		for _, id := range ids {
			want[id] = models.Fulfillment
		}
	}
	delivered, err := s.box.AddOrders("USLCDEMO1", "DELIVERED", requests, 0)
	require.NoError(t, err)
	for i, id := range delivered {
		var reference string
		task := models.Cancellation
		switch i % 3 {
		case 0:
			reference, err = s.box.AddCancellation(id, time.Duration(i+1)*time.Minute)
		case 1:
			reference, err = s.box.AddReturn(id, false, time.Duration(i+1)*time.Minute)
			task = models.Return
		default:
			reference, err = s.box.AddReturn(id, true, 0)
			task = models.Refund
		}
		require.NoError(t, err)
		want[reference] = task
	}
	return want
}
