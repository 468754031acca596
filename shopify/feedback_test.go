package shopify_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
)

const (
	told     = `{"channel":{"id":"gid://shopify/Channel/4","resourceFeedback":{"state":"REQUIRES_ACTION","feedbackGeneratedAt":"2026-11-01T10:00:00Z","messages":[{"message":"Finish the setup."}]}}}`
	outdated = `{"shopResourceFeedbackCreate":{"feedback":null,"userErrors":[{"field":["input","feedbackGeneratedAt"],"message":"Outdated","code":"OUTDATED_FEEDBACK"}]}}`
)

var feedback = models.ResourceFeedback{State: "REQUIRES_ACTION", GeneratedAt: time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC), Messages: []string{"Finish the setup."}}

func TestFeedbackIsReadBack(t *testing.T) {
	for answer, wanted := range map[string]models.ResourceFeedback{
		told: feedback,
		`{"channel":{"id":"gid://shopify/Channel/4","resourceFeedback":null}}`: {},
	} {
		got, err := newAPI(t).on("ResourceFeedback", data(answer)).client().ResourceFeedback(t.Context(), store, aurora.ID)
		require.NoError(t, err)
		require.Equal(t, wanted, got)
	}
	_, err := newAPI(t).on("ResourceFeedback", data(`{"channel":null}`)).client().ResourceFeedback(t.Context(), store, aurora.ID)
	require.True(t, shopify.IsNotFound(err))
}

func TestFeedbackIsGiven(t *testing.T) {
	api := newAPI(t).on("ShopResourceFeedback", data(`{"shopResourceFeedbackCreate":{"feedback":{"state":"REQUIRES_ACTION","feedbackGeneratedAt":"2026-11-01T10:00:00Z","channel":{"id":"gid://shopify/Channel/4"},"messages":[{"message":"Finish the setup."}]},"userErrors":[]}}`))

	require.NoError(t, api.client().SetResourceFeedback(t.Context(), store, aurora.ID, feedback))
	require.Equal(t, map[string]any{"input": map[string]any{
		"channelId": aurora.ID, "state": "REQUIRES_ACTION", "feedbackGeneratedAt": "2026-11-01T10:00:00Z", "messages": []any{"Finish the setup."},
	}}, api.calls[0].Variables)
}

// TestAcceptedFeedbackIsAnsweredWithNothing: that is how Shopify tells that it was taken back.
func TestAcceptedFeedbackIsAnsweredWithNothing(t *testing.T) {
	api := newAPI(t).on("ShopResourceFeedback", data(`{"shopResourceFeedbackCreate":{"feedback":null,"userErrors":[]}}`))

	require.NoError(t, api.client().SetResourceFeedback(t.Context(), store, aurora.ID, models.ResourceFeedback{State: "ACCEPTED", GeneratedAt: time.Now()}))
	require.NotContains(t, api.calls[0].Variables["input"], "messages")
}

func TestFeedbackGivenBeforeIsDone(t *testing.T) {
	api := newAPI(t).on("ShopResourceFeedback", cut, data(outdated)).on("ResourceFeedback", data(told))
	client := api.client()

	require.NoError(t, client.SetResourceFeedback(t.Context(), store, aurora.ID, feedback))

	older := feedback
	older.GeneratedAt = older.GeneratedAt.Add(-time.Hour)
	requireKind(t, shopify.Rejected, client.SetResourceFeedback(t.Context(), store, aurora.ID, older))
}
