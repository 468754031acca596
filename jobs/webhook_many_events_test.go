//go:build !race

package jobs_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestWebhookManyEventsAfterAnHour: a receiver is down for an hour, in which 10,000 events happen. All arrive, in order, and those whose
// answer is lost again, with the same id, so that it accepts each once.
func TestWebhookManyEventsAfterAnHour(t *testing.T) {
	if testing.Short() {
		t.Skip("sends 10,000 events")
	}
	const count, everyLost = 10_000, 500
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		w := newTold(t, databaseURL)
		up := w.now().Add(time.Hour)
		w.receiver.cut = func(n int) bool { return n%everyLost == 0 }
		w.receiver.answer = func(writer http.ResponseWriter, _ *http.Request) bool {
			if down := w.now().Before(up); !down {
				return false
			}
			writer.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		w.happen(1) // which is tried while the others happen
		_, pause, err := w.works.Send(t.Context(), w.endpoint)
		require.NoError(t, err)
		require.Positive(t, pause)
		w.pass(pause)
		w.addEvents(count - 1)
		want := w.events()
		require.Len(t, want, count)

		took := w.send()
		require.Equal(t, want, w.receiver.ids())
		require.Equal(t, count/everyLost, w.receiver.again)
		require.Equal(t, count, w.outcomes["taken"])
		require.Less(t, w.outcomes["refused"], 20, "what is down is left alone")
		require.Less(t, took, 3*time.Hour, "by the clock that the test holds")
		require.Equal(t, models.WebhookActive, w.status())
		require.Len(t, w.problems(), models.MaxPage)
	})
}

// addEvents adds so many to the store's, past the repository.
func (w *told) addEvents(count int) {
	w.t.Helper()
	f := newFixture(w.t, w.url)
	_, err := f.tables.ExecContext(w.t.Context(), `INSERT INTO audit_entries (id, store_id, action, actor_kind, actor_name, occurred_at, event_number)
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
		SELECT 'audit_' || i, last.store_id, last.action, last.actor_kind, last.actor_name, last.occurred_at, last.event_number + i
		FROM n, (SELECT * FROM audit_entries WHERE store_id = $1 AND event_number IS NOT NULL ORDER BY event_number DESC LIMIT 1) AS last ORDER BY i`,
		w.seller.Store.ID, count)
	require.NoError(w.t, err)
}
