package db_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// deliver writes into the log that an event was sent.
func (d tables) deliver(t *testing.T, endpoint models.WebhookEndpoint, event string, attempt int) (id string) {
	t.Helper()
	id = fmt.Sprintf("delivery_%s_%s_%d", endpoint.ID, event, attempt)
	require.NoError(t, d.write(`INSERT INTO webhook_deliveries (id, endpoint_id, store_id, entry_seq, attempt, sent_at, status, error, duration_ms)
		SELECT ?, ?, store_id, seq, ?, ?, 503, 'the answer was 503', 12 FROM audit_entries WHERE id = ?`,
		id, endpoint.ID, attempt, time.Date(2026, 3, 2, 9, 0, attempt, 0, time.UTC), models.AuditEntryOf(event)))
	return id
}

// TestWebhookDeliveries of several endpoints come in one read, each with its event.
func TestWebhookDeliveries(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller, rawTables := openWebhooks(t, databaseURL)
		neighbour := register(t, repository, "next.myshopify.com")
		connect(t, repository, seller, "1")
		requireDone(t, editing(operationContext(t), repository, seller))
		disconnect(t, repository, seller)
		one, two, their := createEndpoint(t, repository, seller).Endpoint, createEndpoint(t, repository, seller).Endpoint, createEndpoint(t, repository, neighbour).Endpoint
		theirs := rawTables.deliver(t, their, committedEvents(t, repository, neighbour)[0], 1)
		events := committedEvents(t, repository, seller)
		var ids []string
		for _, event := range events {
			for attempt := 1; attempt <= 2; attempt++ {
				ids = append([]string{rawTables.deliver(t, one, event, attempt)}, ids...)
			}
		}
		rawTables.deliver(t, two, events[0], 1)

		read := func(page models.WebhookDeliveryPage) map[string]*models.WebhookDeliveries {
			pages, err := repository.WebhookDeliveries(t.Context(), seller, page, everything)
			require.NoError(t, err)
			return pages
		}
		pages := read(models.WebhookDeliveryPage{Count: 3})
		require.Len(t, pages, 2)
		require.Len(t, pages[one.ID].Deliveries, 3)
		require.True(t, pages[one.ID].More)
		require.Len(t, pages[two.ID].Deliveries, 1)
		require.False(t, pages[two.ID].More)
		for i, delivery := range read(models.WebhookDeliveryPage{Endpoint: one.ID, Count: models.MaxPage})[one.ID].Deliveries {
			require.Equal(t, ids[i], delivery.ID)
			require.Equal(t, 2-i%2, delivery.Attempt)
			require.Equal(t, []any{503, "the answer was 503", 12}, []any{*delivery.Status, *delivery.Error, delivery.DurationMs})
			event, err := repository.Event(t.Context(), seller, delivery.Event.ID(), everything)
			require.NoError(t, err)
			require.Equal(t, event, delivery.Event)
			found, err := repository.WebhookDelivery(t.Context(), seller, delivery.ID, everything)
			require.NoError(t, err)
			require.Equal(t, &delivery, found)
		}
		var seen []string
		for before := ""; ; {
			page := read(models.WebhookDeliveryPage{Endpoint: one.ID, Count: 3, Before: before})[one.ID]
			for _, delivery := range page.Deliveries {
				seen, before = append(seen, delivery.ID), delivery.ID
			}
			if !page.More {
				break
			}
		}
		require.Equal(t, ids, seen)
		require.Empty(t, read(models.WebhookDeliveryPage{Count: 3, Before: theirs}))
		require.Empty(t, read(models.WebhookDeliveryPage{Endpoint: their.ID, Count: 3}))
		found, err := repository.WebhookDelivery(t.Context(), seller, theirs, models.AccountDetails{})
		require.NoError(t, err)
		require.Nil(t, found)
	})
}

// TestWebhookDeliveriesOfLargeEvents leave values out, and no delivery.
func TestWebhookDeliveriesOfLargeEvents(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller, rawTables := openWebhooks(t, databaseURL)
		endpoint := createEndpoint(t, repository, seller).Endpoint
		const edits = 4
		for i := range edits { // each with the value before, the last of 3 MiB
			tags := models.Value(fmt.Sprintf(`["%d%s"]`, i, strings.Repeat("x", 3<<20)))
			require.NoError(t, rawTables.write(`UPDATE settings SET value = ? WHERE store_id = ? AND key = 'order.tags'`, string(tags), seller.Store.ID))
			requireDone(t, editing(operationContext(t), repository, seller))
		}
		for _, event := range committedEvents(t, repository, seller)[1:] {
			rawTables.deliver(t, endpoint, event, 1)
		}
		pages, err := repository.WebhookDeliveries(t.Context(), seller, models.WebhookDeliveryPage{Count: models.MaxPage}, models.AccountDetails{Changes: true})
		require.NoError(t, err)
		whole := 0
		for _, delivery := range pages[endpoint.ID].Deliveries {
			for _, change := range delivery.Event.AuditEntry.Changes {
				if change.Before != "" {
					whole++
				}
			}
		}
		require.Len(t, pages[endpoint.ID].Deliveries, edits)
		require.Equal(t, 3, whole)
	})
}
