package db_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// openWebhooks opens a database with a store that has no webhook endpoints yet, and the table's clock.
func openWebhooks(t *testing.T, databaseURL string) (*db.Repository, models.Caller, tables) {
	t.Helper()
	repository := openSealed(t, databaseURL, newKeyset(t))
	return repository, register(t, repository, "hooks.myshopify.com"), openTables(t, databaseURL)
}

func createEndpoint(t *testing.T, repository *db.Repository, seller models.Caller, topics ...models.EventTopic) models.WebhookSecretResult {
	t.Helper()
	result, err := repository.CreateWebhookEndpoint(t.Context(), seller, models.WebhookRequest{URL: "https://example.com/" + seller.Store.Domain, Topics: topics})
	require.NoError(t, err)
	return *result
}

func listEndpoints(t *testing.T, repository *db.Repository, seller models.Caller) []models.WebhookEndpoint {
	t.Helper()
	endpoints, err := repository.WebhookEndpoints(t.Context(), seller)
	require.NoError(t, err)
	return endpoints
}

func changeEndpoint(t *testing.T, repository *db.Repository, seller models.Caller, change models.WebhookChange) models.WebhookEndpoint {
	t.Helper()
	endpoint, err := repository.UpdateWebhookEndpoint(t.Context(), seller, change)
	require.NoError(t, err)
	return *endpoint
}

func redeliver(t *testing.T, repository *db.Repository, seller models.Caller, endpoint, after string) models.WebhookEndpoint {
	t.Helper()
	changed, err := repository.RedeliverEvents(t.Context(), seller, models.RedeliveryRequest{EndpointID: endpoint, After: after})
	require.NoError(t, err)
	return *changed
}

// sendJobs are the states of the jobs that send events to an endpoint.
func (d tables) sendJobs(t *testing.T, endpoint string) []string {
	t.Helper()
	return d.rows(t, `SELECT state FROM river_job WHERE kind = 'send_events' AND args ->> 'endpoint' = ? ORDER BY id`, endpoint)
}

// setJobs puts the jobs of an endpoint into a state, due in an hour.
func (d tables) setJobs(t *testing.T, endpoint, state string) {
	t.Helper()
	later := "CURRENT_TIMESTAMP + interval '1 hour'"
	if d.dialect == "sqlite" {
		later = "datetime('now', '+1 hour')"
	}
	require.NoError(t, d.write(`UPDATE river_job SET state = '`+state+`', scheduled_at = `+later+` WHERE kind = 'send_events' AND args ->> 'endpoint' = ?`, endpoint))
}

const available, running, retryable = `state="available" `, `state="running" `, `state="retryable" `

func TestWebhookEndpointLifecycle(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller, rawTables := openWebhooks(t, databaseURL)
		neighbour := register(t, repository, "next.myshopify.com")
		require.Empty(t, listEndpoints(t, repository, seller))
		editing(t.Context(), repository, seller)
		created := createEndpoint(t, repository, seller, models.SettingsUpdatedEvent, models.AccountConnectedEvent).Endpoint
		second := createEndpoint(t, repository, seller).Endpoint
		require.Equal(t, []models.EventTopic{models.AccountConnectedEvent, models.SettingsUpdatedEvent}, created.Topics.List(), "in the order of all")
		require.Equal(t, int64(2), created.SentThrough, "what was is not sent")
		require.Empty(t, rawTables.sendJobs(t, created.ID))
		endpoints := listEndpoints(t, repository, seller)
		require.Equal(t, []string{second.ID, created.ID}, []string{endpoints[0].ID, endpoints[1].ID})
		found, err := repository.WebhookEndpoint(t.Context(), seller, created.ID)
		require.NoError(t, err)
		require.Equal(t, created.CreatedAt, found.CreatedAt)
		require.Equal(t, models.WebhookActive, found.Status(found.ReadAt))

		url, no := "https://other.example/", false
		changed := changeEndpoint(t, repository, seller, models.WebhookChange{ID: created.ID, URL: &url, Topics: []models.EventTopic{}, Enabled: &no})
		require.Equal(t, []any{url, models.WebhookTopics(""), models.WebhookDisabled}, []any{changed.URL, changed.Topics, changed.Status(repository.Now())})
		require.Equal(t, changed.DisabledAt, listEndpoints(t, repository, seller)[1].DisabledAt)

		hasWebhooks := func() string {
			return rawTables.rows(t, `SELECT CAST(has_webhooks AS text) AS has FROM stores WHERE id = ?`, seller.Store.ID)[0]
		}
		has := hasWebhooks()
		for _, id := range []string{created.ID, second.ID} {
			require.Equal(t, has, hasWebhooks())
			_, err := repository.DeleteWebhookEndpoint(t.Context(), neighbour, id)
			requireRefusals(t, err, models.DeleteEndpointNotFound)
			deleted, err := repository.DeleteWebhookEndpoint(t.Context(), seller, id)
			require.NoError(t, err)
			require.Equal(t, id, deleted.ID)
			_, err = repository.DeleteWebhookEndpoint(t.Context(), seller, id)
			requireRefusals(t, err, models.DeleteEndpointNotFound)
		}
		require.NotEqual(t, has, hasWebhooks(), "events are written as before the first one")
		require.Empty(t, rawTables.rows(t, `SELECT id FROM webhook_secrets`))
		require.Equal(t, []models.AuditAction{
			models.WebhookEndpointDeleted, models.WebhookEndpointDeleted, models.WebhookEndpointUpdated, models.WebhookEndpointCreated, models.WebhookEndpointCreated, models.SettingsUpdated,
		}, actions(t, repository, seller)[:6])
	})
}

// actions are those of the audit trail, newest first.
func actions(t *testing.T, repository *db.Repository, seller models.Caller) (list []models.AuditAction) {
	t.Helper()
	trail, err := repository.AuditTrail(t.Context(), seller, models.AuditPage{Count: models.MaxPage}, models.AccountDetails{})
	require.NoError(t, err)
	for _, entry := range trail.Entries {
		list = append(list, entry.Action)
	}
	return list
}

// TestRefusedWebhooksChangeNothing, and neither does what changes nothing.
func TestRefusedWebhooksChangeNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller, rawTables := openWebhooks(t, databaseURL)
		neighbour := register(t, repository, "next.myshopify.com")
		endpoint, their := createEndpoint(t, repository, seller).Endpoint, createEndpoint(t, repository, neighbour).Endpoint
		of := func(caller models.Caller) []string {
			return append(rawTables.rows(t, `SELECT * FROM webhook_endpoints WHERE store_id = ? ORDER BY id`, caller.Store.ID), rawTables.of(t, caller.Store.ID)["audit_entries"]...)
		}
		before, beforeTheirs := of(seller), of(neighbour)
		bad, yes := "http://example.com/", true
		for _, id := range []string{their.ID, "", "webhook_00000000-0000-7000-8000-000000000000"} {
			_, err := repository.UpdateWebhookEndpoint(t.Context(), seller, models.WebhookChange{ID: id, Enabled: &yes})
			requireRefusals(t, err, models.UpdateEndpointNotFound)
			_, err = repository.DeleteWebhookEndpoint(t.Context(), seller, id)
			requireRefusals(t, err, models.DeleteEndpointNotFound)
			_, err = repository.RotateWebhookSecret(t.Context(), seller, id)
			requireRefusals(t, err, models.RotateEndpointNotFound)
			_, err = repository.RedeliverEvents(t.Context(), seller, models.RedeliveryRequest{EndpointID: id})
			requireRefusals(t, err, models.RedeliverEndpointNotFound)
			found, err := repository.WebhookEndpoint(t.Context(), seller, id)
			require.NoError(t, err)
			require.Nil(t, found)
		}
		_, err := repository.CreateWebhookEndpoint(t.Context(), seller, models.WebhookRequest{URL: bad})
		requireRefusals(t, err, models.CreateInvalidURL)
		_, err = repository.UpdateWebhookEndpoint(t.Context(), seller, models.WebhookChange{ID: endpoint.ID, URL: &bad})
		requireRefusals(t, err, models.UpdateInvalidURL)
		repository.PassingSealer = true
		_, err = repository.CreateWebhookEndpoint(t.Context(), seller, models.WebhookRequest{URL: endpoint.URL})
		requireRefusals(t, err, models.CreateSecretsUnavailable)
		_, err = repository.RotateWebhookSecret(t.Context(), seller, endpoint.ID)
		requireRefusals(t, err, models.RotateSecretsUnavailable)
		changeEndpoint(t, repository, seller, models.WebhookChange{ID: endpoint.ID})
		changeEndpoint(t, repository, seller, models.WebhookChange{ID: endpoint.ID, URL: &endpoint.URL, Enabled: &yes})
		require.Equal(t, before, of(seller))
		require.Equal(t, beforeTheirs, of(neighbour))
	})
}

func TestWebhookEndpointsPerStoreAreLimited(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller, _ := openWebhooks(t, databaseURL)
		for range models.MaxWebhookEndpoints {
			createEndpoint(t, repository, seller)
		}
		_, err := repository.CreateWebhookEndpoint(t.Context(), seller, models.WebhookRequest{URL: "https://example.com/"})
		requireRefusals(t, err, models.TooManyEndpoints)
		createEndpoint(t, repository, register(t, repository, "next.myshopify.com"))
	})
}

// TestRedeliveredEventsHaveOneJob: what waits for its next attempt is due at once, and what is at it goes on.
func TestRedeliveredEventsHaveOneJob(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller, rawTables := openWebhooks(t, databaseURL)
		neighbour := register(t, repository, "next.myshopify.com")
		editing(t.Context(), repository, seller)
		events := committedEvents(t, repository, seller)
		require.Len(t, events, 2)
		endpoint := createEndpoint(t, repository, seller).Endpoint

		require.Equal(t, int64(2), redeliver(t, repository, seller, endpoint.ID, events[1]).SentThrough)
		require.Empty(t, rawTables.sendJobs(t, endpoint.ID), "there is none after the last one")
		changed := redeliver(t, repository, seller, endpoint.ID, events[0])
		require.Equal(t, int64(1), changed.SentThrough)
		require.True(t, changed.Waiting)
		require.Equal(t, []string{available}, rawTables.sendJobs(t, endpoint.ID))
		require.Equal(t, int64(0), redeliver(t, repository, seller, endpoint.ID, "").SentThrough)
		require.Equal(t, []string{available}, rawTables.sendJobs(t, endpoint.ID))
		require.Equal(t, int64(0), redeliver(t, repository, seller, endpoint.ID, events[1]).SentThrough, "what was not sent yet is not skipped")

		for from, to := range map[string]string{"retryable": available, "scheduled": available, "running": running} {
			rawTables.setJobs(t, endpoint.ID, from)
			redeliver(t, repository, seller, endpoint.ID, "")
			require.Equal(t, []string{to}, rawTables.sendJobs(t, endpoint.ID), from)
			due := rawTables.rows(t, `SELECT 1 AS due FROM river_job WHERE kind = 'send_events' AND scheduled_at <= CURRENT_TIMESTAMP`)
			require.Equal(t, from != "running", len(due) == 1, from)
		}
		require.NoError(t, rawTables.write(`DELETE FROM river_job`))
		redeliver(t, repository, seller, endpoint.ID, "")
		require.Equal(t, []string{available}, rawTables.sendJobs(t, endpoint.ID), "a job that was lost is promised again")

		for _, unknown := range []string{"event_00000000-0000-7000-8000-000000000000", committedEvents(t, repository, neighbour)[0]} {
			_, err := repository.RedeliverEvents(t.Context(), seller, models.RedeliveryRequest{EndpointID: endpoint.ID, After: unknown})
			require.ErrorAs(t, err, new(*models.BadInput))
		}
		no, yes := false, true
		changeEndpoint(t, repository, seller, models.WebhookChange{ID: endpoint.ID, Enabled: &no})
		_, err := repository.RedeliverEvents(t.Context(), seller, models.RedeliveryRequest{EndpointID: endpoint.ID})
		requireRefusals(t, err, models.EndpointDisabled)
		rawTables.setJobs(t, endpoint.ID, "retryable")
		url := "https://other.example/"
		changeEndpoint(t, repository, seller, models.WebhookChange{ID: endpoint.ID, URL: &url})
		require.Equal(t, []string{retryable}, rawTables.sendJobs(t, endpoint.ID), "nothing is sent to it")
		changeEndpoint(t, repository, seller, models.WebhookChange{ID: endpoint.ID, Enabled: &yes})
		require.Equal(t, []string{available}, rawTables.sendJobs(t, endpoint.ID), "what has happened meanwhile is sent")
	})
}

// TestNewestEventsAreRedelivered: so many of those that the endpoint wants, however many others came since.
func TestNewestEventsAreRedelivered(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller, rawTables := openWebhooks(t, databaseURL)
		editing(t.Context(), repository, register(t, repository, "next.myshopify.com"))
		for i := range 3 {
			connect(t, repository, seller, strconv.Itoa(i))
			disconnect(t, repository, seller)
		}
		editing(t.Context(), repository, seller)
		all := createEndpoint(t, repository, seller).Endpoint
		connected := createEndpoint(t, repository, seller, models.AccountConnectedEvent, models.StoreUninstalledEvent).Endpoint
		redeliver := func(endpoint models.WebhookEndpoint, last int) (again []models.EventTopic) {
			require.NoError(t, rawTables.write(`UPDATE webhook_endpoints SET sent_through = ?, waiting = false WHERE id = ?`, endpoint.SentThrough, endpoint.ID))
			require.NoError(t, rawTables.write(`DELETE FROM river_job`))
			changed, err := repository.RedeliverEvents(t.Context(), seller, models.RedeliveryRequest{EndpointID: endpoint.ID, Last: last})
			require.NoError(t, err)
			require.True(t, changed.Waiting)
			require.Equal(t, []string{available}, rawTables.sendJobs(t, endpoint.ID))
			work, err := repository.WebhookWork(t.Context(), endpoint.ID, models.MaxPage)
			require.NoError(t, err)
			for _, event := range work.Events {
				again = append(again, event.Topic)
			}
			return again
		}
		require.Equal(t, []models.EventTopic{models.SettingsUpdatedEvent}, redeliver(all, 1))
		require.Equal(t, []models.EventTopic{models.AccountDisconnectedEvent, models.SettingsUpdatedEvent}, redeliver(all, 2))
		require.Len(t, redeliver(all, models.MaxPage), int(all.SentThrough), "as many as there are")
		require.Equal(t, []models.EventTopic{models.AccountConnectedEvent}, redeliver(connected, 1))
		require.Equal(t, slices.Repeat([]models.EventTopic{models.AccountConnectedEvent}, 2), redeliver(connected, 2))
		whole := redeliver(connected, 4)
		require.GreaterOrEqual(t, len(whole), 3)

		connected.SentThrough = 0
		require.Equal(t, whole, redeliver(connected, 1), "what was not sent yet is not skipped")
		idle := createEndpoint(t, repository, seller, models.StoreUninstalledEvent).Endpoint
		_, err := repository.RedeliverEvents(t.Context(), seller, models.RedeliveryRequest{EndpointID: idle.ID, Last: 1})
		requireRefusals(t, err, models.RedeliverNoEvents)
		no := false
		changeEndpoint(t, repository, seller, models.WebhookChange{ID: idle.ID, Enabled: &no})
		_, err = repository.RedeliverEvents(t.Context(), seller, models.RedeliveryRequest{EndpointID: idle.ID, Last: 1})
		requireRefusals(t, err, models.EndpointDisabled)
	})
}

// TestEnabledEndpointBeginsAnew: what has failed counts no more.
func TestEnabledEndpointBeginsAnew(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller, rawTables := openWebhooks(t, databaseURL)
		endpoint := createEndpoint(t, repository, seller).Endpoint
		since := repository.Now().Add(-2 * models.WebhookFailingAfter)
		require.NoError(t, rawTables.write(`UPDATE webhook_endpoints SET attempts = 3, first_attempt_at = ?, failing_since = ?`, since, since))
		failing := listEndpoints(t, repository, seller)[0]
		require.Equal(t, models.WebhookFailing, failing.Status(failing.ReadAt))
		yes := true
		changeEndpoint(t, repository, seller, models.WebhookChange{ID: endpoint.ID, Enabled: &yes})
		anew := listEndpoints(t, repository, seller)[0]
		require.Equal(t, models.WebhookActive, anew.Status(anew.ReadAt))
		require.Zero(t, anew.Attempts)
		require.Nil(t, anew.FirstAttemptAt)
		require.Empty(t, rawTables.sendJobs(t, endpoint.ID), "there is nothing to be sent")
	})
}

func TestWebhookSecretsAreRotated(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller, rawTables := openWebhooks(t, databaseURL)
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		repository.Now = func() time.Time { return now }
		created := createEndpoint(t, repository, seller)
		other := createEndpoint(t, repository, seller)
		secrets := map[string]bool{created.Secret.Reveal(): true, other.Secret.Reveal(): true}
		ends := func() (ends []string) {
			for _, row := range rawTables.rows(t, `SELECT expires_at FROM webhook_secrets WHERE endpoint_id = ? ORDER BY created_at, expires_at IS NULL`, created.Endpoint.ID) {
				ends = append(ends, strings.TrimSuffix(strings.TrimPrefix(row, `expires_at="`), `" `))
			}
			return ends
		}
		rotate := func() {
			result, err := repository.RotateWebhookSecret(t.Context(), seller, created.Endpoint.ID)
			require.NoError(t, err)
			secrets[result.Secret.Reveal()] = true
		}
		const none = "expires_at=<nil> "
		require.Equal(t, []string{none}, ends())
		rotate()
		require.Equal(t, []string{"2026-03-03T09:00:00Z", none}, ends())
		now = now.Add(time.Hour)
		rotate()
		require.Equal(t, []string{"2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z", none}, ends(), "an earlier end stays")
		rotate()
		rotate()
		_, err := repository.RotateWebhookSecret(t.Context(), seller, created.Endpoint.ID)
		requireRefusals(t, err, models.SecretRotationInProgress)
		require.Len(t, ends(), models.MaxWebhookSecrets)
		now = now.Add(23 * time.Hour)
		rotate()
		require.Len(t, ends(), models.MaxWebhookSecrets, "the first one is gone, as it had ended")
		require.Len(t, secrets, 2+5)
		require.Equal(t, []string{"secrets=1 "}, rawTables.rows(t, `SELECT count(*) AS secrets FROM webhook_secrets WHERE endpoint_id = ? AND expires_at IS NULL`, other.Endpoint.ID))
	})
}

// TestWebhookSecretsAreSealed, checked at the start and sealed anew as all credentials are.
func TestWebhookSecretsAreSealed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		first := newKeyset(t)
		repository, rawTables := openSealed(t, databaseURL, first), openTables(t, databaseURL)
		seller := register(t, repository, "hooks.myshopify.com")
		created := createEndpoint(t, repository, seller)
		id := func() string {
			row := rawTables.rows(t, `SELECT id FROM webhook_secrets`)[0]
			return strings.TrimSuffix(strings.TrimPrefix(row, `id="`), `" `)
		}()
		sealed := func() models.Sealed {
			var sealed []byte
			require.NoError(t, rawTables.QueryRowContext(t.Context(), `SELECT secret FROM webhook_secrets`).Scan(&sealed))
			return sealed
		}
		opened := func(keyset string) string {
			secret, err := keyring(t, keyset).Open(sealed(), "webhook_secrets", "secret", id)
			require.NoError(t, err)
			return secret.Reveal()
		}
		require.Equal(t, created.Secret.Reveal(), opened(first))
		require.False(t, has(dump(t, databaseURL), []byte(created.Secret.Reveal()[len("whsec_"):][:16])))

		before, promoted := sealed(), promote(t, first)
		repository.Sealer = keyring(t, promoted)
		requireResealed(t, repository, 1)
		requireResealed(t, repository, 0)
		require.NotEqual(t, before.KeyID(), sealed().KeyID())
		require.Equal(t, created.Secret.Reveal(), opened(promoted))

		repository.Sealer = keyring(t, newKeyset(t))
		require.ErrorContains(t, repository.CheckKeyset(t.Context()), "(stores: 1)")
		require.NoError(t, repository.ForgetCredentials(t.Context(), "unknown.myshopify.com"))
		require.ErrorContains(t, repository.CheckKeyset(t.Context()), "(stores: 1)")
		require.NoError(t, repository.ForgetCredentials(t.Context(), "hooks.myshopify.com"))
		require.NoError(t, repository.CheckKeyset(t.Context()))
		require.Empty(t, listEndpoints(t, repository, seller))
	})
}
