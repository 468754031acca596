package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// previewWith is the preview of a connected shop of which TikTok has said this.
func previewWith(t *testing.T, openOrders string) *models.DisconnectPreview {
	t.Helper()
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	account := &models.Account{ID: "account", Kind: models.TikTokShop, Status: models.AccountConnected, Region: "GB", Name: "Shop"}
	account.Epoch = models.NewEpoch("epoch", account, nil, make([]byte, 32), at)
	account.Epoch.OpenOrders = openOrders
	preview := models.PreviewDisconnect(models.Store{Region: "GB"}, account, nil)
	require.NotNil(t, preview)
	return preview
}

func TestPreviewSaysWhatIsOpen(t *testing.T) {
	at, due := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), time.Date(2026, 3, 2, 10, 30, 0, 0, time.UTC)
	const after = " After disconnecting, what is open is listed in the record and looked after in TikTok Seller Center only: https://seller-uk.tiktok.com."
	open := models.OpenOrders{ReadAt: &at}
	for n := range 3 {
		later := due.Add(time.Duration(n) * time.Hour)
		open.Add(models.HandoffItem{Task: models.Fulfillment, DueAt: &later})
	}
	open.Add(models.HandoffItem{Task: models.Cancellation})
	open.Add(models.HandoffItem{Task: models.Refund})
	late := open
	late.Unanswered = true
	for _, c := range []struct {
		open    models.OpenOrders
		message string // of the warning; "" when there is none
	}{
		{models.OpenOrders{}, ""},
		{models.OpenOrders{ReadAt: &at}, ""},
		{models.OpenOrders{Unanswered: true}, "Which orders are open at TikTok is not known: TikTok did not say in time."},
		{models.OpenOrders{ReadAt: &at, Unanswered: true}, "No orders were open at TikTok on 2 March 2026, 09:00 UTC; it did not say in time whether there are now."},
		{open, "3 orders to ship, 1 cancellation to answer and 1 refund were open at TikTok on 2 March 2026, 09:00 UTC; the nearest deadline is 2 March 2026, 10:30 UTC."},
		{late, "3 orders to ship, 1 cancellation to answer and 1 refund were open at TikTok on 2 March 2026, 09:00 UTC; the nearest deadline is 2 March 2026, 10:30 UTC." +
			" TikTok did not say in time whether there are more now."},
	} {
		preview := previewWith(t, c.open.Text())
		last := preview.Warnings[len(preview.Warnings)-1]
		if c.message == "" {
			require.NotEqual(t, models.OpenOrdersWarning, last.Code)
			continue
		}
		require.Equal(t, models.OpenOrdersWarning, last.Code)
		require.Equal(t, c.message+after, last.Message)
		require.Equal(t, preview.OpenOrders.Total, *last.Count)
	}
	summary := previewWith(t, open.Text()).OpenOrders
	require.EqualValues(t, 5, summary.Total)
	require.Equal(t, due, *summary.NextDueAt)
	require.Equal(t, []models.HandoffCount{{models.Fulfillment, 3}, {models.Cancellation, 1}, {models.Return, 0}, {models.Refund, 1}}, summary.ByTask)
}

// TestOpenOrdersLeaveTheTokenAlone: an order that comes in while a seller reads the preview makes it no other.
func TestOpenOrdersLeaveTheTokenAlone(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	open := models.OpenOrders{ReadAt: &at}
	open.Add(models.HandoffItem{Task: models.Return})
	require.Equal(t, previewWith(t, "").Token, previewWith(t, open.Text()).Token)
}

// TestPreviewOfALostShopPromisesNoList: what TikTok does not let the app read will not be in the record.
func TestPreviewOfALostShopPromisesNoList(t *testing.T) {
	account := &models.Account{ID: "account", Kind: models.TikTokShop, Status: models.AccountConnected, Region: "GB", Name: "Shop", TikTokProblem: models.TikTokAccessLost}
	account.Epoch = models.NewEpoch("epoch", account, nil, make([]byte, 32), time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
	warnings := models.PreviewDisconnect(models.Store{Region: "GB"}, account, nil).Warnings
	last := warnings[len(warnings)-1]
	require.Equal(t, models.OpenOrdersWarning, last.Code)
	require.Equal(t, "Which orders are open at TikTok is not known, as it does not let the app into the shop any more. The record will not list them;"+
		" look after them in TikTok Seller Center: https://seller-uk.tiktok.com.", last.Message)
}
