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

	"github.com/handback/handback/models"
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
func (r *Repository) Credentials(ctx context.Context, storeID string) (models.Credentials, error) {
	rows, err := selectCredentials.all(r.readerSession(ctx), storeID)
	if err != nil || len(rows) == 0 {
		return models.Credentials{}, fault(err)
	}
	return r.openTokens(&rows[0])
}

// ClaimRefresh keeps other processes from obtaining tokens for the store until models.RefreshClaim is over, or the claim is
// released, or credentials are saved. expected is the version that was read, 0 for none; version is the one to save with.
// The error is models.ErrCredentialsChanged when somebody else was first.
func (r *Repository) ClaimRefresh(ctx context.Context, storeID string, expected int64) (version int64, err error) {
	return claimRefresh(ctx, r, &shopifyCredentials{StoreID: storeID}, expected)
}

// ReleaseRefresh ends the claim that has this version, because nothing was obtained.
func (r *Repository) ReleaseRefresh(ctx context.Context, storeID string, version int64) error {
	return releaseRefresh(ctx, r, &shopifyCredentials{StoreID: storeID}, version)
}

// SaveCredentials stores credentials in the place of those of the expected version, 0 for none, and ends the claim. Credentials
// without tokens say that Shopify takes none any more. The error is models.ErrCredentialsChanged, and nothing is stored,
// when somebody else was first.
func (r *Repository) SaveCredentials(ctx context.Context, storeID string, credentials models.Credentials, expected int64) error {
	return saveTokens(ctx, r, &shopifyCredentials{StoreID: storeID}, credentials, expected)
}

// sealedRow is a row with columns that are sealed.
type sealedRow interface {
	TableName() string
	owner() string // its primary key
	sealed() []sealedColumn
	// ifUnchanged selects the row only if what is sealed is what was read.
	ifUnchanged(db *gorm.DB) *gorm.DB
}

// sealedPointer is a pointer to a row.
type sealedPointer[R any] interface {
	*R
	sealedRow
}

// credentialsRow is a row of a table of credentials.
type credentialsRow interface {
	sealedRow
	tokens() *tokenColumns
}

// credentialsPointer is a pointer to a row.
type credentialsPointer[R any] interface {
	*R
	credentialsRow
}

// tokenColumns are those that all tables of credentials have.
type tokenColumns struct {
	AccessToken      []byte // a models.Sealed, which database/sql would not scan NULL into
	RefreshToken     []byte // likewise
	AccessExpiresAt  time.Time
	RefreshExpiresAt time.Time
	Scopes           string // as words
	Version          int64
	RefreshingUntil  *time.Time
	UpdatedAt        time.Time `gorm:"autoUpdateTime:false"`
}

// sealedColumn is a column with a sealed value; nil when there is none.
type sealedColumn struct {
	name  string
	value *[]byte
}

func (c *tokenColumns) ifUnchanged(db *gorm.DB) *gorm.DB { return db.Where("version", c.Version) }

func (c *tokenColumns) sealed() []sealedColumn {
	return []sealedColumn{{"access_token", &c.AccessToken}, {"refresh_token", &c.RefreshToken}}
}

// shopifyCredentials is a row of the table.
type shopifyCredentials struct {
	StoreID string       `gorm:"primaryKey"`
	Tokens  tokenColumns `gorm:"embedded"`
}

// TableName implements schema.Tabler.
func (*shopifyCredentials) TableName() string { return "shopify_credentials" }

func (c *shopifyCredentials) owner() string { return c.StoreID }

func (c *shopifyCredentials) tokens() *tokenColumns { return &c.Tokens }

func (c *shopifyCredentials) sealed() []sealedColumn { return c.Tokens.sealed() }

func (c *shopifyCredentials) ifUnchanged(db *gorm.DB) *gorm.DB { return c.Tokens.ifUnchanged(db) }

func claimRefresh[R any, P credentialsPointer[R]](ctx context.Context, r *Repository, row P, expected int64) (version int64, err error) {
	until := r.Now().Add(models.RefreshClaim)
	tokens := row.tokens()
	tokens.Version, tokens.RefreshingUntil, tokens.UpdatedAt = expected+1, &until, r.Now()
	if err := compareAndSet(ctx, r, row, expected, []string{"version", "refreshing_until"}); err != nil {
		return 0, err
	}
	return expected + 1, nil
}

func releaseRefresh[R any, P credentialsPointer[R]](ctx context.Context, r *Repository, row P, version int64) error {
	row.tokens().Version = version + 1
	return compareAndSet(ctx, r, row, version, []string{"version", "refreshing_until"})
}

func saveTokens[R any, P credentialsPointer[R]](ctx context.Context, r *Repository, row P, credentials models.Credentials, expected int64, also ...func(session) error) error {
	if err := r.sealTokens(row, credentials); err != nil {
		return err
	}
	row.tokens().Version = expected + 1
	columns := []string{"access_token", "refresh_token", "access_expires_at", "refresh_expires_at", "scopes", "version", "refreshing_until", "updated_at"}
	return compareAndSet(ctx, r, row, expected, columns, also...)
}

// compareAndSet writes columns of a row that has the expected version, or the whole row when none is expected. It waits for no
// lock of the store: whoever works on it may be waiting for the tokens. What else is to be written is written with it.
func compareAndSet[R any, P credentialsPointer[R]](ctx context.Context, r *Repository, row P, expected int64, columns []string, also ...func(session) error) error {
	return r.write(ctx, "credentials of "+row.owner(), func(tx session) error {
		var result *gorm.DB
		if expected == 0 {
			result = tx.orm().Clauses(clause.OnConflict{DoNothing: true}).Create(row)
		} else {
			result = tx.orm().Where("version", expected).Select(columns).Updates(row)
		}
		if result.Error == nil && result.RowsAffected == 0 {
			return models.ErrCredentialsChanged
		}
		err := result.Error
		for _, write := range also {
			if err == nil {
				err = write(tx)
			}
		}
		return err
	})
}

// sealTokens fills in the columns of the tokens, but for their version.
func (r *Repository) sealTokens(row credentialsRow, credentials models.Credentials) error {
	columns := row.tokens()
	columns.AccessExpiresAt, columns.RefreshExpiresAt = credentials.AccessExpiresAt, credentials.RefreshExpiresAt
	columns.Scopes, columns.UpdatedAt = strings.Join(credentials.Scopes, " "), r.Now()
	if credentials.AccessToken.IsEmpty() {
		return nil
	}
	return errors.Join(
		r.seal(row, sealedColumn{"access_token", &columns.AccessToken}, credentials.AccessToken),
		r.seal(row, sealedColumn{"refresh_token", &columns.RefreshToken}, credentials.RefreshToken),
	)
}

func (r *Repository) openTokens(row credentialsRow) (models.Credentials, error) {
	columns := row.tokens()
	access, err := r.open(row, sealedColumn{"access_token", &columns.AccessToken})
	if err != nil {
		return models.Credentials{}, err
	}
	refresh, err := r.open(row, sealedColumn{"refresh_token", &columns.RefreshToken})
	if err != nil {
		return models.Credentials{}, err
	}
	return models.Credentials{
		AccessToken: access, RefreshToken: refresh, AccessExpiresAt: columns.AccessExpiresAt, RefreshExpiresAt: columns.RefreshExpiresAt,
		Scopes: strings.Fields(columns.Scopes), Version: columns.Version, RefreshingUntil: columns.RefreshingUntil,
	}, nil
}

func (r *Repository) seal(row sealedRow, column sealedColumn, secret models.Secret) error {
	sealed, err := r.Sealer.Seal(secret, row.TableName(), column.name, row.owner())
	*column.value = sealed
	return err
}

// open opens what a column has; the secret is empty when that is nothing.
func (r *Repository) open(row sealedRow, column sealedColumn) (models.Secret, error) {
	if *column.value == nil {
		return models.Secret{}, nil
	}
	return r.Sealer.Open(*column.value, row.TableName(), column.name, row.owner())
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
	stores, err := resealTable[shopifyCredentials](ctx, r, "store_id", former)
	if err != nil {
		return stores, err
	}
	accounts, err := resealTable[tikTokCredentials](ctx, r, "account_id", former)
	if err != nil {
		return stores + accounts, err
	}
	webhooks, err := resealTable[webhookSecret](ctx, r, "id", former)
	return stores + accounts + webhooks, err
}

// resealTable does that for a table with this primary key.
func resealTable[R any, P sealedPointer[R]](ctx context.Context, r *Repository, key string, former [][]byte) (int64, error) {
	var by []clause.Expression
	for _, column := range P(new(R)).sealed() {
		by = append(by, sealedBy(column.name, former))
	}
	var sealed int64
	var unopened []error
	for after := ""; ; {
		var batch []R
		err := r.readerSession(ctx).alone(func(db *gorm.DB) *gorm.DB {
			return db.Where(clause.Or(by...)).Where(clause.Gt{Column: key, Value: after}).Order(key).Limit(resealBatch).Find(&batch)
		}).Error
		if err != nil || len(batch) == 0 {
			return sealed, errors.Join(fault(err), errors.Join(unopened...))
		}
		var resealed []P
		for i := range batch {
			row := P(&batch[i])
			after = row.owner()
			if err := r.reseal(row); err != nil {
				unopened = append(unopened, err)
				continue
			}
			resealed = append(resealed, row)
		}
		count, err := saveResealed(ctx, r, resealed)
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

// reseal seals what the row has by the primary key.
func (r *Repository) reseal(row sealedRow) error {
	for _, column := range row.sealed() {
		secret, err := r.open(row, column)
		if err == nil && *column.value != nil {
			err = r.seal(row, column, secret)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// saveResealed leaves alone what was changed since it was read, and raises no version: the tokens are the same, and whoever is
// obtaining the next ones must be able to save them.
func saveResealed[R any, P sealedPointer[R]](ctx context.Context, r *Repository, rows []P) (count int64, err error) {
	err = r.write(ctx, "credentials sealed anew", func(tx session) error {
		count = 0
		for _, row := range rows {
			var columns []string
			for _, column := range row.sealed() {
				columns = append(columns, column.name)
			}
			result := row.ifUnchanged(tx.orm()).Select(columns).Updates(row)
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
	var stores int64
	var missing models.KeyMissingError
	for _, use := range uses {
		known := func(keyID []byte) bool { return bytes.Equal(keyID, use.KeyID) }
		if !slices.ContainsFunc(r.Sealer.KeyIDs(), known) {
			stores += use.Stores
			missing.KeyIDs = append(missing.KeyIDs, use.KeyID)
		}
	}
	if stores > 0 {
		slices.SortFunc(missing.KeyIDs, bytes.Compare)
		return fmt.Errorf("%w (stores: %d): use a keyset that has it, see docs/operations.md", &missing, stores)
	}
	return nil
}

// ForgetCredentials destroys the tokens of a store and of its accounts, whatever they are sealed with, and its webhook endpoints, whose
// deliveries could not be signed without their secrets.
func (r *Repository) ForgetCredentials(ctx context.Context, domain string) error {
	store, err := r.StoreByDomain(ctx, domain)
	if err != nil || store.ID == "" { // there is no such store
		return err
	}
	return r.write(ctx, store.ID, func(tx session) error {
		if err := tx.lockStore(store.ID); err != nil {
			return err
		}
		for _, row := range []any{&shopifyCredentials{}, &tikTokCredentials{}, &models.WebhookEndpoint{}} {
			if err := tx.orm().Where("store_id", store.ID).Delete(row).Error; err != nil {
				return err
			}
		}
		return tx.setHasWebhooks(store.ID, false)
	})
}

var selectCredentials = query[shopifyCredentials]{text: `SELECT store_id, access_token, refresh_token, access_expires_at, refresh_expires_at, scopes, version, refreshing_until
FROM shopify_credentials WHERE store_id = $1`}

type keyUseRow struct {
	KeyID  []byte
	Stores int64
}

var selectKeyUses = query[keyUseRow]{text: `SELECT key_id, count(DISTINCT store_id) AS stores
FROM (SELECT store_id, substr(access_token, 1, 5) AS key_id FROM shopify_credentials UNION SELECT store_id, substr(refresh_token, 1, 5) FROM shopify_credentials
    UNION SELECT store_id, substr(access_token, 1, 5) FROM tiktok_credentials UNION SELECT store_id, substr(refresh_token, 1, 5) FROM tiktok_credentials
    UNION SELECT store_id, substr(cipher, 1, 5) FROM tiktok_credentials UNION SELECT store_id, substr(secret, 1, 5) FROM webhook_secrets) AS sealed
WHERE key_id IS NOT NULL
GROUP BY key_id`}
