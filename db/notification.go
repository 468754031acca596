package db

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// NoteNotification stores what a platform has told, and promises to do something about it. One that was stored before is not
// stored again, nor is one that another which waits is as good as: both are a conflict with a unique index. One that nothing is to
// be done about is not stored at all.
func (r *Repository) NoteNotification(ctx context.Context, notification models.PlatformNotification) error {
	job := notification.Job()
	if job == nil {
		return nil
	}
	notification.ReceivedAt = r.Now()
	return r.write(ctx, "notification "+notification.ID, func(tx session) error {
		stored := tx.orm().Clauses(clause.OnConflict{DoNothing: true}).Create(&notification)
		if stored.Error != nil {
			return stored.Error
		}
		if stored.RowsAffected == 0 {
			return errUnchanged
		}
		return tx.promise(job)
	})
}

// Notification reads what a platform has told, nil when that is known no more.
func (r *Repository) Notification(ctx context.Context, platform models.Platform, id string) (*models.PlatformNotification, error) {
	var found []models.PlatformNotification
	err := r.readerSession(ctx).alone(func(db *gorm.DB) *gorm.DB {
		return db.Where("platform", platform).Where("id", id).Limit(1).Find(&found)
	}).Error
	if err != nil || len(found) == 0 {
		return nil, fault(err)
	}
	return &found[0], nil
}

// ProcessNotification records that what a notification asks for was done, or is being done by a job that will not rest before:
// from then on another one that is as good as it is stored.
func (r *Repository) ProcessNotification(ctx context.Context, notification *models.PlatformNotification) error {
	return r.write(ctx, "notification "+notification.ID, func(tx session) error { return r.process(tx, notification) })
}

// process keeps of whom a notification was only where a job may still read it: what TikTok has told of a shop, or Shopify of a store
// that is not known any more, would outlast the removal of the store's data.
func (r *Repository) process(tx session, notification *models.PlatformNotification) error {
	changes := map[string]any{"processed_at": r.Now()}
	if notification.Collapse == nil {
		changes["subject"], changes["detail"] = "", ""
	}
	return tx.orm().Model(&models.PlatformNotification{}).Where("platform", notification.Platform).Where("id", notification.ID).
		Where("processed_at", nil).Updates(changes).Error
}

// ForgetNotifications removes the notifications whose time is over, and says how many there were.
func (r *Repository) ForgetNotifications(ctx context.Context) (int64, error) {
	over := clause.Lte{Column: "received_at", Value: r.Now().Add(-models.NotificationLife)}
	return r.forget(ctx, forgettable{&models.PlatformNotification{}, "platform, id", "received_at", "octet_length(detail)"}, over, clause.Neq{Column: "processed_at", Value: nil})
}

// aboutStore carries out what a notification asks for: alone on the store, and once. The store is known. do may leave it at that.
func (r *Repository) aboutStore(ctx context.Context, notification *models.PlatformNotification, storeID string, do func(tx session) error) error {
	return r.write(ctx, storeID, func(tx session) error {
		if err := tx.lockStore(storeID); err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return err
		}
		return r.process(tx, notification)
	})
}

// installation is when the app was let into a store, and uninstalled: columns of its row.
type installation struct {
	ID            string `gorm:"primaryKey"`
	InstalledAt   *time.Time
	UninstalledAt *time.Time
}

// TableName implements schema.Tabler.
func (installation) TableName() string { return "stores" }

func (s session) installation(storeID string) (installation, error) {
	var found installation
	return found, s.orm().Take(&found, "id", storeID).Error
}

// NoteInstallation records that the app was let into the store at Shopify, anew maybe: what an earlier uninstallation has left behind
// hinders nobody any more.
func (r *Repository) NoteInstallation(ctx context.Context, storeID string) error {
	return r.write(ctx, storeID, func(tx session) error {
		if err := tx.lockStore(storeID); err != nil {
			return err
		}
		err := tx.orm().Model(&installation{ID: storeID}).Updates(map[string]any{"installed_at": r.Now(), "uninstalled_at": nil}).Error
		if err != nil {
			return err
		}
		return tx.setShopifyProblem(storeID, "", "")
	})
}

// setShopifyProblem says what is wrong with the store that a shop is connected to, if one is.
func (s session) setShopifyProblem(storeID string, problem models.ProblemCode, detail string) error {
	return s.orm().Model(&models.Account{}).Where("store_id", storeID).Where("kind", models.TikTokShop).
		Where(clause.Neq{Column: "status", Value: models.AccountDisconnected}).
		Updates(map[string]any{"shopify_problem": problem, "shopify_problem_detail": detail}).Error
}

// NoteUninstalled records that the app was uninstalled from the store, unless it was installed anew since: its tokens are good for
// nothing any more, and a connected shop cannot work. It stays connected: that its store cannot be given back is told by its
// disconnect.
func (r *Repository) NoteUninstalled(ctx context.Context, store models.Store, notification *models.PlatformNotification) error {
	return r.aboutStore(ctx, notification, store.ID, func(tx session) error {
		present, err := tx.installation(store.ID)
		if err != nil || present.InstalledAt != nil && notification.IsBefore(*present.InstalledAt) {
			return err
		}
		if err := tx.orm().Model(&installation{ID: store.ID}).Update("uninstalled_at", notification.TriggeredAt).Error; err != nil {
			return err
		}
		if err := tx.orm().Where("store_id", store.ID).Delete(&shopifyCredentials{}).Error; err != nil {
			return err
		}
		return r.foreseeUninstalled(tx, store.ID, present.UninstalledAt == nil)
	})
}

// NoteScopes records which scopes the app lacks in the store; there may be none.
func (r *Repository) NoteScopes(ctx context.Context, store models.Store, notification *models.PlatformNotification, lacks string) error {
	return r.aboutStore(ctx, notification, store.ID, func(tx session) error {
		present, err := tx.installation(store.ID)
		switch {
		case err != nil || present.UninstalledAt != nil:
			return err
		case lacks == "":
			return tx.setShopifyProblem(store.ID, "", "")
		}
		return tx.setShopifyProblem(store.ID, models.ShopifyScopeMissing, lacks)
	})
}

// DisconnectFromShopify begins the disconnect of a shop whose channel was deleted in the Shopify admin, unless it was connected
// since, or it is the integration itself that has deleted it.
func (r *Repository) DisconnectFromShopify(ctx context.Context, store models.Store, notification *models.PlatformNotification) error {
	caller := models.Caller{Store: store, Actor: models.ShopifyAdmin}
	return r.aboutStore(ctx, notification, store.ID, func(tx session) error {
		accounts, err := tx.accountsToChange(store.ID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(accounts, (*models.Account).Connected)
		if at < 0 || notification.IsBefore(accounts[at].ConnectedAt) {
			return nil
		}
		_, err = r.disconnect(tx, caller, models.DisconnectRequest{Confirm: true, AccountID: &accounts[at].ID})
		return refusalToFault(err)
	})
}

// NoteTikTokProblem records that TikTok does not let the app into the account's shop any more, or soon will not, unless it was connected
// since, or is being disconnected: then the integration itself has ended it. Tokens of lost access are good for nothing any more.
func (r *Repository) NoteTikTokProblem(ctx context.Context, account models.Account, problem models.ProblemCode, notification *models.PlatformNotification) error {
	return r.aboutStore(ctx, notification, account.StoreID, func(tx session) error {
		accounts, err := tx.accountsToChange(account.StoreID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(accounts, func(a *models.Account) bool { return a.ID == account.ID })
		if at < 0 || !accounts[at].InUse() || notification.IsBefore(accounts[at].ConnectedAt) {
			return nil
		}
		switch {
		case problem == models.TikTokAccessLost:
			err = tx.deleteTikTokCredentials(account.ID)
		case accounts[at].TikTokProblem == models.TikTokAccessLost: // which is more
			return nil
		}
		changed, failed := tx.setTikTokProblem(account.ID, problem)
		if err := errors.Join(err, failed); err != nil || !changed {
			return err
		}
		topic := map[models.ProblemCode]models.AuditAction{models.TikTokAccessLost: models.TikTokLostAction, models.TikTokAccessEnding: models.TikTokExpiringAction}[problem]
		return tx.appendEntry(r.newEntry(models.Caller{Store: models.Store{ID: account.StoreID}, Actor: models.Integration}, topic, &account))
	})
}

// TellTikTokLost adds to the audit trail, once, that the account's tokens were found to be good for nothing.
func (r *Repository) TellTikTokLost(ctx context.Context, job models.TellTikTokLost) error {
	var account models.Account
	err := r.readerSession(ctx).alone(func(db *gorm.DB) *gorm.DB { return db.Where("id", job.Account).Limit(1).Find(&account) }).Error
	if err != nil || account.ID == "" {
		return fault(err)
	}
	return r.write(ctx, account.StoreID, func(tx session) error {
		var told int64
		err := errors.Join(tx.lockStore(account.StoreID), tx.orm().Model(&models.AuditEntry{}).Where("id", job.Entry).Count(&told).Error)
		if err != nil || told > 0 {
			return err
		}
		entry := r.newEntry(models.Caller{Store: models.Store{ID: account.StoreID}, Actor: models.Integration}, models.TikTokLostAction, &account)
		entry.ID = job.Entry
		return tx.appendEntry(entry)
	})
}

// setTikTokProblem says what is wrong with a shop that is connected, or is being connected; "" for nothing. changed is false when that
// was known.
func (s session) setTikTokProblem(accountID string, problem models.ProblemCode) (changed bool, err error) {
	set := s.orm().Model(&models.Account{ID: accountID}).Where(clause.IN{Column: "status", Values: []any{models.AccountConnecting, models.AccountConnected}}).
		Where(clause.Neq{Column: "tiktok_problem", Value: problem}).Update("tiktok_problem", problem)
	return set.RowsAffected > 0, set.Error
}

// ShopsOf lists the TikTok Shop accounts of a store.
func (r *Repository) ShopsOf(ctx context.Context, storeID string) ([]models.Account, error) {
	accounts, err := selectAccounts.all(r.readerSession(ctx), accountFilter{}.args(storeID)...)
	return orFault(slices.DeleteFunc(accounts, func(a models.Account) bool { return a.Kind != models.TikTokShop }), err)
}

// InTransition reports whether the integration writes to the store.
func (r *Repository) InTransition(ctx context.Context, storeID string) (bool, error) {
	open, err := r.readerSession(ctx).openTransition(storeID)
	return orFault(open.ID != "", err)
}

// ShopInUse reads an account that is connected, or is being connected; ok is false when it is not.
func (r *Repository) ShopInUse(ctx context.Context, accountID string) (account models.Account, ok bool, err error) {
	err = r.readerSession(ctx).alone(func(db *gorm.DB) *gorm.DB { return db.Where("id", accountID).Limit(1).Find(&account) }).Error
	return account, account.InUse() && err == nil, fault(err)
}
