// Package tiktok is a client of TikTok Shop's API: it gets tokens for shops, reads what is open in them, and ends the
// authorization when a shop is disconnected. It talks to the hosts on a list and to no other: ads are behind another one.
package tiktok

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/handback/handback/models"
)

const attemptTimeout = 15 * time.Second

// Access is what lets the app into a shop. Both parts are secret.
type Access struct {
	Token  models.Secret
	Cipher models.Secret // names the shop in calls; empty while no shop was chosen
}

// TokenSource knows what lets the app into shops. A shop is named by whatever its source knows it by.
type TokenSource interface {
	// Access returns the shop's access, with a token that was refreshed when it was about to expire.
	Access(ctx context.Context, shop string) (Access, error)
	// Renew is called when TikTok refused a token. It reads the stored one again, as another process may have refreshed
	// it; when that is the refused one, it refreshes it once.
	Renew(ctx context.Context, shop string, refused models.Secret) (Access, error)
}

// Options of a client.
type Options struct {
	AppKey    string
	AppSecret models.Secret
	Tokens    TokenSource
	Transport http.RoundTripper // http.DefaultTransport with shorter timeouts when it is nil
	Auth      string            // where tokens come from; AuthOrigin when it is empty
	API       string            // where shops are; APIOrigin when it is empty
	Hosts     []string          // origins that may be talked to; DefaultHosts when it is nil

	// Authorize is the address of the page on which sellers consent, as Partner Center gives it for the app and a market; the
	// page for all markets when it is empty. Only browsers go there.
	Authorize string

	// Interval is between two calls of an endpoint for a shop, as long as TikTok does not say that it is too short;
	// DefaultInterval when it is 0. TikTok does not tell how much it takes.
	Interval time.Duration
	Now      func() time.Time // that requests are signed with; time.Now when it is nil
	StandIn  bool             // whether it is not TikTok that answers
}

// Client calls TikTok Shop's API for shops. It is safe for concurrent use.
type Client struct {
	appKey string
	secret models.Secret
	tokens TokenSource
	http   *http.Client
	origin string
	paces  *paces
	now    func() time.Time
}

// New makes a client.
func New(options Options) *Client {
	now := options.Now
	if now == nil {
		now = time.Now
	}
	return &Client{
		appKey: options.AppKey,
		secret: options.AppSecret,
		tokens: options.Tokens,
		http:   newHTTPClient(options),
		origin: cmp.Or(options.API, APIOrigin),
		paces:  newPaces(cmp.Or(options.Interval, DefaultInterval)),
		now:    now,
	}
}

// With returns a client with another source of tokens, such as those of a seller who has not chosen a shop yet. Both keep
// to the same pace.
func (c *Client) With(tokens TokenSource) *Client {
	other := *c
	other.tokens = tokens
	return &other
}

// call carries out a call for a shop and decodes its data, trying again as long as that may help. All calls it is used
// for can be repeated: they read, or they set something to what it is to be.
func call[D any](ctx context.Context, c *Client, shop string, q request) (D, error) {
	var data D
	err := retry(ctx, anyFailure, func() (err error) {
		data, err = callOnce[D](ctx, c, shop, q)
		return err
	})
	return data, err
}

// callOnce is call without trying again.
func callOnce[D any](ctx context.Context, c *Client, shop string, q request) (D, error) {
	var data D
	pace := c.paces.of(shop, q.method+" "+q.endpoint)
	if err := sleep(ctx, q.operation, pace.next(time.Now())); err != nil {
		return data, err
	}
	err := c.authorized(ctx, shop, q, func(access Access) error { return c.send(ctx, q, access, &data) })
	pace.observe(KindOf(err) == RateLimited)
	return data, err
}

// authorized runs the call with the shop's access, and once more with a renewed one when TikTok refuses the token.
func (c *Client) authorized(ctx context.Context, shop string, q request, send func(Access) error) error {
	access, err := c.tokens.Access(ctx, shop)
	if err != nil {
		return tokenError(q.operation, err)
	}
	if err := send(access); KindOf(err) != TokenExpired {
		return c.redact(err, access)
	}
	access, err = c.tokens.Renew(ctx, shop, access.Token)
	if err != nil {
		return tokenError(q.operation, err)
	}
	return c.redact(send(access), access)
}

func (c *Client) redact(err error, access Access) error {
	return redact(err, c.secret, access.Token, access.Cipher)
}
