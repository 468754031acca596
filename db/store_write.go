package db

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// storeWrite is a row of the table: something to be written in the store.
type storeWrite struct {
	TransitionID string `gorm:"primaryKey"`
	Seq          int    `gorm:"primaryKey"`
	Key          string
	Entry        string
	Target       *models.Value
	Replaced     *models.Value
	State        models.StoreWriteState
	Reason       models.RestorationExceptionReason
	Detail       string
	EntrySeq     *int64
}

func (w storeWrite) write() models.StoreWrite {
	write := models.StoreWrite{Seq: w.Seq, Key: w.Key, Entry: w.Entry, State: w.State, Reason: w.Reason, Detail: w.Detail, EntrySeq: w.EntrySeq}
	if w.Target != nil {
		write.Target = *w.Target
	}
	if w.Replaced != nil {
		write.Replaced = *w.Replaced
	}
	return write
}

const (
	// rowBatch is how many rows are inserted by one statement, with a parameter for each value.
	rowBatch = 500
	// writeBatch is how many are, as a list.
	writeBatch = 5000
)

// planWrites plans anew what is not done, and says in which phase it goes on; what was found impossible stays known.
func (r *Repository) planWrites(s session, transition *models.Transition, writes []models.StoreWrite, changes map[string]any) error {
	id := transition.ID
	var last storeWrite
	if err := s.orm().Select("seq").Where("transition_id", id).Order("seq DESC").Limit(1).Find(&last).Error; err != nil {
		return err
	}
	if err := s.orm().Where("transition_id", id).Where("state", models.WritePending).Delete(&storeWrite{}).Error; err != nil {
		return err
	}
	pending, err := r.appendWrites(s, id, last.Seq, writes)
	if err != nil {
		return err
	}
	changes["writes_total"] = int(transition.WritesDone) + pending
	changes["attempts"], changes["next_attempt_at"] = 0, nil
	if _, ok := changes["problem_code"]; !ok {
		changes["problem_code"], changes["problem_detail"] = "", ""
	}
	return s.updateTransition(id, changes)
}

// appendWrites adds writes to the plan, numbered from the one after last on, and returns how many of them are to be done.
func (r *Repository) appendWrites(s session, id string, last int, writes []models.StoreWrite) (pending int, err error) {
	for batch := range slices.Chunk(writes, writeBatch) {
		rows := make([]rowTexts, len(batch))
		for i, write := range batch {
			rows[i] = writeTexts(write)
			if write.State == models.WritePending {
				pending++
			}
		}
		args, err := r.dialect.rowArgs(writeColumns, rows)
		if err != nil {
			return 0, err
		}
		if err := s.exec(r.dialect.appendWrites, append([]any{id, last}, args...)...); err != nil {
			return 0, err
		}
		last += len(batch)
	}
	return pending, nil
}

func optionalValue(value models.Value) *models.Value {
	if value == "" {
		return nil
	}
	return &value
}

// PendingWrites lists the next of what is to be written: so many, or, where more than bulk products are to be published, or
// to be taken back, all of these. There are none when all was tried: then the phase is verifying. Another transition may have
// taken the place of this one: then nothing more is to be written, and that is an error.
func (r *Repository) PendingWrites(ctx context.Context, work *models.TransitionWork, count, bulk int) ([]models.StoreWrite, error) {
	read := r.readerSession(ctx).alone
	var now models.Transition
	if err := read(func(db *gorm.DB) *gorm.DB { return db.Select("phase").Where("id", work.ID).Limit(1).Find(&now) }).Error; err != nil {
		return nil, fault(err)
	}
	if now.Phase != models.PhaseWriting {
		return nil, models.ErrTransitionMoved
	}
	pending := func(db *gorm.DB) *gorm.DB {
		return db.Where("transition_id", work.ID).Where("state", models.WritePending)
	}
	var rows []storeWrite
	if err := read(func(db *gorm.DB) *gorm.DB { return pending(db).Order("seq").Limit(count).Find(&rows) }).Error; err != nil {
		return nil, fault(err)
	}
	if len(rows) == 0 {
		return nil, r.inTransition(ctx, work, models.PhaseWriting, func(tx session, _ *models.TransitionWork) error {
			return tx.updateTransition(work.ID, map[string]any{"phase": models.PhaseVerifying})
		})
	}
	if rows[0].Key == models.KeyPublished && len(rows) == count {
		var alike int64
		like := func(db *gorm.DB) *gorm.DB {
			return pending(db).Model(&storeWrite{}).Where("key", rows[0].Key).Where(clause.Eq{Column: "target", Value: rows[0].Target})
		}
		if err := read(func(db *gorm.DB) *gorm.DB { return like(db).Count(&alike) }).Error; err != nil {
			return nil, fault(err)
		}
		if alike > int64(bulk) {
			// There may be so many that what they have in common is not read, and nothing copied.
			all := make([]models.StoreWrite, 0, alike)
			err := read(func(db *gorm.DB) *gorm.DB { return like(db).Select("seq", "entry").Order("seq").Find(&all) }).Error
			for i := range all {
				all[i].Key, all[i].Target, all[i].State = rows[0].Key, rows[0].write().Target, models.WritePending
			}
			return orFault(all, err)
		}
	}
	return writesOf(rows), nil
}

// writesOf are the writes of rows.
func writesOf(rows []storeWrite) []models.StoreWrite {
	writes := make([]models.StoreWrite, len(rows))
	for i, row := range rows {
		writes[i] = row.write()
	}
	return writes
}

const addWritesDone = `UPDATE transitions SET writes_done = writes_done + $2 WHERE id = $1`

// SaveWrites records what became of writes.
func (r *Repository) SaveWrites(ctx context.Context, work *models.TransitionWork, writes []models.StoreWrite) error {
	if len(writes) == 0 {
		return nil
	}
	return r.write(ctx, work.ID, func(tx session) error {
		for _, alike := range runsOf(writes) {
			err := tx.orm().Model(&storeWrite{}).Where("transition_id", work.ID).
				Where(clause.Gte{Column: "seq", Value: alike.from}).Where(clause.Lte{Column: "seq", Value: alike.to}).
				Updates(map[string]any{"state": alike.state, "reason": alike.reason, "detail": alike.detail}).Error
			if err != nil {
				return err
			}
		}
		return tx.exec(addWritesDone, work.ID, len(writes))
	})
}

// run is a run of writes, one after the other, of which the same became.
type run struct {
	from, to int
	state    models.StoreWriteState
	reason   models.RestorationExceptionReason
	detail   string
}

// runsOf lists the runs of writes, which are in their order: of 100,000 products mostly one.
func runsOf(writes []models.StoreWrite) []run {
	var runs []run
	for _, write := range writes {
		if n := len(runs); n > 0 && runs[n-1].to+1 == write.Seq && runs[n-1].became(write) {
			runs[n-1].to = write.Seq
			continue
		}
		runs = append(runs, run{from: write.Seq, to: write.Seq, state: write.State, reason: write.Reason, detail: write.Detail})
	}
	return runs
}

// became reports whether the same became of the write.
func (r run) became(write models.StoreWrite) bool {
	return r.state == write.State && r.reason == write.Reason && r.detail == write.Detail
}

func (s session) impossibleWrites(id string) ([]models.StoreWrite, error) {
	var rows []storeWrite
	err := s.orm().Where("transition_id", id).Where("state", models.WriteImpossible).Order("seq").Find(&rows).Error
	return writesOf(rows), err
}

// eachWritten goes through what a transition has written to the store, or may have, in the order that it was planned in. There may be so
// many that they are not read at once.
func (s session) eachWritten(transitionID string, do func(models.StoreWrite)) error {
	for last := 0; ; {
		var rows []storeWrite
		err := s.orm().Select("seq", "key", "entry", "target", "entry_seq").Where("transition_id", transitionID).
			Where(clause.Neq{Column: "state", Value: models.WriteImpossible}).Where(clause.Gt{Column: "seq", Value: last}).
			Order("seq").Limit(writeBatch).Find(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			do(row.write())
		}
		last = rows[len(rows)-1].Seq
	}
}

// publishedBy lists the products that connecting has put on the channel.
func (s session) publishedBy(epochID string) (map[string]bool, error) {
	var connect models.Transition
	var entries []string
	err := s.orm().Select("id").Where("epoch_id", epochID).Where("kind", models.TransitionConnect).Limit(1).Find(&connect).Error
	if err == nil {
		err = s.orm().Model(&storeWrite{}).Where("transition_id", connect.ID).Where("key", models.KeyPublished).Pluck("entry", &entries).Error
	}
	published := make(map[string]bool, len(entries))
	for _, entry := range entries {
		published[entry] = true
	}
	return published, err
}

// withPending puts what is still to be written before other writes.
func (s session) withPending(id string, writes []models.StoreWrite) ([]models.StoreWrite, error) {
	var rows []storeWrite
	err := s.orm().Where("transition_id", id).Where("state", models.WritePending).Order("seq").Find(&rows).Error
	return append(writesOf(rows), writes...), err
}
