package db_test

import (
	"github.com/handback/handback/models"
)

// registrationCosts are those of stores that are met.
var registrationCosts = []cost{
	{"register store", 10, func(c *costed) error {
		return second(c.RegisterStore(c.ctx, c.registration("registered.myshopify.com")))
	}},
	{"register store, again", 1, func(c *costed) error {
		return second(c.RegisterStore(c.ctx, c.registration("registered.myshopify.com")))
	}},
	{"make demo store", 25, func(c *costed) error {
		return second(c.MakeDemoStore(c.ctx, models.DemoStore{
			Registration: c.registration("demo.myshopify.com"), Authorization: *owner("demo"),
			Edits: []models.SettingInput{{Key: "k0000", Value: `"edited"`}},
		}))
	}},
	{"ready", 2, func(c *costed) error { return c.Ready(c.ctx) }},
}

// registration is that of a store of every setting there is before connecting.
func (c *costed) registration(domain string) models.Registration {
	return models.Registration{
		Store:    models.Store{Domain: domain, Name: domain, Region: "US"},
		Business: models.BusinessAccount{Name: domain, ExternalID: "bc-" + domain},
		Settings: c.Catalogue.Before(),
	}
}
