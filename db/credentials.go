package db

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"handback/models"
)

// Sealer encrypts what must not be readable in the database, bound to the place of its row and column.
type Sealer interface {
	Seal(secret models.Secret, table, column, rowID string) (models.Sealed, error)
	Open(sealed models.Sealed, table, column, rowID string) (models.Secret, error)
	// KeyIDs are the keys that open, as models.Sealed.KeyID has them; FormerKeyIDs those of them that seal no more.
	KeyIDs() [][]byte
	FormerKeyIDs() [][]byte
}

// Credentials reads what the app calls the store's Admin API with; its version is 0 when the store has none. They are read
// outside of the caller's transaction, if there is one: what other processes have obtained meanwhile is what counts.
func (r *Repository) Credentials(ctx context.Context, storeID string) (models.ShopifyCredentials, error) {
	rows, err := selectCredentials.all(r.readerSession(ctx), storeID)
	if err != nil || len(rows) == 0 {
		return models.ShopifyCredentials{}, fault(err)
	}
	return r.openCredentials(rows[0])
}

// ClaimRefresh keeps other processes from obtaining tokens for the store until models.RefreshClaim is over, or the claim is
// released, or credentials are saved. expected is the version that was read, 0 for none; version is the one to save with.
// The error is models.ErrCredentialsChanged when somebody else was first.
func (r *Repository) ClaimRefresh(ctx context.Context, storeID string, expected int64) (version int64, err error) {
	until := r.Now().Add(models.RefreshClaim)
	row := shopifyCredentials{StoreID: storeID, Version: expected + 1, RefreshingUntil: &until, UpdatedAt: r.Now()}
	if err := r.compareAndSet(ctx, row, expected, "version", "refreshing_until"); err != nil {
		return 0, err
	}
	return row.Version, nil
}

// ReleaseRefresh ends the claim that has this version, because nothing was obtained.
func (r *Repository) ReleaseRefresh(ctx context.Context, storeID string, version int64) error {
	return r.compareAndSet(ctx, shopifyCredentials{StoreID: storeID, Version: version + 1}, version, "version", "refreshing_until")
}

// SaveCredentials stores credentials in the place of those of the expected version, 0 for none, and ends the claim. Credentials
// without tokens say that Shopify takes none any more. The error is models.ErrCredentialsChanged, and nothing is stored,
// when somebody else was first.
func (r *Repository) SaveCredentials(ctx context.Context, storeID string, credentials models.ShopifyCredentials, expected int64) error {
	row := shopifyCredentials{
		StoreID: storeID, AccessExpiresAt: credentials.AccessExpiresAt, RefreshExpiresAt: credentials.RefreshExpiresAt,
		Scopes: strings.Join(credentials.Scopes, " "), Version: expected + 1, UpdatedAt: r.Now(),
	}
	if !credentials.AccessToken.IsEmpty() {
		if err := r.seal(&row, credentials.AccessToken, credentials.RefreshToken); err != nil {
			return err
		}
	}
	return r.compareAndSet(ctx, row, expected, "access_token", "refresh_token", "access_expires_at", "refresh_expires_at", "scopes", "version", "refreshing_until", "updated_at")
}

// compareAndSet writes columns of a row that has the expected version, or the whole row when none is expected. It waits for no
// lock of the store: whoever works on it may be waiting for the tokens.
func (r *Repository) compareAndSet(ctx context.Context, row shopifyCredentials, expected int64, columns ...string) error {
	return r.write(ctx, "credentials of "+row.StoreID, func(tx session) error {
		result := tx.orm().Clauses(clause.OnConflict{DoNothing: true})
		if expected == 0 {
			result = result.Create(&row)
		} else {
			result = tx.orm().Model(&shopifyCredentials{StoreID: row.StoreID}).Where("version", expected).Select(columns).Updates(&row)
		}
		if result.Error == nil && result.RowsAffected == 0 {
			return models.ErrCredentialsChanged
		}
		return result.Error
	})
}

// resealBatch is how many rows are sealed anew in one transaction.
const resealBatch = 100

// ResealCredentials seals anew, by the primary key, what former primary keys have sealed, and says how many rows there were.
// Rows that cannot be opened stay as they are, and are told of in the error.
func (r *Repository) ResealCredentials(ctx context.Context) (int64, error) {
	former := r.Sealer.FormerKeyIDs()
	if len(former) == 0 {
		return 0, nil
	}
	var sealed int64
	var unopened []error
	for after := ""; ; {
		var batch []shopifyCredentials
		err := r.readerSession(ctx).alone(func(db *gorm.DB) *gorm.DB {
			return db.Where(clause.Or(sealedBy("access_token", former), sealedBy("refresh_token", former))).
				Where(clause.Gt{Column: "store_id", Value: after}).Order("store_id").Limit(resealBatch).Find(&batch)
		}).Error
		if err != nil || len(batch) == 0 {
			return sealed, errors.Join(fault(err), errors.Join(unopened...))
		}
		after = batch[len(batch)-1].StoreID
		batch, errs := r.resealRows(batch)
		unopened = append(unopened, errs...)
		count, err := r.saveResealed(ctx, batch)
		sealed += count
		if err != nil {
			return sealed, errors.Join(err, errors.Join(unopened...))
		}
	}
}

// sealedBy is true of rows whose column was sealed by one of the keys.
func sealedBy(column string, keyIDs [][]byte) clause.Expression {
	values := make([]any, len(keyIDs))
	for i, keyID := range keyIDs {
		values[i] = keyID
	}
	return clause.IN{Column: clause.Column{Name: "substr(" + column + ", 1, 5)", Raw: true}, Values: values}
}

// resealRows returns the rows that can be opened, sealed by the primary key.
func (r *Repository) resealRows(rows []shopifyCredentials) (resealed []shopifyCredentials, errs []error) {
	for _, row := range rows {
		credentials, err := r.openCredentials(row)
		if err == nil {
			err = r.seal(&row, credentials.AccessToken, credentials.RefreshToken)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		resealed = append(resealed, row)
	}
	return resealed, errs
}

// saveResealed leaves alone what was changed since it was read, and raises no version: the tokens are the same, and whoever is
// obtaining the next ones must be able to save them.
func (r *Repository) saveResealed(ctx context.Context, rows []shopifyCredentials) (count int64, err error) {
	err = r.write(ctx, "credentials sealed anew", func(tx session) error {
		count = 0
		for _, row := range rows {
			result := tx.orm().Model(&shopifyCredentials{StoreID: row.StoreID}).Where("version", row.Version).Select("access_token", "refresh_token").Updates(&row)
			if result.Error != nil {
				return result.Error
			}
			count += result.RowsAffected
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return count, nil
}

// CheckKeyset returns an error, a sentence for whoever starts the program, when credentials are sealed with a key that the keyset
// does not have.
func (r *Repository) CheckKeyset(ctx context.Context) error {
	uses, err := selectKeyUses.all(r.readerSession(ctx))
	if err != nil {
		return fault(err)
	}
	var unknown int64
	for _, use := range uses {
		known := func(keyID []byte) bool { return bytes.Equal(keyID, use.KeyID) }
		if !slices.ContainsFunc(r.Sealer.KeyIDs(), known) {
			unknown += use.Stores
		}
	}
	if unknown > 0 {
		return fmt.Errorf("the keyset lacks a key that credentials in the database are sealed with (stores: %d): use a keyset that has it, see docs/operations.md", unknown)
	}
	return nil
}

// ForgetCredentials destroys the tokens of a store, whatever they are sealed with.
func (r *Repository) ForgetCredentials(ctx context.Context, domain string) error {
	store, err := r.StoreByDomain(ctx, domain)
	if err != nil {
		return err
	}
	return r.write(ctx, "credentials of "+domain, func(tx session) error {
		return tx.orm().Where("store_id", store.ID).Delete(&shopifyCredentials{}).Error
	})
}

const credentialsTable = "shopify_credentials"

// shopifyCredentials is a row of the table.
type shopifyCredentials struct {
	StoreID          string `gorm:"primaryKey"`
	AccessToken      []byte // a models.Sealed, which database/sql would not scan NULL into
	RefreshToken     []byte // likewise
	AccessExpiresAt  time.Time
	RefreshExpiresAt time.Time
	Scopes           string // as words
	Version          int64
	RefreshingUntil  *time.Time
	UpdatedAt        time.Time `gorm:"autoUpdateTime:false"`
}

// TableName implements schema.Tabler.
func (shopifyCredentials) TableName() string { return credentialsTable }

var selectCredentials = query[shopifyCredentials]{text: `SELECT store_id, access_token, refresh_token, access_expires_at, refresh_expires_at, scopes, version, refreshing_until
FROM shopify_credentials WHERE store_id = $1`}

type keyUseRow struct {
	KeyID  []byte
	Stores int64
}

var selectKeyUses = query[keyUseRow]{text: `SELECT key_id, count(DISTINCT store_id) AS stores
FROM (SELECT store_id, substr(access_token, 1, 5) AS key_id FROM shopify_credentials UNION SELECT store_id, substr(refresh_token, 1, 5) FROM shopify_credentials) AS sealed
WHERE key_id IS NOT NULL
GROUP BY key_id`}

func (r *Repository) seal(row *shopifyCredentials, access, refresh models.Secret) error {
	sealedAccess, err := r.Sealer.Seal(access, credentialsTable, "access_token", row.StoreID)
	if err != nil {
		return err
	}
	sealedRefresh, err := r.Sealer.Seal(refresh, credentialsTable, "refresh_token", row.StoreID)
	row.AccessToken, row.RefreshToken = sealedAccess, sealedRefresh
	return err
}

func (r *Repository) openCredentials(row shopifyCredentials) (models.ShopifyCredentials, error) {
	credentials := models.ShopifyCredentials{
		AccessExpiresAt: row.AccessExpiresAt, RefreshExpiresAt: row.RefreshExpiresAt, Scopes: strings.Fields(row.Scopes),
		Version: row.Version, RefreshingUntil: row.RefreshingUntil,
	}
	if row.AccessToken == nil {
		return credentials, nil
	}
	access, err := r.Sealer.Open(row.AccessToken, credentialsTable, "access_token", row.StoreID)
	if err != nil {
		return models.ShopifyCredentials{}, err
	}
	refresh, err := r.Sealer.Open(row.RefreshToken, credentialsTable, "refresh_token", row.StoreID)
	if err != nil {
		return models.ShopifyCredentials{}, err
	}
	credentials.AccessToken, credentials.RefreshToken = access, refresh
	return credentials, nil
}
