package models

import (
	"crypto/hmac"
	"time"
)

// DisconnectRequest is what the seller asks for.
type DisconnectRequest struct {
	Confirm      bool
	AccountID    *string // nil: the connected TikTok Shop account
	PreviewToken *string // nil: whatever it would do
}

// Disconnection is the record of one disconnect.
type Disconnection struct {
	ID             string
	Account        *Account
	DisconnectedAt time.Time
	DisconnectedBy Actor
	Restoration    Restoration
	Transition     *Transition // how far it is
}

// MaxListedDisconnections is how many records a list gives that has no pages.
const MaxListedDisconnections = 50

// ListedDisconnections is the page that such a list is.
var ListedDisconnections = DisconnectionPage{Count: MaxListedDisconnections}

// DisconnectionPage asks for the Count records of an account that follow the record After, newest first.
type DisconnectionPage struct {
	Count int
	After string // ID of the last record of the page before; "" for the first page
}

// DisconnectionHistory is a page of an account's records.
type DisconnectionHistory struct {
	Page    DisconnectionPage
	Records []*Disconnection
	More    bool // older ones follow
}

// DisconnectTikTokShopResult is what disconnectTikTokShop has done.
type DisconnectTikTokShopResult struct {
	Account       *Account
	Disconnection *Disconnection
	Overview      *Overview // as disconnecting leaves it, with accounts that lack details
}

// DisconnectRefusal is a refusal of disconnectTikTokShop, with the account it is about.
type DisconnectRefusal struct {
	*DisconnectTikTokShopUserError
	Account       *Account       // nil when there is none
	Disconnection *Disconnection // the earlier one, when the account was already disconnected
}

// Unwrap returns the refusal alone.
func (r *DisconnectRefusal) Unwrap() error { return r.DisconnectTikTokShopUserError }

func refuseDisconnect(account *Account, code DisconnectTikTokShopErrorCode, message string, field ...string) *DisconnectRefusal {
	return &DisconnectRefusal{DisconnectTikTokShopUserError: refuse(code, message, field...), Account: account}
}

// DisconnectTikTokShopErrorCode says why disconnectTikTokShop refuses.
type DisconnectTikTokShopErrorCode string

// The codes of disconnectTikTokShop's refusals.
const (
	ConfirmationRequired   DisconnectTikTokShopErrorCode = "CONFIRMATION_REQUIRED"
	AccountNotFound        DisconnectTikTokShopErrorCode = "ACCOUNT_NOT_FOUND"
	WrongAccountKind       DisconnectTikTokShopErrorCode = "WRONG_ACCOUNT_KIND"
	DisconnectNotConnected DisconnectTikTokShopErrorCode = "NOT_CONNECTED"
	AlreadyDisconnected    DisconnectTikTokShopErrorCode = "ALREADY_DISCONNECTED"
	PreviewStale           DisconnectTikTokShopErrorCode = "PREVIEW_STALE"
	SnapshotDamaged        DisconnectTikTokShopErrorCode = "SNAPSHOT_DAMAGED"
)

// RefuseUnconfirmed refuses a request the seller has not confirmed, whatever else holds.
func (r DisconnectRequest) RefuseUnconfirmed() *DisconnectRefusal {
	if r.Confirm {
		return nil
	}
	return refuseDisconnect(nil, ConfirmationRequired, "Disconnecting must be confirmed.", "confirm")
}

// Named is the id of the account that is named, "" when none is.
func (r DisconnectRequest) Named() string {
	if r.AccountID == nil {
		return ""
	}
	return *r.AccountID
}

// Pick finds the account to be disconnected among the store's.
func (r DisconnectRequest) Pick(accounts []*Account) (*Account, *DisconnectRefusal) {
	if r.AccountID != nil {
		return pickNamed(accounts, *r.AccountID)
	}
	var last *Account
	for _, account := range accounts {
		if account.Kind != TikTokShop {
			continue
		}
		switch account.Status {
		case AccountConnecting, AccountConnected:
			return account, nil
		case AccountDisconnecting:
			return nil, refuseDisconnect(account, AlreadyDisconnected, account.Name+" is being disconnected already.")
		}
		if last == nil || account.DisconnectedAt.After(*last.DisconnectedAt) {
			last = account
		}
	}
	if last == nil {
		return nil, refuseDisconnect(nil, DisconnectNotConnected, "No TikTok Shop account has been connected to this store.")
	}
	return nil, refuseDisconnect(last, AlreadyDisconnected, last.Name+" is disconnected already.")
}

func pickNamed(accounts []*Account, id string) (*Account, *DisconnectRefusal) {
	const field = "accountId"
	for _, account := range accounts {
		switch {
		case account.ID != id:
			continue
		case account.Kind != TikTokShop:
			return nil, refuseDisconnect(account, WrongAccountKind, account.Name+" is not a TikTok Shop account; disconnecting leaves TikTok for Business as it is.", field)
		case account.Status == AccountDisconnecting:
			return nil, refuseDisconnect(account, AlreadyDisconnected, account.Name+" is being disconnected already.", field)
		case account.Status == AccountDisconnected:
			return nil, refuseDisconnect(account, AlreadyDisconnected, account.Name+" is disconnected already.", field)
		default:
			return account, nil
		}
	}
	return nil, refuseDisconnect(nil, AccountNotFound, "This store has no such account.", field)
}

// Disconnect decides whether the account may be disconnected, and works out what that does. It returns what
// PreviewDisconnect does, but for the token, so what was announced is what is done.
func (r DisconnectRequest) Disconnect(store Store, account *Account, settings []Setting) (*DisconnectPreview, *DisconnectRefusal) {
	preview, intact := previewRestoration(store, account, settings)
	if r.PreviewToken != nil && !hmac.Equal([]byte(*r.PreviewToken), []byte(preview.token(account.Epoch))) {
		return nil, refuseDisconnect(account, PreviewStale, "What disconnecting would do has changed since it was shown. Look at it again.", "previewToken")
	}
	if !intact {
		return nil, refuseDisconnect(account, SnapshotDamaged, "The settings recorded when "+account.Name+" was connected are missing or damaged, so they cannot be restored. Nothing was changed.")
	}
	return preview, nil
}

// NewDisconnection starts the record of what the preview announced; the restored digest is still to be read. It never begins before
// what it ends, though the clock was set back.
func NewDisconnection(id string, actor Actor, account *Account, preview *DisconnectPreview, now time.Time) *Disconnection {
	return &Disconnection{
		ID: id, Account: account, DisconnectedAt: latest(now, account.ConnectedAt, preview.SnapshotTakenAt), DisconnectedBy: actor,
		Restoration: Restoration{
			SnapshotTakenAt: preview.SnapshotTakenAt, SnapshotDigest: account.Epoch.SnapshotDigest, Changes: preview.Changes,
			DisconnectionID: id,
		},
	}
}

// Begin makes the account what it is while the store is given back.
func (a *Account) Begin(store Store, record *Disconnection) {
	a.Status, a.DisconnectPreview = AccountDisconnecting, nil
	a.OrderManagement = RouteOrders(store, a)
	a.Disconnections = append([]*Disconnection{record}, a.Disconnections...)
}

// Close makes the account what it is after the disconnect.
func (a *Account) Close(store Store, record *Disconnection) {
	a.Status, a.DisconnectedAt, a.DisconnectPreview = AccountDisconnected, &record.DisconnectedAt, nil
	a.OrderManagement = RouteOrders(store, a)
	a.Disconnections = append([]*Disconnection{record}, a.Disconnections...)
}
