package db_test

import (
	"errors"

	"github.com/handback/handback/models"
)

// apiKeyCosts are those of API keys.
var apiKeyCosts = []cost{
	{"API keys", 1, func(c *costed) error { return second(c.APIKeys(c.ctx, c.seller)) }},
	{"caller by API key", 1, func(c *costed) error {
		_, _, err := c.CallerByAPIKey(c.ctx, c.hash)
		return err
	}},
	{"caller by API key, unknown", 1, func(c *costed) error {
		_, _, err := c.CallerByAPIKey(c.ctx, models.HashAPIKey("hb_"))
		return err
	}},

	{"caller by API key, its last use updated", 2, func(c *costed) error {
		_, _, err := c.CallerByAPIKey(c.ctx, c.unused)
		return errors.Join(err, c.recorder.await(2*c.eachTakes)) // in the background
	}},

	{"create API key, of no name", 0, func(c *costed) error { return refused(second(c.CreateAPIKey(c.ctx, c.seller, models.APIKeyRequest{}))) }},
	{"create API key", 6, func(c *costed) error { return second(c.CreateAPIKey(c.ctx, c.seller, partner("cost"))) }},
	{"create API key, refused", 4, func(c *costed) error { return refused(second(c.CreateAPIKey(c.ctx, c.seller, partner("cost")))) }},
	{"rotate API key", 7, func(c *costed) error {
		return second(c.RotateAPIKey(c.ctx, c.seller, models.RotationRequest{ID: c.key}))
	}},
	{"rotate API key, refused", 4, func(c *costed) error {
		return refused(second(c.RotateAPIKey(c.ctx, c.seller, models.RotationRequest{ID: c.key})))
	}},
	{"revoke API key", 6, func(c *costed) error { return second(c.RevokeAPIKey(c.ctx, c.seller, c.key)) }},
	{"edit settings, by an API key that was revoked meanwhile", 4, func(c *costed) error {
		revoked := models.Caller{Store: c.seller.Store, Actor: models.Actor{Kind: models.ActorPartner}, ID: c.key}
		_, err := c.UpdateSettings(models.WithCaller(c.ctx, revoked), revoked, []models.SettingInput{{Key: "order.tags", Value: models.Value(`[]`)}})
		if errors.Is(err, models.ErrUnauthenticated) {
			return nil
		}
		return errors.Join(errors.New("it may still write"), err)
	}},
	{"revoke API key, refused", 4, func(c *costed) error { return refused(second(c.RevokeAPIKey(c.ctx, c.seller, c.key))) }},
}
