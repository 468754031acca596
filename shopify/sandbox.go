package shopify

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/handback/handback/models"
)

// Sandbox stands in for Shopify. Every store it tells of is in the US, has the settings that Catalogue gives a store
// before anything is connected, and has a TikTok for Business account. One domain always gets the same answer.
type Sandbox struct {
	Catalogue models.Catalogue
}

// Registration says what the app learns of the store with this domain, such as aurora-outfitters.myshopify.com.
func (s Sandbox) Registration(_ context.Context, domain string) (models.Registration, error) {
	name := nameOf(domain)
	return models.Registration{
		Store:    models.Store{Domain: domain, Name: name, Region: "US"},
		Business: models.BusinessAccount{Name: name, ExternalID: businessID(domain)},
		Settings: s.Catalogue.Before(),
	}, nil
}

// nameOf makes "Aurora Outfitters" of aurora-outfitters.myshopify.com.
func nameOf(domain string) string {
	label, _, _ := strings.Cut(domain, ".")
	words := strings.FieldsFunc(label, func(r rune) bool { return r == '-' })
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, " ")
}

// businessID has 19 digits, as TikTok's own have.
func businessID(domain string) string {
	hash := sha256.Sum256([]byte(domain))
	return fmt.Sprintf("bc-%019d", binary.BigEndian.Uint64(hash[:])%1e19)
}
