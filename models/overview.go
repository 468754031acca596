package models

// Overview is what the app's first page shows.
type Overview struct {
	TikTokShop        ChannelOverview
	TikTokForBusiness ChannelOverview
	OrderManagement   *OrderManagement
}

// ChannelOverview is the status card of one channel.
type ChannelOverview struct {
	Status      ChannelStatus
	StatusLabel string // the card's words
	Accounts    []*Account
}

// ChannelStatus says whether a channel works.
type ChannelStatus string

// The states of a channel.
const (
	SetupInProgress  ChannelStatus = "SETUP_IN_PROGRESS"
	ChannelConnected ChannelStatus = "CONNECTED"
)

// The words of the status card. "Setup in Progress" is the guide's, for the first day and after a disconnect.
var statusLabels = map[ChannelStatus]string{
	SetupInProgress:  "Setup in Progress",
	ChannelConnected: "Connected",
}

// NewOverview sums up the store's connected accounts.
func NewOverview(store Store, connected []*Account) *Overview {
	return &Overview{
		TikTokShop:        newChannelOverview(TikTokShop, connected),
		TikTokForBusiness: newChannelOverview(TikTokForBusiness, connected),
		OrderManagement:   RouteOrders(store, connectedShop(connected)),
	}
}

func newChannelOverview(kind AccountKind, connected []*Account) ChannelOverview {
	channel := ChannelOverview{Status: SetupInProgress, Accounts: []*Account{}}
	for _, account := range connected {
		if account.Kind == kind {
			channel.Status = ChannelConnected
			channel.Accounts = append(channel.Accounts, account)
		}
	}
	channel.StatusLabel = statusLabels[channel.Status]
	return channel
}
