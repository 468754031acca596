package graph

import (
	"context"

	"github.com/handback/handback/models"
)

// connect connects the shop that the code stands for. The error may be a refusal.
func (r *Resolver) connect(ctx context.Context, caller models.Caller, code string) (*models.ConnectTikTokShopResult, error) {
	consented, err := r.consentedShops(ctx, caller, code)
	if err != nil {
		return nil, err
	}
	ctx = models.WithReadsOwed(ctx) // the code is spent
	authorization, err := r.AccountRepository.PickAuthorization(ctx, caller, consented)
	if err != nil {
		return nil, err
	}
	return r.AccountRepository.ConnectTikTokShop(ctx, caller, authorization)
}

// consentedShops asks TikTok what the code stands for before anything is locked, and not before it is known that the store could be
// connected: a code can be used once, and a new authorization may end the one that the connected shop has.
func (r *Resolver) consentedShops(ctx context.Context, caller models.Caller, code string) ([]models.Authorization, error) {
	if !models.MayBeAuthorizationCode(code) {
		return nil, models.RefuseAuthorization(caller.Store, nil)
	}
	if err := r.AccountRepository.ReadyToConnect(ctx, caller); err != nil {
		return nil, err
	}
	consented, err := r.TikTok.Authorizations(ctx, code)
	return consented, models.RefuseUnanswered(err)
}
