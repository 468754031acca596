package db

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// Reconcile brings in what was edited in the Shopify admin: the settings say what was observed in the store. It does nothing
// while the store is being written to, or when that has ended since the store was read: what was observed is the
// integration's own doing then.
func (r *Repository) Reconcile(ctx context.Context, store models.Store, observed *models.Observation) error {
	return r.write(ctx, store.ID, func(tx session) error {
		if err := tx.lockStore(store.ID); err != nil {
			return err
		}
		var since int64
		err := tx.orm().Model(&models.Transition{}).Where("store_id", store.ID).
			Where(clause.Or(clause.Eq{Column: "closed_at", Value: nil}, clause.Gte{Column: "closed_at", Value: observed.Begun})).Count(&since).Error
		if err != nil || since > 0 {
			return err
		}
		accounts, err := tx.accountsToChange(store.ID)
		if err != nil {
			return err
		}
		epochID := models.ConnectedEpoch(accounts)
		if _, err := r.reconcile(tx, store.ID, epochID, models.ShopifyAdmin, observed); err != nil || epochID == nil {
			return err
		}
		return tx.foresee(*epochID, observed)
	})
}

// ReconcileShop brings in what was read of the account's shop at TikTok. It does nothing when the account is not in the connection any
// more that it was in before it was read.
func (r *Repository) ReconcileShop(ctx context.Context, account models.Account, shop *models.ShopObservation) error {
	return r.write(ctx, account.StoreID, func(tx session) error {
		if err := tx.lockStore(account.StoreID); err != nil {
			return err
		}
		accounts, err := tx.accountsToChange(account.StoreID)
		if err != nil {
			return err
		}
		epochID := models.ConnectedEpoch(accounts)
		if epochID == nil || account.EpochID == nil || *epochID != *account.EpochID {
			return nil
		}
		var settings []models.Setting
		if err := send(tx, selectSettingsOutsideAds.into(&settings, account.StoreID)); err != nil {
			return err
		}
		if changes := r.Catalogue.ReconcileShop(settings, shop); len(changes) > 0 {
			if _, err := r.writeAsEdited(tx, account.StoreID, epochID, models.InSellerCenter, changes); err != nil {
				return err
			}
		}
		return tx.markShopObserved(account.StoreID, shop)
	})
}

// markShopObserved says when the settings that are facts of TikTok were read there. What a person has edited was not.
func (s session) markShopObserved(storeID string, shop *models.ShopObservation) error {
	return s.markObserved(storeID, shop.Keys(), shop.At, clause.Eq{Column: "updated_by_kind", Value: models.ActorSystem})
}

// ForeseeUninstalled records that a store was found to have uninstalled the app, and what disconnecting it will meet.
func (r *Repository) ForeseeUninstalled(ctx context.Context, store models.Store) error {
	return r.write(ctx, store.ID, func(tx session) error {
		if err := tx.lockStore(store.ID); err != nil {
			return err
		}
		return r.foreseeUninstalled(tx, store.ID, false)
	})
}

// foreseeUninstalled says that the store's connected shop cannot work, and what its disconnect will meet. It is told once: where no
// shop is connected when it is news.
func (r *Repository) foreseeUninstalled(tx session, storeID string, news bool) error {
	accounts, err := tx.accountsToChange(storeID)
	if err != nil {
		return err
	}
	if at := slices.IndexFunc(accounts, (*models.Account).InUse); at >= 0 {
		news = accounts[at].ShopifyProblem != models.ShopifyAccessLost
	}
	if news {
		entry := r.newEntry(models.Caller{Store: models.Store{ID: storeID}, Actor: models.ShopifyAdmin}, models.StoreUninstalledAction, nil)
		if err := tx.appendEntry(entry); err != nil {
			return err
		}
	}
	if err := tx.setShopifyProblem(storeID, models.ShopifyAccessLost, ""); err != nil {
		return err
	}
	epochID := models.ConnectedEpoch(accounts)
	if epochID == nil {
		return nil
	}
	var settings []models.Setting
	if err := send(tx, selectSettingsOutsideAds.into(&settings, storeID)); err != nil {
		return err
	}
	last := r.Catalogue.LastObserved(settings)
	return tx.foreseeBy(*epochID, func(snapshot models.StoreSnapshot) models.Drift { return snapshot.DriftWithoutApp(last) })
}

// foresee records what disconnecting will meet in the store. A damaged snapshot is told of elsewhere.
func (s session) foresee(epochID string, observed *models.Observation) error {
	return s.foreseeBy(epochID, func(snapshot models.StoreSnapshot) models.Drift { return snapshot.Drift(observed) })
}

func (s session) foreseeBy(epochID string, driftOf func(models.StoreSnapshot) models.Drift) error {
	var epoch models.Epoch
	if err := s.orm().Take(&epoch, "id", epochID).Error; err != nil {
		return err
	}
	snapshot, err := readStoreSnapshot(s, &epoch)
	if err != nil {
		return nil
	}
	drift := driftOf(snapshot).Text()
	if drift == epoch.Drift {
		return nil
	}
	return s.orm().Model(&models.Epoch{ID: epochID}).Update("drift", drift).Error
}

// reconcile makes the settings say what was observed in the store, as edits of the writer in the epoch, and returns those
// outside the ads scope as they are then.
func (r *Repository) reconcile(tx session, storeID string, epochID *string, writer models.Actor, observed *models.Observation) ([]models.Setting, error) {
	var settings []models.Setting
	if err := send(tx, selectSettingsOutsideAds.into(&settings, storeID)); err != nil {
		return nil, err
	}
	if changes := r.Catalogue.Reconcile(settings, observed); len(changes) > 0 {
		entry, err := r.writeAsEdited(tx, storeID, epochID, writer, changes)
		if err != nil {
			return nil, err
		}
		settings = models.ApplyInOrder(settings, changes, writer, entry.OccurredAt)
	}
	return settings, r.markObserved(tx, storeID, observed.At)
}

// writeAsEdited writes changes as an edit of the writer in the epoch.
func (r *Repository) writeAsEdited(tx session, storeID string, epochID *string, writer models.Actor, changes []models.SettingChange) (*models.AuditEntry, error) {
	entry := &models.AuditEntry{ID: "audit_" + r.NewID(), StoreID: storeID, Action: models.SettingsUpdated, Actor: writer, OccurredAt: r.Now()}
	if err := tx.appendEntry(entry); err != nil {
		return nil, err
	}
	return entry, r.writeSettings(tx, entry, epochID, writer, changes)
}

// reconcileOthers brings in what others have changed in the store while a transition writes to it: what is neither as it was, nor as
// explain finds that it was written. The settings do not say yet what was written.
func (r *Repository) reconcileOthers(tx session, work *models.TransitionWork, observed *models.Observation, explain func(*models.Differences) error) error {
	differences, err := r.differences(tx, work.StoreID, observed)
	if err != nil || differences.None() {
		return err
	}
	if err := explain(differences); err != nil {
		return err
	}
	changes := differences.Unexplained()
	if len(changes) == 0 {
		return nil
	}
	_, err = r.writeAsEdited(tx, work.StoreID, work.EpochID, models.ShopifyAdmin, changes)
	return err
}

// reconcileEdit brings in what an edit by hand has written to the store, as the doing of who asked for it.
func (r *Repository) reconcileEdit(tx session, edit *models.Transition, observed *models.Observation) error {
	differences, err := r.differences(tx, edit.StoreID, observed)
	if err != nil || differences.None() {
		return err
	}
	edits := map[string]int64{} // the audit entry of the last edit of each setting
	err = tx.eachWritten(edit.ID, func(write models.StoreWrite) {
		if write.EntrySeq != nil {
			differences.Explain(write.Key, write.Entry, write.Target)
			edits[write.Key] = *write.EntrySeq
		}
	})
	if err != nil {
		return err
	}
	changes := map[int64][]models.SettingChange{}
	for _, change := range differences.Explained() {
		changes[edits[change.Key]] = append(changes[edits[change.Key]], change)
	}
	for _, seq := range slices.Sorted(maps.Keys(changes)) {
		if err := r.writeEdited(tx, seq, edit.EpochID, changes[seq]); err != nil {
			return err
		}
	}
	return nil
}

func (r *Repository) differences(tx session, storeID string, observed *models.Observation) (*models.Differences, error) {
	var settings []models.Setting
	err := send(tx, selectSettingsOutsideAds.into(&settings, storeID))
	return r.Catalogue.Differ(settings, observed), err
}

// markObserved says when the settings that live in the store were read there.
func (r *Repository) markObserved(tx session, storeID string, at time.Time) error {
	var keys []string
	for _, definition := range r.Catalogue {
		if definition.Source == models.SourceShopify {
			keys = append(keys, definition.Key)
		}
	}
	return tx.markObserved(storeID, keys, at)
}

func (s session) markObserved(storeID string, keys []string, at time.Time, only ...clause.Expression) error {
	earlier := clause.Or(clause.Eq{Column: "observed_at", Value: nil}, clause.Lt{Column: "observed_at", Value: at})
	named := clause.IN{Column: "key", Values: make([]any, len(keys))}
	for i, key := range keys {
		named.Values[i] = key
	}
	return s.orm().Table("settings").Where("store_id", storeID).Where(named).Where(earlier).Clauses(only...).Update("observed_at", at).Error
}

// LinkStore records that the app was let into the store at Shopify, with what the store says of itself; observed is nil where
// that is still to be read. A store that is
// connected stays as it is: its snapshot was not taken at Shopify, and must not be written there.
func (r *Repository) LinkStore(ctx context.Context, store models.Store, observed *models.Observation) (models.Store, error) {
	var linked models.Store
	err := r.write(ctx, store.ID, func(tx session) error {
		if err := tx.lockStore(store.ID); err != nil {
			return err
		}
		accounts, err := tx.accountsToChange(store.ID)
		if err != nil {
			return err
		}
		linked = store
		for _, account := range accounts {
			if account.Kind == models.TikTokShop && account.Status != models.AccountDisconnected {
				return nil
			}
		}
		linked.Linked = true
		updated := tx.orm().Model(&models.Store{ID: store.ID}).Updates(map[string]any{"name": store.Name, "region": store.Region, "linked": true})
		if updated.Error != nil {
			return updated.Error
		}
		if observed == nil {
			return nil
		}
		_, err = r.reconcile(tx, store.ID, nil, models.ShopifyAdmin, observed)
		return err
	})
	if err != nil {
		return models.Store{}, fmt.Errorf("link the store: %w", err)
	}
	return linked, nil
}

// ConnectedEpoch reads the epoch that the caller's store is in, nil when no shop is connected, and the store's settings outside
// the ads scope.
func (r *Repository) ConnectedEpoch(ctx context.Context, caller models.Caller) (*models.Epoch, []models.SnapshotSetting, error) {
	tx, done := r.reading(ctx)
	defer done()
	var epochs []models.Epoch
	var settings []models.Setting
	err := send(tx, selectConnectedEpoch.into(&epochs, caller.Store.ID), selectSettingsToRecord.into(&settings, caller.Store.ID))
	if err != nil || len(epochs) == 0 {
		return nil, nil, fault(err)
	}
	return &epochs[0], models.TakeSnapshot(settings, r.Now()).Settings, nil
}
