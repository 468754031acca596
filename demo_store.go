package main

import (
	"context"

	"handback/db"
	"handback/models"
)

// openApp lets the app into the demo store, unless it is in.
func (p *platforms) openApp(ctx context.Context, store models.Store) {
	if p.sessionToken != nil {
		p.stores.SignIn(ctx, store, p.sessionToken(store.Domain))
	}
}

// furnish makes the sandbox's store what the settings of the demo store say, unless it was done: the demo begins connected.
// The first attempt fails when the tokens are of a sandbox that is no more, which drops them, and when another process is faster.
func (p *platforms) furnish(ctx context.Context, repository *db.Repository, seller models.Caller) error {
	if p.sessionToken == nil || !seller.Store.Linked {
		return nil
	}
	err := p.furnishOnce(ctx, repository, seller)
	if err != nil {
		err = p.furnishOnce(ctx, repository, seller)
	}
	return err
}

// furnishOnce writes the fence last, so that a store that was furnished in part is furnished again.
func (p *platforms) furnishOnce(ctx context.Context, repository *db.Repository, seller models.Caller) error {
	p.openApp(ctx, seller.Store)
	present, err := p.client.AppMetafield(ctx, seller.Store.Domain, "epoch")
	if err != nil || present.Value != "" {
		return err
	}
	epoch, settings, err := repository.ConnectedEpoch(ctx, seller)
	if err != nil || epoch == nil {
		return err
	}
	work := &models.TransitionWork{Store: seller.Store}
	// The store is not read first: it is one from before connecting, and may have many products.
	for writes := models.PlanConnecting(&models.Observation{}, settings); len(writes) > 0; {
		some := writes[:min(len(writes), 50)]
		writes = writes[len(some):]
		if _, err := p.client.Write(ctx, work, some); err != nil {
			return err
		}
	}
	return p.client.Fence(ctx, seller.Store.Domain, epoch)
}
