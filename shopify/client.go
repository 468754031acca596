// Package shopify is a client of Shopify's Admin API: it reads from stores, writes to them, and gets the tokens for
// both. It talks to the hosts on a list and to no other.
package shopify

import (
	"cmp"
	"context"
	"net/http"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// APIVersion is the version of the Admin API that the operations are written for.
const APIVersion = "2026-10"

const (
	maxStores      = 4096 // whose cost buckets are cached; one that is evicted begins full
	attemptTimeout = 15 * time.Second
)

// TokenSource knows the access tokens of stores.
type TokenSource interface {
	// Token returns the store's token, refreshed when it is about to expire.
	Token(ctx context.Context, store string) (string, error)
	// Renew is called when Shopify refused a token. It reads the stored one again, as another process may have
	// refreshed it; when that is the refused one, it refreshes it once.
	Renew(ctx context.Context, store, refused string) (string, error)
}

// Options of a client.
type Options struct {
	Tokens    TokenSource
	Transport http.RoundTripper         // http.DefaultTransport with shorter timeouts when it is nil
	Endpoint  func(store string) string // the store's origin; https://{store} when it is nil
	Hosts     []string                  // origins that may be talked to; DefaultHosts when it is nil

	WebhookURI string // where stores send events; "" when there is no such address
	BulkWrites int    // how many products are published one by one at most; BulkThreshold when it is 0

	// Large is told when a store of many products is being read. The context ends when what was read has been dealt with.
	Large func(ctx context.Context)
	Now   func() time.Time // when stores are observed; time.Now when it is nil
}

// Client calls the Admin API of stores, which it tells apart by their domains. It is safe for concurrent use.
type Client struct {
	tokens   TokenSource
	http     *http.Client
	endpoint func(store string) string
	buckets  *lru.Cache[string, *costBucket]
	costs    sync.Map // expected points by operation

	webhookURI string
	bulkWrites int
	large      func(ctx context.Context)
	clock      func() time.Time
}

// New makes a client.
func New(options Options) *Client {
	buckets, err := lru.New[string, *costBucket](maxStores)
	if err != nil {
		panic("shopify: " + err.Error()) // of a size below one
	}
	client := &Client{
		tokens:   options.Tokens,
		http:     newHTTPClient(options),
		endpoint: options.Endpoint,
		buckets:  buckets,

		webhookURI: options.WebhookURI,
		bulkWrites: cmp.Or(options.BulkWrites, BulkThreshold),
		large:      options.Large,
	}
	if client.large == nil {
		client.large = func(context.Context) {}
	}
	if client.endpoint == nil {
		client.endpoint = httpsOrigin
	}
	if client.clock = options.Now; client.clock == nil {
		client.clock = time.Now
	}
	return client
}

func httpsOrigin(store string) string { return "https://" + store }

// do carries out an operation on a store and decodes its data, trying again as long as that may help. All operations
// it is used for can be repeated: they read, or they set something to what it is to be.
func (c *Client) do(ctx context.Context, store, operation string, variables map[string]any, into any) error {
	return retry(ctx, func() error { return c.once(ctx, store, operation, variables, into) })
}

// once is do without trying again.
func (c *Client) once(ctx context.Context, store, operation string, variables map[string]any, into any) error {
	body, err := encodeRequest(operation, variables)
	if err != nil {
		return unexpected(operation, "encode variables", err)
	}
	return c.charged(ctx, store, operation, func() (*cost, error) {
		var price *cost
		err := c.authorized(ctx, store, operation, func(token string) (err error) {
			price, err = c.send(ctx, store, operation, token, body, into)
			return err
		})
		return price, err
	})
}

// authorized runs the call with the store's token, and once more with a renewed one when Shopify refuses it.
func (c *Client) authorized(ctx context.Context, store, operation string, call func(token string) error) error {
	token, err := c.tokens.Token(ctx, store)
	if err != nil {
		return tokenError(operation, err)
	}
	if err := call(token); !isUnauthorized(err) {
		return redact(err, token)
	}
	token, err = c.tokens.Renew(ctx, store, token)
	if err != nil {
		return tokenError(operation, err)
	}
	return redact(call(token), token)
}
