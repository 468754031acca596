package tiktok

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"time"

	"github.com/handback/handback/models"
	"github.com/handback/handback/tokens"
)

// Storage keeps what the app calls TikTok with, by account. Whoever changes it says which version it has read, and gets
// models.ErrCredentialsChanged when somebody else was first.
type Storage interface {
	TikTokCredentials(ctx context.Context, accountID string) (models.TikTokCredentials, error)
	ClaimTikTokRefresh(ctx context.Context, accountID string, expected int64) (version int64, err error)
	ReleaseTikTokRefresh(ctx context.Context, accountID string, version int64) error
	SaveTikTokTokens(ctx context.Context, accountID string, tokens models.Credentials, expected int64) error
}

// Accounts are the shops that sellers have let the app into, by the ids of their accounts. They are the source of the client's
// tokens.
type Accounts struct {
	client  *Client
	oauth   *OAuth
	keeper  *tokens.Keeper
	storage Storage
	log     *slog.Logger
	now     func() time.Time
	standIn bool
}

const (
	// consentTime is how long who waits for an answer waits for what TikTok says of a consent.
	consentTime = 6 * time.Second
	// revokeTime is how long an attempt to end an authorization may take: the shop cannot be connected again meanwhile.
	revokeTime = 40 * time.Second
)

// NewAccounts makes Accounts. Tokens of the options is not used.
func NewAccounts(options Options, storage Storage, log *slog.Logger) *Accounts {
	if options.Now == nil {
		options.Now = time.Now
	}
	a := &Accounts{oauth: NewOAuth(options), storage: storage, log: log, now: options.Now, standIn: options.StandIn}
	a.keeper = tokens.NewKeeper(byAccount{storage}, a)
	a.keeper.Now = options.Now
	options.Tokens = a
	a.client = New(options)
	return a
}

// Client calls TikTok for accounts: calls name a shop by the id of its account.
func (a *Accounts) Client() *Client { return a.client }

// AuthorizeURL is where a seller consents.
func (a *Accounts) AuthorizeURL(state string) (string, error) { return a.oauth.AuthorizeURL(state) }

// Access implements TokenSource.
func (a *Accounts) Access(ctx context.Context, account string) (Access, error) {
	token, err := a.keeper.Token(ctx, account)
	return a.withCipher(ctx, account, token, err)
}

// Renew implements TokenSource.
func (a *Accounts) Renew(ctx context.Context, account string, refused models.Secret) (Access, error) {
	token, err := a.keeper.Renew(ctx, account, refused.Reveal())
	return a.withCipher(ctx, account, token, err)
}

func (a *Accounts) withCipher(ctx context.Context, account, token string, err error) (Access, error) {
	if err != nil {
		return Access{}, err
	}
	credentials, err := a.storage.TikTokCredentials(ctx, account)
	return Access{Token: models.NewSecret(token), Cipher: credentials.Cipher}, err
}

// Refresh implements tokens.Endpoint.
func (a *Accounts) Refresh(ctx context.Context, _ string, refreshToken models.Secret) (models.TokenPair, error) {
	token, err := a.oauth.Refresh(ctx, refreshToken)
	if err != nil {
		return models.TokenPair{}, err
	}
	now := a.now()
	return models.TokenPair{
		AccessToken: token.AccessToken, RefreshToken: token.RefreshToken, Scopes: token.Scopes,
		ExpiresIn: token.AccessExpiresAt.Sub(now), RefreshExpiresIn: token.RefreshExpiresAt.Sub(now),
	}, nil
}

// Authorizations are what the code that a seller's browser came back with stands for: one for each shop that the consent is for,
// none when TikTok does not know the code, which can be used once. The error is a *models.PlatformError when TikTok could not be
// asked.
func (a *Accounts) Authorizations(ctx context.Context, code string) ([]models.Authorization, error) {
	ctx, cancel := context.WithTimeout(ctx, consentTime)
	defer cancel()
	token, err := a.oauth.Exchange(ctx, models.NewSecret(code))
	if KindOf(err) == Reauthorize {
		return nil, nil
	}
	if err != nil {
		return nil, a.unavailable(ctx, err)
	}
	consented := &consent{oauth: a.oauth, token: token}
	client, seller := a.client.With(consented), "seller "+token.OpenID
	shops, err := client.Shops(ctx, seller)
	if err != nil {
		return nil, a.unavailable(ctx, err)
	}
	status, err := client.Seller(ctx, seller)
	if err != nil {
		return nil, a.unavailable(ctx, err)
	}
	authorizations := make([]models.Authorization, len(shops))
	for i, shop := range shops {
		authorizations[i] = consented.authorization(shop, status)
	}
	return authorizations, nil
}

// consent is a source of the tokens of a seller who has let the app in just now. Nothing keeps them yet.
type consent struct {
	oauth *OAuth
	token Token
}

// Access implements TokenSource.
func (c *consent) Access(context.Context, string) (Access, error) {
	return Access{Token: c.token.AccessToken}, nil
}

// Renew implements TokenSource.
func (c *consent) Renew(ctx context.Context, _ string, _ models.Secret) (Access, error) {
	token, err := c.oauth.Refresh(ctx, c.token.RefreshToken)
	if err != nil {
		return Access{}, err
	}
	c.token = token
	return Access{Token: token.AccessToken}, nil
}

func (c *consent) authorization(shop Shop, seller Seller) models.Authorization {
	role := models.ShopStaff
	if c.token.UserType == UserSeller {
		role = models.ShopOwner
	}
	return models.Authorization{
		ShopID: shop.ID, ShopCode: shop.Code, ShopName: shop.Name, Region: shop.Region, Role: role, Seller: seller.OfShop(shop.ID).State(),
		Credentials: models.TikTokCredentials{
			Credentials: models.Credentials{
				AccessToken: c.token.AccessToken, AccessExpiresAt: c.token.AccessExpiresAt,
				RefreshToken: c.token.RefreshToken, RefreshExpiresAt: c.token.RefreshExpiresAt, Scopes: c.token.Scopes,
			},
			Cipher: shop.Cipher, ShopID: shop.ID,
		},
	}
}

// Revoke ends the authorization of the account's shop and what TikTok tells of it, and says how it ended: proved by listing the shops.
// asked says that TikTok was asked before, as the detail of the error said then. The error is a *models.PlatformError when TikTok
// could not be asked; trying again later is right.
func (a *Accounts) Revoke(ctx context.Context, account models.Account, asked bool) (models.AuthorizationEndStatus, error) {
	credentials, err := a.storage.TikTokCredentials(ctx, account.ID)
	switch {
	case err != nil:
		return "", err
	case credentials.Version == 0 && account.TikTokProblem == models.TikTokAccessLost: // which TikTok has said when it was noted
		return models.AuthorizationAlreadyEnded, nil
	case credentials.Version == 0: // it was connected before there were any
		return models.AuthorizationNotConfirmed, nil
	}
	ctx, cancel := context.WithTimeout(ctx, revokeTime)
	defer cancel()
	authorized, err := a.client.IsAuthorized(ctx, account.ID, credentials.ShopID)
	switch {
	case err != nil:
		return "", a.unconfirmed(ctx, err, asked)
	case !authorized && asked:
		return models.AuthorizationRevoked, nil
	case !authorized:
		return models.AuthorizationAlreadyEnded, nil
	}
	if err := a.deleteWebhooks(ctx, account.ID); err != nil {
		return "", a.unconfirmed(ctx, err, asked)
	}
	return a.deauthorize(ctx, account.ID, credentials.ShopID)
}

// unconfirmed is unavailable for who may have asked to end an authorization.
func (a *Accounts) unconfirmed(ctx context.Context, err error, asked bool) error {
	err = a.unavailable(ctx, err)
	if problem, ok := errors.AsType[*models.PlatformError](err); ok && asked {
		problem.Detail = models.RevokeAsked
	}
	return err
}

// deleteWebhooks ends what the app is told of the shop. What does not pass by itself hinders nothing: webhooks end with the
// authorization, too.
func (a *Accounts) deleteWebhooks(ctx context.Context, account string) error {
	webhooks, err := a.client.Webhooks(ctx, account)
	for _, webhook := range webhooks {
		if err == nil {
			err = a.client.DeleteWebhook(ctx, account, webhook.Topic)
		}
	}
	if err != nil && !KindOf(err).isTransient() {
		a.log.WarnContext(ctx, "TikTok's webhooks are left to end with the authorization", "account", account, "error", err)
		return nil
	}
	return err
}

// deauthorize asks once. Whether that was done is seen in the list of shops, whatever the answer is.
func (a *Accounts) deauthorize(ctx context.Context, account, shopID string) (models.AuthorizationEndStatus, error) {
	asked := a.client.Deauthorize(ctx, account)
	switch KindOf(asked) {
	case RateLimited: // nothing was done, for sure
		return "", a.unavailable(ctx, asked)
	case Reauthorize:
		return models.AuthorizationAlreadyEnded, nil
	}
	authorized, err := a.client.IsAuthorized(ctx, account, shopID)
	if err == nil && authorized {
		err = asked
		if asked == nil {
			err = errors.New("tiktok: the shop is listed although its authorization was ended")
		}
	}
	if err != nil {
		return "", a.unconfirmed(ctx, err, true)
	}
	return models.AuthorizationRevoked, nil
}

// unavailable says that TikTok could not be asked, or does not do what it is asked. Problems of the program itself stay what they are.
func (a *Accounts) unavailable(ctx context.Context, err error) error {
	problem := &models.PlatformError{Code: models.TikTokUnavailable, Cause: err}
	failed, ok := errors.AsType[*Error](err)
	switch {
	case ok:
		problem.RetryAfter = failed.RetryAfter
		if !failed.Kind.isTransient() {
			a.log.WarnContext(ctx, "TikTok refuses a call", "operation", failed.Operation, "error", err)
		}
	case errors.Is(err, models.ErrTryAgain), errors.Is(err, models.ErrOutcomeUnknown):
		return err
	}
	return problem
}

// byAccount is a storage of tokens whose owners are accounts.
type byAccount struct{ Storage }

// Credentials implements tokens.Storage.
func (b byAccount) Credentials(ctx context.Context, account string) (models.Credentials, error) {
	credentials, err := b.TikTokCredentials(ctx, account)
	return credentials.Credentials, err
}

// ClaimRefresh implements tokens.Storage.
func (b byAccount) ClaimRefresh(ctx context.Context, account string, expected int64) (version int64, err error) {
	return b.ClaimTikTokRefresh(ctx, account, expected)
}

// ReleaseRefresh implements tokens.Storage.
func (b byAccount) ReleaseRefresh(ctx context.Context, account string, version int64) error {
	return b.ReleaseTikTokRefresh(ctx, account, version)
}

// SaveCredentials implements tokens.Storage.
func (b byAccount) SaveCredentials(ctx context.Context, account string, credentials models.Credentials, expected int64) error {
	return b.SaveTikTokTokens(ctx, account, credentials, expected)
}

// OpenOrders iterates over what is open in the account's shop and waits for the seller, each thing once.
func (a *Accounts) OpenOrders(ctx context.Context, account models.Account) iter.Seq2[models.HandoffItem, error] {
	return a.client.With(&sameAccess{source: a}).OpenOrders(ctx, account)
}

// sameAccess is a source that asks another one once, for many calls for one shop after another, and again when TikTok refuses a token.
type sameAccess struct {
	source TokenSource
	access Access
}

// Access implements TokenSource.
func (s *sameAccess) Access(ctx context.Context, shop string) (Access, error) {
	if !s.access.Token.IsEmpty() {
		return s.access, nil
	}
	access, err := s.source.Access(ctx, shop)
	s.access = access
	return access, err
}

// Renew implements TokenSource.
func (s *sameAccess) Renew(ctx context.Context, shop string, refused models.Secret) (Access, error) {
	access, err := s.source.Renew(ctx, shop, refused)
	s.access = access
	return access, err
}
