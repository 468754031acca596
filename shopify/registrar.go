package shopify

import (
	"context"

	"github.com/handback/handback/models"
)

// Registrar registers real stores. Until a store was asked, nothing is known of it but its domain.
type Registrar struct{}

// Registration says what the app knows of a store whose seller signs in for the first time.
func (Registrar) Registration(_ context.Context, domain string) (models.Registration, error) {
	return models.Registration{Store: models.Store{Domain: domain, Name: domain}}, nil
}
