package shopify

import (
	"context"

	"github.com/handback/handback/models"
)

// Channels returns the app's channels in the store.
func (c *Client) Channels(ctx context.Context, store string) ([]models.Channel, error) {
	type data struct {
		Channels connection[models.Channel] `json:"channels"`
	}
	return all(pages(ctx, c, store, "Channels", nil, func(d *data) (*connection[models.Channel], error) {
		return &d.Channels, nil
	}))
}

// ChannelByHandle returns the channel with that handle, nil when there is none.
func (c *Client) ChannelByHandle(ctx context.Context, store, handle string) (*models.Channel, error) {
	var channel *models.Channel
	err := retry(ctx, func() (err error) {
		channel, err = c.channelByHandleOnce(ctx, store, handle)
		return err
	})
	return channel, err
}

func (c *Client) channelByHandleOnce(ctx context.Context, store, handle string) (*models.Channel, error) {
	var answer struct {
		Channel *models.Channel `json:"channelByHandle"`
	}
	err := c.once(ctx, store, "ChannelByHandle", map[string]any{"handle": handle}, &answer)
	return answer.Channel, err
}

// CreateChannel creates a channel, or returns the one that is there already. It looks before every attempt, as an attempt
// whose answer was lost may have created it, and creating it again would make a second one. A channel that has the handle and
// is another account's is deleted: the app has left it there, and a handle is of one channel.
func (c *Client) CreateChannel(ctx context.Context, store string, input models.ChannelInput) (models.Channel, error) {
	var channel *models.Channel
	err := retry(ctx, func() (err error) {
		channel, err = c.channelByHandleOnce(ctx, store, input.Handle)
		if err == nil && channel != nil && !isChannelOf(*channel, input) {
			err = c.DeleteChannel(ctx, store, channel.ID)
			channel = nil
		}
		if err == nil && channel == nil {
			channel, err = c.createChannelOnce(ctx, store, input)
		}
		return err
	})
	if err != nil {
		return models.Channel{}, err
	}
	return *channel, nil
}

func isChannelOf(channel models.Channel, input models.ChannelInput) bool {
	return channel.AccountID == input.AccountID && channel.AccountName == input.AccountName && channel.SpecificationHandle == input.SpecificationHandle
}

func (c *Client) createChannelOnce(ctx context.Context, store string, input models.ChannelInput) (*models.Channel, error) {
	type created struct {
		Channel *models.Channel `json:"channel"`
		userErrors
	}
	answer, err := mutateOnce[created](ctx, c, store, "ChannelCreate", map[string]any{"input": input})
	if err == nil && answer.Channel == nil {
		err = unexpected("ChannelCreate", "there is no channel", nil)
	}
	return answer.Channel, err
}

// DeleteChannel deletes a channel that CreateChannel made. One that does not exist is as good as deleted.
func (c *Client) DeleteChannel(ctx context.Context, store, id string) error {
	type deleted struct {
		ID string `json:"deletedId"`
		userErrors
	}
	_, err := mutate[deleted](ctx, c, store, "ChannelDelete", map[string]any{"id": id})
	if IsNotFound(err) {
		return nil
	}
	return err
}

// AttributionHandle returns the handle that orders of the app's channel are labelled with, "" when there is none.
// Shopify defines it when the channel is created. Of several it is the oldest.
func (c *Client) AttributionHandle(ctx context.Context, store string) (string, error) {
	type definition struct {
		ID     string `json:"id"`
		Handle string `json:"handle"`
	}
	var answer struct {
		Definitions connection[definition] `json:"orderAttributionDefinitions"`
	}
	err := c.do(ctx, store, "OrderAttributionDefinitions", nil, &answer)
	if err != nil || len(answer.Definitions.Nodes) == 0 {
		return "", err
	}
	return answer.Definitions.Nodes[0].Handle, nil
}
