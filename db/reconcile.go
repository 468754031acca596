package db

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"handback/models"
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
		accounts, err := tx.accounts(store.ID)
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

// ForeseeUninstalled records what disconnecting will meet in a store that the app was uninstalled from.
func (r *Repository) ForeseeUninstalled(ctx context.Context, store models.Store) error {
	return r.write(ctx, store.ID, func(tx session) error {
		if err := tx.lockStore(store.ID); err != nil {
			return err
		}
		accounts, err := tx.accounts(store.ID)
		if err != nil {
			return err
		}
		epochID := models.ConnectedEpoch(accounts)
		if epochID == nil {
			return nil
		}
		var settings []models.Setting
		if err := send(tx, selectSettingsOutsideAds.into(&settings, store.ID)); err != nil {
			return err
		}
		last := r.Catalogue.LastObserved(settings)
		return tx.foreseeBy(*epochID, func(snapshot models.StoreSnapshot) models.Drift { return snapshot.DriftWithoutApp(last) })
	})
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
	changes := r.Catalogue.Reconcile(settings, observed)
	if len(changes) > 0 {
		entry := &models.AuditEntry{ID: "audit_" + r.NewID(), StoreID: storeID, Action: models.SettingsUpdated, Actor: writer, OccurredAt: r.Now()}
		if err := tx.appendEntry(entry); err != nil {
			return nil, err
		}
		if err := r.writeSettings(tx, entry, epochID, writer, changes); err != nil {
			return nil, err
		}
		settings = models.ApplyInOrder(settings, changes, writer, entry.OccurredAt)
	}
	return settings, r.markObserved(tx, storeID, observed.At)
}

// markObserved says when the settings that live in the store were read there.
func (r *Repository) markObserved(tx session, storeID string, at time.Time) error {
	keys := []any{}
	for _, definition := range r.Catalogue {
		if definition.Source == models.SourceShopify {
			keys = append(keys, definition.Key)
		}
	}
	return tx.orm().Table("settings").Where("store_id", storeID).Where(clause.IN{Column: "key", Values: keys}).
		Where(clause.Or(clause.Eq{Column: "observed_at", Value: nil}, clause.Lt{Column: "observed_at", Value: at})).
		Update("observed_at", at).Error
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
		accounts, err := tx.accounts(store.ID)
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
	err := send(tx, selectEpochs.into(&epochs, caller.Store.ID, "", string(models.AccountConnected)), selectSettingsToRecord.into(&settings, caller.Store.ID))
	if err != nil || len(epochs) == 0 {
		return nil, nil, fault(err)
	}
	return &epochs[0], models.TakeSnapshot(settings, r.Now()).Settings, nil
}
