package shopify

import (
	"context"
	"encoding/json"
	"time"

	"github.com/handback/handback/models"
)

// fenceKey names the metafield that says whose the store is.
const fenceKey = "epoch"

// fence is the value of that metafield.
type fence struct {
	Epoch    string    `json:"epoch"`
	OpenedAt time.Time `json:"openedAt"`
	Digest   string    `json:"digest"`
	Released bool      `json:"released,omitempty"` // the store was given back
}

// Fence makes the store the epoch's. It fails when another epoch has it, unless that was closed, when a newer one had it, and when
// it was given back: then this database is older than the store.
func (c *Client) Fence(ctx context.Context, store string, epoch *models.Epoch, closed func(ctx context.Context, epochID string) (bool, error)) error {
	return problem(c.fence(ctx, store, epoch, closed))
}

// Release ends that the store is the epoch's.
func (c *Client) Release(ctx context.Context, store string, epoch *models.Epoch) error {
	return problem(c.fence(ctx, store, epoch, nil))
}

// fence takes the store for the epoch, or releases it where it is not to be asked what was closed.
func (c *Client) fence(ctx context.Context, store string, epoch *models.Epoch, closed func(ctx context.Context, epochID string) (bool, error)) error {
	released := closed == nil
	shop, err := c.Shop(ctx, store)
	if err != nil {
		return err
	}
	present, err := c.AppMetafield(ctx, store, fenceKey)
	if err != nil {
		return err
	}
	var holder fence
	if present.Value != "" {
		if err := json.Unmarshal([]byte(present.Value), &holder); err != nil {
			return unexpected("AppMetafields", "read the epoch", err)
		}
	}
	foreign := holder.Epoch != "" && holder.Epoch != epoch.ID
	if foreign && !released && !holder.Released { // nobody may have come to tell the store that it was given back
		if holder.Released, err = closed(ctx, holder.Epoch); err != nil {
			return err
		}
	}
	switch {
	case holder.Epoch == epoch.ID && holder.Released == released:
		return nil
	case released && foreign: // it is not held
		return nil
	case holder.Epoch == epoch.ID && holder.Released, foreign && (!holder.Released || holder.OpenedAt.After(epoch.OpenedAt)):
		return &models.PlatformError{Code: models.NewerConnection, Detail: holder.OpenedAt.UTC().Format("2 January 2006, 15:04 UTC")}
	}
	value, err := json.Marshal(fence{Epoch: epoch.ID, OpenedAt: epoch.OpenedAt, Digest: epoch.SnapshotDigest, Released: released})
	if err != nil {
		return err
	}
	_, err = c.SetAppMetafield(ctx, store, shop.InstallationID, models.AppMetafield{Key: fenceKey, Value: string(value), Digest: present.Digest})
	return err
}
