package db_test

import (
	"github.com/handback/handback/models"
)

// consentCosts are those of consents at TikTok.
var consentCosts = []cost{
	{"begin a consent, of no page", 0, func(c *costed) error {
		return refused(c.BeginConsent(c.ctx, c.seller, models.ConsentRequest{ReturnTo: "//"}))
	}},
	{"begin a consent", 5, func(c *costed) error {
		return c.BeginConsent(c.ctx, c.seller, models.ConsentRequest{State: models.NewSecret("cost")})
	}},
	{"use a consent that is not known", 1, func(c *costed) error { return refused(second(c.UseConsent(c.ctx, models.NewSecret("unknown")))) }},
	{"use a consent", 6, func(c *costed) error { return second(c.UseConsent(c.ctx, models.NewSecret("cost"))) }},
	{"use a consent, again", 5, func(c *costed) error { return refused(second(c.UseConsent(c.ctx, models.NewSecret("cost")))) }},
	{"shops of a consent that can be connected", 4, func(c *costed) error {
		return second(c.ShopChoices(c.ctx, c.seller.Store, []models.Authorization{*owner("cost"), *owner("other")}))
	}},
	{"offer the shops of a consent", 3, func(c *costed) error {
		consent := models.Consent{ID: models.HashConsentSecret(models.NewSecret("cost"))}
		return c.OfferShops(c.ctx, consent, models.NewSecret("choice"), []models.Authorization{*owner("cost"), *owner("other")})
	}},
	{"offered shops of a consent", 2, func(c *costed) error { return second(c.OfferedShops(c.ctx, models.NewSecret("choice"))) }},
	{"choose a shop of a consent", 6, func(c *costed) error {
		_, _, err := c.ChooseShop(c.ctx, models.NewSecret("choice"), "cost")
		return err
	}},
	{"forget consents", 1, func(c *costed) error { return second(c.ForgetConsents(c.ctx)) }},
}
