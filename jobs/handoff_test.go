package jobs_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/standin"
	tiktoksandbox "github.com/handback/handback/tiktok/sandbox"
)

// shopAtTikTok is the shop that the store is connected to, and the way there.
type shopAtTikTok struct {
	box   *tiktoksandbox.Sandbox
	next  http.RoundTripper
	down  atomic.Bool
	asked func() // is called before each call; nil for nothing
}

// openShop takes the way to the life's TikTok.
func openShop(l *life) *shopAtTikTok {
	s := &shopAtTikTok{box: l.shops, next: l.tikTok.next}
	l.tikTok.next = s
	return s
}

// RoundTrip implements http.RoundTripper.
func (s *shopAtTikTok) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.asked != nil {
		s.asked()
	}
	if s.down.Load() {
		return nil, errors.New("no route to host")
	}
	return s.next.RoundTrip(r)
}

// order makes orders, and something of each kind about the first ones of them.
func (s *shopAtTikTok) order(t *testing.T, count int) {
	t.Helper()
	ids, err := s.box.AddOrders("USLCDEMO1", "AWAITING_SHIPMENT", count, 48*time.Hour)
	require.NoError(t, err)
	_, err = s.box.AddCancellation(ids[0], time.Hour)
	require.NoError(t, err)
	_, err = s.box.AddReturn(ids[1], false, 0)
	require.NoError(t, err)
	_, err = s.box.AddReturn(ids[2], true, 2*time.Hour)
	require.NoError(t, err)
	_, err = s.box.AddOrders("USLCDEMO1", "DELIVERED", 1, 0)
	require.NoError(t, err)
}

// handoff reads the whole list, and counts it by task.
func (l *life) handoff(id string) (*models.HandoffPage, map[models.OrderTask]int) {
	filter, counts, all := models.HandoffFilter{DisconnectionID: id, Count: 100}, map[models.OrderTask]int{}, []models.HandoffItem{}
	for {
		page, err := l.HandoffItems(l.ctx, l.seller, filter)
		require.NoError(l.t, err)
		all = append(all, page.Items...)
		if !page.More {
			page.Items = all
			for _, item := range all {
				counts[item.Task]++
			}
			return page, counts
		}
		filter.After = all[len(all)-1].Position()
	}
}

func (l *life) readHandoff(id string) {
	for range maxRuns {
		again, err := l.engine.ReadHandoff(l.ctx, id)
		require.NoError(l.t, err)
		if again == nil {
			return
		}
		time.Sleep(time.Until(*again))
	}
	require.FailNow(l.t, "it does not end")
}

func TestHandoffIsReadBeforeTheAuthorizationEnds(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		s := openShop(l)
		l.connect()
		s.order(t, 230)
		id := l.disconnect() // the job that reads the list has not come
		l.requirePhase(id, models.PhaseComplete)
		page, counts := l.handoff(id)
		require.Equal(t, map[models.OrderTask]int{models.Fulfillment: 230, models.Cancellation: 1, models.Return: 1, models.Refund: 1}, counts)
		require.EqualValues(t, 233, page.Total)
		require.NotNil(t, page.ReadAt)
		tasks := []models.OrderTask{page.Items[0].Task, page.Items[1].Task, page.Items[232].Task}
		require.Equal(t, []models.OrderTask{models.Cancellation, models.Refund, models.Return}, tasks, "nearest deadline first, none last")
		var operations []string
		for _, call := range s.box.Calls(0) {
			operations = append(operations, call.Operation)
		}
		require.Greater(t, slices.Index(operations, "Deauthorize"), slices.Index(operations, "SearchReturns"))
		require.Equal(t, models.AuthorizationRevoked, l.disconnection(id).Authorization().Status)
		require.Equal(t, models.SellerCenter, l.account(models.AccountDetails{}).OrderManagement.Routes[0].System)
	})
}

// everythingOpen is what order makes for 60 orders.
var everythingOpen = map[models.OrderTask]int{models.Fulfillment: 60, models.Cancellation: 1, models.Return: 1, models.Refund: 1}

// TestHandoffSurvivesALostAnswer; every other fault of every call is tried without the race detector.
func TestHandoffSurvivesALostAnswer(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		s := openShop(l)
		s.order(t, 60)
		s.requireHandoffDespite(t, l, "Orders", standin.CutAfter)
	})
}

// requireHandoffDespite connects and disconnects the shop, and proves the list whole although a call fails twice: also with a token that
// was refreshed meanwhile.
func (s *shopAtTikTok) requireHandoffDespite(t *testing.T, l *life, operation string, kind standin.FaultKind) {
	t.Helper()
	l.connect()
	id := l.beginDisconnecting()
	require.NoError(t, s.box.AddFault(standin.Fault{Operation: operation, Kind: kind, Times: 2}))
	l.readHandoff(id)
	l.carryOut(id)
	l.requirePhase(id, models.PhaseComplete)
	page, counts := l.handoff(id)
	require.Equal(t, everythingOpen, counts, "%s %s", operation, kind)
	require.NotNil(t, page.ReadAt)
}

// TestHandoffIsOfTheMomentWhenItsReadingBegan, because what comes while it is read may be met no more.
func TestHandoffIsOfTheMomentWhenItsReadingBegan(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		s := openShop(l)
		s.order(t, 5)
		l.connect()
		id := l.beginDisconnecting()
		begun, came, calls := l.Now(), time.Time{}, 0
		s.asked = func() {
			time.Sleep(time.Second)
			if calls++; calls == 6 { // orders in each status were read
				s.order(t, 3)
				came = l.Now()
			}
		}
		l.readHandoff(id)
		s.asked = nil
		page, counts := l.handoff(id)
		require.Equal(t, 5, counts[models.Fulfillment])
		require.False(t, page.ReadAt.After(came), "the order that is missing came after it")
		require.False(t, page.ReadAt.Before(begun))
	})
}

func TestHandoffIsFilledInWhenTikTokAnswers(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		s := openShop(l)
		before := l.atShopify()
		l.connect()
		s.order(t, 5)
		s.down.Store(true)
		id := l.beginDisconnecting()
		again, err := l.engine.ReadHandoff(l.ctx, id)
		require.NoError(t, err)
		require.NotNil(t, again)
		require.Equal(t, models.TikTokUnavailable, l.disconnection(id).Progress().Problem.Code)
		page, _ := l.handoff(id)
		require.Zero(t, page.Total)
		require.Nil(t, page.ReadAt)

		again, err = l.engine.Run(l.ctx, id)
		require.NoError(t, err)
		require.NotNil(t, again)
		require.Equal(t, before, l.atShopify(), "the store is given back all the same")
		l.requirePhase(id, models.PhaseRevoking, models.TikTokUnavailable)
		s.order(t, 3) // while the store was being given back
		s.down.Store(false)
		l.readHandoff(id)
		require.Equal(t, []string{""}, l.rows(`SELECT next_attempt_at FROM transitions WHERE id = '`+id+`'`), "whoever waits for the list goes on")
		l.carryOut(id)
		l.requirePhase(id, models.PhaseComplete)
		page, counts := l.handoff(id)
		require.Equal(t, 8, counts[models.Fulfillment])
		require.NotNil(t, page.ReadAt)
		require.Nil(t, l.disconnection(id).Progress().Problem)
	})
}

func TestHandoffThatTikTokRejectsHindersNoDisconnect(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		s := openShop(l)
		l.connect()
		s.order(t, 5)
		require.True(t, s.box.Deauthorize("USLCDEMO1"))
		id := l.disconnect()
		l.requirePhase(id, models.PhaseComplete)
		page, _ := l.handoff(id)
		require.Nil(t, page.ReadAt)
		problem := l.disconnection(id).Progress().Problem
		require.Equal(t, models.TikTokAccessLost, problem.Code)
		require.Equal(t, "https://seller-us.tiktok.com", *problem.URL)
	})
}

// TestHandoffGoesOnAfterAKill: the process that reads is gone, and another one begins anew. Every call of a reading is tried without the
// race detector.
func TestHandoffGoesOnAfterAKill(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		s := openShop(l)
		s.order(t, 60)
		require.False(t, s.requireHandoffAfterKill(t, l, 4))
	})
}

// requireHandoffAfterKill connects and disconnects the shop, and proves the list whole although the process is gone at the nth call. It
// reports whether there was no such call.
func (s *shopAtTikTok) requireHandoffAfterKill(t *testing.T, l *life, n int) (done bool) {
	t.Helper()
	l.connect()
	id := l.beginDisconnecting()
	done = s.killReading(l, id, n)
	l.readHandoff(id)
	l.carryOut(id)
	_, counts := l.handoff(id)
	require.Equal(t, everythingOpen, counts)
	return done
}

// killReading ends a process that reads a list when it makes the nth call, and reports whether it was done by then.
func (s *shopAtTikTok) killReading(l *life, id string, n int) (done bool) {
	killed, kill := context.WithCancel(l.ctx)
	defer kill()
	calls := 0
	s.asked = func() {
		if calls++; calls == n {
			kill()
		}
	}
	defer func() { s.asked = nil }()
	_, err := l.engine.ReadHandoff(killed, id)
	return err == nil
}

func TestNoHandoffWhereNoOrdersMove(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		s := openShop(l)
		s.order(t, 5)
		l.beginConnecting(shopCode)
		id := l.disconnect()
		l.requirePhase(id, models.PhaseComplete)
		page, _ := l.handoff(id)
		require.Zero(t, page.Total)
	})
}
