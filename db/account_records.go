package db

import (
	"time"

	"github.com/handback/handback/models"
)

// foundRecords are a page of records of each account, and one record more where others follow.
type foundRecords struct {
	page    models.DisconnectionPage
	records []recordRow
	changes []changeRow // of the records
}

func (f *foundAccounts) readRecords(storeID string, details models.AccountDetails, filter accountFilter) (reads []read) {
	pages := details.RecordPages()
	f.pages = make([]foundRecords, len(pages))
	for i, page := range pages {
		found := &f.pages[i]
		found.page = page
		reads = append(reads, selectRecords.into(&found.records, filter.args(storeID, page.Count+1, page.After, beginOfRecords(page))...))
		if details.Changes {
			limits := withChangeLimits(details.ChangeDetail, filter.args(storeID, page.Count, page.After, beginOfRecords(page))...)
			reads = append(reads, selectChangesOfRecords.into(&found.changes, limits...))
		}
	}
	return reads
}

// beginOfRecords is before what the page begins with, unless that is the record that it names.
func beginOfRecords(page models.DisconnectionPage) time.Time {
	if page.After == "" {
		return endOfTime
	}
	return startOfTime
}

// attach gives each account its page, an empty one when it has no records there.
func (f *foundRecords) attach(accounts []*models.Account, byID map[string]*models.Account) {
	for _, account := range accounts {
		account.DisconnectionPages = append(account.DisconnectionPages, &models.DisconnectionHistory{Page: f.page, Records: []*models.Disconnection{}})
	}
	changes := changesByEntry(f.changes)
	for i := range f.records {
		row := &f.records[i]
		account := byID[*row.Transition.AccountID]
		if account == nil {
			continue
		}
		history := account.DisconnectionPage(f.page)
		if history.More = len(history.Records) == f.page.Count; !history.More {
			history.Records = append(history.Records, row.disconnection(account, changes[row.EntrySeq]))
		}
	}
}

// The parameters $1 to $7 of what follows are those of accountFilter.args.

// Of each account $8 records at most, after the record $9: all of them when that is empty, and none when the store has no such record.
// They are looked up one by one, from each the one before it, so that no others are read, however many there are. $10 is when the first
// page begins, which is after all records, and for other pages before all. SQLite keeps to the order of a CROSS JOIN.
var selectRecords = query[recordRow]{text: `WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT t.id AS transition_id, t.store_id AS transition_store_id, t.account_id AS transition_account_id,
    t.epoch_id AS transition_epoch_id, t.kind AS transition_kind, t.phase AS transition_phase,
    t.begun_at AS transition_begun_at, t.begun_by_kind AS transition_begun_by_kind,
    t.begun_by_name AS transition_begun_by_name, t.next_attempt_at AS transition_next_attempt_at,
    t.leased_until AS transition_leased_until,
    t.problem_code AS transition_problem_code, t.problem_detail AS transition_problem_detail,
    t.cause_code AS transition_cause_code, t.cause_detail AS transition_cause_detail,
    t.closed_at AS transition_closed_at, t.completed_at AS transition_completed_at,
    t.authorization_status AS transition_authorization_status,
    t.authorization_revoked_at AS transition_authorization_revoked_at,
    t.handoff_state AS transition_handoff_state, t.handoff_problem_code AS transition_handoff_problem_code,
    COALESCE(t.writes_done, 0) AS transition_writes_done, COALESCE(t.writes_total, 0) AS transition_writes_total,
    COALESCE(d.entry_seq, 0) AS entry_seq, e.opened_at, e.snapshot_digest, CASE WHEN d.verified THEN d.restored_digest END AS restored_digest,
    COALESCE(d.exceptions, 0) AS exceptions, au.occurred_at AS verified_at
FROM page
CROSS JOIN transitions t
JOIN epochs e ON e.id = t.epoch_id
LEFT JOIN disconnections d ON d.id = t.id
LEFT JOIN audit_entries au ON au.seq = d.entry_seq
WHERE t.id = page.id
ORDER BY t.begun_at DESC, t.id DESC`}

// Those of the records that selectRecords selects. $11 is the only key that is wanted, or empty. Values with more bytes than the parameter
// after it are not read, nor those of changes for which the last parameter has no bytes left: the changes of newer entries come first, of
// one entry those with the shortest values.
var selectChangesOfRecords = query[changeRow]{text: `WITH RECURSIVE page AS (
    SELECT listed.id AS account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = listed.id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (
            COALESCE((SELECT b.begun_at FROM transitions b WHERE b.id = $9 AND b.store_id = $1), $10), $9)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1) AS id, 1 AS place
    FROM (
        SELECT p.id FROM accounts p
        WHERE p.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || p.id || ',%') AND ($3 = '' OR p.status = $3) AND (p.connected_at, p.id) < ($4, $5)
        ORDER BY CASE WHEN p.status = $7 THEN 1 ELSE 0 END, p.connected_at DESC, p.id DESC LIMIT $6) AS listed
    UNION ALL
    SELECT page.account_id, (
        SELECT o.id FROM transitions o
        WHERE o.account_id = page.account_id AND o.kind = 'DISCONNECT' AND (o.begun_at, o.id) < (newer.begun_at, newer.id)
        ORDER BY o.begun_at DESC, o.id DESC LIMIT 1), page.place + 1
    FROM page JOIN transitions newer ON newer.id = page.id
    WHERE page.place < $8)
SELECT c.entry_seq, c.key, c.scope, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.before END AS before,
    CASE WHEN s.before_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.before_bytes END AS omitted_before,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN c.after END AS after,
    CASE WHEN s.after_bytes <= $12 AND s.bytes_so_far <= $13 THEN 0 ELSE s.after_bytes END AS omitted_after
FROM (
    SELECT seq, before_bytes, after_bytes, SUM(
        CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END)
        OVER (ORDER BY entry_seq DESC, CASE WHEN before_bytes <= $12 THEN before_bytes ELSE 0 END + CASE WHEN after_bytes <= $12 THEN after_bytes ELSE 0 END, seq) AS bytes_so_far
    FROM (
        SELECT c.seq, c.entry_seq, COALESCE(octet_length(c.before), 0) AS before_bytes, COALESCE(octet_length(c.after), 0) AS after_bytes
        FROM page
        CROSS JOIN disconnections d
        CROSS JOIN setting_changes c
        WHERE d.id = page.id AND c.entry_seq = d.entry_seq AND ($11 = '' OR c.key = $11)) AS sized) AS s
CROSS JOIN setting_changes c
WHERE c.seq = s.seq
ORDER BY c.entry_seq, c.key`}
