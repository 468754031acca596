package db_test

import (
	"context"
	"errors"

	"github.com/handback/handback/models"
)

// keyedCosts are those of calls with a key.
var keyedCosts = []cost{
	// A key costs four statements: looking it up before and in the transaction, storing the answer, and counting it,
	// with what else is counted.
	{"disconnect, with a key", 18, func(c *costed) error { return c.keyed("disconnect", disconnectConfirmed) }},
	{"disconnect, answered again", 1, func(c *costed) error { return c.keyed("disconnect", disconnectConfirmed) }},
	{"disconnect, unconfirmed, with a key", 7, func(c *costed) error {
		return c.keyed("unconfirmed", func(c *costed) error {
			return refused(second(c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{})))
		})
	}},
	{"connect, with a key, answered with an overview", 21, func(c *costed) error {
		return c.keyed("connect", func(c *costed) error {
			connected := second(c.ConnectTikTokShop(c.ctx, c.seller, owner("cost")))
			return errors.Join(connected, second(c.Overview(c.ctx, c.seller, everything)))
		})
	}},
	{"edit, with a key", 12, func(c *costed) error {
		return c.keyed("edit", func(c *costed) error {
			return second(c.UpdateSettings(c.ctx, c.seller, []models.SettingInput{{Key: "k0000", Value: `"edited again"`}}))
		})
	}},
	{"begin a consent, refused", 4, func(c *costed) error {
		return refused(c.BeginConsent(c.ctx, c.seller, models.ConsentRequest{State: models.NewSecret("refused")}))
	}},
	{"disconnect, with a key, answered with everything", 36, func(c *costed) error {
		return c.keyed("disconnect everything", func(c *costed) error {
			result, err := c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true})
			if err != nil {
				return err
			}
			return errors.Join(c.readAccountAfter(result.Account), c.readAccountAfter(result.Disconnection.Account), c.readOverviewAfter())
		})
	}},
	{"forget idempotency keys", 1, func(c *costed) error { return second(c.ForgetIdempotencyKeys(c.ctx)) }},
	{"forget API keys", 1, func(c *costed) error { return second(c.ForgetAPIKeys(c.ctx)) }},
}

// keyed makes the call with a key.
func (c *costed) keyed(key string, call func(*costed) error) error {
	return c.keyedBy(c.seller, key, call)
}

func (c *costed) keyedBy(seller models.Caller, key string, call func(*costed) error) error {
	_, _, err := c.Once(c.ctx, seller, models.IdempotentRequest{Key: key}, func(ctx context.Context) ([]byte, error) {
		within := *c
		within.ctx = ctx
		return []byte("{}"), call(&within)
	})
	return err
}

func disconnectConfirmed(c *costed) error {
	return second(c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true}))
}
