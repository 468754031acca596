package db

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"handback/models"
)

// PlanTransition records what was observed in the store before the first write, and what is to be written. Of a connect it
// takes the snapshot.
func (r *Repository) PlanTransition(ctx context.Context, work *models.TransitionWork, observed *models.Observation) error {
	return r.inTransition(ctx, work, models.PhaseReading, func(tx session, now *models.TransitionWork) error {
		var settings []models.Setting
		if now.WritesDone == 0 { // else what differs was written by itself
			writer, err := tx.writerBefore(now)
			if err != nil {
				return err
			}
			if settings, err = r.reconcile(tx, now.StoreID, now.EpochID, writer, observed); err != nil {
				return err
			}
		}
		changes := map[string]any{"phase": models.PhaseWriting}
		var writes []models.StoreWrite
		var err error
		if now.Kind == models.TransitionConnect {
			writes, err = r.planConnecting(tx, now, settings, observed, changes)
		} else {
			writes, err = planRestoring(tx, now, observed)
		}
		if err != nil {
			return err
		}
		return r.planWrites(tx, &now.Transition, writes, changes)
	})
}

// writerBefore says who has made the store what it is before the first write of the transition: the integration itself when
// connecting was broken off, and else whoever edits in the Shopify admin.
func (s session) writerBefore(work *models.TransitionWork) (models.Actor, error) {
	if work.EpochID == nil {
		return models.ShopifyAdmin, nil
	}
	var brokenOff int64
	err := s.orm().Model(&models.Transition{}).Where("epoch_id", *work.EpochID).Where("kind", models.TransitionConnect).Where("entry_seq", nil).
		Count(&brokenOff).Error
	if brokenOff > 0 {
		return models.Integration, err
	}
	return models.ShopifyAdmin, err
}

func (r *Repository) planConnecting(tx session, work *models.TransitionWork, settings []models.Setting, observed *models.Observation, changes map[string]any) ([]models.StoreWrite, error) {
	if work.Epoch == nil {
		epoch := models.NewEpoch("epoch_"+r.NewID(), &work.Account, settings, r.NewSalt(), r.Now())
		if err := tx.orm().Create(epoch).Error; err != nil {
			return nil, err
		}
		if err := tx.orm().Model(&models.Account{ID: work.Account.ID}).Update("epoch_id", epoch.ID).Error; err != nil {
			return nil, err
		}
		changes["epoch_id"] = epoch.ID
	}
	return models.PlanConnecting(observed, r.Catalogue.ConnectedIn(observed, work.Account.Authorization())), nil
}

func planRestoring(tx session, work *models.TransitionWork, observed *models.Observation) ([]models.StoreWrite, error) {
	snapshot, err := readStoreSnapshot(tx, work.Epoch)
	if err != nil {
		return nil, err
	}
	return snapshot.Plan(observed), nil
}

func readStoreSnapshot(tx session, epoch *models.Epoch) (models.StoreSnapshot, error) {
	snapshot, ok := epoch.Recorded()
	if !ok || !snapshot.Intact() {
		return models.StoreSnapshot{}, fmt.Errorf("the snapshot of %s is damaged", epoch.ID)
	}
	published, err := tx.publishedBy(epoch.ID)
	return models.StoreSnapshot{Snapshot: snapshot, Published: published}, err
}

// VerifyTransition compares what was read back of the store with what it should be: the transition is closed, or what
// differs is to be written again, or it is blocked when that has not helped.
func (r *Repository) VerifyTransition(ctx context.Context, work *models.TransitionWork, observed *models.Observation) error {
	return r.inTransition(ctx, work, models.PhaseVerifying, func(tx session, now *models.TransitionWork) error {
		if now.Kind == models.TransitionEdit {
			return r.closeEdit(tx, now, observed)
		}
		impossible, err := tx.impossibleWrites(now.ID)
		if err != nil {
			return err
		}
		if now.Kind == models.TransitionConnect {
			wanted := r.Catalogue.ConnectedIn(observed, now.Account.Authorization())
			again, settings := models.CheckConnecting(observed, wanted, models.FinalRefusals(now.Kind, impossible, now.Rounds))
			if len(again) > 0 {
				return errors.Join(r.writeAgain(tx, now, again, impossible), r.pauseAfterRefusals(tx, now, again, impossible))
			}
			return r.closeConnecting(tx, now, settings, observed)
		}
		snapshot, err := readStoreSnapshot(tx, now.Epoch)
		if err != nil {
			return err
		}
		check := snapshot.Check(observed, models.FinalRefusals(now.Kind, impossible, now.Rounds))
		if len(check.Again) > 0 {
			return errors.Join(r.writeAgain(tx, now, check.Again, impossible), r.pauseAfterRefusals(tx, now, check.Again, impossible))
		}
		return r.closeDisconnecting(tx, now, snapshot, check, observed)
	})
}

// writeAgain plans what differs. When that was done too often a disconnect is blocked, and a connect waits: nobody waits for
// that, and a seller can disconnect it.
func (r *Repository) writeAgain(tx session, work *models.TransitionWork, writes, refused []models.StoreWrite) error {
	rounds := work.Rounds + 1
	changes := map[string]any{"rounds": rounds, "phase": models.PhaseWriting}
	if rounds >= models.MaxRounds {
		changes["problem_code"], changes["problem_detail"] = models.VerificationFailed, writes[0].Key
		if refusal := models.RefusalAmong(writes, refused); refusal != "" {
			changes["problem_code"], changes["problem_detail"] = models.ShopifyRefused, refusal
		}
		if work.Kind == models.TransitionDisconnect {
			changes["phase"], changes["leased_until"] = models.PhaseBlocked, nil
		}
	}
	if err := r.planWrites(tx, &work.Transition, writes, changes); err != nil {
		return err
	}
	if rounds >= models.MaxRounds && work.Kind == models.TransitionConnect {
		return tx.updateTransition(work.ID, map[string]any{"next_attempt_at": r.Now().Add(time.Minute)})
	}
	return nil
}

// pauseAfterRefusals waits before Shopify is asked again for what it has refused.
func (r *Repository) pauseAfterRefusals(tx session, work *models.TransitionWork, again, refused []models.StoreWrite) error {
	if work.Rounds+1 >= models.MaxRounds || !models.AnyRefused(again, refused) {
		return nil
	}
	return tx.updateTransition(work.ID, map[string]any{"next_attempt_at": r.Now().Add(time.Duration(work.Rounds+1) * time.Second)})
}

// closeEdit makes the settings what the store says, which is what was written unless Shopify has refused it. What an edit asks for is
// its doing; the rest was edited in the Shopify admin.
func (r *Repository) closeEdit(tx session, work *models.TransitionWork, observed *models.Observation) error {
	var settings []models.Setting
	if err := send(tx, selectSettingsOutsideAds.into(&settings, work.StoreID)); err != nil {
		return err
	}
	edits, err := tx.editsOf(work.ID)
	if err != nil {
		return err
	}
	changes := map[int64][]models.SettingChange{}
	for _, change := range r.Catalogue.Reconcile(settings, observed) {
		if seq, edited := edits[change.Key]; edited {
			changes[seq] = append(changes[seq], change)
		}
	}
	for _, seq := range slices.Sorted(maps.Keys(changes)) {
		if err := r.writeEdited(tx, seq, work.EpochID, changes[seq]); err != nil {
			return err
		}
	}
	accounts, err := tx.accounts(work.StoreID)
	if err != nil {
		return err
	}
	if _, err := r.reconcile(tx, work.StoreID, models.ConnectedEpoch(accounts), models.ShopifyAdmin, observed); err != nil {
		return err
	}
	now := r.Now()
	return tx.closeTransition(work.ID, map[string]any{
		"phase": models.PhaseComplete, "closed_at": now, "completed_at": now, "authorization_status": models.AuthorizationNotConfirmed,
	})
}

// editsOf says by key which audit entry the last edit of a setting is that a transition writes to the store.
func (s session) editsOf(transitionID string) (map[string]int64, error) {
	var rows []storeWrite
	err := s.orm().Select("key", "entry_seq").Where("transition_id", transitionID).Where("state", models.WriteDone).Order("seq").Find(&rows).Error
	edits := map[string]int64{}
	for _, row := range rows {
		if row.EntrySeq != nil {
			edits[row.Key] = *row.EntrySeq
		}
	}
	return edits, err
}

func (s session) accounts(storeID string) ([]*models.Account, error) {
	var accounts []models.Account
	err := send(s, selectAccounts.into(&accounts, storeID))
	return pointers(accounts), err
}

// closeConnecting makes the settings what the store has now, and the account a connected one.
func (r *Repository) closeConnecting(tx session, work *models.TransitionWork, wanted []models.SnapshotSetting, observed *models.Observation) error {
	entry := r.entryOf(work, models.AccountConnectedAction)
	entry.OccurredAt = work.Account.ConnectedAt
	if err := r.closeWith(tx, work, entry, func(settings []models.Setting) []models.SettingChange {
		return models.ChangesTo(settings, wanted)
	}); err != nil {
		return err
	}
	if err := r.markObserved(tx, work.StoreID, observed.At); err != nil {
		return err
	}
	if err := tx.orm().Model(&models.Account{ID: work.Account.ID}).Update("status", models.AccountConnected).Error; err != nil {
		return err
	}
	now := r.Now()
	return tx.closeTransition(work.ID, map[string]any{"phase": models.PhaseComplete, "closed_at": now, "completed_at": now, "entry_seq": entry.Seq})
}

// closeWith appends the audit entry, and the changes that make the settings what the store has now.
func (r *Repository) closeWith(tx session, work *models.TransitionWork, entry *models.AuditEntry, changesOf func([]models.Setting) []models.SettingChange) error {
	var settings []models.Setting
	if err := send(tx, selectSettingsOutsideAds.into(&settings, work.StoreID)); err != nil {
		return err
	}
	if err := tx.appendEntry(entry); err != nil {
		return err
	}
	return r.writeSettings(tx, entry, work.EpochID, models.Integration, changesOf(settings))
}

// closeDisconnecting makes the settings what the store has now, which is what the snapshot says but for the exceptions, and
// proves it on what was read back.
func (r *Repository) closeDisconnecting(tx session, work *models.TransitionWork, snapshot models.StoreSnapshot, check models.StoreCheck, observed *models.Observation) error {
	entry := r.entryOf(work, models.AccountDisconnectedAction)
	if err := r.closeWith(tx, work, entry, snapshot.With(check).ChangesFrom); err != nil {
		return err
	}
	if !check.Presumed {
		if err := r.markObserved(tx, work.StoreID, observed.At); err != nil {
			return err
		}
	}
	record := &models.Disconnection{ID: work.ID, Account: &work.Account, DisconnectedAt: entry.OccurredAt}
	if err := tx.closeAccount(record, models.AccountDisconnecting); err != nil {
		return err
	}
	settings, err := selectSettingsToRecord.all(tx, work.StoreID)
	if err != nil {
		return err
	}
	digest, err := models.ProveRestored(snapshot.Snapshot, models.TakeSnapshot(settings, snapshot.TakenAt), check.Exceptions)
	if err != nil {
		return err
	}
	err = tx.orm().Create(&disconnection{
		ID: work.ID, StoreID: work.StoreID, EpochID: *work.EpochID, EntrySeq: entry.Seq, RestoredDigest: digest,
		Verified: !check.Presumed, Exceptions: int32(len(check.Exceptions)),
	}).Error
	if err != nil {
		return err
	}
	if err := tx.storeExceptions(work.ID, check.Exceptions); err != nil {
		return err
	}
	return tx.closeTransition(work.ID, map[string]any{"phase": models.PhaseRevoking, "closed_at": entry.OccurredAt, "entry_seq": entry.Seq})
}

// FinishRevoking records what became of TikTok's authorization.
func (r *Repository) FinishRevoking(ctx context.Context, work *models.TransitionWork, end models.AuthorizationEndStatus) error {
	return r.inTransition(ctx, work, models.PhaseRevoking, func(tx session, now *models.TransitionWork) error {
		at := r.Now()
		changes := map[string]any{"phase": models.PhaseComplete, "completed_at": at, "authorization_status": end}
		if end == models.AuthorizationRevoked {
			changes["authorization_revoked_at"] = at
		}
		return tx.closeTransition(now.ID, changes)
	})
}

// closeTransition has nothing hinder the transition any more.
func (s session) closeTransition(id string, changes map[string]any) error {
	changes["attempts"], changes["next_attempt_at"], changes["problem_code"], changes["problem_detail"] = 0, nil, "", ""
	if changes["phase"] == models.PhaseComplete {
		changes["leased_until"] = nil
	}
	return s.updateTransition(id, changes)
}

// entryOf starts the audit entry of what a transition has done, for who began it.
func (r *Repository) entryOf(work *models.TransitionWork, action models.AuditAction) *models.AuditEntry {
	return &models.AuditEntry{
		ID: "audit_" + r.NewID(), StoreID: work.StoreID, AccountID: work.AccountID, Action: action, Actor: work.BegunBy, OccurredAt: r.Now(),
		APIKeyID: work.APIKeyID, APIKeyName: work.APIKeyName,
	}
}
