package db_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/handback/handback/models"
)

// credentialsCosts are those of the tokens of a store.
var credentialsCosts = []cost{
	{"credentials", 1, func(c *costed) error { return second(c.Credentials(c.ctx, c.seller.Store.ID)) }},
	{"claim refresh, of none", 3, func(c *costed) error { return second(c.ClaimRefresh(c.ctx, c.seller.Store.ID, 0)) }},
	{"save credentials", 3, func(c *costed) error {
		return c.SaveCredentials(c.ctx, c.seller.Store.ID, tokens("cost", c.Now().Add(time.Hour)), 1)
	}},
	{"claim refresh", 3, func(c *costed) error { return second(c.ClaimRefresh(c.ctx, c.seller.Store.ID, 2)) }},
	{"release refresh", 3, func(c *costed) error { return c.ReleaseRefresh(c.ctx, c.seller.Store.ID, 3) }},
	{"save credentials, changed meanwhile", 3, func(c *costed) error {
		if err := c.SaveCredentials(c.ctx, c.seller.Store.ID, tokens("cost", c.Now()), 1); !errors.Is(err, models.ErrCredentialsChanged) {
			return fmt.Errorf("not refused: %w", err)
		}
		return nil
	}},
	{"check keyset", 1, func(c *costed) error { return c.CheckKeyset(c.ctx) }},
	{"reseal credentials, sealed by the primary key", 0, func(c *costed) error { return second(c.ResealCredentials(c.ctx)) }},
	{"reseal credentials", 7, func(c *costed) error { // the batch, its transaction of one row, and that there is no more, nor any of TikTok or webhooks
		c.rotate()
		return second(c.ResealCredentials(c.ctx))
	}},
}
