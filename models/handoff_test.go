package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func TestOrderURL(t *testing.T) {
	require.Equal(t, "https://seller-us.tiktok.com/order/detail?order_no=576&shop_region=US", models.OrderURL("US", "US", "576"))
	require.Equal(t, "https://seller-global.tiktok.com/order/detail?order_no=576&shop_region=MX", models.OrderURL("US", "MX", "576"))
	require.Equal(t, "https://seller.tiktok.com/order/detail?order_no=%26x%3D1&shop_region=MY", models.OrderURL("MY", "MY", "&x=1"))
}

func TestHandoffPositionsAreInOrder(t *testing.T) {
	due := time.Unix(1772445600, 0)
	require.Equal(t, models.HandoffPosition{Due: 1772445600, ID: "a"}, models.HandoffItem{ID: "a", DueAt: &due}.Position())
	require.Equal(t, models.HandoffPosition{Due: models.NeverDue, ID: "a"}, models.HandoffItem{ID: "a"}.Position())
	require.Equal(t, "1772445600/a/b", models.HandoffPosition{Due: 1772445600, ID: "a/b"}.String())
	require.Equal(t, models.HandoffPosition{Due: 1772445600, ID: "a/b"}, models.ParseHandoffPosition("1772445600/a/b"))
	require.Zero(t, models.ParseHandoffPosition(""))
}

func TestRefuseUnknownHandoffItems(t *testing.T) {
	items := []models.HandoffItem{{ID: "a"}, {ID: "b"}}
	require.Empty(t, models.RefuseUnknownHandoffItems([]string{"b", "a", "b"}, items))
	refusals := models.RefuseUnknownHandoffItems([]string{"a", "x", "b", ""}, items)
	require.Len(t, refusals, 2)
	require.Equal(t, []string{"ids", "1"}, refusals[0].Field)
	require.Equal(t, []string{"ids", "3"}, refusals[1].Field)
}

// TestHandoffProblemIsToldWhereNothingElseIs hinders the disconnect.
func TestHandoffProblemIsToldWhereNothingElseIs(t *testing.T) {
	record := models.Disconnection{Account: &models.Account{Region: "US"}, Transition: &models.Transition{Phase: models.PhaseWriting}}
	require.Nil(t, record.Progress().Problem)
	record.Transition.Handoff = models.Handoff{State: models.HandoffPending, ProblemCode: models.TikTokUnavailable}
	require.Equal(t, models.TikTokUnavailable, record.Progress().Problem.Code)
	require.Contains(t, record.Progress().Problem.Message, "asked again by itself")
	record.Transition.Handoff = models.Handoff{State: models.HandoffUnreadable, ProblemCode: models.TikTokAccessLost}
	record.Transition.Phase = models.PhaseComplete
	require.Equal(t, models.TikTokAccessLost, record.Progress().Problem.Code)
	record.Transition.ProblemCode = models.ShopifyUnavailable
	require.Equal(t, models.ShopifyUnavailable, record.Progress().Problem.Code)
}
