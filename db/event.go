package db

import (
	"context"

	"github.com/handback/handback/models"
)

// Events reads a page of the store's events, oldest first. It is a models.BadInput when the store has no event After.
func (r *Repository) Events(ctx context.Context, caller models.Caller, page models.EventPage, details models.AccountDetails) (*models.Events, error) {
	var found foundEntries
	if page.After != "" {
		found.after = models.AuditEntryOf(page.After)
	}
	reads := []read{selectEvents.into(&found.entries, caller.Store.ID, found.after, page.Count+2)}
	if details.Changes {
		reads = append(reads, selectChangesOfEvents.into(&found.changes, withChangeLimits(details.ChangeDetail, caller.Store.ID, found.after, page.Count)...))
	}
	trail, err := r.readEntries(ctx, caller.Store, details, &found, reads, page.Count)
	if err != nil {
		return nil, fault(err)
	}
	events := &models.Events{Events: make([]models.Event, len(trail.Entries)), More: trail.More}
	for i, entry := range trail.Entries {
		events.Events[i].AuditEntry = entry
	}
	return events, nil
}

// Event reads one event, nil when the store has none of this id.
func (r *Repository) Event(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Event, error) {
	entry, err := r.AuditEntry(ctx, caller, models.AuditEntryOf(id), details)
	if err != nil || entry == nil || !entry.Action.IsEvent() {
		return nil, err
	}
	return &models.Event{AuditEntry: entry}, nil
}

// The event $2 and those after it, all of them when it is empty, and none when the store has no such event.
var selectEvents = query[entryRow]{text: `SELECT au.seq, au.id, au.store_id, au.account_id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    au.api_key_id, au.api_key_name, au.shopify_user_id, au.disconnection_id,
    a.id AS of_id, a.store_id AS of_store_id, a.kind AS of_kind, a.name AS of_name, a.external_id AS of_external_id, a.region AS of_region,
    a.status AS of_status, a.connected_at AS of_connected_at, a.disconnected_at AS of_disconnected_at, a.epoch_id AS of_epoch_id,
    a.shopify_problem AS of_shopify_problem, a.shopify_problem_detail AS of_shopify_problem_detail, a.tiktok_problem AS of_tiktok_problem,
    t.id AS record_transition_id, t.store_id AS record_transition_store_id,
    t.account_id AS record_transition_account_id, t.epoch_id AS record_transition_epoch_id,
    t.kind AS record_transition_kind, t.phase AS record_transition_phase, t.begun_at AS record_transition_begun_at,
    t.begun_by_kind AS record_transition_begun_by_kind, t.begun_by_name AS record_transition_begun_by_name,
    t.next_attempt_at AS record_transition_next_attempt_at, t.leased_until AS record_transition_leased_until,
    t.problem_code AS record_transition_problem_code,
    t.problem_detail AS record_transition_problem_detail, t.cause_code AS record_transition_cause_code,
    t.cause_detail AS record_transition_cause_detail, t.closed_at AS record_transition_closed_at,
    t.completed_at AS record_transition_completed_at,
    t.authorization_status AS record_transition_authorization_status,
    t.authorization_revoked_at AS record_transition_authorization_revoked_at,
    COALESCE(t.writes_done, 0) AS record_transition_writes_done,
    COALESCE(t.writes_total, 0) AS record_transition_writes_total,
    e.opened_at AS record_opened_at, e.snapshot_digest AS record_snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS record_restored_digest,
    COALESCE(d.exceptions, 0) AS record_exceptions
FROM audit_entries au
LEFT JOIN accounts a ON a.id = au.account_id
LEFT JOIN disconnections ended ON ended.entry_seq = au.seq
LEFT JOIN transitions t ON t.id = COALESCE(ended.id, au.disconnection_id)
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN epochs e ON e.id = t.epoch_id
WHERE au.store_id = $1 AND au.event_number >= CASE WHEN $2 = '' THEN 1 ELSE
    (SELECT b.event_number FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1) END
ORDER BY au.event_number LIMIT $3`}

// Those of the events after $2. Of the begin of a disconnect they are those of its end. $4 is the only key that is wanted, or empty.
// Values with more bytes than the parameter after it are not read, nor those of changes for which the last parameter has no bytes
// left: the changes of older events come first, of one event those with the shortest values.
var selectChangesOfEvents = query[changeRow]{text: `SELECT s.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $5 AND s.bytes_so_far <= $6 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, entry_seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq, CASE WHEN before_bytes <= $5 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $5 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, page.seq AS entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM (
            SELECT au.seq, au.disconnection_id FROM audit_entries au
            WHERE au.store_id = $1 AND au.event_number >= CASE WHEN $2 = '' THEN 1 ELSE
                (SELECT b.event_number + 1 FROM audit_entries b WHERE b.id = $2 AND b.store_id = $1) END
            ORDER BY au.event_number LIMIT $3) AS page
        LEFT JOIN disconnections d ON d.id = page.disconnection_id
        JOIN setting_changes c ON c.entry_seq = COALESCE(d.entry_seq, page.seq)
        WHERE $4 = '' OR c.key = $4) AS sized) AS s
JOIN setting_changes c ON c.seq = s.seq
ORDER BY s.entry_seq, c.key`}
