package graph

import (
	"context"

	"github.com/handback/handback/models"
)

// AccountRepository reads the TikTok accounts of a store, connects and disconnects them. An error is a fault: models.ErrTryAgain,
// models.ErrOutcomeUnknown, or the program's own; or, of what changes something, refusals. What is not there is nil.
type AccountRepository interface {
	Accounts(ctx context.Context, caller models.Caller, details models.AccountDetails) ([]*models.Account, error)
	AccountHistory(ctx context.Context, caller models.Caller, page models.AccountPage, details models.AccountDetails) (*models.AccountHistory, error)
	Account(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Account, error)
	Overview(ctx context.Context, caller models.Caller, details models.AccountDetails) (*models.Overview, error)
	// ReadyToConnect says why the store cannot be connected to any shop, before an authorization code is spent for that.
	ReadyToConnect(ctx context.Context, caller models.Caller) error
	// PreviewConnect works out what connecting a shop would do, or says why none can be connected.
	PreviewConnect(ctx context.Context, caller models.Caller) (*models.ConnectPreview, error)
	// PickAuthorization picks the shop to connect among those that a seller has consented to at once; nil when there is none.
	PickAuthorization(ctx context.Context, caller models.Caller, consented []models.Authorization) (*models.Authorization, error)
	ConnectTikTokShop(ctx context.Context, caller models.Caller, authorization *models.Authorization) (*models.ConnectTikTokShopResult, error)
	DisconnectTikTokShop(ctx context.Context, caller models.Caller, request models.DisconnectRequest) (*models.DisconnectTikTokShopResult, error)
	RetryDisconnection(ctx context.Context, caller models.Caller, id string) (*models.Disconnection, error)
}

// SettingRepository reads settings and edits them. Its errors are as those of AccountRepository.
type SettingRepository interface {
	Settings(ctx context.Context, caller models.Caller, filter models.SettingFilter) ([]models.Setting, error)
	UpdateSettings(ctx context.Context, caller models.Caller, inputs []models.SettingInput) ([]models.Setting, error)
}

// Repository reads and changes everything else that is stored. Its errors are as those of AccountRepository.
type Repository interface {
	Proofs
	AuditTrail(ctx context.Context, caller models.Caller, page models.AuditPage, details models.AccountDetails) (*models.AuditTrail, error)
	Events(ctx context.Context, caller models.Caller, page models.EventPage, details models.AccountDetails) (*models.Events, error)
	Event(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Event, error)
	AuditEntry(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.AuditEntry, error)
	Disconnection(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Disconnection, error)
	// AcceptExceptions ends a disconnect that is blocked. observed is what the store is like; nil when it cannot be read.
	AcceptExceptions(ctx context.Context, caller models.Caller, id string, observed *models.Observation) (*models.Disconnection, error)
	RestorationExceptions(ctx context.Context, caller models.Caller, disconnectionID string, count, after int) ([]models.RestorationException, error)
	HandoffItems(ctx context.Context, caller models.Caller, filter models.HandoffFilter) (*models.HandoffPage, error)
	HandoffItem(ctx context.Context, caller models.Caller, id string) (*models.HandoffItem, error)
	DailyLimits(ctx context.Context, caller models.Caller) (*models.DailyLimits, error)
	AcknowledgeHandoffItems(ctx context.Context, caller models.Caller, ids []string) ([]models.HandoffItem, error)
}

// Proofs are what a disconnect can be checked by, and the edits that it has undone; nil when they are missing. Its errors are as those of AccountRepository.
type Proofs interface {
	RestoredSnapshot(ctx context.Context, caller models.Caller, disconnectionID string) (*models.Snapshot, error)
	CertificateDetails(ctx context.Context, caller models.Caller, disconnectionID string) (*models.CertificateDetails, error)
	RestorationEdits(ctx context.Context, caller models.Caller, disconnectionID string, detail models.ChangeDetail) ([]models.SettingChange, error)
}

// EventWatch tells of events as they happen.
type EventWatch interface {
	// WatchEvents gives the store's events from the start on, until ctx ends. The channel is closed when it can give no more. Its errors are as those of AccountRepository.
	WatchEvents(ctx context.Context, caller models.Caller, start models.EventStart, details models.AccountDetails) (<-chan *models.Event, error)
}

// Shopify is the store at Shopify.
type Shopify interface {
	// Observe reads the store; it is nil when that cannot be, or not soon.
	Observe(ctx context.Context, store models.Store) *models.Observation
	ResourceNames(ctx context.Context, store models.Store, ids []string) ([]models.ResourceName, error)
}

// APIKeys makes, lists, rotates and revokes the API keys of a store. Its errors are as those of AccountRepository.
type APIKeys interface {
	APIKeys(ctx context.Context, caller models.Caller) ([]models.APIKey, error)
	CreateAPIKey(ctx context.Context, caller models.Caller, request models.APIKeyRequest) (*models.CreateAPIKeyResult, error)
	RotateAPIKey(ctx context.Context, caller models.Caller, request models.RotationRequest) (*models.RotateAPIKeyResult, error)
	RevokeAPIKey(ctx context.Context, caller models.Caller, id string) (*models.APIKey, error)
}

// TikTok is TikTok's side.
type TikTok interface {
	// Authorizations says what an authorization code stands for: the shops that a seller has consented to, none when TikTok does not
	// know the code. It may fail with a *models.PlatformError.
	Authorizations(ctx context.Context, code string) ([]models.Authorization, error)
	// AuthorizeURL is where a seller consents. The error is a *models.PlatformError where TikTok cannot be asked.
	AuthorizeURL(state string) (string, error)
}

// Consents begins consents at TikTok. Its errors are as those of AccountRepository.
type Consents interface {
	BeginConsent(ctx context.Context, caller models.Caller, request models.ConsentRequest) error
}

// Certificates signs what disconnects have restored.
type Certificates interface {
	Sign(document models.CertificateDocument) (*models.Certificate, error)
}

// Resolver answers the fields that are not simply read off a model.
type Resolver struct {
	AccountRepository AccountRepository
	SettingRepository SettingRepository
	Repository        Repository
	Watch             EventWatch
	Keys              APIKeys
	Consents          Consents
	Webhooks          Webhooks
	Catalogue         models.Catalogue // which settings there are
	Shopify           Shopify
	TikTok            TikTok
	SandboxShops      []models.SandboxShop // to try connecting with; none where TikTok itself answers
	Certificates      Certificates         // nil where there are no keys to sign with
}

// accountAfter returns the account that a mutation is about: as the mutation left it, or read anew when details are asked
// for.
func (r *Resolver) accountAfter(ctx context.Context, left *models.Account) (*models.Account, error) {
	details := requestedDetails(ctx)
	if left == nil || !details.OfAccount() {
		return left, nil
	}
	return r.AccountRepository.Account(ctx, caller(ctx), left.ID, details)
}

// recordAfter returns the record that a disconnect has made or found, as far as it is asked for, with its account read anew
// when details of that are.
func (r *Resolver) recordAfter(ctx context.Context, left *models.Disconnection) (*models.Disconnection, error) {
	if left == nil {
		return nil, nil
	}
	account, err := r.accountAfter(ctx, left.Account)
	if err != nil {
		return nil, err
	}
	record := *left
	record.Account = account
	record.Restoration.Changes = requestedDetails(ctx).Fit(left.Restoration.Changes)
	return &record, nil
}

// overviewAfter returns the overview after a mutation: as the mutation left it, or read anew when it was refused or when
// details of accounts are asked for.
func (r *Resolver) overviewAfter(ctx context.Context, left *models.Overview) (*models.Overview, error) {
	details := requestedDetails(ctx)
	if left != nil && !details.OfAccount() {
		return left, nil
	}
	return r.AccountRepository.Overview(ctx, caller(ctx), details)
}

// refusalsOrFault returns the refusals that an error of a repository consists of, or the error when it is a fault.
func refusalsOrFault[Code ~string](err error) ([]models.Refusal[Code], error) {
	if refusals := models.RefusalsIn[Code](err); refusals != nil {
		return refusals, nil
	}
	return nil, err
}

// caller returns who the request acts as. A request without caller must not get this far.
func caller(ctx context.Context) models.Caller {
	caller, ok := models.CallerFrom(ctx)
	if !ok {
		panic("graph: a request without caller")
	}
	return caller
}
