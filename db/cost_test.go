package db_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/models"
)

var updateGolden = flag.Bool("update", false, "write the golden files in testdata")

// cost is how many statements a call takes, begin and commit included.
type cost struct {
	name       string
	statements int
	call       func(*costed) error
}

// costs are those of all calls, one after the other: some need what those before have done.
var costs = slices.Concat(accountCosts, eventCosts, apiKeyCosts, disconnectCosts, keyedCosts, consentCosts, credentialsCosts, shopifyUserCosts, webhookSendingCosts, registrationCosts, webhookCosts, transitionCosts)

// costed is a connected store whose calls are counted.
type costed struct {
	*db.Repository
	t               *testing.T
	ctx             context.Context
	seller          models.Caller
	account, record string // id of the connected account, and of a disconnect
	entry           string // id of an entry of the audit trail
	open            string // id of what was open at that disconnect
	key             string // id of an API key whose use is touched
	endpoint        string // id of a webhook endpoint
	hash            [32]byte
	unused          [32]byte // hash of an API key that was never used
	keyset          string   // that credentials are sealed with
	recorder        *statementRecorder
	eachTakes       int // statements for one that is sent by itself
	linked          *linkedStore
	hooked          *hookedStore
}

func second(_ any, err error) error { return err }

// newCosted makes a store with settings, former accounts and API keys, and records the statements from then on.
func newCosted(t *testing.T, databaseURL string, settings, accounts int) *costed {
	t.Helper()
	repository := open(t, databaseURL, manySettings(settings))
	c := &costed{Repository: repository, t: t, ctx: t.Context(), eachTakes: 1, seller: register(t, repository, "cost.myshopify.com"), keyset: newKeyset(t)}
	c.Sealer = keyring(t, c.keyset)
	for i := range accounts {
		c.account = connect(t, repository, c.seller, fmt.Sprintf("cost%d", i)).Account.ID
		c.record = disconnect(t, repository, c.seller).Disconnection.ID
	}
	c.account = connect(t, repository, c.seller, "cost").Account.ID
	c.open = addOpen(t, repository, c.seller, c.record, models.HandoffItem{Task: models.Fulfillment, Reference: "1", OrderID: "1"})[0].ID
	trail, err := repository.AuditTrail(c.ctx, c.seller, models.AuditPage{Count: 1}, models.AccountDetails{})
	require.NoError(t, err)
	c.entry = trail.Entries[0].ID
	key, secret := createKey(t, repository, c.seller, partner("used"))
	c.key, c.hash = key.ID, models.HashAPIKey(secret)
	use(t, repository, secret)
	awaitLastUsed(t, repository, c.seller, key.ID)
	_, secret = createKey(t, repository, c.seller, partner("unused"))
	c.unused = models.HashAPIKey(secret)
	c.linked = c.newLinkedStore()
	c.hooked = c.newHookedStore(databaseURL)
	c.recorder = recordStatements(t, repository)
	return c
}

// manySettings is a catalogue of so many settings that connecting writes, half of them new, and a few of ads.
func manySettings(count int) models.Catalogue {
	definitions := make([]models.SettingDefinition, count)
	for i := range definitions {
		d := models.SettingDefinition{Key: fmt.Sprintf("k%04d", i), Type: "string", Editable: true, Scope: models.ScopeTikTokShop, Connected: `"connected"`}
		if i%2 == 0 {
			d.Scope, d.Before = models.ScopeStore, `"before"`
		}
		if i%9 == 8 {
			d.Scope, d.Before, d.Connected = models.ScopeAds, `"ads"`, ""
		}
		definitions[i] = d
	}
	return models.NewCatalogue(definitions)
}
