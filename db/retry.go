package db

import (
	"context"
	"fmt"

	"github.com/handback/handback/models"
)

// RetryDisconnection goes on at once with a disconnect that waits or is blocked, and returns it as it is a little later. The
// error is as DisconnectTikTokShop's.
func (r *Repository) RetryDisconnection(ctx context.Context, caller models.Caller, id string) (*models.Disconnection, error) {
	err := r.writeStore(ctx, caller.Store.ID, func(tx session) error {
		transition, err := tx.disconnectOf(caller.Store.ID, id)
		if err != nil {
			return err
		}
		if refusal := models.RefuseRetry(transition); refusal != nil {
			return refusal
		}
		changes := map[string]any{"next_attempt_at": nil, "attempts": 0}
		if transition.Phase == models.PhaseBlocked {
			changes["phase"], changes["rounds"], changes["problem_code"], changes["problem_detail"] = models.PhaseReading, 0, "", ""
		}
		if err := tx.updateTransition(id, changes); err != nil {
			return err
		}
		return tx.promise(models.CarryOut{TransitionID: id})
	})
	if err != nil {
		return nil, err
	}
	if onceOf(ctx) == nil {
		r.awaitTransition(ctx, id)
	}
	return r.recordSince(ctx, caller, id)
}

// recordSince reads the record of a disconnect that was changed. Where that is committed, an error says nothing against it.
func (r *Repository) recordSince(ctx context.Context, caller models.Caller, id string) (*models.Disconnection, error) {
	record, err := r.Disconnection(ctx, caller, id, wholeRecord)
	if err != nil && onceOf(ctx) == nil {
		return nil, fmt.Errorf("%w: it was done, and could not be read: %v", models.ErrOutcomeUnknown, err) //nolint:errorlint // or it would be told as not done
	}
	return record, err
}

var wholeRecord = models.AccountDetails{Changes: true, ChangeDetail: models.ChangeDetail{Values: models.WholeValues}}

// disconnectOf locks the store, and reads the transition of one of its disconnects; the zero one when it has none of the id.
func (s session) disconnectOf(storeID, id string) (models.Transition, error) {
	if err := s.lockStore(storeID); err != nil {
		return models.Transition{}, err
	}
	var found models.Transition
	err := s.orm().Where("id", id).Where("store_id", storeID).Where("kind", models.TransitionDisconnect).Limit(1).Find(&found).Error
	return found, err
}

// AcceptExceptions ends a blocked restoration as it stands: what was observed in the store and differs from the snapshot
// becomes an exception. Where the store cannot be read, observed is nil, and what was last known of it counts. The error is as
// DisconnectTikTokShop's.
func (r *Repository) AcceptExceptions(ctx context.Context, caller models.Caller, id string, observed *models.Observation) (*models.Disconnection, error) {
	err := r.writeStore(ctx, caller.Store.ID, func(tx session) error {
		transition, err := tx.disconnectOf(caller.Store.ID, id)
		if err != nil {
			return err
		}
		if refusal := models.RefuseAccepting(transition); refusal != nil {
			return refusal
		}
		work, err := readTransitionWork(tx, id)
		if err != nil {
			return err
		}
		if err := r.acceptExceptions(tx, caller, work, observed); err != nil {
			return err
		}
		return tx.promise(models.CarryOut{TransitionID: id})
	})
	if err != nil {
		return nil, err
	}
	return r.recordSince(ctx, caller, id)
}

func (r *Repository) acceptExceptions(tx session, caller models.Caller, work *models.TransitionWork, observed *models.Observation) error {
	snapshot, err := readStoreSnapshot(tx, work.Epoch)
	if err != nil {
		return err
	}
	reason, presumed := models.ExceptionAccepted, observed == nil
	if presumed {
		var missing []models.StoreWrite
		if missing, err = r.missingWrites(tx, work, snapshot); err != nil {
			return err
		}
		observed = snapshot.Presume(missing)
		problem := models.PlatformError{Code: work.ProblemCode, Detail: work.ProblemDetail}
		switch {
		case problem.Uninstalled():
			reason, observed = models.AppUninstalled, observed.WithoutApp()
		case problem.Code == models.ShopifyScopeMissing:
			reason = models.ScopeMissing
		}
		observed.Begun, observed.At = work.BegunAt, work.BegunAt
	} else if err := r.reconcileOthersThanRestoring(tx, work, snapshot, observed); err != nil {
		return err
	}
	impossible, err := tx.impossibleWrites(work.ID)
	if err != nil {
		return err
	}
	check := snapshot.Check(observed, impossible)
	check.Presumed = presumed
	check.Accept(snapshot.Snapshot, reason)
	if err := r.closeDisconnecting(tx, work, snapshot, check, observed, &caller.Actor); err != nil || work.ProblemCode != models.NewerConnection {
		return err
	}
	// TikTok's authorization is the newer connection's.
	if err := tx.deleteTikTokCredentials(work.Account.ID); err != nil {
		return err
	}
	return tx.closeTransition(work.ID, map[string]any{
		"phase": models.PhaseComplete, "completed_at": work.EndedAt(r.Now()), "authorization_status": models.AuthorizationNotConfirmed,
	})
}

// missingWrites are those that were planned and not done. Before there was a plan, they are what the settings ask for as they
// were last read.
func (r *Repository) missingWrites(tx session, work *models.TransitionWork, snapshot models.StoreSnapshot) ([]models.StoreWrite, error) {
	var rows []storeWrite
	if err := tx.orm().Where("transition_id", work.ID).Order("seq").Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		var settings []models.Setting
		err := send(tx, selectSettingsOutsideAds.into(&settings, work.StoreID))
		return snapshot.Plan(r.Catalogue.LastObserved(settings)), err
	}
	var missing []models.StoreWrite
	for _, row := range rows {
		if row.State != models.WriteDone {
			missing = append(missing, row.write())
		}
	}
	return missing, nil
}
