package db_test

import (
	"errors"

	"github.com/handback/handback/models"
)

// disconnectCosts are those of connecting, editing and disconnecting a store of the database alone, and of what a disconnect leaves.
var disconnectCosts = []cost{
	{"accounts with how far connecting is", 4, func(c *costed) error {
		return second(c.Accounts(c.ctx, c.seller, models.AccountDetails{Setup: true}))
	}},
	{"exceptions of a restoration", 1, func(c *costed) error { return second(c.RestorationExceptions(c.ctx, c.seller, c.record, 10, 0)) }},
	{"snapshot of a restoration", 1, func(c *costed) error { return second(c.RestoredSnapshot(c.ctx, c.seller, c.record)) }},
	{"what a certificate alone states", 1, func(c *costed) error { return second(c.CertificateDetails(c.ctx, c.seller, c.record)) }},
	{"edits that a restoration has undone", 1, func(c *costed) error {
		return second(c.RestorationEdits(c.ctx, c.seller, c.record, models.ChangeDetail{}))
	}},
	{"what was open at a disconnect", 1, func(c *costed) error {
		return second(c.HandoffItems(c.ctx, c.seller, models.HandoffFilter{DisconnectionID: c.record, Count: 10}))
	}},
	{"one of what was open", 1, func(c *costed) error { return second(c.HandoffItem(c.ctx, c.seller, c.open)) }},
	{"acknowledge what was open", 6, func(c *costed) error {
		return second(c.AcknowledgeHandoffItems(c.ctx, c.seller, []string{c.open}))
	}},
	{"acknowledge what was open, refused", 4, func(c *costed) error {
		return refused(second(c.AcknowledgeHandoffItems(c.ctx, c.seller, []string{"unknown"})))
	}},
	{"unfinished work in stores", 1, func(c *costed) error { return second(c.TransitionStats(c.ctx)) }},
	{"connect, refused by TikTok", 0, func(c *costed) error { return refused(second(c.ConnectTikTokShop(c.ctx, c.seller, nil))) }},
	{"disconnect, unconfirmed", 0, func(c *costed) error {
		return refused(second(c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{})))
	}},
	{"connect, refused", 5, func(c *costed) error { return refused(second(c.ConnectTikTokShop(c.ctx, c.seller, owner("cost")))) }},
	{"disconnect, refused", 6, func(c *costed) error {
		none := ""
		return refused(second(c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true, PreviewToken: &none})))
	}},
	{"disconnect", 14, func(c *costed) error {
		return second(c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true}))
	}},
	{"disconnect, again", 6, func(c *costed) error {
		return refused(second(c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true})))
	}},
	{"daily limits", 1, func(c *costed) error { return second(c.DailyLimits(c.ctx, c.seller)) }},
	{"ready to connect", 2, func(c *costed) error { return c.ReadyToConnect(c.ctx, c.seller) }},
	{"connect", 12, func(c *costed) error {
		return second(c.ConnectTikTokShop(c.ctx, c.seller, owner("cost")))
	}},
	{"edit", 9, func(c *costed) error {
		return second(c.UpdateSettings(c.ctx, c.seller, []models.SettingInput{{Key: "k0000", Value: `"edited"`}, {Key: "k0001"}}))
	}},
	{"edit, unchanged", 5, func(c *costed) error {
		return second(c.UpdateSettings(c.ctx, c.seller, []models.SettingInput{{Key: "k0000", Value: `"edited"`}}))
	}},
	{"edit, refused", 4, func(c *costed) error {
		return refused(second(c.UpdateSettings(c.ctx, c.seller, []models.SettingInput{{Key: "unknown"}})))
	}},
	// The parts of a payload that hold details of accounts are read after the change, each by itself, as graph does.
	{"disconnect, answered with everything", 38, func(c *costed) error {
		result, err := c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true})
		if err != nil {
			return err
		}
		return errors.Join(c.readAccountAfter(result.Account), c.readAccountAfter(result.Disconnection.Account), c.readOverviewAfter())
	}},
	{"disconnect, again, answered with everything", 30, func(c *costed) error {
		var refusal *models.DisconnectRefusal
		if _, err := c.DisconnectTikTokShop(c.ctx, c.seller, models.DisconnectRequest{Confirm: true}); !errors.As(err, &refusal) {
			return refused(err)
		}
		return errors.Join(c.readAccountAfter(refusal.Account), c.readAccountAfter(refusal.Disconnection.Account), c.readOverviewAfter())
	}},
	{"connect, answered with everything", 28, func(c *costed) error {
		result, err := c.ConnectTikTokShop(c.ctx, c.seller, owner("cost"))
		if err != nil {
			return err
		}
		return errors.Join(c.readAccountAfter(result.Account), c.readOverviewAfter())
	}},
	{"connect, refused, answered with an overview", 6, func(c *costed) error {
		_, err := c.ConnectTikTokShop(c.ctx, c.seller, owner("cost"))
		return errors.Join(refused(err), second(c.Overview(c.ctx, c.seller, models.AccountDetails{})))
	}},
}

// readAccountAfter reads the account of a payload, or of the record in one.
func (c *costed) readAccountAfter(left *models.Account) error {
	return second(c.Account(c.ctx, c.seller, left.ID, everything))
}

// readOverviewAfter reads the overview of a payload.
func (c *costed) readOverviewAfter() error { return second(c.Overview(c.ctx, c.seller, everything)) }
