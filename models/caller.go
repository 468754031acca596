package models

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

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
	// ActorShopifyAdmin is whoever edits in the Shopify admin: the app is not told who.
	ActorShopifyAdmin ActorKind = "SHOPIFY_ADMIN"
)

// ShopifyAdmin is the actor of what was edited there.
var ShopifyAdmin = Actor{Kind: ActorShopifyAdmin, Name: "Shopify admin"}

// Integration is the actor of what connecting and restoring write.
var Integration = Actor{Kind: ActorSystem, Name: "TikTok Shop integration"}

// InSellerCenter is the actor of what was read at TikTok and had changed there: whoever did it, the app is not told.
var InSellerCenter = Actor{Kind: ActorSystem, Name: "TikTok Seller Center"}

// isPerson reports whether it is somebody who edits settings by hand, or with a program.
func (a Actor) isPerson() bool { return a.Kind == ActorSeller || a.Kind == ActorPartner }

// Caller is who a request acts as: always one store, and nobody else's.
type Caller struct {
	Store Store
	Actor Actor
	// ID is who it is within the store, for ever: a Shopify user or an API key. It is "" for a caller who has not
	// signed in.
	ID     string
	Scopes []APIKeyScope // what an API key opens; a seller may do everything
}

// May reports whether the scope is open to the caller.
func (c Caller) May(scope APIKeyScope) bool {
	return c.IsSeller() || slices.Contains(c.Scopes, scope)
}

// IsSeller reports whether the caller is the store's seller, and not a program a seller has made a key for.
func (c Caller) IsSeller() bool { return c.Actor.Kind == ActorSeller }

// APIKey is the key that the caller has come with, nil for one who came without.
func (c Caller) APIKey() *AuditedAPIKey {
	if c.Actor.Kind != ActorPartner || c.ID == "" {
		return nil
	}
	return &AuditedAPIKey{ID: c.ID, Name: c.Actor.Name}
}

// ShopifyUserID is the number that the caller has at Shopify, nil for one who has not signed in there.
func (c Caller) ShopifyUserID() *string {
	number, signedIn := strings.CutPrefix(c.ID, userIDPrefix)
	if !signedIn || !c.IsSeller() {
		return nil
	}
	return &number
}

// LooksSecret reports whether a text that stands where credentials do not belong begins like an API key or a session
// token, so that it must not be written down.
func LooksSecret(text string) bool {
	return strings.HasPrefix(text, "hb_") || strings.HasPrefix(text, "eyJ")
}

// ErrUnauthenticated says that a request names no caller, or not in a way that can be believed. Which, nobody is
// told.
var ErrUnauthenticated = errors.New("unauthenticated")

// APIKeyExpired says that a request comes with an API key whose time is over. Who has its secret may know that.
type APIKeyExpired struct {
	At time.Time
}

func (e *APIKeyExpired) Error() string { return "the API key has expired" }

// Is makes it a sort of ErrUnauthenticated.
func (e *APIKeyExpired) Is(target error) bool { return target == ErrUnauthenticated }

// TooManyAttempts says that somebody seems to be guessing.
type TooManyAttempts struct {
	RetryAfter time.Duration
}

func (e *TooManyAttempts) Error() string { return "too many failed attempts to sign in" }

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
