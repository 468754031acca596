package db

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// RegisterStore takes in a store the app meets for the first time, with the settings it has and its TikTok for
// Business account. A store of the same domain that is there already is returned as it is.
func (r *Repository) RegisterStore(ctx context.Context, registration models.Registration) (models.Store, error) {
	return r.register(ctx, registration, func(session, models.Store) error { return nil })
}

// MakeDemoStore registers a store that its seller has connected and edited since: all of it, once, however many
// processes start at the same moment and whenever they are killed.
func (r *Repository) MakeDemoStore(ctx context.Context, demo models.DemoStore) (models.Store, error) {
	return r.register(ctx, demo.Registration, func(tx session, store models.Store) error {
		seller := models.Caller{Store: store, Actor: store.Seller()}
		if err := tx.lockStore(store.ID); err != nil {
			return err
		}
		tx.transaction.linked = false // nothing is promised: the store is made what the settings say after this
		connected, err := r.connect(tx, seller, demo.Authorization)
		if err == nil && store.Linked {
			err = r.recordWrites(tx, connected)
		}
		if err != nil {
			return refusalToFault(err)
		}
		for _, input := range demo.Edits {
			edit, err := r.readToEdit(tx, seller, []models.SettingInput{input})
			if err == nil {
				err = r.storeEdit(tx, seller, edit)
			}
			if err != nil {
				return refusalToFault(err)
			}
		}
		return nil
	})
}

// recordWrites has it that connecting has written to the store what it changed.
func (r *Repository) recordWrites(tx session, connected *models.ConnectTikTokShopResult) error {
	var transition models.Transition
	if err := tx.orm().Take(&transition, "epoch_id", connected.Account.EpochID).Error; err != nil {
		return err
	}
	writes := r.Catalogue.PlanEdit(connected.Changes)
	for i := range writes {
		writes[i].State = models.WriteDone
	}
	return r.planWrites(tx, &transition, writes, map[string]any{})
}

// refusalToFault makes a refusal a failure, where nobody is there to put it right.
func refusalToFault(err error) error {
	if isUnchanged(err) {
		return fmt.Errorf("refused: %v", err) //nolint:errorlint // it is no refusal any more
	}
	return err
}

// register makes the store and what more is wanted of it in one transaction, unless the store is there already.
func (r *Repository) register(ctx context.Context, registration models.Registration, more func(tx session, store models.Store) error) (models.Store, error) {
	if known, err := r.StoreByDomain(ctx, registration.Store.Domain); err != nil || known.ID != "" {
		return known, err
	}
	store := registration.Store
	store.ID = "store_" + r.NewID()
	err := r.write(ctx, store.Domain, func(tx session) error {
		created := tx.orm().Clauses(clause.OnConflict{DoNothing: true}).Create(&store)
		if created.Error != nil || created.RowsAffected == 0 {
			return created.Error
		}
		if err := r.registerSettings(tx, store, registration); err != nil {
			return err
		}
		return more(tx, store)
	})
	if err != nil {
		return models.Store{}, err
	}
	return r.StoreByDomain(ctx, store.Domain)
}

func (r *Repository) registerSettings(tx session, store models.Store, registration models.Registration) error {
	now, by := r.Now(), registration.Registrant()
	registered := models.AuditEntry{ID: "audit_" + r.NewID(), StoreID: store.ID, Action: models.StoreRegistered, Actor: by, OccurredAt: now}
	if err := tx.appendEntry(&registered); err != nil {
		return err
	}
	// The settings were there before: they are the store's own seller's.
	if err := r.writeSettings(tx, &registered, nil, store.Seller(), models.FirstChanges(registration.Settings)); err != nil {
		return err
	}
	if registration.Business == (models.BusinessAccount{}) {
		return nil
	}
	account := models.Account{
		ID: "account_" + r.NewID(), StoreID: store.ID, Kind: models.TikTokForBusiness, Name: registration.Business.Name,
		ExternalID: registration.Business.ExternalID, Region: store.Region, Status: models.AccountConnected, ConnectedAt: now,
	}
	if err := tx.orm().Create(&account).Error; err != nil {
		return err
	}
	connected := models.AuditEntry{
		ID: "audit_" + r.NewID(), StoreID: store.ID, AccountID: &account.ID, Action: models.AccountConnectedAction, Actor: by, OccurredAt: now,
	}
	return tx.appendEntry(&connected)
}

// StoreByDomain finds a store by its address; its ID is empty when there is none.
func (r *Repository) StoreByDomain(ctx context.Context, domain string) (models.Store, error) {
	tx, done := r.reading(ctx)
	defer done()
	var store models.Store
	err := tx.alone(func(db *gorm.DB) *gorm.DB { return db.Where("domain", domain).Limit(1).Find(&store) }).Error
	return orFault(store, err)
}
