package db

import (
	"context"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// handoffItem is a row of the table.
type handoffItem struct {
	ID                 string `gorm:"primaryKey"`
	DisconnectionID    string
	StoreID            string
	Task               models.OrderTask
	Reference          string
	OrderID            string
	State              string
	Due                int64 // Unix time; models.NeverDue when there is no deadline
	AcknowledgedAt     *time.Time
	AcknowledgedByKind *models.ActorKind
	AcknowledgedByName *string
	AcknowledgedKeyID  *string
}

// handoffRow is an item and what is said of it beside its row.
type handoffRow struct {
	Item           handoffItem `gorm:"embedded"`
	Region         string      // of the account
	Total          int32
	Unacknowledged int32
	ReadAt         *time.Time
}

func (r handoffRow) item(store models.Store) models.HandoffItem {
	item := models.HandoffItem{
		ID: r.Item.ID, Task: r.Item.Task, Reference: r.Item.Reference, OrderID: r.Item.OrderID, State: r.Item.State,
		URL: models.OrderURL(store.Region, r.Region, r.Item.OrderID), AcknowledgedAt: r.Item.AcknowledgedAt,
	}
	if r.Item.Due < models.NeverDue {
		due := time.Unix(r.Item.Due, 0).UTC()
		item.DueAt = &due
	}
	if r.Item.AcknowledgedByKind != nil && r.Item.AcknowledgedByName != nil {
		item.AcknowledgedBy = &models.Actor{Kind: *r.Item.AcknowledgedByKind, Name: *r.Item.AcknowledgedByName}
	}
	return item
}

// HandoffItems reads a page of what was open when the caller's store was disconnected, the nearest deadline first.
func (r *Repository) HandoffItems(ctx context.Context, caller models.Caller, filter models.HandoffFilter) (*models.HandoffPage, error) {
	tx, done := r.reading(ctx)
	defer done()
	rows, err := selectHandoffItems.all(tx, caller.Store.ID, filter.DisconnectionID, tasksInWords(filter.Tasks), filter.After.Due, filter.After.ID, filter.Count+1)
	if err != nil {
		return nil, fault(err)
	}
	page := &models.HandoffPage{Items: []models.HandoffItem{}}
	for _, row := range rows {
		page.Total, page.Unacknowledged, page.ReadAt = row.Total, row.Unacknowledged, row.ReadAt
		switch {
		case row.Item.ID == "": // there are no items, but they are counted
		case len(page.Items) == filter.Count:
			page.More = true
		default:
			page.Items = append(page.Items, row.item(caller.Store))
		}
	}
	return page, nil
}

// tasksInWords is empty for all tasks.
func tasksInWords(tasks []models.OrderTask) string {
	if tasks == nil {
		return ""
	}
	words := []string{"none"}
	for _, task := range tasks {
		words = append(words, string(task))
	}
	return strings.Join(words, " ")
}

// HandoffItem reads one item, nil when the store has none of this id.
func (r *Repository) HandoffItem(ctx context.Context, caller models.Caller, id string) (*models.HandoffItem, error) {
	tx, done := r.reading(ctx)
	defer done()
	items, err := readHandoffItems(tx, caller.Store, id)
	if err != nil || len(items) == 0 {
		return nil, fault(err)
	}
	return &items[0], nil
}

// AcknowledgeHandoffItems says that the caller has taken over items of the store. Who has done that first stays known. The error
// is as DisconnectTikTokShop's.
func (r *Repository) AcknowledgeHandoffItems(ctx context.Context, caller models.Caller, ids []string) ([]models.HandoffItem, error) {
	return writeStoreResult(ctx, r, caller.Store.ID, func(tx session) ([]models.HandoffItem, error) {
		if err := tx.lockStore(caller.Store.ID); err != nil {
			return nil, err
		}
		items, err := readHandoffItems(tx, caller.Store, ids...)
		if err != nil {
			return nil, err
		}
		if refusals := models.RefuseUnknownHandoffItems(ids, items); len(refusals) > 0 {
			return nil, refusals
		}
		changes := map[string]any{"acknowledged_at": r.Now(), "acknowledged_by_kind": caller.Actor.Kind, "acknowledged_by_name": caller.Actor.Name}
		if key := caller.APIKey(); key != nil {
			changes["acknowledged_key_id"] = key.ID
		}
		acknowledged := tx.orm().Model(&handoffItem{}).Where("store_id", caller.Store.ID).Where(clause.IN{Column: "id", Values: anys(ids)}).
			Where("acknowledged_at", nil).Updates(changes)
		switch {
		case acknowledged.Error != nil:
			return nil, acknowledged.Error
		case acknowledged.RowsAffected == 0:
			return items, errUnchanged
		}
		return readHandoffItems(tx, caller.Store, ids...)
	})
}

// readHandoffItems reads items of the store, in the order of the list.
func readHandoffItems(tx session, store models.Store, ids ...string) ([]models.HandoffItem, error) {
	var rows []handoffRow
	err := tx.alone(func(db *gorm.DB) *gorm.DB {
		return db.Table("handoff_items").Select("handoff_items.*", "accounts.region").
			Joins("JOIN transitions ON transitions.id = handoff_items.disconnection_id").Joins("JOIN accounts ON accounts.id = transitions.account_id").
			Where(clause.Eq{Column: "handoff_items.store_id", Value: store.ID}).Where(clause.IN{Column: "handoff_items.id", Values: anys(ids)}).
			Order("due, handoff_items.id").Find(&rows)
	}).Error
	items := make([]models.HandoffItem, len(rows))
	for i, row := range rows {
		items[i] = row.item(store)
	}
	return items, err
}

func anys[T any](list []T) []any {
	values := make([]any, len(list))
	for i, value := range list {
		values[i] = value
	}
	return values
}

// LeaseHandoff begins to read the list of a disconnect, if nobody else does; whoever has it loses it after the time, unless it is
// extended. It is nil when there is nothing to do, and busy when somebody else does it.
func (r *Repository) LeaseHandoff(ctx context.Context, id string, lease time.Duration) (*models.HandoffWork, error) {
	var work *models.HandoffWork
	err := r.write(ctx, "handoff of "+id, func(tx session) error {
		until := r.Now().Add(lease)
		leased := tx.orm().Model(&models.Transition{}).Where("id", id).Where("handoff_state", models.HandoffPending).
			Where(isPast("handoff_leased_until", r.Now())).Updates(map[string]any{"handoff_leased_until": until, "handoff_next_attempt_at": nil})
		if leased.Error != nil {
			return leased.Error
		}
		found, err := readTransitionWork(tx, id)
		if errors.Is(err, gorm.ErrRecordNotFound) || err == nil && found.Handoff.State != models.HandoffPending {
			return errUnchanged
		}
		if err == nil {
			work = &models.HandoffWork{
				DisconnectionID: id, StoreID: found.StoreID, BegunAt: found.BegunAt, Account: found.Account, Handoff: found.Handoff, Busy: leased.RowsAffected == 0,
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return work, nil
}

// ExtendHandoffLease keeps others from reading the list for longer.
func (r *Repository) ExtendHandoffLease(ctx context.Context, id string, lease time.Duration) error {
	return r.updateHandoff(ctx, id, map[string]any{"handoff_leased_until": r.Now().Add(lease)})
}

// AddHandoffItems adds to the list what is not in it yet; what is there already is as it was found last.
func (r *Repository) AddHandoffItems(ctx context.Context, work *models.HandoffWork, items []models.HandoffItem) error {
	rows := make([]handoffItem, len(items))
	for i, item := range items {
		rows[i] = handoffItem{
			ID: "handoff_" + r.NewID(), DisconnectionID: work.DisconnectionID, StoreID: work.StoreID, Task: item.Task, Reference: item.Reference,
			OrderID: item.OrderID, State: item.State, Due: item.Position().Due,
		}
	}
	return r.write(ctx, "handoff of "+work.DisconnectionID, func(tx session) error {
		return tx.orm().Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "disconnection_id"}, {Name: "task"}, {Name: "reference"}}, DoUpdates: clause.AssignmentColumns([]string{"state", "due"}),
		}).Create(&rows).Error
	})
}

// FinishHandoff says that the list is complete as of a moment, or that it never will be. Then the authorization may be ended: who waits for that goes on.
func (r *Repository) FinishHandoff(ctx context.Context, id string, state models.HandoffState, problem models.ProblemCode, asOf time.Time) error {
	return r.write(ctx, "handoff of "+id, func(tx session) error {
		changes := map[string]any{
			"handoff_state": state, "handoff_leased_until": nil, "handoff_next_attempt_at": nil, "handoff_attempts": 0, "handoff_problem_code": problem,
		}
		if state == models.HandoffRead {
			changes["handoff_read_at"] = asOf
		}
		if err := tx.updateTransition(id, changes); err != nil {
			return err
		}
		waiting := tx.orm().Model(&models.Transition{}).Where("id", id).Where("phase", models.PhaseRevoking).Where("next_attempt_at IS NOT NULL").
			Update("next_attempt_at", nil)
		if waiting.Error != nil || waiting.RowsAffected == 0 {
			return waiting.Error
		}
		return tx.promise(models.CarryOut{TransitionID: id})
	})
}

// PostponeHandoff says why the list cannot be read, and when it is tried again.
func (r *Repository) PostponeHandoff(ctx context.Context, id string, problem models.ProblemCode, attempts int, at time.Time) error {
	return r.updateHandoff(ctx, id, map[string]any{
		"handoff_leased_until": nil, "handoff_attempts": attempts, "handoff_next_attempt_at": at, "handoff_problem_code": problem,
	})
}

// EndHandoffLease lets others read the list, at once.
func (r *Repository) EndHandoffLease(ctx context.Context, id string) error {
	return r.updateHandoff(ctx, id, map[string]any{"handoff_leased_until": nil})
}

func (r *Repository) updateHandoff(ctx context.Context, id string, changes map[string]any) error {
	return r.write(ctx, "handoff of "+id, func(tx session) error {
		return tx.orm().Model(&models.Transition{}).Where("id", id).Where("handoff_state", models.HandoffPending).Updates(changes).Error
	})
}

// sweepHandoffs promises anew to read lists that nobody reads, and says how many there were.
func (r *Repository) sweepHandoffs(tx session) (int, error) {
	var ids []string
	err := tx.orm().Model(&models.Transition{}).Where("handoff_state = 'PENDING'").Where(isPast("handoff_next_attempt_at", r.Now())).
		Where(isPast("handoff_leased_until", r.Now())).Order("begun_at").Limit(sweepBatch).Pluck("id", &ids).Error
	for _, id := range ids {
		err = errors.Join(err, tx.promise(models.ReadHandoff{DisconnectionID: id}))
	}
	return len(ids), err
}

// ConnectedShop reads the store's TikTok Shop account that is connected; ok is false when none is.
func (r *Repository) ConnectedShop(ctx context.Context, store models.Store) (account models.Account, ok bool, err error) {
	accounts, err := selectAccountsInStatus.all(r.readerSession(ctx), store.ID, string(models.AccountConnected))
	for _, account := range accounts {
		if account.Connected() && account.EpochID != nil {
			return account, true, nil
		}
	}
	return models.Account{}, false, fault(err)
}

// SaveOpenOrders keeps what is open in the account's shop; nil says that TikTok did not say, or not yet.
func (r *Repository) SaveOpenOrders(ctx context.Context, account models.Account, open *models.OpenOrders) error {
	return r.write(ctx, account.StoreID, func(tx session) error {
		if open == nil {
			var epoch models.Epoch
			if err := tx.orm().Select("open_orders").Where("id", *account.EpochID).Limit(1).Find(&epoch).Error; err != nil {
				return err
			}
			before := epoch.WithoutAnswer()
			open = &before
		}
		return tx.orm().Model(&models.Epoch{ID: *account.EpochID}).Update("open_orders", open.Text()).Error
	})
}

// $3 are the tasks as words, empty for all of them. There is one row at least, without an item when there is none, as what there is
// counted in each.
var selectHandoffItems = query[handoffRow]{text: `SELECT i.id, i.task, i.reference, i.order_id, i.state, COALESCE(i.due, 0) AS due, i.acknowledged_at,
    i.acknowledged_by_kind, i.acknowledged_by_name, a.region, c.total, c.unacknowledged, t.handoff_read_at AS read_at
FROM transitions t
JOIN accounts a ON a.id = t.account_id
CROSS JOIN (
    SELECT COUNT(*) AS total, COUNT(*) - COUNT(acknowledged_at) AS unacknowledged
    FROM handoff_items
    WHERE store_id = $1 AND disconnection_id = $2 AND ($3 = '' OR $3 LIKE '%' || task || '%')) AS c
LEFT JOIN (
    SELECT id, task, reference, order_id, state, due, acknowledged_at, acknowledged_by_kind, acknowledged_by_name
    FROM handoff_items
    WHERE store_id = $1 AND disconnection_id = $2 AND ($3 = '' OR $3 LIKE '%' || task || '%') AND (due, id) > (CAST($4 AS bigint), $5)
    ORDER BY due, id LIMIT $6) AS i ON TRUE
WHERE t.store_id = $1 AND t.id = $2
ORDER BY i.due, i.id`}
