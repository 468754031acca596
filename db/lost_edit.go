package db

import (
	"context"

	"github.com/handback/handback/models"
)

// RestorationEdits reads what somebody had changed by hand and a disconnect of the caller's store has changed back. There is none until the
// store is as it was.
func (r *Repository) RestorationEdits(ctx context.Context, caller models.Caller, disconnectionID string, detail models.ChangeDetail) ([]models.SettingChange, error) {
	tx, done := r.reading(ctx)
	defer done()
	writes, err := selectSystemWritesOfRecord.all(tx, caller.Store.ID, disconnectionID, models.MaxSystemWrites)
	if err != nil {
		return nil, fault(err)
	}
	return detail.Fit(models.RestoredEdits(writes)), nil
}

// readSystemWrites is of the connected account that selectSettingsToPreview is of: ids are those of readPreviewed.
func readSystemWrites(writes *[]models.SystemWrite, storeID, ids string) read {
	return selectSystemWrites.into(writes, storeID, ids, models.MaxSystemWrites-1)
}

// attachSystemWrites gives the epoch of the connected account what the app has written in it.
func attachSystemWrites(accounts []*models.Account, writes []models.SystemWrite) {
	for _, account := range accounts {
		if account.Connected() && account.Epoch != nil {
			account.Epoch.SystemWrites = writes
		}
	}
}

// What the app has written of the settings that somebody else has written, too, in the same connection. Of each setting only the newest
// writes are looked at, $3 before the last one. Values that somebody else wrote are read where the app went over them: connecting goes over
// what the snapshot has. SQLite keeps to the order of a CROSS JOIN.
var selectSystemWrites = query[models.SystemWrite]{text: `SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, s.updated_by_kind, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM accounts a
    CROSS JOIN settings s
    CROSS JOIN setting_changes c
    WHERE a.store_id = $1 AND ($2 = '' OR $2 LIKE '%,' || a.id || ',%') AND a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'
        AND s.store_id = $1 AND s.scope <> 'ADS'
        AND c.epoch_id = a.epoch_id AND c.key = s.key AND c.changed_by_kind = 'SYSTEM' AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = a.epoch_id AND o.key = s.key AND o.changed_by_kind = 'SYSTEM'
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND (newest.updated_by_kind <> 'SYSTEM' OR newest.over_edit = 1)
ORDER BY c.seq`}

// The same of a disconnect that has ended, up to the writes that ended it, which are among them: what these went over somebody has
// edited, or else they are left out.
var selectSystemWritesOfRecord = query[models.SystemWrite]{text: `SELECT c.key, c.scope, c.after, c.action, c.last_changed_by_kind, c.last_changed_by_name,
    CASE WHEN c.entry_seq = newest.closing_seq OR c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN c.before END AS before
FROM (
    SELECT c.seq, d.entry_seq AS closing_seq, MAX(CASE WHEN c.last_changed_by_kind <> 'SYSTEM' AND c.action <> 'ACCOUNT_CONNECTED' THEN 1 ELSE 0 END)
        OVER (PARTITION BY c.key) AS over_edit
    FROM disconnections d
    CROSS JOIN setting_changes closing
    CROSS JOIN setting_changes c
    WHERE d.store_id = $1 AND d.id = $2 AND closing.entry_seq = d.entry_seq
        AND c.epoch_id = d.epoch_id AND c.key = closing.key AND c.changed_by_kind = 'SYSTEM' AND c.seq <= closing.seq AND c.seq >= COALESCE((
            SELECT o.seq FROM setting_changes o
            WHERE o.epoch_id = d.epoch_id AND o.key = closing.key AND o.changed_by_kind = 'SYSTEM' AND o.seq <= closing.seq
            ORDER BY o.seq DESC LIMIT 1 OFFSET $3), 0)) AS newest
CROSS JOIN setting_changes c
WHERE c.seq = newest.seq AND newest.over_edit = 1
ORDER BY c.seq`}
