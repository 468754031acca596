package db_test

import (
	"github.com/handback/handback/models"
)

// accountCosts are those of reading accounts, settings and what became of them.
var accountCosts = []cost{
	{"accounts", 1, func(c *costed) error { return second(c.Accounts(c.ctx, c.seller, models.AccountDetails{})) }},
	{"accounts with snapshot and preview", 6, func(c *costed) error {
		return second(c.Accounts(c.ctx, c.seller, models.AccountDetails{Snapshot: true, Preview: true}))
	}},
	{"accounts with everything", 8, func(c *costed) error { return second(c.Accounts(c.ctx, c.seller, everything)) }},
	{"page of accounts", 1, func(c *costed) error {
		return second(c.AccountHistory(c.ctx, c.seller, models.AccountPage{Count: 1}, models.AccountDetails{}))
	}},
	{"page of accounts with everything", 8, func(c *costed) error {
		return second(c.AccountHistory(c.ctx, c.seller, models.AccountPage{Count: models.MaxPage}, everything))
	}},
	{"accounts with a page of their records", 4, func(c *costed) error {
		return second(c.Accounts(c.ctx, c.seller, models.AccountDetails{DisconnectionPages: []models.DisconnectionPage{{Count: 1}}}))
	}},
	{"accounts with a page of their records, with changes", 5, func(c *costed) error {
		return second(c.Accounts(c.ctx, c.seller, models.AccountDetails{DisconnectionPages: []models.DisconnectionPage{{Count: 1}}, Changes: true}))
	}},
	{"account with everything", 8, func(c *costed) error { return second(c.Account(c.ctx, c.seller, c.account, everything)) }},
	{"preview", 6, func(c *costed) error {
		return second(c.Account(c.ctx, c.seller, c.account, models.AccountDetails{Preview: true}))
	}},
	{"overview", 1, func(c *costed) error { return second(c.Overview(c.ctx, c.seller, models.AccountDetails{})) }},
	{"overview with preview", 6, func(c *costed) error {
		return second(c.Overview(c.ctx, c.seller, models.AccountDetails{Preview: true}))
	}},
	{"overview with everything", 8, func(c *costed) error { return second(c.Overview(c.ctx, c.seller, everything)) }},
	{"connect preview", 4, func(c *costed) error { return second(c.PreviewConnect(c.ctx, c.seller)) }},
	{"settings", 1, func(c *costed) error { return second(c.Settings(c.ctx, c.seller, models.SettingFilter{})) }},
	{"settings of a scope", 1, func(c *costed) error {
		return second(c.Settings(c.ctx, c.seller, models.SettingFilter{Scope: models.ScopeAds}))
	}},
	{"store", 1, func(c *costed) error { return second(c.StoreByDomain(c.ctx, c.seller.Store.Domain)) }},
	{"disconnection", 4, func(c *costed) error {
		return second(c.Disconnection(c.ctx, c.seller, c.record, models.AccountDetails{Changes: true}))
	}},
	{"disconnection with its account's preview", 10, func(c *costed) error {
		return second(c.Disconnection(c.ctx, c.seller, c.record, models.AccountDetails{Changes: true, Preview: true}))
	}},
	{"audit trail", 1, func(c *costed) error {
		return second(c.AuditTrail(c.ctx, c.seller, models.AuditPage{Count: models.MaxPage}, models.AccountDetails{}))
	}},
	{"audit trail of some, with changes", 4, func(c *costed) error {
		filter := models.AuditFilter{ActorKinds: []models.ActorKind{models.ActorSeller}, ActorName: "Cost", Actions: []models.AuditAction{models.SettingsUpdated}}
		return second(c.AuditTrail(c.ctx, c.seller, models.AuditPage{Count: 20, Filter: filter}, models.AccountDetails{Changes: true}))
	}},
	{"audit trail with changes", 4, func(c *costed) error {
		return second(c.AuditTrail(c.ctx, c.seller, models.AuditPage{Count: models.MaxPage}, models.AccountDetails{Changes: true}))
	}},

	{"audit trail with everything", 12, func(c *costed) error {
		return second(c.AuditTrail(c.ctx, c.seller, models.AuditPage{Count: models.MaxPage}, everything))
	}},
	{"disconnection with everything", 12, func(c *costed) error { return second(c.Disconnection(c.ctx, c.seller, c.record, everything)) }},

	{"audit entry", 1, func(c *costed) error { return second(c.AuditEntry(c.ctx, c.seller, c.entry, models.AccountDetails{})) }},
	{"audit entry with everything", 12, func(c *costed) error { return second(c.AuditEntry(c.ctx, c.seller, c.entry, everything)) }},
}
