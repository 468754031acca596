package db

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// ShopifyUser reads what is known of a person who works in the store. Of a person whom nobody has asked about it has the numbers
// alone. It is read outside of the caller's transaction, if there is one.
func (r *Repository) ShopifyUser(ctx context.Context, storeID, userID string) (models.ShopifyUser, error) {
	rows, err := selectShopifyUser.all(r.readerSession(ctx), storeID, userID)
	if err != nil || len(rows) == 0 {
		return models.ShopifyUser{StoreID: storeID, UserID: userID}, fault(err)
	}
	return rows[0], nil
}

// ClaimUser keeps all processes from asking Shopify for the person's name for models.UserNameLife. claimed says that the caller is
// the one who asks.
func (r *Repository) ClaimUser(ctx context.Context, storeID, userID string) (claimed bool, err error) {
	now := r.Now()
	row := models.ShopifyUser{StoreID: storeID, UserID: userID, AskedAt: now}
	ifDue := clause.Lte{Column: clause.Column{Table: clause.CurrentTable, Name: "asked_at"}, Value: now.Add(-models.UserNameLife)}
	err = r.write(ctx, "person "+storeID+" "+userID, func(tx session) error {
		result := tx.orm().Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "store_id"}, {Name: "user_id"}}, DoUpdates: clause.AssignmentColumns([]string{"asked_at"}),
			Where: clause.Where{Exprs: []clause.Expression{ifDue}},
		}).Create(&row)
		claimed = result.RowsAffected > 0
		return result.Error
	})
	return claimed && err == nil, err
}

// NameUser stores what the person is called. It does nothing where the store was redacted meanwhile.
func (r *Repository) NameUser(ctx context.Context, storeID, userID, name string) error {
	return r.write(ctx, "person "+storeID+" "+userID, func(tx session) error {
		return tx.orm().Model(&models.ShopifyUser{StoreID: storeID, UserID: userID}).Update("name", name).Error
	})
}

// ForgetUsers removes the people who were not there for models.UserMemory, and says how many there were. What they did stays
// recorded under the names that they had.
func (r *Repository) ForgetUsers(ctx context.Context) (int64, error) {
	return r.forget(ctx, forgettable{row: &models.ShopifyUser{}, primaryKey: "store_id, user_id"}, clause.Lte{Column: "asked_at", Value: r.Now().Add(-models.UserMemory)})
}

var selectShopifyUser = query[models.ShopifyUser]{text: `SELECT store_id, user_id, name, asked_at FROM shopify_users WHERE store_id = $1 AND user_id = $2`}
