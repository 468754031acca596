package shopify

import (
	"context"
	"time"

	"github.com/handback/handback/models"
)

type feedbackMessage struct {
	Message string `json:"message"`
}

// ResourceFeedback returns what the channel tells the merchant, the zero value when that is nothing.
func (c *Client) ResourceFeedback(ctx context.Context, store, channelID string) (models.ResourceFeedback, error) {
	var answer struct {
		Channel *struct {
			ID       string `json:"id"`
			Feedback *struct {
				State       string            `json:"state"`
				GeneratedAt time.Time         `json:"feedbackGeneratedAt"`
				Messages    []feedbackMessage `json:"messages"`
			} `json:"resourceFeedback"`
		} `json:"channel"`
	}
	err := c.do(ctx, store, "ResourceFeedback", map[string]any{"channelId": channelID}, &answer)
	if err == nil && answer.Channel == nil {
		err = notFound("ResourceFeedback", "the channel")
	}
	if err != nil || answer.Channel.Feedback == nil {
		return models.ResourceFeedback{}, err
	}
	feedback := models.ResourceFeedback{State: answer.Channel.Feedback.State, GeneratedAt: answer.Channel.Feedback.GeneratedAt}
	for _, message := range answer.Channel.Feedback.Messages {
		feedback.Messages = append(feedback.Messages, message.Message)
	}
	return feedback, nil
}

// SetResourceFeedback tells the merchant something; the state ACCEPTED takes back what was told. Shopify rejects
// feedback that is older than what it has. When that is this very feedback, an earlier attempt succeeded.
func (c *Client) SetResourceFeedback(ctx context.Context, store, channelID string, feedback models.ResourceFeedback) error {
	type created struct {
		Feedback *struct {
			State       string    `json:"state"`
			GeneratedAt time.Time `json:"feedbackGeneratedAt"`
			Channel     *struct {
				ID string `json:"id"`
			} `json:"channel"`
			Messages []feedbackMessage `json:"messages"`
		} `json:"feedback"` // null when the state is ACCEPTED
		userErrors
	}
	input := map[string]any{
		"channelId": channelID, "state": feedback.State, "feedbackGeneratedAt": feedback.GeneratedAt.UTC().Format(time.RFC3339Nano),
	}
	if len(feedback.Messages) > 0 {
		input["messages"] = feedback.Messages
	}
	_, err := mutate[created](ctx, c, store, "ShopResourceFeedback", map[string]any{"input": input})
	if CodeOf(err) != codeOutdatedFeedback {
		return err
	}
	present, readErr := c.ResourceFeedback(ctx, store, channelID)
	if readErr != nil {
		return readErr
	}
	if present.State == feedback.State && present.GeneratedAt.Equal(feedback.GeneratedAt) {
		return nil
	}
	return err
}
