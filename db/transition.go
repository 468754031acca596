package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// newTransition starts a connect, a disconnect or an edit. account is nil for an edit.
func newTransition(caller models.Caller, id string, kind models.TransitionKind, account *models.Account, at time.Time) *models.Transition {
	transition := &models.Transition{
		ID: id, StoreID: caller.Store.ID, Kind: kind, Phase: models.PhaseReading,
		BegunAt: at, BegunBy: caller.Actor, ShopifyUserID: caller.ShopifyUserID(), Authorization: models.AuthorizationEnd{Status: models.AuthorizationPending},
	}
	if account != nil {
		transition.AccountID = &account.ID
	}
	if kind == models.TransitionDisconnect {
		transition.EpochID = account.EpochID
	}
	if key := caller.APIKey(); key != nil {
		transition.APIKeyID, transition.APIKeyName = &key.ID, &key.Name
	}
	return transition
}

// begin adds a transition that is to be carried out after the commit.
func (s session) begin(transition *models.Transition) error {
	if err := s.orm().Create(transition).Error; err != nil {
		return err
	}
	return s.promise(models.CarryOut{TransitionID: transition.ID})
}

// openTransition reads the transition that writes to the store, the zero one when none does.
func (s session) openTransition(storeID string) (models.Transition, error) {
	var open models.Transition
	err := s.alone(func(db *gorm.DB) *gorm.DB {
		return db.Where("store_id", storeID).Where("closed_at", nil).Limit(1).Find(&open)
	}).Error
	return open, err
}

// abandon ends a transition that another one takes the place of. Its lease stays: what is being written is waited for.
func (r *Repository) abandon(tx session, open *models.Transition) error {
	end := open.EndedAt(r.Now())
	return tx.updateTransition(open.ID, map[string]any{
		"phase": models.PhaseComplete, "closed_at": end, "completed_at": end, "next_attempt_at": nil, "problem_code": "", "problem_detail": "",
		"authorization_status": models.AuthorizationNotConfirmed,
	})
}

func (s session) updateTransition(id string, changes map[string]any) error {
	return s.orm().Model(&models.Transition{ID: id}).Updates(changes).Error
}

// workPhases are those in which there is something to do.
var workPhases = []any{models.PhaseReading, models.PhaseWriting, models.PhaseVerifying, models.PhaseRevoking}

// workable selects the transitions in which something is to be done now, and that nobody works on.
func workable(db *gorm.DB, now time.Time) *gorm.DB {
	return db.Where(clause.IN{Column: "phase", Values: workPhases}).Where(isPast("next_attempt_at", now)).Where(isPast("leased_until", now))
}

// isPast is true of moments that have come, and of none.
func isPast(column string, now time.Time) clause.Expression {
	return clause.Or(clause.Eq{Column: column, Value: nil}, clause.Lte{Column: column, Value: now})
}

// sweepBatch is how many transitions are looked for at once.
const sweepBatch = 100

// SweepTransitions promises anew to go on with transitions and lists of open orders that nobody goes on with, and says how many there
// were.
func (r *Repository) SweepTransitions(ctx context.Context) (int, error) {
	var found int
	err := r.write(ctx, "transitions", func(tx session) error {
		var ids []string
		err := workable(tx.orm().Model(&models.Transition{}), r.Now()).Order("begun_at").Limit(sweepBatch).Pluck("id", &ids).Error
		for _, id := range ids {
			err = errors.Join(err, tx.promise(models.CarryOut{TransitionID: id}))
		}
		handoffs, sweepErr := r.sweepHandoffs(tx)
		found = len(ids) + handoffs
		return errors.Join(err, sweepErr)
	})
	return found, err
}

// LeaseTransition begins work on a transition that nobody else works on, nor writes to its store for another one; whoever has it
// loses it after the time, unless it is extended. It is nil when there is nothing to do, or not yet. What is only revoked
// hinders nobody, and nobody that.
func (r *Repository) LeaseTransition(ctx context.Context, id string, lease time.Duration) (*models.TransitionWork, error) {
	var work *models.TransitionWork
	err := r.write(ctx, id, func(tx session) error {
		found, err := readTransitionWork(tx, id)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := tx.lockStore(found.StoreID); err != nil {
			return err
		}
		now := r.Now()
		if found.Phase != models.PhaseRevoking {
			var writers int64
			err = tx.orm().Model(&models.Transition{}).Where("store_id", found.StoreID).Where(clause.Neq{Column: "id", Value: id}).
				Where(clause.Neq{Column: "phase", Value: models.PhaseRevoking}).Where(clause.Gt{Column: "leased_until", Value: now}).Count(&writers).Error
			if err != nil || writers > 0 {
				return err
			}
		}
		leased := workable(tx.orm().Model(&models.Transition{ID: id}), now).Updates(map[string]any{"leased_until": now.Add(lease), "next_attempt_at": nil})
		if leased.Error != nil || leased.RowsAffected == 0 {
			return leased.Error
		}
		work, err = readTransitionWork(tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return work, nil
}

// EpochClosed reports whether the store was given back after this epoch.
func (r *Repository) EpochClosed(ctx context.Context, storeID, epochID string) (bool, error) {
	var count int64
	err := r.readerSession(ctx).alone(func(db *gorm.DB) *gorm.DB {
		return db.Model(&disconnection{}).Where("store_id", storeID).Where("epoch_id", epochID).Count(&count)
	}).Error
	return orFault(count > 0, err)
}

// ExtendLease keeps others from the transition for longer.
func (r *Repository) ExtendLease(ctx context.Context, id string, lease time.Duration) error {
	return r.writeTransition(ctx, id, map[string]any{"leased_until": r.Now().Add(lease)})
}

// EndLease lets others go on with the transition, at once.
func (r *Repository) EndLease(ctx context.Context, id string) error {
	return r.writeTransition(ctx, id, map[string]any{"leased_until": nil})
}

// PostponeTransition says why a transition cannot go on, and when it is tried again; never when at is nil: then a person
// has to put something right.
func (r *Repository) PostponeTransition(ctx context.Context, work *models.TransitionWork, problem *models.PlatformError, at *time.Time) error {
	return r.write(ctx, work.ID, func(tx session) error {
		if err := tx.lockStore(work.StoreID); err != nil {
			return err
		}
		changes := map[string]any{
			"leased_until": nil, "attempts": work.Failures(problem.Code), "next_attempt_at": at, "problem_code": problem.Code, "problem_detail": problem.Detail,
		}
		if at == nil {
			changes["phase"] = models.PhaseBlocked
		}
		// It may have been abandoned meanwhile.
		postponed := tx.orm().Model(&models.Transition{ID: work.ID}).Where("phase", work.Phase).Updates(changes)
		switch {
		case postponed.Error != nil:
			return postponed.Error
		case postponed.RowsAffected == 0:
			return tx.updateTransition(work.ID, map[string]any{"leased_until": nil})
		case at == nil:
			return r.tellBlocked(tx, work)
		}
		return nil
	})
}

// tellBlocked adds to the audit trail that a disconnect waits for a person. Of a connect nothing is said: it can be disconnected.
func (r *Repository) tellBlocked(tx session, work *models.TransitionWork) error {
	if work.Kind != models.TransitionDisconnect {
		return nil
	}
	return tx.appendEntry(&models.AuditEntry{
		ID: "audit_" + r.NewID(), StoreID: work.StoreID, AccountID: work.AccountID, Action: models.DisconnectionBlockedAction,
		Actor: models.Integration, OccurredAt: r.Now(), DisconnectionID: &work.ID,
	})
}

func (r *Repository) writeTransition(ctx context.Context, id string, changes map[string]any) error {
	return r.write(ctx, id, func(tx session) error { return tx.updateTransition(id, changes) })
}

func readTransitionWork(tx session, id string) (*models.TransitionWork, error) {
	var work models.TransitionWork
	if err := tx.orm().Take(&work.Transition, "id", id).Error; err != nil {
		return nil, err
	}
	if err := tx.orm().Take(&work.Store, "id", work.StoreID).Error; err != nil {
		return nil, err
	}
	if work.AccountID != nil {
		if err := tx.orm().Take(&work.Account, "id", *work.AccountID).Error; err != nil {
			return nil, err
		}
	}
	if work.EpochID == nil {
		return &work, nil
	}
	work.Epoch = &models.Epoch{}
	return &work, tx.orm().Take(work.Epoch, "id", *work.EpochID).Error
}

// inTransition is a use case that carries a transition on from a phase: locked, and not done twice. work is brought up to
// date with it.
func (r *Repository) inTransition(ctx context.Context, work *models.TransitionWork, phase models.TransitionPhase, do func(tx session, now *models.TransitionWork) error) error {
	var after *models.TransitionWork
	err := r.write(ctx, work.StoreID, func(tx session) error {
		if err := tx.lockStore(work.StoreID); err != nil {
			return err
		}
		now, err := readTransitionWork(tx, work.ID)
		if err != nil {
			return err
		}
		if now.Phase != phase {
			return fmt.Errorf("%w: %s is %s, not %s", models.ErrTransitionMoved, now.ID, now.Phase, phase)
		}
		if err := do(tx, now); err != nil {
			return err
		}
		after, err = readTransitionWork(tx, work.ID)
		return err
	})
	if err == nil {
		*work = *after
	}
	return err
}

const (
	restPoll = 20 * time.Millisecond
	restWait = 3500 * time.Millisecond
)

// awaitTransition waits until all is done, or the store is what it is to be and TikTok does not answer,
// or somebody has to help. It returns the transition as it is then, as far as that is known. What Once has not committed yet cannot be waited
// for. With what is asked of Shopify before, a call takes five seconds at most.
func (r *Repository) awaitTransition(ctx context.Context, id string) (transition models.Transition) {
	ctx, cancel := context.WithTimeout(ctx, restWait)
	defer cancel()
	for {
		var found models.Transition
		err := r.readerSession(ctx).alone(func(db *gorm.DB) *gorm.DB {
			return db.Select("phase", "next_attempt_at", "closed_at", "completed_at", "entry_seq", "problem_code", "problem_detail").Where("id", id).Limit(1).Find(&found)
		}).Error
		if err == nil {
			transition = found
		}
		if err == nil && found.AtRest() {
			return transition
		}
		select {
		case <-time.After(restPoll):
		case <-ctx.Done():
			return transition
		}
	}
}

// TransitionStats counts the transitions that are not complete.
func (r *Repository) TransitionStats(ctx context.Context) (models.TransitionStats, error) {
	rows, err := selectUnfinished.all(r.readerSession(ctx))
	stats := models.TransitionStats{Count: map[models.TransitionPhase]int64{}}
	for _, row := range rows {
		stats.Count[row.Phase] += row.Transitions
		if row.Kind == models.TransitionDisconnect && row.Phase != models.PhaseBlocked {
			stats.OldestDisconnect = max(stats.OldestDisconnect, r.Now().Sub(row.BegunAt))
		}
	}
	return orFault(stats, err)
}

// unfinishedRow is how many transitions of a kind are in a phase, and when the first of them was begun.
type unfinishedRow struct {
	Kind        models.TransitionKind
	Phase       models.TransitionPhase
	Transitions int64
	BegunAt     time.Time
}

var selectUnfinished = query[unfinishedRow]{text: `SELECT t.kind, t.phase, u.transitions, t.begun_at
FROM (SELECT MIN(id) AS id, COUNT(*) AS transitions FROM transitions WHERE phase <> 'COMPLETE' GROUP BY kind, phase) AS u
JOIN transitions t ON t.id = u.id`}

// LinkedStores lists the domains of stores that have let the app in, so many after a domain.
func (r *Repository) LinkedStores(ctx context.Context, after string, count int) ([]string, error) {
	var domains []string
	err := r.readerSession(ctx).alone(func(db *gorm.DB) *gorm.DB {
		return db.Model(&models.Store{}).Where("linked", true).Where(clause.Gt{Column: "domain", Value: after}).Order("domain").Limit(count).Pluck("domain", &domains)
	}).Error
	return orFault(domains, err)
}
