package main

import (
	"context"
	"log/slog"

	"handback/db"
	"handback/endpoint"
	"handback/models"
)

// damageLog is a repository that tells operators of damaged snapshots it meets. A seller who looks at such an account gets
// no preview, and so will never ask for the disconnect that would be refused.
type damageLog struct {
	*db.Repository
	log *slog.Logger
}

// Accounts implements graph.Repository.
func (d damageLog) Accounts(ctx context.Context, caller models.Caller, details models.AccountDetails) ([]*models.Account, error) {
	accounts, err := d.Repository.Accounts(ctx, caller, details)
	d.tell(ctx, details, accounts...)
	return accounts, err
}

// Account implements graph.Repository.
func (d damageLog) Account(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Account, error) {
	account, err := d.Repository.Account(ctx, caller, id, details)
	if account != nil {
		d.tell(ctx, details, account)
	}
	return account, err
}

// Overview implements graph.Repository.
func (d damageLog) Overview(ctx context.Context, caller models.Caller, details models.AccountDetails) (*models.Overview, error) {
	overview, err := d.Repository.Overview(ctx, caller, details)
	if overview != nil {
		d.tell(ctx, details, overview.TikTokShop.Accounts...)
	}
	return overview, err
}

func (d damageLog) tell(ctx context.Context, details models.AccountDetails, accounts ...*models.Account) {
	for _, account := range accounts {
		if details.Preview && account.Connected() && account.DisconnectPreview == nil {
			d.log.ErrorContext(ctx, "the snapshot of a connected account is damaged: disconnecting it will be refused",
				"code", string(models.SnapshotDamaged), "request_id", endpoint.RequestID(ctx), "account", account.ID)
		}
	}
}
