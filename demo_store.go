package main

import (
	"context"

	"handback/db"
	"handback/models"
)

// furnish makes the sandbox's store what the settings of the demo store say, unless it was done: the demo begins connected.
// The fence is written last, so that a store that was furnished in part is furnished again.
func (p *platforms) furnish(ctx context.Context, repository *db.Repository, seller models.Caller) error {
	if p.sandbox == nil || !seller.Store.Linked {
		return nil
	}
	p.stores.SignIn(ctx, seller.Store, p.sandbox.SessionToken(seller.Store.Domain))
	present, err := p.client.AppMetafield(ctx, seller.Store.Domain, "epoch")
	if err != nil || present.Value != "" {
		return err
	}
	epoch, settings, err := repository.ConnectedEpoch(ctx, seller)
	if err != nil || epoch == nil {
		return err
	}
	observed, err := p.client.Observe(ctx, seller.Store.Domain)
	if err != nil {
		return err
	}
	work := &models.TransitionWork{Store: seller.Store}
	for writes := models.PlanConnecting(observed, settings); len(writes) > 0; {
		some := writes[:min(len(writes), 50)]
		writes = writes[len(some):]
		if _, err := p.client.Write(ctx, work, some); err != nil {
			return err
		}
	}
	return p.client.Fence(ctx, seller.Store.Domain, epoch)
}
