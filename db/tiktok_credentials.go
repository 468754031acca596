package db

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// TikTokCredentials reads what the app calls TikTok with for an account; their version is 0 when there is nothing. They are read
// outside of the caller's transaction, as Credentials are.
func (r *Repository) TikTokCredentials(ctx context.Context, accountID string) (models.TikTokCredentials, error) {
	rows, err := selectTikTokCredentials.all(r.readerSession(ctx), accountID)
	if err != nil || len(rows) == 0 {
		return models.TikTokCredentials{}, fault(err)
	}
	tokens, err := r.openTokens(&rows[0])
	if err != nil {
		return models.TikTokCredentials{}, err
	}
	cipher, err := r.open(&rows[0], sealedColumn{"cipher", &rows[0].Cipher})
	return models.TikTokCredentials{Credentials: tokens, Cipher: cipher, ShopID: rows[0].ShopID}, err
}

// AuthorizationStats counts the connected shops, by whether TikTok lets the app in.
func (r *Repository) AuthorizationStats(ctx context.Context) (models.AuthorizationStats, error) {
	rows, err := selectAuthorizationStats.all(r.readerSession(ctx), r.Now(), r.Now().Add(models.EndingSoon))
	if err != nil {
		return models.AuthorizationStats{}, fault(err)
	}
	return rows[0], nil
}

// ClaimTikTokRefresh is ClaimRefresh for an account, which has credentials since it was connected.
func (r *Repository) ClaimTikTokRefresh(ctx context.Context, accountID string, expected int64) (version int64, err error) {
	if expected == 0 {
		return 0, models.ErrCredentialsChanged
	}
	return claimRefresh(ctx, r, &tikTokCredentials{AccountID: accountID}, expected)
}

// ReleaseTikTokRefresh is ReleaseRefresh for an account.
func (r *Repository) ReleaseTikTokRefresh(ctx context.Context, accountID string, version int64) error {
	return releaseRefresh(ctx, r, &tikTokCredentials{AccountID: accountID}, version)
}

// SaveTikTokTokens is SaveCredentials for an account: what names the shop stays as it is. Without tokens TikTok lets the app into a
// connected shop no more, which is told.
func (r *Repository) SaveTikTokTokens(ctx context.Context, accountID string, tokens models.Credentials, expected int64) error {
	if expected == 0 {
		return models.ErrCredentialsChanged
	}
	return saveTokens(ctx, r, &tikTokCredentials{AccountID: accountID}, tokens, expected, func(tx session) error {
		if !tokens.AccessToken.IsEmpty() {
			return nil
		}
		changed, err := tx.setTikTokProblem(accountID, models.TikTokAccessLost)
		if err != nil || !changed {
			return err
		}
		return tx.promise(models.TellTikTokLost{Account: accountID, Entry: "audit_" + r.NewID()})
	})
}

// DeleteTikTokCredentials destroys what the app calls TikTok with for an account.
func (r *Repository) DeleteTikTokCredentials(ctx context.Context, accountID string) error {
	return r.write(ctx, "credentials of "+accountID, func(tx session) error { return tx.deleteTikTokCredentials(accountID) })
}

func (s session) deleteTikTokCredentials(accountID string) error {
	return s.orm().Delete(&tikTokCredentials{AccountID: accountID}).Error
}

// TikTokAccountOfShop finds the account of a shop by TikTok's id, the one that is not disconnected if there is one; ok is false where
// the app has no credentials for the shop.
func (r *Repository) TikTokAccountOfShop(ctx context.Context, shopID string) (account models.Account, ok bool, err error) {
	found, err := selectAccountOfShop.all(r.readerSession(ctx), shopID)
	if err != nil || len(found) == 0 {
		return models.Account{}, false, fault(err)
	}
	return found[0], true, nil
}

// KeepTikTokCredentials stores what the app calls TikTok with for an account that was connected without, unless it is connected no more
// or has credentials by now.
func (r *Repository) KeepTikTokCredentials(ctx context.Context, account *models.Account, credentials models.TikTokCredentials) error {
	return r.write(ctx, "credentials of "+account.ID, func(tx session) error {
		if err := tx.lockStore(account.StoreID); err != nil {
			return err
		}
		var lacking int64
		err := tx.orm().Model(&models.Account{}).Where("id", account.ID).Where("status", models.AccountConnected).
			Where("NOT EXISTS (SELECT 1 FROM tiktok_credentials c WHERE c.account_id = accounts.id)").Count(&lacking).Error
		if err != nil || lacking == 0 {
			return err
		}
		return r.keepTikTokCredentials(tx, account, credentials)
	})
}

// keepLaterConsent stores the credentials of a consent to a shop that the store has connected meanwhile, if the consent is later than the
// one that it was connected with: TikTok may have ended the earlier one's tokens.
func (r *Repository) keepLaterConsent(ctx context.Context, store models.Store, authorization models.Authorization) error {
	return r.writeStore(ctx, store.ID, func(tx session) error {
		if err := tx.lockStore(store.ID); err != nil {
			return err
		}
		accounts, err := tx.accountsToChange(store.ID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(accounts, func(a *models.Account) bool { return a.InUse() && a.ExternalID == authorization.ShopCode })
		if at < 0 {
			return errUnchanged
		}
		var kept []tikTokCredentials
		if err := tx.orm().Where("account_id", accounts[at].ID).Find(&kept).Error; err != nil {
			return err
		}
		if len(kept) > 0 && !superseded(kept[0], authorization) {
			return errUnchanged
		}
		if err := r.keepTikTokCredentials(tx, accounts[at], authorization.Credentials); err != nil {
			return err
		}
		_, err = tx.setTikTokProblem(accounts[at].ID, "")
		return err
	})
}

func superseded(kept tikTokCredentials, by models.Authorization) bool {
	present := models.Credentials{AccessExpiresAt: kept.Tokens.AccessExpiresAt, RefreshExpiresAt: kept.Tokens.RefreshExpiresAt}
	return len(kept.Tokens.AccessToken) == 0 || present.SupersededBy(by.Credentials.Credentials)
}

// keepTikTokCredentials stores what connecting the account has obtained, in the place of what was obtained before: whoever still
// refreshes that is told that it was changed.
func (r *Repository) keepTikTokCredentials(tx session, account *models.Account, credentials models.TikTokCredentials) error {
	if credentials.AccessToken.IsEmpty() {
		return nil
	}
	row := &tikTokCredentials{AccountID: account.ID, StoreID: account.StoreID, ShopID: credentials.ShopID, Tokens: tokenColumns{Version: 1}}
	if err := r.sealTokens(row, credentials.Credentials); err != nil {
		return err
	}
	if err := r.seal(row, sealedColumn{"cipher", &row.Cipher}, credentials.Cipher); err != nil {
		return err
	}
	replaced := clause.AssignmentColumns([]string{
		"store_id", "shop_id", "cipher", "access_token", "refresh_token", "access_expires_at", "refresh_expires_at", "scopes", "refreshing_until", "updated_at",
	})
	replaced = append(replaced, clause.Assignment{Column: clause.Column{Name: "version"}, Value: gorm.Expr("tiktok_credentials.version + 1")})
	return tx.orm().Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "account_id"}}, DoUpdates: replaced}).Create(row).Error
}

// tikTokCredentials is a row of the table.
type tikTokCredentials struct {
	AccountID string `gorm:"primaryKey"`
	StoreID   string
	ShopID    string
	Cipher    []byte
	Tokens    tokenColumns `gorm:"embedded"`
}

// TableName implements schema.Tabler.
func (*tikTokCredentials) TableName() string { return "tiktok_credentials" }

func (c *tikTokCredentials) owner() string { return c.AccountID }

func (c *tikTokCredentials) tokens() *tokenColumns { return &c.Tokens }

func (c *tikTokCredentials) ifUnchanged(db *gorm.DB) *gorm.DB { return c.Tokens.ifUnchanged(db) }

func (c *tikTokCredentials) sealed() []sealedColumn {
	return append(c.Tokens.sealed(), sealedColumn{"cipher", &c.Cipher})
}

var selectTikTokCredentials = query[tikTokCredentials]{text: `SELECT account_id, store_id, shop_id, cipher, access_token, refresh_token, access_expires_at, refresh_expires_at, scopes, version, refreshing_until
FROM tiktok_credentials WHERE account_id = $1`}

// A shop that was connected without credentials counts as connected only.
var selectAuthorizationStats = query[models.AuthorizationStats]{text: `SELECT COUNT(*) AS shops,
    COUNT(CASE WHEN c.refresh_token IS NOT NULL AND c.refresh_expires_at > $1 AND c.refresh_expires_at <= $2 THEN 1 END) AS ending,
    COUNT(CASE WHEN c.refresh_expires_at <= $1 OR c.account_id IS NOT NULL AND c.refresh_token IS NULL THEN 1 END) AS ended
FROM accounts a LEFT JOIN tiktok_credentials c ON c.account_id = a.id
WHERE a.kind = 'TIKTOK_SHOP' AND a.status = 'CONNECTED'`}

var selectAccountOfShop = query[models.Account]{text: `SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    a.shopify_problem, a.shopify_problem_detail, a.tiktok_problem
FROM tiktok_credentials c JOIN accounts a ON a.id = c.account_id
WHERE c.shop_id = $1
ORDER BY CASE a.status WHEN 'DISCONNECTED' THEN 1 ELSE 0 END, a.connected_at DESC, a.id DESC LIMIT 1`}
