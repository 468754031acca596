package graph

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/handback/handback/models"
)

// beginConsent returns the address of TikTok's consent page for the caller's browser. The error may be a refusal.
func (r *Resolver) beginConsent(ctx context.Context, caller models.Caller, returnTo string) (string, error) {
	state := rand.Text()
	address, err := r.TikTok.AuthorizeURL(state)
	if problem, ok := errors.AsType[*models.PlatformError](err); ok {
		return "", models.RefuseConsentPage(problem)
	}
	if err != nil {
		return "", err
	}
	return address, r.Consents.BeginConsent(ctx, caller, models.ConsentRequest{State: models.NewSecret(state), ReturnTo: returnTo})
}
