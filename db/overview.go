package db

import (
	"context"

	"handback/models"
)

// Overview reads the store's connected accounts and sums them up.
func (r *Repository) Overview(ctx context.Context, caller models.Caller, details models.AccountDetails) (*models.Overview, error) {
	tx, done := r.reading(ctx)
	defer done()
	connected, err := r.readAccounts(tx, caller.Store, details, "a.store_id = $1 AND a.status = 'CONNECTED'", caller.Store.ID)
	if err != nil {
		return nil, fault(err)
	}
	return models.NewOverview(caller.Store, connected), nil
}
