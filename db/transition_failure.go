package db

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"github.com/handback/handback/models"
)

// FailTransition ends a connect or an edit that cannot be carried out. What a connect has written is taken back by a disconnect,
// which is begun in the same transaction.
func (r *Repository) FailTransition(ctx context.Context, work *models.TransitionWork, problem *models.PlatformError) error {
	return r.inTransition(ctx, work, work.Phase, func(tx session, now *models.TransitionWork) error {
		if now.Kind == models.TransitionConnect {
			if err := r.undoConnecting(tx, now, problem); err != nil {
				return err
			}
		}
		at := now.EndedAt(r.Now())
		return tx.updateTransition(now.ID, map[string]any{
			"phase": models.PhaseComplete, "closed_at": at, "completed_at": at, "next_attempt_at": nil, "leased_until": nil,
			"problem_code": problem.Code, "problem_detail": problem.Detail, "authorization_status": models.AuthorizationNotConfirmed,
		})
	})
}

// undoConnecting begins to give the store back. Where nothing was written to it, or nothing may be because a newer connection has
// it, the account is disconnected at once.
func (r *Repository) undoConnecting(tx session, work *models.TransitionWork, problem *models.PlatformError) error {
	accounts, err := readToPick(tx, work.Store, work.Account.ID)
	if err != nil {
		return err
	}
	account := accounts[slices.IndexFunc(accounts, func(a *models.Account) bool { return a.ID == work.Account.ID })]
	settings, err := readToDisconnect(tx, work.Store, account, accounts)
	if err != nil {
		return err
	}
	if err := r.snapshotOfConnecting(tx, account, settings); err != nil {
		return err
	}
	preview, refusal := models.DisconnectRequest{Confirm: true}.Disconnect(work.Store, account, settings)
	if refusal != nil {
		return refusalToFault(refusal)
	}
	caller := models.Caller{Store: work.Store, Actor: models.Integration}
	record := models.NewDisconnection("disconnection_"+r.NewID(), caller.Actor, account, preview, r.Now())
	if work.EpochID == nil || problem.Code == models.NewerConnection {
		err = r.disconnectAtOnce(tx, caller, record)
	} else {
		err = r.beginDisconnecting(tx, caller, record)
	}
	if err != nil {
		return err
	}
	return tx.updateTransition(record.ID, map[string]any{"cause_code": problem.Code, "cause_detail": problem.Detail})
}

// failedConnect says why connecting the account has failed; it is nil when it has not.
func (r *Repository) failedConnect(ctx context.Context, account *models.Account, connectID string) *models.ConnectTikTokShopUserError {
	var connect models.Transition
	err := r.readerSession(ctx).alone(func(db *gorm.DB) *gorm.DB { return db.Where("id", connectID).Limit(1).Find(&connect) }).Error
	if err != nil || connect.ClosedAt == nil || connect.ProblemCode == "" {
		return nil
	}
	return models.RefuseFailedConnect(account, connect)
}
