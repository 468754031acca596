package jobs_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// unexported are tables of what opens something and says nothing else, of what is on its way, and of no store.
var unexported = []string{
	"idempotency_keys", "platform_notifications", "tiktok_authorization_states", "webhook_secrets", "handback_migrations", "redactions",
	"river_job", "river_leader", "river_queue", "river_notification", "river_migration", "sqlite_sequence",
}

// requireExported fails unless all tables with rows of the store are in its export, but those that are in none.
func requireExported(t *testing.T, n *notified, tables []string) {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, n.Export(n.ctx, domain, &text))
	var export struct{ Tables map[string][]map[string]any }
	require.NoError(t, json.Unmarshal(text.Bytes(), &export))
	for _, table := range tables {
		require.Equal(t, !slices.Contains(unexported, table), len(export.Tables[table]) > 0, table)
	}
	for table, rows := range export.Tables {
		require.Contains(t, n.tablesOf(), table)
		for _, row := range rows {
			require.NotRegexp(t, `hash|token$|cipher|salt|secret|sealed`, slices.Sorted(maps.Keys(row)), table)
		}
	}
}

// TestRedactLeavesNothing walks through all tables of a store that has a row in each of them.
func TestRedactLeavesNothing(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		n.letIn()
		n.edit(models.SettingInput{Key: models.KeyAutoPublish, Value: "false"})
		n.hook(func() { n.edit(models.SettingInput{Key: models.KeyAutoPublish, Value: "true"}) })
		n.deleteProduct(7001)
		_, err := n.shops.AddOrders("USLCDEMO1", "AWAITING_SHIPMENT", 1, time.Hour)
		require.NoError(t, err)
		n.disconnect()
		require.NoError(t, n.BeginConsent(n.ctx, n.seller, models.ConsentRequest{State: models.NewSecret("state")}))
		n.letIn()
		_, err = n.CreateAPIKey(n.ctx, n.seller, models.APIKeyRequest{Name: "connector", Scopes: []models.APIKeyScope{models.ScopeRead}, FoldedName: "connector"})
		require.NoError(t, err)
		require.NoError(t, n.NoteNotification(n.ctx, n.of("locations/update")))
		n.tell(n.ofTikTok(models.TopicExpiringSoon))
		_, err = n.ClaimUser(n.ctx, n.seller.Store.ID, "42")
		require.NoError(t, err)
		require.NoError(t, n.NameUser(n.ctx, n.seller.Store.ID, "42", "Ada Lovelace"))
		stays, err := n.RegisterStore(n.ctx, models.Registration{Store: models.Store{Domain: "stays.myshopify.com", Name: "Stays", Region: "US"}, Settings: []models.SnapshotSetting{{Key: models.KeyAutoPublish, Scope: models.ScopeStore, Value: "true"}}})
		require.NoError(t, err)

		n.tell(n.of(models.TopicShopRedact)) // the app is installed
		require.NotEmpty(t, n.mentions(t), "nothing is removed")

		n.box.Uninstall(domain)
		n.tell(n.of(models.TopicUninstalled))
		mentioned := n.mentions(t)
		for _, table := range n.tablesOf() {
			if !slices.Contains([]string{
				"handback_migrations", "redactions", "river_job", "river_leader", "river_queue", "river_notification", "river_migration", "sqlite_sequence",
				"shopify_credentials", // which went with the app
			}, table) {
				require.Contains(t, mentioned, table, "the store has no row there, so that nothing is known of it")
			}
		}
		requireExported(t, n, mentioned)
		redact := n.of(models.TopicShopRedact)
		n.tell(redact)
		require.Empty(t, n.mentions(t))
		n.tell(n.ofTikTok(models.TopicDeauthorized)) // of what was ended then
		n.tell(n.of(models.TopicUninstalled))
		require.Empty(t, n.mentions(t), "what is told afterwards")
		require.Equal(t, []string{redact.ID + " "}, n.rows(`SELECT notification_id || ' ' || COALESCE(store_id, '') FROM redactions`))

		kept, err := n.StoreByDomain(n.ctx, stays.Domain)
		require.NoError(t, err)
		require.Equal(t, stays, kept)
		n.tell(redact) // nothing is there
		n.register()   // it begins anew
		require.NotEmpty(t, n.credentials())
	})
}

// TestLedgerIsKept: nothing but a redaction may delete from what is only ever added to.
func TestLedgerIsKept(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		n.letIn()
		n.disconnect()
		for _, table := range []string{"setting_changes", "audit_entries", "disconnections"} {
			_, err := n.tables.ExecContext(n.ctx, `DELETE FROM `+table)
			require.ErrorContains(t, err, "only ever added to", table)
		}
	})
}

func (n *notified) tablesOf() []string {
	if strings.HasPrefix(n.url, "sqlite") {
		return n.rows(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
	}
	return n.rows(`SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`)
}

// textOf returns all that a table has.
func (n *notified) textOf(t *testing.T, table string) string {
	t.Helper()
	rows, err := n.tables.QueryContext(n.ctx, `SELECT * FROM `+table)
	require.NoError(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	var text strings.Builder
	for rows.Next() {
		values, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		require.NoError(t, rows.Scan(targets...))
		for _, value := range values {
			if bytes, ok := value.([]byte); ok {
				value = string(bytes)
			}
			fmt.Fprintln(&text, value)
		}
	}
	require.NoError(t, rows.Err())
	return text.String()
}

// mentions lists the tables that have a row of the store, or a text that names it, or anything of it.
func (n *notified) mentions(t *testing.T) []string {
	t.Helper()
	traces := []string{n.seller.Store.ID, n.domain, "Aurora Outfitters", "USLCDEMO1", n.shopID}
	for _, table := range []string{"accounts", "epochs", "audit_entries", "disconnections", "transitions"} {
		traces = append(traces, n.rows(`SELECT id FROM `+table+` WHERE store_id = '`+n.seller.Store.ID+`'`)...)
	}
	n.traces = append(n.traces, traces...)
	found := []string{}
	for _, table := range n.tablesOf() {
		text := n.textOf(t, table)
		if slices.ContainsFunc(n.traces, func(trace string) bool { return strings.Contains(text, trace) }) {
			found = append(found, table)
		}
	}
	return found
}
