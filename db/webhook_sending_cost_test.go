package db_test

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// webhookSendingCosts are those of an event in a store that has two webhook endpoints, of which one wants others only.
var webhookSendingCosts = []cost{
	{"update settings, with webhook endpoints", 11, func(c *costed) error {
		return second(c.UpdateSettings(c.ctx, c.hooked.seller, []models.SettingInput{{Key: "k0000", Value: `"told"`}}))
	}},
	{"read what is to be sent", 6, func(c *costed) (err error) {
		c.hooked.work, err = c.WebhookWork(c.ctx, c.hooked.endpoint, 50)
		return err
	}},
	{"note a delivery", 5, func(c *costed) error {
		answer := models.WebhookAnswer{SentAt: c.Now(), Status: 200}
		return second(c.NoteDelivery(c.ctx, c.hooked.work, &c.hooked.work.Events[0], answer))
	}},
	{"stop sending", 6, func(c *costed) error { return second(c.StopSending(c.ctx, &c.hooked.work.Endpoint)) }},
	{"forget deliveries", 1, func(c *costed) error { return second(c.ForgetDeliveries(c.ctx)) }},
}

// hookedStore is a store whose events are sent to webhook endpoints.
type hookedStore struct {
	seller   models.Caller
	endpoint string
	work     *models.WebhookWork
}

func (c *costed) newHookedStore(databaseURL string) *hookedStore {
	seller := register(c.t, c.Repository, "hooked.myshopify.com")
	connect(c.t, c.Repository, seller, "hooked")
	if !strings.HasPrefix(databaseURL, "sqlite:") {
		databaseURL += "&default_query_exec_mode=exec" // there may be a pooler between
	}
	tables := openTables(c.t, databaseURL)
	h := &hookedStore{seller: seller, endpoint: addEndpoint(c.t, c.Repository, tables, seller)}
	narrow := addEndpoint(c.t, c.Repository, tables, seller, models.StoreUninstalledEvent)
	require.NotEqual(c.t, h.endpoint, narrow)
	return h
}
