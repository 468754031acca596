package db_test

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestDisconnectRestoresAnyStore does whatever it likes to stores with whatever settings, and requires after
// each step what a disconnect promises.
func TestDisconnectRestoresAnyStore(t *testing.T) {
	setRapidFlag(t, "rapid.checks", "14")
	setRapidFlag(t, "rapid.steps", "16")
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		neighbour := register(t, repository, "neighbour.myshopify.com")
		connect(t, repository, neighbour, takenShop)
		untouched := rawTables.of(t, neighbour.Store.ID)
		runs := 0
		rapid.Check(t, func(t *rapid.T) {
			runs++
			w := newStoreModel(t, repository, rawTables, runs)
			t.Repeat(map[string]func(*rapid.T){
				"connect":    w.connect,
				"edit":       w.edit,
				"edit it":    w.edit,
				"preview":    func(t *rapid.T) { w.preview(t) },
				"disconnect": w.disconnect,
				"fail":       w.fail,
				"":           w.requireModelMatches,
			})
			require.Equal(t, untouched, rawTables.of(t, neighbour.Store.ID))
		})
	})
}

const takenShop = "taken"

// setRapidFlag sets a flag of rapid for one test, unless the command line does: it has no other way to be told.
func setRapidFlag(t *testing.T, name, value string) {
	t.Helper()
	f := flag.Lookup(name)
	before := f.Value.String()
	if before != f.DefValue {
		return
	}
	require.NoError(t, f.Value.Set(value))
	t.Cleanup(func() { require.NoError(t, f.Value.Set(before)) })
}

// storeModel is a store, and what ought to be true of it.
type storeModel struct {
	repository *db.Repository
	rawTables  tables
	seller     models.Caller
	catalogue  models.Catalogue
	shops      []string

	settings  map[string]value  // with the removed ones
	accounts  map[string]string // id by shop code
	connected string            // shop code
	last      string            // shop code of the last disconnect
	snapshot  map[string]value
	epochs    int
	closed    int
	tokens    map[string]string // by what was shown with it
}

// value is a setting as it ought to be; the text of a removed one is empty.
type value struct {
	scope models.SettingScope
	text  models.Value
	by    models.Actor
}

func newStoreModel(t *rapid.T, repository *db.Repository, rawTables tables, run int) *storeModel {
	w := &storeModel{
		repository: repository, rawTables: rawTables, catalogue: catalogues.Draw(t, "catalogue"),
		settings: map[string]value{}, accounts: map[string]string{}, tokens: map[string]string{},
	}
	for _, shop := range []string{"a", "b", "c"} {
		w.shops = append(w.shops, fmt.Sprintf("%s-%d", shop, run))
	}
	repository.Catalogue = w.catalogue
	store, err := repository.RegisterStore(context.Background(), models.Registration{
		Store:    models.Store{Domain: fmt.Sprintf("store-%d.myshopify.com", run), Name: "Store", Region: "US"},
		Business: models.BusinessAccount{Name: "Business", ExternalID: "bc"}, Settings: w.catalogue.Before(),
	})
	require.NoError(t, err)
	w.seller = models.Caller{Store: store, Actor: models.Actor{Kind: models.ActorSeller, Name: "Mara"}}
	for _, d := range w.catalogue {
		if d.Before != "" {
			w.settings[d.Key] = value{d.Scope, d.Before, models.Actor{Kind: models.ActorSeller, Name: "Store"}}
		}
	}
	return w
}

// requireModelMatches compares what can be read with what ought to be true.
func (w *storeModel) requireModelMatches(t *rapid.T) {
	wanted := []models.SnapshotSetting{}
	for _, key := range slices.Sorted(maps.Keys(w.settings)) {
		if s := w.settings[key]; s.text != "" {
			wanted = append(wanted, models.SnapshotSetting{Key: key, Scope: s.scope, Value: s.text})
		}
	}
	settings := w.read(t)
	got := []models.SnapshotSetting{}
	for _, s := range settings {
		got = append(got, models.SnapshotSetting{Key: s.Key, Scope: s.Scope, Value: s.Value})
		require.Equal(t, w.settings[s.Key].by, s.UpdatedBy, s.Key)
	}
	require.Equal(t, wanted, got)

	w.rawTables.requireLedgerLeadsToSettings(t, w.seller.Store.ID)
	require.Len(t, w.rawTables.rows(t, `SELECT id FROM epochs WHERE store_id = ?`, w.seller.Store.ID), w.epochs)
	require.Len(t, w.rawTables.rows(t, `SELECT DISTINCT epoch_id FROM disconnections WHERE store_id = ?`, w.seller.Store.ID), w.closed)
	require.Len(t, w.rawTables.rows(t, `SELECT id FROM disconnections WHERE store_id = ?`, w.seller.Store.ID), w.closed)
}

func (w *storeModel) read(t *rapid.T) []models.Setting {
	settings, err := w.repository.Settings(context.Background(), w.seller, models.SettingFilter{})
	require.NoError(t, err)
	return settings
}

// digest works out Snapshot.digest from the settings read, by the words of the API's description.
func (w *storeModel) digest(t *rapid.T) string {
	var lines strings.Builder
	for _, s := range w.read(t) {
		if s.Scope != models.ScopeAds {
			lines.WriteString(s.Key + "\t" + string(s.Value) + "\n")
		}
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(lines.String())))
}

// requireOnlyChanges carries out a step that writes at most what it returns: nothing at all when changed is nil.
func (w *storeModel) requireOnlyChanges(t *rapid.T, step func() (changed []models.SettingChange)) {
	before := w.rawTables.of(t, w.seller.Store.ID)
	changed := step()
	after := w.rawTables.of(t, w.seller.Store.ID)
	if changed == nil {
		require.Equal(t, before, after, "a call that was refused, or failed, left a trace")
		return
	}
	for table, added := range map[string]int{"audit_entries": 1, "setting_changes": len(changed)} {
		require.Equal(t, before[table], after[table][:len(before[table])], table)
		require.Len(t, after[table], len(before[table])+added, table)
	}
	keys := map[string]bool{}
	for _, change := range changed {
		keys[fmt.Sprintf("key=%#v ", change.Key)] = true
	}
	require.Equal(t, without(before["settings"], keys), without(after["settings"], keys), "a setting that does not change was written")
}

// without leaves out the rows that hold one of the marks.
func without(rows []string, marks map[string]bool) []string {
	return slices.DeleteFunc(slices.Clone(rows), func(row string) bool {
		return slices.ContainsFunc(slices.Collect(maps.Keys(marks)), func(mark string) bool { return strings.Contains(row, " "+mark) })
	})
}

// requireAdsUnchanged requires a step to leave the rows of TikTok for Business as they are.
func (w *storeModel) requireAdsUnchanged(t *rapid.T, step func()) {
	before := w.rawTables.ads(t, w.seller.Store.ID)
	step()
	require.Equal(t, before, w.rawTables.ads(t, w.seller.Store.ID))
}

// changesTo works out what leads to the wanted values, in key order.
func (w *storeModel) changesTo(wanted map[string]value) []models.SettingChange {
	changes := []models.SettingChange{}
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		have, known := w.settings[key]
		if !known {
			have.by = models.Integration
		}
		change := models.SettingChange{
			Key: key, Scope: wanted[key].scope, Kind: models.SettingUpdated, Before: have.text, After: wanted[key].text, LastChangedBy: have.by,
		}
		switch {
		case have.text == wanted[key].text:
			continue
		case have.text == "":
			change.Kind = models.SettingAdded
		case wanted[key].text == "":
			change.Kind = models.SettingRemoved
		}
		changes = append(changes, change)
	}
	return changes
}

func (w *storeModel) apply(changes []models.SettingChange, by models.Actor) {
	for _, c := range changes {
		w.settings[c.Key] = value{c.Scope, c.After, by}
	}
}

// restorationChanges is what disconnecting ought to change.
func (w *storeModel) restorationChanges() []models.SettingChange {
	wanted := map[string]value{}
	for key, s := range w.settings {
		if s.scope != models.ScopeAds {
			wanted[key] = value{scope: s.scope, text: w.snapshot[key].text}
		}
	}
	return w.changesTo(wanted)
}

func (w *storeModel) preview(t *rapid.T) *models.DisconnectPreview {
	overview, err := w.repository.Overview(context.Background(), w.seller, everything)
	require.NoError(t, err)
	require.Equal(t, w.connected != "", len(overview.TikTokShop.Accounts) == 1)
	if w.connected == "" {
		require.Equal(t, models.SetupInProgress, overview.TikTokShop.Status)
		return nil
	}
	preview := overview.TikTokShop.Accounts[0].DisconnectPreview
	w.requirePreview(t, preview)
	return preview
}

// requirePreview requires the preview to show what would happen, and its token to stand for that and nothing else.
func (w *storeModel) requirePreview(t *rapid.T, preview *models.DisconnectPreview) {
	require.NotNil(t, preview)
	require.Equal(t, w.restorationChanges(), preview.Changes)
	shown := fmt.Sprint(w.epochs, w.restorationChanges())
	for other, token := range w.tokens {
		require.Equal(t, other == shown, token == preview.Token, "the same token and other contents, or the other way round")
	}
	w.tokens[shown] = preview.Token
}

func (w *storeModel) disconnect(t *rapid.T) {
	w.requireAdsUnchanged(t, func() {
		request := models.DisconnectRequest{Confirm: true}
		code := models.DisconnectTikTokShopErrorCode("")
		switch {
		case len(w.accounts) == 0:
			code = models.DisconnectNotConnected
		case w.connected == "":
			code = models.AlreadyDisconnected
		}
		code = w.named(t, &request, code)
		code = w.token(t, &request, code)
		if rapid.IntRange(0, 7).Draw(t, "unconfirmed") == 7 {
			request.Confirm, code = false, models.ConfirmationRequired
		}
		w.requireOnlyChanges(t, func() []models.SettingChange { return w.disconnectShop(t, request, code) })
	})
}

// named draws which account the request names, and what becomes of it then.
func (w *storeModel) named(t *rapid.T, request *models.DisconnectRequest, code models.DisconnectTikTokShopErrorCode) models.DisconnectTikTokShopErrorCode {
	name := func(id string) { request.AccountID = &id }
	switch rapid.SampledFrom([]string{"none", "none", "right", "right", "shop", "business", "unknown"}).Draw(t, "account") {
	case "right":
		if w.connected != "" {
			name(w.accounts[w.connected])
		}
	case "shop":
		shop := rapid.SampledFrom(w.shops).Draw(t, "shop")
		name(w.accounts[shop])
		switch {
		case w.accounts[shop] == "":
			return models.AccountNotFound
		case shop != w.connected:
			return models.AlreadyDisconnected
		}
	case "business":
		accounts, err := w.repository.Accounts(context.Background(), w.seller, models.AccountDetails{})
		require.NoError(t, err)
		business := slices.IndexFunc(accounts, func(a *models.Account) bool { return a.Kind == models.TikTokForBusiness })
		name(accounts[business].ID)
		return models.WrongAccountKind
	case "unknown":
		name("account_none")
		return models.AccountNotFound
	}
	return code
}

// token draws which preview the request is made of, and what becomes of it then.
func (w *storeModel) token(t *rapid.T, request *models.DisconnectRequest, code models.DisconnectTikTokShopErrorCode) models.DisconnectTikTokShopErrorCode {
	switch rapid.SampledFrom([]string{"none", "fresh", "fresh", "seen", "garbage"}).Draw(t, "token") {
	case "fresh":
		if preview := w.preview(t); preview != nil {
			request.PreviewToken = &preview.Token
		}
		return code
	case "seen":
		if len(w.tokens) == 0 {
			return code
		}
		shown := rapid.SampledFrom(slices.Sorted(maps.Keys(w.tokens))).Draw(t, "shown")
		token := w.tokens[shown]
		request.PreviewToken = &token
		if shown == fmt.Sprint(w.epochs, w.restorationChanges()) {
			return code
		}
	case "garbage":
		token := rapid.String().Draw(t, "garbage")
		request.PreviewToken = &token
	case "none":
		return code
	}
	if code == "" {
		return models.PreviewStale
	}
	return code
}

func (w *storeModel) disconnectShop(t *rapid.T, request models.DisconnectRequest, code models.DisconnectTikTokShopErrorCode) []models.SettingChange {
	announced := w.preview(t)
	result, err := w.repository.DisconnectTikTokShop(context.Background(), w.seller, request)
	if code != "" {
		requireRefusals(t, err, code)
		var refusal *models.DisconnectRefusal
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, code == models.AlreadyDisconnected, refusal.Disconnection != nil)
		if refusal.Disconnection != nil && request.AccountID == nil {
			require.Equal(t, w.accounts[w.last], refusal.Account.ID)
		}
		return nil
	}
	require.NoError(t, err)
	changes := w.restorationChanges()
	w.apply(changes, models.Integration)
	w.last, w.connected = w.connected, ""
	w.closed++

	restoration := result.Disconnection.Restoration
	require.Equal(t, announced.Changes, restoration.Changes)
	require.Equal(t, announced.SnapshotTakenAt, restoration.SnapshotTakenAt)
	require.Equal(t, w.digest(t), *restoration.RestoredDigest)
	require.Equal(t, restoration.SnapshotDigest, *restoration.RestoredDigest)
	for key, s := range w.settings {
		require.True(t, s.scope == models.ScopeAds || s.text == w.snapshot[key].text, key)
	}
	record, err := w.repository.Disconnection(context.Background(), w.seller, result.Disconnection.ID, models.AccountDetails{Changes: true})
	require.NoError(t, err)
	require.Equal(t, restoration, record.Restoration)
	trail, err := w.repository.AuditTrail(context.Background(), w.seller, models.AuditPage{Count: 1}, models.AccountDetails{Changes: true})
	require.NoError(t, err)
	require.Equal(t, changes, trail.Entries[0].Changes)
	require.Equal(t, record.ID, trail.Entries[0].Disconnection.ID)
	return changes
}
