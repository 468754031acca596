package db

import (
	"context"

	"github.com/handback/handback/models"
)

// WebhookDeliveries reads a page of the deliveries of each endpoint of the store, by the endpoint's id; of one only, when the page says
// so. Where the events of all of them have too long values, those of older events are left out.
func (r *Repository) WebhookDeliveries(ctx context.Context, caller models.Caller, page models.WebhookDeliveryPage, details models.AccountDetails) (map[string]*models.WebhookDeliveries, error) {
	endpoints := models.MaxWebhookEndpoints
	if page.Endpoint != "" {
		endpoints = 1
	}
	found := foundDeliveries{}
	reads := []read{selectDeliveries.into(&found.deliveries, caller.Store.ID, page.Endpoint, page.Before, page.Count)}
	if details.Changes {
		reads = append(reads, selectChangesOfDeliveries.into(&found.changes, withChangeLimits(details.ChangeDetail, caller.Store.ID, page.Endpoint, page.Before, page.Count-1)...))
	}
	deliveries, err := r.readDeliveries(ctx, caller.Store, details, &found, reads, page.Count*endpoints)
	if err != nil {
		return nil, fault(err)
	}
	pages := map[string]*models.WebhookDeliveries{}
	for _, delivery := range deliveries {
		of := pages[delivery.EndpointID]
		if of == nil {
			of = &models.WebhookDeliveries{}
			pages[delivery.EndpointID] = of
		}
		if len(of.Deliveries) == page.Count {
			of.More = true
			continue
		}
		of.Deliveries = append(of.Deliveries, delivery)
	}
	return pages, nil
}

// WebhookDelivery reads one delivery, nil when the store has none of this id.
func (r *Repository) WebhookDelivery(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.WebhookDelivery, error) {
	found := foundDeliveries{}
	reads := []read{selectDelivery.into(&found.deliveries, caller.Store.ID, id)}
	if details.Changes {
		reads = append(reads, selectChangesOfDelivery.into(&found.changes, withChangeLimits(details.ChangeDetail, caller.Store.ID, id)...))
	}
	deliveries, err := r.readDeliveries(ctx, caller.Store, details, &found, reads, 1)
	if err != nil || len(deliveries) == 0 {
		return nil, fault(err)
	}
	return &deliveries[0], nil
}

// foundDeliveries are the rows that deliveries and their events are made of, all of one moment.
type foundDeliveries struct {
	foundEntries
	deliveries []deliveryRow
}

// deliveryRow is a delivery with its event's entry.
type deliveryRow struct {
	Delivery models.WebhookDelivery `gorm:"embedded;embeddedPrefix:delivery_"`
	Entry    entryRow               `gorm:"embedded"`
}

// readDeliveries sends the reads, and makes deliveries of the rows. most is how many events may tell all of the same account.
func (r *Repository) readDeliveries(ctx context.Context, store models.Store, details models.AccountDetails, found *foundDeliveries, reads []read, most int) ([]models.WebhookDelivery, error) {
	ofAccounts := details
	ofAccounts.Copies = max(1, details.Copies) * most
	tx, done := r.reading(ctx)
	defer done()
	if err := send(tx, reads...); err != nil {
		return nil, err
	}
	for i := range found.deliveries {
		found.entries = append(found.entries, found.deliveries[i].Entry)
	}
	if err := found.readAccounts(tx, store, ofAccounts, len(found.entries)); err != nil {
		return nil, err
	}
	detailed, changes := found.accounts.byID(store, ofAccounts), changesByEntry(found.changes)
	deliveries := make([]models.WebhookDelivery, len(found.deliveries))
	for i := range found.deliveries {
		row := &found.deliveries[i]
		deliveries[i] = row.Delivery
		deliveries[i].Event = &models.Event{AuditEntry: row.Entry.auditEntry(store, detailed, changes[row.Entry.Entry.Seq])}
	}
	return deliveries, nil
}

// Of the endpoint $2, of all of them when it is empty, the deliveries before $3: all of them when that is empty, and none when the store
// has no such delivery any more. There are $4 of each endpoint, and one more. SQLite keeps to the order of a CROSS JOIN. The
// page is materialized: otherwise PostgreSQL may look for its oldest delivery once for each delivery that there is.
var selectDeliveries = query[deliveryRow]{text: `SELECT d.seq AS delivery_seq, d.id AS delivery_id, d.endpoint_id AS delivery_endpoint_id, d.store_id AS delivery_store_id, d.entry_seq AS delivery_entry_seq,
    d.attempt AS delivery_attempt, d.sent_at AS delivery_sent_at, d.status AS delivery_status, d.error AS delivery_error, d.duration_ms AS delivery_duration_ms,
    au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN r.verified THEN r.restored_digest END AS record_restored_digest,
    COALESCE(r.exceptions, 0) AS record_exceptions
FROM (WITH page AS MATERIALIZED (
    SELECT listed.before, listed.endpoint_id, COALESCE((
        SELECT o.seq FROM webhook_deliveries o WHERE o.endpoint_id = listed.endpoint_id AND o.seq < listed.before ORDER BY o.seq DESC LIMIT 1 OFFSET $4), 0) AS oldest
    FROM (
        SELECT w.id AS endpoint_id, COALESCE((SELECT b.seq FROM webhook_deliveries b WHERE b.id = $3 AND b.store_id = $1),
            CASE WHEN $3 = '' THEN 9223372036854775807 ELSE 0 END) AS before
        FROM webhook_endpoints w WHERE w.store_id = $1 AND ($2 = '' OR w.id = $2)) AS listed) SELECT * FROM page) AS page
CROSS JOIN webhook_deliveries d
JOIN audit_entries au ON au.seq = d.entry_seq
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections r ON r.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
WHERE d.endpoint_id = page.endpoint_id AND d.seq >= page.oldest AND d.seq < page.before
ORDER BY d.seq DESC`}

// Those of each event once, however often it was sent. $5 is the only key that is wanted, or empty. Values with more bytes than the
// parameter after it are not read, nor those of changes for which the last parameter has no bytes left, where an event counts as often
// as it was sent: the changes of newer events come first, of one event those with the shortest values.
var selectChangesOfDeliveries = query[changeRow]{text: `SELECT s.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $6 AND s.bytes_so_far <= $7 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $6 AND s.bytes_so_far <= $7 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $6 AND s.bytes_so_far <= $7 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $6 AND s.bytes_so_far <= $7 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, entry_seq, before_bytes, after_bytes, SUM(copies * (
        CASE WHEN before_bytes <= $6 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $6 THEN after_bytes ELSE 0 END))
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $6 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $6 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, sent.seq AS entry_seq, sent.copies, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM (
            SELECT d.entry_seq AS seq, COUNT(*) AS copies
            FROM (WITH page AS MATERIALIZED (
                SELECT listed.before, listed.endpoint_id, COALESCE((
                    SELECT o.seq FROM webhook_deliveries o WHERE o.endpoint_id = listed.endpoint_id AND o.seq < listed.before ORDER BY o.seq DESC LIMIT 1 OFFSET $4), 0) AS oldest
                FROM (
                    SELECT w.id AS endpoint_id, COALESCE((SELECT b.seq FROM webhook_deliveries b WHERE b.id = $3 AND b.store_id = $1),
                        CASE WHEN $3 = '' THEN 9223372036854775807 ELSE 0 END) AS before
                    FROM webhook_endpoints w WHERE w.store_id = $1 AND ($2 = '' OR w.id = $2)) AS listed) SELECT * FROM page) AS page
            CROSS JOIN webhook_deliveries d
            WHERE d.endpoint_id = page.endpoint_id AND d.seq >= page.oldest AND d.seq < page.before
            GROUP BY d.entry_seq) AS sent
        JOIN audit_entries au ON au.seq = sent.seq
        LEFT JOIN disconnections r ON r.id = au.disconnection_id
        JOIN setting_changes c ON c.entry_seq = COALESCE(r.entry_seq, sent.seq)
        WHERE $5 = '' OR c.key = $5) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY s.entry_seq, c.key`}

var selectDelivery = query[deliveryRow]{text: `SELECT d.seq AS delivery_seq, d.id AS delivery_id, d.endpoint_id AS delivery_endpoint_id, d.store_id AS delivery_store_id, d.entry_seq AS delivery_entry_seq,
    d.attempt AS delivery_attempt, d.sent_at AS delivery_sent_at, d.status AS delivery_status, d.error AS delivery_error, d.duration_ms AS delivery_duration_ms,
    au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN r.verified THEN r.restored_digest END AS record_restored_digest,
    COALESCE(r.exceptions, 0) AS record_exceptions
FROM webhook_deliveries d
JOIN audit_entries au ON au.seq = d.entry_seq
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections r ON r.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
WHERE d.store_id = $1 AND d.id = $2`}

// $3 is the only key that is wanted, or empty. Values with more bytes than the parameter after it are not read, nor those of changes for
// which the last parameter has no bytes left, those with the shortest values first.
var selectChangesOfDelivery = query[changeRow]{text: `SELECT s.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $4 AND s.bytes_so_far <= $5 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, entry_seq, before_bytes, after_bytes, SUM(copies * (
        CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END))
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $4 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $4 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, sent.seq AS entry_seq, sent.copies, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM (
            SELECT au.seq, au.disconnection_id, 1 AS copies
            FROM webhook_deliveries d JOIN audit_entries au ON au.seq = d.entry_seq
            WHERE d.store_id = $1 AND d.id = $2) AS sent
        LEFT JOIN disconnections r ON r.id = sent.disconnection_id
        JOIN setting_changes c ON c.entry_seq = COALESCE(r.entry_seq, sent.seq)
        WHERE $3 = '' OR c.key = $3) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY s.entry_seq, c.key`}
