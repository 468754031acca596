package shopify

import (
	"context"
	"strings"

	"github.com/handback/handback/models"
)

// LacksScopes names the scopes that the store has not granted, "" for none.
func (s *Stores) LacksScopes(ctx context.Context, domain string) (string, error) {
	shop, err := s.client.Shop(ctx, domain)
	if err != nil {
		return "", problem(err)
	}
	return strings.Join(models.Credentials{Scopes: shop.Scopes}.LacksScopes(RequiredScopes), ", "), nil
}

// HasChannel reports whether the app has a channel in the store.
func (s *Stores) HasChannel(ctx context.Context, domain string) (bool, error) {
	channels, err := s.client.Channels(ctx, domain)
	if err != nil {
		return false, problem(err)
	}
	return len(channels) > 0, nil
}
