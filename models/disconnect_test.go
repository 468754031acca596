package models_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func TestDisconnectRefusesWithoutConfirmation(t *testing.T) {
	refusal := models.DisconnectRequest{AccountID: new("no such")}.RefuseUnconfirmed()
	require.Equal(t, models.ConfirmationRequired, refusal.Code)
	require.Equal(t, []string{"confirm"}, refusal.Field)
	require.Nil(t, models.DisconnectRequest{Confirm: true}.RefuseUnconfirmed())
}

func TestDisconnectPicksAccount(t *testing.T) {
	at := func(account models.Account, hour int) *models.Account {
		when := noon.Add(time.Duration(hour) * time.Hour)
		account.DisconnectedAt = &when
		return &account
	}
	business := &models.Account{ID: "business", Kind: models.TikTokForBusiness, Status: models.AccountConnected}
	open := &models.Account{ID: "open", Kind: models.TikTokShop, Status: models.AccountConnected}
	older := at(models.Account{ID: "older", Kind: models.TikTokShop, Status: models.AccountDisconnected}, 1)
	newer := at(models.Account{ID: "newer", Kind: models.TikTokShop, Status: models.AccountDisconnected}, 2)
	gone := at(models.Account{ID: "gone", Kind: models.TikTokForBusiness, Status: models.AccountDisconnected}, 3)

	for _, test := range []struct {
		name     string
		accounts []*models.Account
		id       *string
		picked   *models.Account
		code     models.DisconnectTikTokShopErrorCode
	}{
		{"the connected one", []*models.Account{business, newer, open}, nil, open, ""},
		{"the named one", []*models.Account{business, newer, open}, new("open"), open, ""},
		{"nothing ever connected", nil, nil, nil, models.DisconnectNotConnected},
		{"only ads", []*models.Account{business, gone}, nil, nil, models.DisconnectNotConnected},
		{"the last that was connected", []*models.Account{older, business, newer, gone}, nil, newer, models.AlreadyDisconnected},
		{"the last, in whatever order", []*models.Account{newer, older}, nil, newer, models.AlreadyDisconnected},
		{"named, while another is connected", []*models.Account{open, older}, new("older"), older, models.AlreadyDisconnected},
		{"named, of the other kind", []*models.Account{open, business}, new("business"), business, models.WrongAccountKind},
		{"the kind comes before the status", []*models.Account{open, gone}, new("gone"), gone, models.WrongAccountKind},
		{"named, unknown", []*models.Account{open}, new("nobody"), nil, models.AccountNotFound},
		{"the empty name is a name", []*models.Account{open}, new(""), nil, models.AccountNotFound},
	} {
		t.Run(test.name, func(t *testing.T) {
			account, refusal := models.DisconnectRequest{Confirm: true, AccountID: test.id}.Pick(test.accounts)
			if test.code == "" {
				require.Nil(t, refusal)
				require.Same(t, test.picked, account)
				return
			}
			require.Nil(t, account)
			require.NotNil(t, refusal)
			require.Same(t, test.picked, refusal.Account)
			require.Equal(t, test.code, refusal.Code)
			require.Equal(t, test.id != nil, slices.Equal(refusal.Field, []string{"accountId"}))
		})
	}
}

func TestDisconnectMatchesPreview(t *testing.T) {
	c := newConnection()
	c.edit("switched", `"edited"`)
	shown := c.preview()
	for _, token := range []*string{nil, &shown.Token} {
		request := models.DisconnectRequest{Confirm: true, PreviewToken: token}
		preview, refusal := request.Disconnect(c.store, c.account, c.settings)
		require.Nil(t, refusal)
		require.Empty(t, preview.Token, "nobody sees it")
		preview.Token = shown.Token
		require.Equal(t, shown, preview)
	}
}

func TestDisconnectRefuses(t *testing.T) {
	damage := func(c *connection) { c.account.Epoch.Snapshot = "" }
	fresh := func(c *connection) *string { return &c.preview().Token }
	edited := func(c *connection) { c.edit("stays", `1`) }
	for _, test := range []struct {
		name  string
		token func(*connection) *string // of the preview before the change
		after func(*connection)
		code  models.DisconnectTikTokShopErrorCode
		field []string
	}{
		{"a stale token", fresh, edited, models.PreviewStale, []string{"previewToken"}},
		{"an empty token", func(*connection) *string { return new("") }, func(*connection) {}, models.PreviewStale, []string{"previewToken"}},
		{"a missing snapshot", func(*connection) *string { return nil }, damage, models.SnapshotDamaged, nil},
		{"a wrong digest", func(*connection) *string { return nil }, func(c *connection) { c.account.Epoch.SnapshotDigest = models.Digest(nil) }, models.SnapshotDamaged, nil},
		{"a wrong digest, seen after a preview", fresh, func(c *connection) { c.account.Epoch.SnapshotDigest = models.Digest(nil) }, models.SnapshotDamaged, nil},
	} {
		c := newConnection()
		request := models.DisconnectRequest{Confirm: true, PreviewToken: test.token(c)}
		test.after(c)
		preview, refusal := request.Disconnect(c.store, c.account, c.settings)
		require.Nil(t, preview, test.name)
		require.NotNil(t, refusal, test.name)
		require.Equal(t, test.code, refusal.Code, test.name)
		require.Equal(t, test.field, refusal.Field, test.name)
	}
}

func TestDisconnectClosesAccount(t *testing.T) {
	c := newConnection()
	earlier := &models.Disconnection{ID: "disconnection_1"}
	c.account.Disconnections = []*models.Disconnection{earlier}
	preview := c.preview()
	record := models.NewDisconnection("disconnection_2", seller, c.account, preview, noon)
	require.Equal(t, preview.Changes, record.Restoration.Changes)
	require.Equal(t, c.account.Epoch.SnapshotDigest, record.Restoration.SnapshotDigest)
	require.Empty(t, record.Restoration.RestoredDigest, "it is still to be read back")

	c.account.Close(c.store, record)
	require.Equal(t, models.AccountDisconnected, c.account.Status)
	require.Equal(t, noon, *c.account.DisconnectedAt)
	require.Nil(t, c.account.DisconnectPreview)
	require.Equal(t, []*models.Disconnection{record, earlier}, c.account.Disconnections)
	require.Equal(t, models.SellerCenter, c.account.OrderManagement.Routes[0].System)
}
