// Package models holds the types of Handback and its rules. What should happen is decided here, by functions
// without clock, database or network; the other packages carry it out.
package models

import "errors"

// Store is a Shopify store: the tenant.
type Store struct {
	ID     string `gorm:"primaryKey"`
	Domain string // such as aurora-outfitters.myshopify.com
	Name   string
	Region string // ISO 3166-1 alpha-2
	// Linked says that the app has been let in at Shopify, so that settings are read and written there.
	Linked bool
}

// Seller is the store's seller, as far as no name of a person is known.
func (s Store) Seller() Actor { return Actor{Kind: ActorSeller, Name: s.Name} }

// Registration is what the app learns of a store when it first meets it: the store, the TikTok for Business
// account it has linked, and the settings it has.
type Registration struct {
	Store    Store
	Business BusinessAccount
	Settings []SnapshotSetting
	By       Actor // who made the app meet the store; the zero Actor when that is not known
}

// Registrant is who registers the store: its seller, as far as no name of a person is known.
func (r Registration) Registrant() Actor {
	if r.By == (Actor{}) {
		return r.Store.Seller()
	}
	return r.By
}

// DemoStore is a store made up to be tried out: registered, connected to a shop, and edited since.
type DemoStore struct {
	Registration  Registration
	Authorization Authorization
	Edits         []SettingInput // one after the other, each by itself
}

// BusinessAccount is a TikTok for Business account as TikTok names it.
type BusinessAccount struct {
	Name       string
	ExternalID string
}

// ErrStoreNotFound says that nothing is known of the store that was named.
var ErrStoreNotFound = errors.New("no such store: it is named by its domain, such as example.myshopify.com")
