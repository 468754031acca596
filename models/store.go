// Package models holds the types of Handback and its rules. What should happen is decided here, by functions
// without clock, database or network; the other packages carry it out.
package models

import "context"

// Store is a Shopify store: the tenant.
type Store struct {
	ID     string `gorm:"primaryKey"`
	Domain string // such as aurora-outfitters.myshopify.com
	Name   string
	Region string // ISO 3166-1 alpha-2
}

// Seller is the store's seller, as far as no name of a person is known.
func (s Store) Seller() Actor { return Actor{Kind: ActorSeller, Name: s.Name} }

// Registration is what the app learns of a store when it first meets it: the store, the TikTok for Business
// account it has linked, and the settings it has.
type Registration struct {
	Store    Store
	Business BusinessAccount
	Settings []SnapshotSetting
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

// Actor is someone who does something to a store.
type Actor struct {
	Kind ActorKind `json:"kind"`
	Name string    `json:"name"`
}

// ActorKind tells sorts of actors apart.
type ActorKind string

// The sorts of actors.
const (
	ActorSeller  ActorKind = "SELLER"
	ActorPartner ActorKind = "PARTNER"
	ActorSystem  ActorKind = "SYSTEM"
)

// Integration is the actor of what connecting and restoring write.
var Integration = Actor{Kind: ActorSystem, Name: "TikTok Shop integration"}

// Caller is who a request acts as: always one store, and nobody else's.
type Caller struct {
	Store Store
	Actor Actor
}

type callerKey struct{}

// WithCaller returns a context whose work is done for the caller.
func WithCaller(ctx context.Context, caller Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, caller)
}

// CallerFrom returns the caller that WithCaller put in; ok is false when there is none.
func CallerFrom(ctx context.Context) (caller Caller, ok bool) {
	caller, ok = ctx.Value(callerKey{}).(Caller)
	return caller, ok
}
