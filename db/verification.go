package db

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// PlanTransition records what was observed in the store before the first write, and what is to be written. Of a connect it
// takes the snapshot.
func (r *Repository) PlanTransition(ctx context.Context, work *models.TransitionWork, observed *models.Observation) error {
	return r.inTransition(ctx, work, models.PhaseReading, func(tx session, now *models.TransitionWork) error {
		if now.Kind == models.TransitionConnect {
			return r.planConnecting(tx, now, observed)
		}
		return r.planRestoring(tx, now, observed)
	})
}

// planConnecting takes the snapshot, of the settings with what was edited in the Shopify admin.
func (r *Repository) planConnecting(tx session, work *models.TransitionWork, observed *models.Observation) error {
	settings, err := r.reconcile(tx, work.StoreID, work.EpochID, models.ShopifyAdmin, observed)
	if err != nil {
		return err
	}
	epoch := models.NewEpoch("epoch_"+r.NewID(), &work.Account, settings, r.NewSalt(), r.Now())
	if err := tx.orm().Create(epoch).Error; err != nil {
		return err
	}
	wanted := r.Catalogue.ConnectedIn(observed, work.Account.Authorization())
	if err := tx.orm().Model(&models.Account{ID: work.Account.ID}).Update("epoch_id", epoch.ID).Error; err != nil {
		return err
	}
	writes := models.PlanConnecting(observed, wanted)
	tx.add(models.ConnectBytes(epoch, models.ChangesTo(settings, wanted), writes), epoch.OpenedAt)
	return r.planWrites(tx, &work.Transition, writes, map[string]any{"phase": models.PhaseWriting, "epoch_id": epoch.ID})
}

func (r *Repository) planRestoring(tx session, work *models.TransitionWork, observed *models.Observation) error {
	snapshot, err := readStoreSnapshot(tx, work.Epoch)
	if err != nil {
		return err
	}
	if err := r.reconcileBefore(tx, work, snapshot, observed); err != nil {
		return err
	}
	return r.planWrites(tx, &work.Transition, snapshot.Plan(observed), map[string]any{"phase": models.PhaseWriting})
}

// reconcileBefore brings in what the store is like before a disconnect writes to it: what was written by the connect or the edit that it
// has taken the place of, and what was edited in the Shopify admin. When it is planned anew, what it has written itself is left out.
func (r *Repository) reconcileBefore(tx session, work *models.TransitionWork, snapshot models.StoreSnapshot, observed *models.Observation) error {
	if work.WritesTotal > 0 {
		return r.reconcileOthersThanRestoring(tx, work, snapshot, observed)
	}
	before, err := tx.brokenOffBy(work)
	if err != nil {
		return err
	}
	writer := models.ShopifyAdmin
	switch before.Kind {
	case models.TransitionConnect:
		writer = models.Integration // what is left then
		err = r.reconcileOthersThan(tx, work, before.ID, observed)
	case models.TransitionEdit:
		err = r.reconcileEdit(tx, &before, observed)
	}
	if err != nil {
		return err
	}
	_, err = r.reconcile(tx, work.StoreID, work.EpochID, writer, observed)
	return err
}

// brokenOffBy is the connect or the edit that a disconnect has taken the place of, or undoes; the zero transition when there is none.
func (s session) brokenOffBy(disconnect *models.TransitionWork) (models.Transition, error) {
	var before models.Transition
	connect := clause.And(clause.Eq{Column: "kind", Value: models.TransitionConnect}, clause.Eq{Column: "epoch_id", Value: *disconnect.EpochID}, clause.Eq{Column: "entry_seq", Value: nil})
	edit := clause.And(clause.Eq{Column: "kind", Value: models.TransitionEdit}, clause.Gte{Column: "closed_at", Value: disconnect.BegunAt})
	err := s.orm().Where("store_id", disconnect.StoreID).Where(clause.Or(connect, edit)).Order("begun_at DESC").Limit(1).Find(&before).Error
	return before, err
}

// reconcileOthersThan brings in what others have changed in the store than a transition that has written to it.
func (r *Repository) reconcileOthersThan(tx session, work *models.TransitionWork, writerID string, observed *models.Observation) error {
	return r.reconcileOthers(tx, work, observed, func(differences *models.Differences) error {
		return tx.eachWritten(writerID, func(write models.StoreWrite) { differences.Explain(write.Key, write.Entry, write.Target) })
	})
}

// reconcileOthersThanRestoring is the same for a disconnect, which writes what was recorded.
func (r *Repository) reconcileOthersThanRestoring(tx session, work *models.TransitionWork, snapshot models.StoreSnapshot, observed *models.Observation) error {
	return r.reconcileOthers(tx, work, observed, func(differences *models.Differences) error {
		differences.ExplainRestored(snapshot)
		return nil
	})
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
		if now.Kind == models.TransitionConnect {
			return r.verifyConnecting(tx, now, observed)
		}
		return r.verifyRestoring(tx, now, observed)
	})
}

func (r *Repository) verifyConnecting(tx session, work *models.TransitionWork, observed *models.Observation) error {
	if err := r.reconcileOthersThan(tx, work, work.ID, observed); err != nil {
		return err
	}
	impossible, err := tx.impossibleWrites(work.ID)
	if err != nil {
		return err
	}
	wanted := r.Catalogue.ConnectedIn(observed, work.Account.Authorization())
	again, settings := models.CheckConnecting(observed, wanted, models.FinalRejections(work.Kind, impossible, work.Rounds))
	if len(again) > 0 {
		return r.writeAgain(tx, work, again, impossible)
	}
	return r.closeConnecting(tx, work, settings, observed)
}

func (r *Repository) verifyRestoring(tx session, work *models.TransitionWork, observed *models.Observation) error {
	snapshot, err := readStoreSnapshot(tx, work.Epoch)
	if err != nil {
		return err
	}
	if err := r.reconcileOthersThanRestoring(tx, work, snapshot, observed); err != nil {
		return err
	}
	impossible, err := tx.impossibleWrites(work.ID)
	if err != nil {
		return err
	}
	check := snapshot.Check(observed, models.FinalRejections(work.Kind, impossible, work.Rounds))
	if len(check.Again) > 0 {
		return r.writeAgain(tx, work, check.Again, impossible)
	}
	return r.closeDisconnecting(tx, work, snapshot, check, observed, nil)
}

// writeAgain plans what differs. It waits before Shopify is asked again for what it has rejected. When that was done too often a
// disconnect is blocked, and a connect waits: nobody waits for that, and a seller can disconnect it.
func (r *Repository) writeAgain(tx session, work *models.TransitionWork, writes, rejected []models.StoreWrite) error {
	rounds := work.Rounds + 1
	often := rounds >= models.MaxRounds
	changes := map[string]any{"rounds": rounds, "phase": models.PhaseWriting}
	if often && work.Kind == models.TransitionDisconnect {
		changes["phase"], changes["leased_until"] = models.PhaseBlocked, nil
	}
	var pause time.Duration
	switch {
	case often && work.Kind == models.TransitionConnect:
		pause = time.Minute
	case !often && models.AnyRejected(writes, rejected):
		pause = time.Duration(rounds) * time.Second
	}
	if often || pause > 0 {
		changes["problem_code"], changes["problem_detail"] = models.DifferenceProblem(writes, rejected)
	}
	if err := r.planWrites(tx, &work.Transition, writes, changes); err != nil {
		return err
	}
	if changes["phase"] == models.PhaseBlocked {
		return r.tellBlocked(tx, work)
	}
	if pause == 0 {
		return nil
	}
	return tx.updateTransition(work.ID, map[string]any{"next_attempt_at": r.Now().Add(pause)})
}

// closeEdit makes the settings what the store says, which is what was written unless Shopify has rejected it. What an edit asks for is
// its doing; the rest was edited in the Shopify admin.
func (r *Repository) closeEdit(tx session, work *models.TransitionWork, observed *models.Observation) error {
	if err := r.reconcileEdit(tx, &work.Transition, observed); err != nil {
		return err
	}
	accounts, err := tx.accountsToChange(work.StoreID)
	if err != nil {
		return err
	}
	if _, err := r.reconcile(tx, work.StoreID, models.ConnectedEpoch(accounts), models.ShopifyAdmin, observed); err != nil {
		return err
	}
	now := work.EndedAt(r.Now())
	return tx.closeTransition(work.ID, map[string]any{
		"phase": models.PhaseComplete, "closed_at": now, "completed_at": now, "authorization_status": models.AuthorizationNotConfirmed,
	})
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
	if err := tx.noteShop(work, observed.Shop); err != nil {
		return err
	}
	if err := tx.orm().Model(&models.Account{ID: work.Account.ID}).Update("status", models.AccountConnected).Error; err != nil {
		return err
	}
	if err := tx.promise(models.SubscribeTikTok{Account: work.Account.ID}); err != nil {
		return err
	}
	now := work.EndedAt(r.Now())
	return tx.closeTransition(work.ID, map[string]any{"phase": models.PhaseComplete, "closed_at": now, "completed_at": now, "entry_seq": entry.Seq})
}

// noteShop says when the shop that was connected was read at TikTok, or promises that it will be: connecting does not wait for that.
func (s session) noteShop(work *models.TransitionWork, shop *models.ShopObservation) error {
	if shop == nil {
		return s.promise(models.ReadShop{Account: work.Account.ID})
	}
	return s.markShopObserved(work.StoreID, shop)
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
// proves it on what was read back. acceptedBy is who accepted exceptions, nil for nobody.
func (r *Repository) closeDisconnecting(
	tx session, work *models.TransitionWork, snapshot models.StoreSnapshot, check models.StoreCheck, observed *models.Observation, acceptedBy *models.Actor,
) error {
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
	row := &disconnection{
		ID: work.ID, StoreID: work.StoreID, EpochID: *work.EpochID, EntrySeq: entry.Seq, RestoredDigest: digest,
		Verified: !check.Presumed, Exceptions: int32(len(check.Exceptions)), Versions: r.Versions.Text(),
	}
	if acceptedBy != nil {
		row.AcceptedByKind, row.AcceptedByName = &acceptedBy.Kind, &acceptedBy.Name
	}
	if err := tx.orm().Create(row).Error; err != nil {
		return err
	}
	if err := tx.storeExceptions(work.ID, check.Exceptions); err != nil {
		return err
	}
	return tx.closeTransition(work.ID, map[string]any{"phase": models.PhaseRevoking, "closed_at": entry.OccurredAt, "entry_seq": entry.Seq})
}

// FinishRevoking records what became of TikTok's authorization, and destroys the tokens that it gave. When it was given up because of
// a problem, that is told on.
func (r *Repository) FinishRevoking(ctx context.Context, work *models.TransitionWork, end models.AuthorizationEndStatus) error {
	return r.inTransition(ctx, work, models.PhaseRevoking, func(tx session, now *models.TransitionWork) error {
		at := now.EndedAt(r.Now())
		changes := map[string]any{"phase": models.PhaseComplete, "completed_at": at, "authorization_status": end}
		if end == models.AuthorizationRevoked {
			changes["authorization_revoked_at"] = at
		}
		if err := tx.deleteTikTokCredentials(now.Account.ID); err != nil {
			return err
		}
		if err := tx.closeTransition(now.ID, changes); err != nil || end != models.AuthorizationNotConfirmed || now.ProblemCode != models.TikTokUnavailable {
			return err
		}
		return tx.updateTransition(now.ID, map[string]any{"problem_code": now.ProblemCode})
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
		ID: "audit_" + r.NewID(), StoreID: work.StoreID, AccountID: work.AccountID, Action: action, Actor: work.BegunBy, OccurredAt: work.EndedAt(r.Now()),
		APIKeyID: work.APIKeyID, APIKeyName: work.APIKeyName, ShopifyUserID: work.ShopifyUserID,
	}
}
