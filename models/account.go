package models

import "time"

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

	StoreDomain     string           `gorm:"-"`
	OrderManagement *OrderManagement `gorm:"-"` // nil for accounts that take no orders

	Transition *Transition `gorm:"-"` // that connects it; nil unless Status is AccountConnecting

	Epoch *Epoch `gorm:"-"` // that of EpochID, where a snapshot or a preview is worked out from it

	// Read only where AccountDetails asks for them.
	Snapshot          *Snapshot          `gorm:"-"`
	DisconnectPreview *DisconnectPreview `gorm:"-"`
	Disconnections    []*Disconnection   `gorm:"-"` // newest first
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
	Setup          bool
	Changes        bool // of restorations, and of audit entries
	ChangeDetail        // which of those, and of a preview's
}

// OfAccount reports whether anything of the account itself is asked for.
func (d AccountDetails) OfAccount() bool {
	return d.Snapshot || d.Preview || d.Disconnections || d.Setup
}

// Connected reports whether the account is a TikTok Shop account that is connected now.
func (a *Account) Connected() bool {
	return a.Kind == TikTokShop && a.Status == AccountConnected
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
}

// TableName names the table, whose plural GORM would guess wrong.
func (Epoch) TableName() string { return "epochs" }
