package db

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// redaction is the receipt of a store's data that were removed.
type redaction struct {
	NotificationID string  `gorm:"primaryKey"`
	StoreID        *string // while they are being removed
	RequestedAt    time.Time
	RedactedAt     time.Time
}

// Redact removes all there is of the store, the ledger and the audit trail too, which nothing else may: 48 hours after the app was
// uninstalled Shopify asks for it. It does nothing where the app was installed anew since, unless Shopify was found to let it in no
// more. What stays is a receipt, which does not say whose data they were. Of a store that is not known, which has its domain alone,
// what Shopify has told of it goes.
func (r *Repository) Redact(ctx context.Context, store models.Store, notification *models.PlatformNotification, uninstalled bool) (redacted bool, err error) {
	if store.ID == "" {
		return false, r.write(ctx, store.Domain, func(tx session) error { return tx.forgetNotifications(store.Domain) })
	}
	err = r.write(ctx, store.ID, func(tx session) error {
		if err := tx.lockStore(store.ID); err != nil {
			return err
		}
		present, err := tx.installation(store.ID)
		if err != nil {
			return err
		}
		if !uninstalled && present.UninstalledAt == nil && present.InstalledAt != nil {
			return r.process(tx, notification)
		}
		redacted = true
		return r.redact(tx, store, notification)
	})
	return redacted && err == nil, err
}

func (r *Repository) redact(tx session, store models.Store, notification *models.PlatformNotification) error {
	receipt := redaction{NotificationID: notification.ID, StoreID: &store.ID, RequestedAt: notification.TriggeredAt, RedactedAt: r.Now()}
	if err := tx.orm().Clauses(clause.OnConflict{DoNothing: true}).Create(&receipt).Error; err != nil {
		return err
	}
	if !r.dialect.oneProcess {
		if err := tx.exec(patientPostgres); err != nil { // a ledger may be long
			return err
		}
	}
	for _, statement := range append([]string{r.dialect.forgetJobs}, redactions...) {
		if err := tx.exec(statement, store.ID); err != nil {
			return err
		}
	}
	if err := tx.forgetNotifications(store.Domain); err != nil {
		return err
	}
	return tx.orm().Model(&receipt).Update("store_id", nil).Error
}

// patientPostgres lets the statements of a transaction take as long as they need.
const patientPostgres = "SET LOCAL statement_timeout = 0"

// forgetNotifications removes what Shopify has told of a store.
func (s session) forgetNotifications(domain string) error {
	return s.orm().Where("platform", models.PlatformShopify).Where("subject", domain).Delete(&models.PlatformNotification{}).Error
}

// The jobs about the store's transitions, accounts and webhook endpoints go, too. One that is being done finds nothing to do any more, and goes within a day.
const forgetJobsPostgres = `DELETE FROM river_job WHERE state <> 'running'
AND (args->>'transitionId' IN (SELECT id FROM transitions WHERE store_id = $1)
    OR args->>'disconnectionId' IN (SELECT id FROM transitions WHERE store_id = $1)
    OR args->>'account' IN (SELECT id FROM accounts WHERE store_id = $1) OR args->>'endpoint' IN (SELECT id FROM webhook_endpoints WHERE store_id = $1))`

const forgetJobsSQLite = `DELETE FROM river_job WHERE state <> 'running'
AND (json_extract(args, '$.transitionId') IN (SELECT id FROM transitions WHERE store_id = $1)
    OR json_extract(args, '$.disconnectionId') IN (SELECT id FROM transitions WHERE store_id = $1)
    OR json_extract(args, '$.account') IN (SELECT id FROM accounts WHERE store_id = $1)
    OR json_extract(args, '$.endpoint') IN (SELECT id FROM webhook_endpoints WHERE store_id = $1))`

// redactions remove the rows of a store, those that others refer to last. Transitions and audit entries refer to one another. A test
// knows every table of the database.
var redactions = []string{
	`DELETE FROM handoff_items WHERE store_id = $1`,
	`DELETE FROM restoration_exceptions WHERE disconnection_id IN (SELECT id FROM disconnections WHERE store_id = $1)`,
	`DELETE FROM store_writes WHERE transition_id IN (SELECT id FROM transitions WHERE store_id = $1)`,
	`DELETE FROM disconnections WHERE store_id = $1`,
	`DELETE FROM setting_changes WHERE store_id = $1`,
	`DELETE FROM settings WHERE store_id = $1`,
	`UPDATE transitions SET entry_seq = NULL WHERE store_id = $1`,
	`DELETE FROM webhook_deliveries WHERE store_id = $1`,
	`DELETE FROM webhook_secrets WHERE store_id = $1`,
	`DELETE FROM webhook_endpoints WHERE store_id = $1`,
	`DELETE FROM audit_entries WHERE store_id = $1`,
	`DELETE FROM transitions WHERE store_id = $1`,
	`DELETE FROM epochs WHERE store_id = $1`,
	`DELETE FROM tiktok_credentials WHERE store_id = $1`,
	`DELETE FROM tiktok_authorization_states WHERE store_id = $1`,
	`DELETE FROM accounts WHERE store_id = $1`,
	`DELETE FROM api_keys WHERE store_id = $1`,
	`DELETE FROM idempotency_keys WHERE store_id = $1`,
	`DELETE FROM shopify_credentials WHERE store_id = $1`,
	`DELETE FROM shopify_users WHERE store_id = $1`,
	`DELETE FROM stores WHERE id = $1`,
}
