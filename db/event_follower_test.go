package db_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// payingReads are a read budget that knows what was charged, and from which nothing may be read while it owes.
type payingReads struct {
	charged, asked atomic.Int64
	owing          atomic.Bool
}

func (*payingReads) Consume(int) error { return nil }

func (p *payingReads) Charge(_, bytes int) { p.charged.Add(int64(bytes)) }

func (p *payingReads) Err() error {
	p.asked.Add(1)
	if p.owing.Load() {
		return fmt.Errorf("%w: owing", models.ErrTryAgain)
	}
	return nil
}

// TestFollowersPayForWhatIsRead as whoever reads the same pages does. Who owes something reads nothing, and gets what has happened
// meanwhile when it is paid.
func TestFollowersPayForWhatIsRead(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "paying.myshopify.com")
		edit := func(fill string) {
			value := models.Value(`["` + strings.Repeat(fill, 100_000) + `"]`)
			_, err := repository.UpdateSettings(t.Context(), seller, []models.SettingInput{{Key: "order.tags", Value: value}})
			require.NoError(t, err)
		}
		edit("a")
		edit("b")
		committed := committedEvents(t, repository, seller)
		details := models.AccountDetails{Changes: true, ChangeDetail: models.ChangeDetail{Values: models.WholeValues, Copies: 1}}
		ctx, alone := measured(t)
		for _, after := range committed {
			_, err := repository.Events(ctx, seller, models.EventPage{Count: 1, After: after}, details)
			require.NoError(t, err)
		}
		require.Greater(t, alone.bytes, 300_000, "two edits of 100 kB, and what was before the second")

		var budget payingReads
		events, err := repository.WatchEvents(models.WithReadBudget(models.WithCaller(t.Context(), seller), &budget), seller, models.EventStart{After: committed[0]}, details)
		require.NoError(t, err)
		require.Equal(t, committed[1:], watched(t, events, 2))
		require.Eventually(t, func() bool { return budget.charged.Load() == int64(alone.bytes) }, watchPatience, time.Millisecond)

		budget.owing.Store(true)
		asked := budget.asked.Load()
		edit("c")
		require.Eventually(t, func() bool { return budget.asked.Load() > asked+1 }, watchPatience, time.Millisecond, "it is tried again")
		require.EqualValues(t, alone.bytes, budget.charged.Load(), "and nothing is read")
		budget.owing.Store(false)
		require.Equal(t, committedEvents(t, repository, seller)[3:], watched(t, events, 1), "nothing is lost")
		require.Greater(t, budget.charged.Load(), int64(alone.bytes+200_000))
	})
}
