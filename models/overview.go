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

// NewOverview sums up those of the store's accounts that are connected.
func NewOverview(store Store, accounts []*Account) *Overview {
	return &Overview{
		TikTokShop:        newChannelOverview(TikTokShop, accounts),
		TikTokForBusiness: newChannelOverview(TikTokForBusiness, accounts),
		OrderManagement:   RouteOrders(store, connectedShop(accounts)),
	}
}

func newChannelOverview(kind AccountKind, accounts []*Account) ChannelOverview {
	channel := ChannelOverview{Status: SetupInProgress, Accounts: []*Account{}}
	for _, account := range accounts {
		if account.Kind == kind && account.Status == AccountConnected {
			channel.Status = ChannelConnected
			channel.Accounts = append(channel.Accounts, account)
		}
	}
	channel.StatusLabel = statusLabels[channel.Status]
	for _, account := range channel.Accounts {
		if attention := account.attention(); attention != "" {
			channel.StatusLabel = "Needs attention: " + attention
		}
	}
	return channel
}
