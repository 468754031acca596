package models

import (
	"slices"
	"strings"
	"time"
)

// Account is a TikTok account linked to a store. Connecting an account again that was connected before keeps its
// ID: partners hold on to it.
type Account struct {
	ID             string `gorm:"primaryKey"`
	StoreID        string
	Kind           AccountKind
	Name           string // on TikTok's side, as of the last connection
	ExternalID     string // what the seller knows it by: the shop code, or the business id
	Region         string // ISO 3166-1 alpha-2
	Status         AccountStatus
	ConnectedAt    time.Time
	DisconnectedAt *time.Time // nil while connected
	EpochID        *string    // the present or last epoch; nil for accounts that have none

	// What keeps a connected shop from working, on the store's side and on TikTok's; "" for nothing.
	ShopifyProblem       ProblemCode
	ShopifyProblemDetail string      // such as the scopes that are missing
	TikTokProblem        ProblemCode `gorm:"column:tiktok_problem"`

	StoreDomain     string           `gorm:"-"`
	OrderManagement *OrderManagement `gorm:"-"` // nil for accounts that take no orders

	Transition *Transition `gorm:"-"` // that connects it, or that gives the store back while another connect is refused for it; mostly nil

	Epoch *Epoch `gorm:"-"` // that of EpochID, where a snapshot or a preview is worked out from it

	// Read only where AccountDetails asks for them.
	Snapshot           *Snapshot               `gorm:"-"`
	DisconnectPreview  *DisconnectPreview      `gorm:"-"`
	Disconnections     []*Disconnection        `gorm:"-"` // the newest MaxListedDisconnections, newest first
	DisconnectionPages []*DisconnectionHistory `gorm:"-"` // that were asked for
}

// AccountKind tells sorts of TikTok accounts apart.
type AccountKind string

// The sorts of TikTok accounts.
const (
	TikTokShop        AccountKind = "TIKTOK_SHOP"
	TikTokForBusiness AccountKind = "TIKTOK_FOR_BUSINESS"
)

// AccountStatus says whether an account is connected now.
type AccountStatus string

// The states of an account.
const (
	AccountConnecting    AccountStatus = "CONNECTING" // the store is being written to
	AccountConnected     AccountStatus = "CONNECTED"
	AccountDisconnecting AccountStatus = "DISCONNECTING" // the store is being given back
	AccountDisconnected  AccountStatus = "DISCONNECTED"
)

// AccountDetails names the parts of an account that cost reading, and so are read only when asked for.
type AccountDetails struct {
	Snapshot       bool
	Preview        bool
	Fresh          bool // the preview is of the store as it is now, not as a mutation has left it
	Disconnections bool
	// DisconnectionPages are those of Account.DisconnectionPages, each once.
	DisconnectionPages []DisconnectionPage
	Setup              bool
	Changes            bool // of restorations, and of audit entries
	ChangeDetail            // which of those, and of a preview's
}

// OfAccount reports whether anything of the account itself is asked for.
func (d AccountDetails) OfAccount() bool {
	return d.Snapshot || d.Preview || d.Disconnections || len(d.DisconnectionPages) > 0 || d.Setup
}

// DisconnectionPage returns the page of the account's records, nil when it was not read.
func (a *Account) DisconnectionPage(page DisconnectionPage) *DisconnectionHistory {
	for _, history := range a.DisconnectionPages {
		if history.Page == page {
			return history
		}
	}
	return nil
}

// RecordPages are all pages of records that are asked for, each once.
func (d AccountDetails) RecordPages() []DisconnectionPage {
	if !d.Disconnections || slices.Contains(d.DisconnectionPages, ListedDisconnections) {
		return d.DisconnectionPages
	}
	return append(slices.Clip(d.DisconnectionPages), ListedDisconnections)
}

// MaxListedAccounts is how many accounts a list gives that has no pages: those in use, and then those connected last.
const MaxListedAccounts = MaxPage

// AccountPage asks for the Count accounts that follow After, newest connection first.
type AccountPage struct {
	Count int
	After AccountPosition // of the last account of the page before; the zero one for the first page
}

// AccountHistory is a page of a store's accounts.
type AccountHistory struct {
	Accounts []*Account
	More     bool // accounts follow that were connected earlier
}

// AccountPosition is where an account stands in the history. It stays what it was when the account is connected again, which then stands
// elsewhere.
type AccountPosition struct {
	ConnectedAt time.Time // to the microsecond
	ID          string
}

// ParseAccountPosition reads what String writes. It is the zero one for other texts.
func ParseAccountPosition(text string) AccountPosition {
	at, id, _ := strings.Cut(text, "/")
	connectedAt, err := time.Parse(time.RFC3339Nano, at)
	if err != nil || id == "" {
		return AccountPosition{}
	}
	return AccountPosition{ConnectedAt: connectedAt, ID: id}
}

// String is the text of a position, for a cursor.
func (p AccountPosition) String() string { return p.ConnectedAt.Format(time.RFC3339Nano) + "/" + p.ID }

// Position is where the account stands.
func (a *Account) Position() AccountPosition { return AccountPosition{a.ConnectedAt, a.ID} }

// Connected reports whether the account is a TikTok Shop account that is connected now.
func (a *Account) Connected() bool {
	return a.Kind == TikTokShop && a.Status == AccountConnected
}

// InUse reports whether the account is connected, or is being connected.
func (a *Account) InUse() bool {
	return a.Kind == TikTokShop && (a.Status == AccountConnected || a.Status == AccountConnecting)
}

// Damaged reports whether a connected account cannot be previewed, as its snapshot is not what was recorded: then it cannot
// be disconnected either. It is known where the preview was read.
func (a *Account) Damaged() bool { return a.Connected() && a.DisconnectPreview == nil }

// connectedShop returns the connected TikTok Shop account, nil when there is none.
func connectedShop(accounts []*Account) *Account {
	for _, account := range accounts {
		if account.Connected() {
			return account
		}
	}
	return nil
}

// ShopStatus is how the store's TikTok Shop account is, "" when none was ever connected.
func ShopStatus(accounts []*Account) AccountStatus {
	var status AccountStatus
	for _, account := range accounts {
		switch {
		case account.Kind != TikTokShop:
		case account.Status != AccountDisconnected: // of which there is one at most
			return account.Status
		default:
			status = account.Status
		}
	}
	return status
}

// ConnectedEpoch returns the id of the epoch the store is in, nil when no TikTok Shop account is connected.
func ConnectedEpoch(accounts []*Account) *string {
	if connected := connectedShop(accounts); connected != nil {
		return connected.EpochID
	}
	return nil
}

// OpenEpoch is the epoch that an edit lands in: that of the connected shop, or of the one whose settings are being given back, which
// then go over it.
func OpenEpoch(accounts []*Account) *string {
	for _, account := range accounts {
		if account.Kind == TikTokShop && account.Status == AccountDisconnecting {
			return account.EpochID
		}
	}
	return ConnectedEpoch(accounts)
}

// Epoch is one connection from connect to disconnect, with the snapshot that ends it. A reconnected account
// starts a new one.
type Epoch struct { //nolint:recvcheck // GORM asks values for their table

	ID             string `gorm:"primaryKey"`
	StoreID        string
	AccountID      string
	OpenedAt       time.Time
	Snapshot       string // the recorded settings as a JSON list; "" when it is missing
	SnapshotDigest string
	PreviewSalt    []byte // random, so that preview tokens of one epoch say nothing in another
	Drift          string // a Drift as text; "" when the store was not read yet
	OpenOrders     string // an OpenOrders as text; "" when TikTok was not asked yet

	SystemWrites []SystemWrite `gorm:"-"` // as LostEdits takes them; read only where a preview is worked out
}

// TableName names the table, whose plural GORM would guess wrong.
func (Epoch) TableName() string { return "epochs" }
