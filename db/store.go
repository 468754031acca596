package db

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"handback/models"
)

// RegisterStore takes in a store the app meets for the first time, with the settings it has and its TikTok for
// Business account. A store of the same domain that is there already is returned as it is.
func (r *Repository) RegisterStore(ctx context.Context, registration models.Registration) (models.Store, error) {
	store := registration.Store
	store.ID = "store_" + r.NewID()
	err := r.write(ctx, store.Domain, func(tx *gorm.DB) error {
		created := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&store)
		if created.Error != nil || created.RowsAffected == 0 {
			return created.Error
		}
		return r.registerSettings(tx, store, registration)
	})
	if err != nil {
		return models.Store{}, err
	}
	return r.StoreByDomain(ctx, store.Domain)
}

func (r *Repository) registerSettings(tx *gorm.DB, store models.Store, registration models.Registration) error {
	now, seller := r.Now(), models.Actor{Kind: models.ActorSeller, Name: store.Name}
	registered := models.AuditEntry{ID: "audit_" + r.NewID(), StoreID: store.ID, Action: models.StoreRegistered, Actor: seller, OccurredAt: now}
	if err := r.writeSettings(tx, &registered, nil, seller, models.FirstChanges(registration.Settings)); err != nil {
		return err
	}
	account := models.Account{
		ID: "account_" + r.NewID(), StoreID: store.ID, Kind: models.TikTokForBusiness, Name: registration.Business.Name,
		ExternalID: registration.Business.ExternalID, Region: store.Region, Status: models.AccountConnected, ConnectedAt: now,
	}
	if err := tx.Create(&account).Error; err != nil {
		return err
	}
	connected := models.AuditEntry{
		ID: "audit_" + r.NewID(), StoreID: store.ID, AccountID: &account.ID, Action: models.AccountConnectedAction, Actor: seller, OccurredAt: now,
	}
	return r.writeSettings(tx, &connected, nil, seller, nil)
}

// StoreByDomain finds a store by its address; its ID is empty when there is none.
func (r *Repository) StoreByDomain(ctx context.Context, domain string) (store models.Store, err error) {
	err = r.reader.WithContext(ctx).Where("domain = ?", domain).Limit(1).Find(&store).Error
	return store, fault(err)
}
