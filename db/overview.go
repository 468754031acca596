package db

import (
	"context"

	"github.com/handback/handback/models"
)

// Overview reads the store's connected accounts and sums them up.
func (r *Repository) Overview(ctx context.Context, caller models.Caller, details models.AccountDetails) (*models.Overview, error) {
	tx, done := r.reading(ctx)
	defer done()
	connected, err := readAccounts(tx, caller.Store, details, accountFilter{status: models.AccountConnected})
	if err != nil {
		return nil, fault(err)
	}
	r.reportDamaged(ctx, details, connected...)
	return models.NewOverview(caller.Store, connected), nil
}
