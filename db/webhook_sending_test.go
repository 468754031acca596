package db_test

import (
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// addEndpoint gives a store an endpoint that is through with all events there are.
func addEndpoint(tb testing.TB, repository *db.Repository, tables tables, seller models.Caller, topics ...models.EventTopic) string {
	tb.Helper()
	id, now := "webhook_"+repository.NewID(), repository.Now()
	require.NoError(tb, tables.write(`INSERT INTO webhook_endpoints (id, store_id, url, topics, created_at, sent_through)
		VALUES (?, ?, 'https://example.com/hooks', ?, ?, (SELECT MAX(event_number) FROM audit_entries WHERE store_id = ?))`,
		id, seller.Store.ID, string(models.WebhookTopicsOf(topics)), now, seller.Store.ID))
	require.NoError(tb, tables.write(`UPDATE stores SET has_webhooks = true WHERE id = ?`, seller.Store.ID))
	return id
}

// addSecrets gives it two secrets, and one that has expired.
func addSecrets(tb testing.TB, repository *db.Repository, tables tables, seller models.Caller, id string) {
	tb.Helper()
	now := repository.Now()
	for i, expires := range []any{nil, now.Add(time.Hour), now.Add(-time.Hour)} {
		secretID := fmt.Sprintf("%s_%d", id, i)
		sealed, err := repository.Sealer.Seal(models.NewSecret(fmt.Sprintf("secret %d", i)), "webhook_secrets", "secret", secretID)
		require.NoError(tb, err)
		require.NoError(tb, tables.write(`INSERT INTO webhook_secrets (id, endpoint_id, store_id, secret, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)`,
			secretID, id, seller.Store.ID, []byte(sealed), now.Add(-time.Duration(i)*time.Minute), expires))
	}
}

// hooked is a store with an endpoint that wants all events.
type hooked struct {
	*db.Repository
	t      *testing.T
	tables tables
	seller models.Caller
	id     string
}

func eachHooked(t *testing.T, test func(h *hooked)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := openSealed(t, databaseURL, newKeyset(t))
		h := &hooked{Repository: repository, t: t, tables: openTables(t, databaseURL), seller: register(t, repository, "hooked.myshopify.com")}
		h.id = addEndpoint(t, repository, h.tables, h.seller)
		addSecrets(t, repository, h.tables, h.seller, h.id)
		test(h)
	})
}

func (h *hooked) edit(value string) {
	update(h.t, h.Repository, h.seller, models.SettingInput{Key: "order.tags", Value: models.Value(`["` + value + `"]`)})
}

func (h *hooked) read() *models.WebhookWork {
	work, err := h.WebhookWork(h.t.Context(), h.id, 50)
	require.NoError(h.t, err)
	return work
}

func (h *hooked) note(work *models.WebhookWork, event *models.UnsentEvent, answer models.WebhookAnswer) *models.WebhookEndpoint {
	answer.SentAt = h.Now()
	noted, err := h.NoteDelivery(h.t.Context(), work, event, answer)
	require.NoError(h.t, err)
	return noted
}

func (h *hooked) stop() bool {
	stopped, err := h.StopSending(h.t.Context(), &models.WebhookEndpoint{ID: h.id, StoreID: h.seller.Store.ID})
	require.NoError(h.t, err)
	return stopped
}

// promised are the endpoints that jobs were promised for.
func (h *hooked) promised() []string {
	return h.tables.rows(h.t, `SELECT args->>'endpoint' AS endpoint FROM river_job WHERE kind = 'send_events' AND queue = 'webhooks' ORDER BY id`)
}

func (h *hooked) state() string {
	return h.tables.rows(h.t, `SELECT CASE WHEN waiting THEN 'waits' ELSE 'rests' END AS is_so, sent_through, attempts FROM webhook_endpoints WHERE id = ?`, h.id)[0]
}

var (
	taken      = models.WebhookAnswer{Status: 200, Took: 20 * time.Millisecond}
	refused500 = models.WebhookAnswer{Status: 500, Problem: "status 500"}
)

// TestWebhookEndpointHasOneJob from the first event that it wants until there is nothing left to be sent.
func TestWebhookEndpointHasOneJob(t *testing.T) {
	eachHooked(t, func(h *hooked) {
		narrow := addEndpoint(h.t, h.Repository, h.tables, h.seller, models.StoreUninstalledEvent)
		for i := range 3 {
			h.edit(strconv.Itoa(i))
		}
		require.Len(h.t, h.promised(), 1)
		work := h.read()
		require.Len(h.t, work.Events, 3)
		require.Equal(h.t, []string{"secret 0", "secret 1"}, []string{work.Secrets[0].Reveal(), work.Secrets[1].Reveal()})
		require.Len(h.t, work.Routes, 4)
		require.Equal(h.t, h.seller.Store.Domain, work.StoreDomain)
		require.False(h.t, h.stop())
		for i := range work.Events {
			noted := h.note(work, &work.Events[i], taken)
			require.NotNil(h.t, noted)
			work.Endpoint = *noted
		}
		require.Empty(h.t, h.read().Events)
		require.True(h.t, h.stop())
		require.Contains(h.t, h.state(), "rests")
		h.edit("another")
		require.Len(h.t, h.promised(), 2)

		wider, err := h.WebhookWork(h.t.Context(), narrow, 50)
		require.NoError(h.t, err)
		require.Empty(h.t, wider.Events)
		require.NoError(h.t, h.tables.write(`UPDATE webhook_endpoints SET topics = '' WHERE id = ?`, narrow))
		wider, err = h.WebhookWork(h.t.Context(), narrow, 50)
		require.NoError(h.t, err)
		require.Empty(h.t, wider.Events, "what it did not want when it happened it is not sent")
	})
}

// TestWebhookWorkTellsOfEvents what the API tells of them.
func TestWebhookWorkTellsOfEvents(t *testing.T) {
	eachHooked(t, func(h *hooked) {
		connect(h.t, h.Repository, h.seller, "1")
		h.edit("1")
		disconnect(h.t, h.Repository, h.seller)
		events := followEvents(h.t, h.Repository, h.seller, "", func() int { return models.MaxPage }, models.AccountDetails{})[1:]
		work := h.read()
		require.Len(h.t, work.Events, len(events))
		for i, event := range events {
			unsent := work.Events[i]
			require.Equal(h.t, []any{event.ID(), event.Topic(), event.OccurredAt(), event.AuditEntry.ID}, []any{unsent.ID(), unsent.Topic, unsent.OccurredAt.UTC(), unsent.AuditEntryID})
			require.Equal(h.t, event.AuditEntry.AccountID, unsent.AccountID)
			require.Equal(h.t, event.Disconnection() != nil, unsent.DisconnectionID != nil)
			if unsent.DisconnectionID != nil {
				require.Equal(h.t, event.Disconnection().ID, *unsent.DisconnectionID)
			}
		}
		require.Equal(h.t, models.SellerCenter, work.Routes[0].System)
	})
}

// TestWebhookDeliveriesOfAnother that has gone on meanwhile move nothing back.
func TestWebhookDeliveriesOfAnother(t *testing.T) {
	eachHooked(t, func(h *hooked) {
		h.edit("1")
		h.edit("2")
		work, late := h.read(), h.read()
		require.NotNil(h.t, h.note(work, &work.Events[0], taken))
		after := h.state()
		require.Nil(h.t, h.note(late, &late.Events[0], refused500))
		require.Nil(h.t, h.note(late, &late.Events[0], models.WebhookAnswer{Status: 410, Problem: "status 410"}))
		require.Equal(h.t, after, h.state())
		require.Equal(h.t, []string{
			`attempt=1 status=200 error=<nil> duration_ms=20 `, `attempt=1 status=500 error="status 500" duration_ms=0 `, `attempt=1 status=410 error="status 410" duration_ms=0 `,
		}, h.tables.rows(h.t, `SELECT attempt, status, error, duration_ms FROM webhook_deliveries ORDER BY seq`))

		work = h.read()
		require.NoError(h.t, h.tables.write(`UPDATE webhook_endpoints SET disabled_at = ? WHERE id = ?`, h.Now(), h.id))
		require.NotNil(h.t, h.note(work, &work.Events[0], taken), "it was on its way")
		require.True(h.t, h.stop())
		require.NoError(h.t, h.tables.write(`DELETE FROM webhook_endpoints WHERE id = ?`, h.id))
		require.Nil(h.t, h.note(work, &work.Events[0], taken))
		require.Nil(h.t, h.read())
	})
}

// TestWebhookEventsWaitWhileDisabled, and are promised to nobody.
func TestWebhookEventsWaitWhileDisabled(t *testing.T) {
	eachHooked(t, func(h *hooked) {
		h.edit("1")
		work := h.read()
		noted := h.note(work, &work.Events[0], models.WebhookAnswer{Status: 410, Problem: "status 410"})
		require.NotNil(h.t, noted.DisabledAt)
		require.Empty(h.t, h.read().Events)
		require.True(h.t, h.stop())
		h.edit("2")
		require.Len(h.t, h.promised(), 1)
		require.NoError(h.t, h.tables.write(`UPDATE webhook_endpoints SET disabled_at = NULL WHERE id = ?`, h.id))
		require.Len(h.t, h.read().Events, 2)
		require.False(h.t, h.stop())
	})
}

func TestForgetDeliveries(t *testing.T) {
	eachHooked(t, func(h *hooked) {
		h.edit("1")
		work := h.read()
		h.note(work, &work.Events[0], taken)
		forgotten, err := h.ForgetDeliveries(h.t.Context())
		require.NoError(h.t, err)
		require.Zero(h.t, forgotten)
		now := h.Now
		h.Now = func() time.Time { return now().Add(models.WebhookDeliveryLife) }
		forgotten, err = h.ForgetDeliveries(h.t.Context())
		require.NoError(h.t, err)
		require.EqualValues(h.t, 1, forgotten)
	})
}

// TestWebhookEndpointIsNeverForgotten: whoever writes an event while another process finds nothing to be sent promises a job, or that
// one finds the event. At the end of each round an endpoint that rests has got everything.
func TestWebhookEndpointIsNeverForgotten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		keyset := newKeyset(t)
		writer := openSealed(t, databaseURL, keyset)
		h := &hooked{Repository: openSealed(t, databaseURL, keyset), t: t, tables: openTables(t, databaseURL), seller: register(t, writer, "raced.myshopify.com")}
		h.id = addEndpoint(t, writer, h.tables, h.seller)
		for round := range 40 {
			var racing sync.WaitGroup
			racing.Go(func() { editTags(t, []*db.Repository{writer, h.Repository}[round%2], 1, h.seller) })
			racing.Go(func() {
				_, err := h.StopSending(t.Context(), &models.WebhookEndpoint{ID: h.id, StoreID: h.seller.Store.ID})
				assert.NoError(t, err)
			})
			racing.Wait()
			work := h.read()
			require.NotEmpty(t, work.Events, "it was not sent yet")
			require.True(t, work.Endpoint.Waiting, "round %d: nobody sends it", round)
			for i := range work.Events {
				noted := h.note(work, &work.Events[i], taken)
				require.NotNil(t, noted)
				work.Endpoint = *noted
			}
		}
	})
}

// TestRedeliveryWhileJobEnds: a job that has found nothing to be sent is done at that moment, and not when River has noted it.
func TestRedeliveryWhileJobEnds(t *testing.T) {
	eachHooked(t, func(h *hooked) {
		h.edit("1")
		require.Len(h.t, h.promised(), 1)
		require.NoError(h.t, h.tables.write(`UPDATE river_job SET state = 'running', attempt = 1, attempted_at = created_at`))
		redeliver := func() {
			_, err := h.RedeliverEvents(h.t.Context(), h.seller, models.RedeliveryRequest{EndpointID: h.id})
			require.NoError(h.t, err)
		}
		redeliver()
		require.Len(h.t, h.promised(), 1, "it finds them")
		work := h.read()
		for i := range work.Events {
			noted := h.note(work, &work.Events[i], taken)
			require.NotNil(h.t, noted)
			work.Endpoint = *noted
		}
		require.True(h.t, h.stop())
		require.Equal(h.t, []string{`state="completed" `}, h.tables.rows(h.t, `SELECT CAST(state AS text) AS state FROM river_job WHERE finalized_at IS NOT NULL`))
		redeliver()
		require.Len(h.t, h.promised(), 2)
	})
}

// TestWebhookJobsThatWaitForReceivers count as old as they are due: a receiver that is down for days is no alarm.
func TestWebhookJobsThatWaitForReceivers(t *testing.T) {
	eachHooked(t, func(h *hooked) {
		h.edit("1")
		require.NoError(h.t, h.tables.write(`UPDATE river_job SET created_at = '2026-01-02 03:04:05', state = 'available'`))
		stats, err := h.JobStats(h.t.Context())
		require.NoError(h.t, err)
		require.EqualValues(h.t, 1, stats.Count["available"])
		require.Less(h.t, stats.Oldest, 24*time.Hour)
		require.NoError(h.t, h.tables.write(`UPDATE river_job SET scheduled_at = '2026-01-02 03:04:05'`))
		stats, err = h.JobStats(h.t.Context())
		require.NoError(h.t, err)
		require.Greater(h.t, stats.Oldest, 24*time.Hour)
	})
}
