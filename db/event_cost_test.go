package db_test

import "github.com/handback/handback/models"

var eventCosts = []cost{
	{"events", 1, func(c *costed) error {
		return second(c.Events(c.ctx, c.seller, models.EventPage{Count: models.MaxPage}, models.AccountDetails{}))
	}},
	{"events with everything", 12, func(c *costed) error {
		return second(c.Events(c.ctx, c.seller, models.EventPage{Count: models.MaxPage}, everything))
	}},
}
