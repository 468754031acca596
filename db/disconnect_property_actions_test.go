package db_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"handback/models"
	"strconv"
)

func (w *world) connect(t *rapid.T) {
	w.leavingAds(t, func() {
		given := &models.Authorization{
			ShopCode: rapid.SampledFrom(append(slices.Clone(w.shops), takenShop)).Draw(t, "shop"), ShopName: `Shop "é" \ <&>`,
			Region: "US", Role: models.ShopOwner, Seller: models.SellerActive,
		}
		code := w.obstacle(given)
		switch rapid.IntRange(0, 11).Draw(t, "authorization") { // small numbers are drawn more often
		case 8:
			given, code = nil, models.AuthorizationInvalid
		case 9:
			given.Role, code = models.ShopStaff, models.OwnerRequired
		case 10:
			given.Seller, code = models.SellerPending, models.SellerNotActive
		case 11:
			given.Region, code = "GB", models.RegionMismatch
		}
		w.changing(t, func() []models.SettingChange { return w.connectShop(t, given, code) })
	})
}

func (w *world) obstacle(given *models.Authorization) models.ConnectTikTokShopErrorCode {
	switch {
	case w.connected != "":
		return models.AlreadyConnected
	case given.ShopCode == takenShop:
		return models.AccountInUse
	}
	return ""
}

func (w *world) connectShop(t *rapid.T, given *models.Authorization, code models.ConnectTikTokShopErrorCode) []models.SettingChange {
	digest := w.digest(t)
	result, err := w.repository.ConnectTikTokShop(context.Background(), w.seller, given)
	require.NoError(t, err)
	if code != "" {
		require.Len(t, result.Refusals, 1)
		require.Equal(t, code, result.Refusals[0].Code)
		return nil
	}
	require.Empty(t, result.Refusals)
	result.Account, err = w.repository.Account(context.Background(), w.seller, result.Account.ID, everything)
	require.NoError(t, err)
	w.snapshot = map[string]value{}
	recorded := []models.SnapshotSetting{}
	for _, key := range slices.Sorted(maps.Keys(w.settings)) {
		if s := w.settings[key]; s.text != "" && s.scope != models.ScopeAds {
			w.snapshot[key] = s
			recorded = append(recorded, models.SnapshotSetting{Key: key, Scope: s.scope, Value: s.text})
		}
	}
	require.Equal(t, recorded, result.Account.Snapshot.Settings)
	require.Equal(t, digest, result.Account.Snapshot.Digest)

	changes := w.changesTo(w.needed(t, given))
	require.Equal(t, changes, result.Changes)
	w.apply(changes, models.Integration)
	if id, known := w.accounts[given.ShopCode]; known {
		require.Equal(t, id, result.Account.ID)
	}
	w.accounts[given.ShopCode], w.connected = result.Account.ID, given.ShopCode
	w.epochs++
	w.requirePreview(t, result.Account.DisconnectPreview)
	return changes
}

// needed is what connecting writes. Only strings have places to be filled in here.
func (w *world) needed(t *rapid.T, given *models.Authorization) map[string]value {
	wanted := map[string]value{}
	for _, d := range w.catalogue {
		if d.Connected == "" || d.Scope == models.ScopeAds {
			continue
		}
		text := d.Connected
		var plain string
		if json.Unmarshal([]byte(text), &plain) == nil && plain == placeholders {
			text = newValue(t, given.Region+"/"+given.ShopCode+"/"+given.ShopName)
		}
		wanted[d.Key] = value{scope: d.Scope, text: text}
	}
	return wanted
}

func (w *world) edit(t *rapid.T) {
	catalogueKeys := []string{}
	for _, d := range w.catalogue {
		catalogueKeys = append(catalogueKeys, d.Key)
	}
	by := models.Caller{Store: w.seller.Store, Actor: rapid.SampledFrom([]models.Actor{
		w.seller.Actor, {Kind: models.ActorPartner, Name: "Rithum"}}).Draw(t, "actor")}
	var inputs []models.SettingInput
	var codes []string
	wanted := map[string]value{}
	for range rapid.SampledFrom([]int{2, 1, 3, 0}).Draw(t, "inputs") {
		key := rapid.SampledFrom(catalogueKeys).Draw(t, "key")
		input, code := w.input(t, key)
		if _, repeated := wanted[input.Key]; repeated && code != models.UnknownSetting {
			code = models.DuplicateKey
		}
		codes = append(codes, string(code))
		inputs = append(inputs, input)
		if definition := w.catalogue.Definition(input.Key); definition != nil {
			wanted[input.Key] = value{scope: definition.Scope, text: input.Value}
		}
	}
	w.changing(t, func() []models.SettingChange { return w.editSettings(t, by, inputs, codes, wanted) })
}

// input draws an edit of a setting, and why it is to be refused.
func (w *world) input(t *rapid.T, key string) (models.SettingInput, models.UpdateSettingsErrorCode) {
	d := w.catalogue.Definition(key)
	of := sorts[d.Type]
	input, code := models.SettingInput{Key: key}, models.UpdateSettingsErrorCode("")
	switch rapid.SampledFrom([]string{"valid", "valid", "valid", "valid", "same", "null", "invalid", "large", "unknown"}).Draw(t, "edit") {
	case "valid":
		input.Value = newValue(t, of.valid.Draw(t, "value"))
	case "same":
		if input.Value = w.settings[key].text; input.Value == "" && d.MinEntries > 0 {
			code = models.InvalidValue
		}
	case "null":
		if d.MinEntries > 0 {
			code = models.InvalidValue
		}
	case "invalid":
		input.Value, code = newValue(t, of.invalid.Draw(t, "value")), models.InvalidValue
	case "large":
		input.Value, code = models.Value(`"`+strings.Repeat("x", models.MaxValueBytes)+`"`), models.ValueTooLarge
	case "unknown":
		input.Key, input.Value = "\x7f"+key, `1`
		return input, models.UnknownSetting
	}
	switch {
	case !d.Editable:
		code = models.NotEditable
	case d.Scope == models.ScopeTikTokShop && w.connected == "":
		code = models.SettingsNotConnected
	}
	return input, code
}

func (w *world) editSettings(t *rapid.T, by models.Caller, inputs []models.SettingInput, codes []string, wanted map[string]value) []models.SettingChange {
	settings, refusals, err := w.repository.UpdateSettings(context.Background(), by, inputs)
	require.NoError(t, err)
	got := make([]string, len(inputs))
	for _, refusal := range refusals {
		for i := range inputs {
			if refusal.Field[1] == strconv.Itoa(i) {
				got[i] = string(refusal.Code)
			}
		}
	}
	require.Equal(t, append([]string{}, codes...), got)
	if len(refusals) > 0 {
		return nil
	}
	changes := w.changesTo(wanted)
	w.apply(changes, by.Actor)
	at := 0
	for _, input := range inputs {
		if input.Value == "" {
			continue
		}
		require.Equal(t, []any{input.Key, input.Value, w.settings[input.Key].by}, []any{settings[at].Key, settings[at].Value, settings[at].UpdatedBy})
		at++
	}
	require.Len(t, settings, at)
	if len(changes) == 0 {
		return nil
	}
	return changes
}

// wayBack is what disconnecting ought to change.
func (w *world) wayBack() []models.SettingChange {
	wanted := map[string]value{}
	for key, s := range w.settings {
		if s.scope != models.ScopeAds {
			wanted[key] = value{scope: s.scope, text: w.snapshot[key].text}
		}
	}
	return w.changesTo(wanted)
}

func (w *world) preview(t *rapid.T) *models.DisconnectPreview {
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
func (w *world) requirePreview(t *rapid.T, preview *models.DisconnectPreview) {
	require.NotNil(t, preview)
	require.Equal(t, w.wayBack(), preview.Changes)
	shown := fmt.Sprint(w.epochs, w.wayBack())
	for other, token := range w.tokens {
		require.Equal(t, other == shown, token == preview.Token, "the same token and other contents, or the other way round")
	}
	w.tokens[shown] = preview.Token
}

func (w *world) disconnect(t *rapid.T) {
	w.leavingAds(t, func() {
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
		w.changing(t, func() []models.SettingChange { return w.disconnectShop(t, request, code) })
	})
}

// named draws which account the request names, and what becomes of it then.
func (w *world) named(t *rapid.T, request *models.DisconnectRequest, code models.DisconnectTikTokShopErrorCode) models.DisconnectTikTokShopErrorCode {
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
func (w *world) token(t *rapid.T, request *models.DisconnectRequest, code models.DisconnectTikTokShopErrorCode) models.DisconnectTikTokShopErrorCode {
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
		if shown == fmt.Sprint(w.epochs, w.wayBack()) {
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

func (w *world) disconnectShop(t *rapid.T, request models.DisconnectRequest, code models.DisconnectTikTokShopErrorCode) []models.SettingChange {
	announced := w.preview(t)
	result, err := w.repository.DisconnectTikTokShop(context.Background(), w.seller, request)
	require.NoError(t, err)
	if code != "" {
		require.Len(t, result.Refusals, 1)
		require.Equal(t, code, result.Refusals[0].Code)
		require.Equal(t, code == models.AlreadyDisconnected, result.Disconnection != nil)
		if result.Disconnection != nil && request.AccountID == nil {
			require.Equal(t, w.accounts[w.last], result.Account.ID)
		}
		return nil
	}
	require.Empty(t, result.Refusals)
	changes := w.wayBack()
	w.apply(changes, models.Integration)
	w.last, w.connected = w.connected, ""
	w.closed++

	restoration := result.Disconnection.Restoration
	require.Equal(t, announced.Changes, restoration.Changes)
	require.Equal(t, announced.SnapshotTakenAt, restoration.SnapshotTakenAt)
	require.Equal(t, w.digest(t), restoration.RestoredDigest)
	require.Equal(t, restoration.SnapshotDigest, restoration.RestoredDigest)
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

// fail makes a call that does not come to its end: the caller goes away, or the database refuses one of its writes.
func (w *world) fail(t *rapid.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	table := rapid.SampledFrom([]string{"", "accounts", "audit_entries", "epochs", "disconnections"}).Draw(t, "table")
	if table == "" || w.connected == "" && table == "disconnections" || w.connected != "" && table == "epochs" {
		cancel()
	} else {
		defer w.past.refuseWrites(t, table)()
	}
	w.changing(t, func() []models.SettingChange {
		var err error
		if w.connected == "" {
			_, err = w.repository.ConnectTikTokShop(ctx, w.seller, owner(w.shops[0]))
		} else {
			_, err = w.repository.DisconnectTikTokShop(ctx, w.seller, models.DisconnectRequest{Confirm: true})
		}
		require.Error(t, err)
		require.NotErrorIs(t, err, models.ErrOutcomeUnknown)
		return nil
	})
}

// refuseWrites makes the database refuse new and changed rows of a table.
func (d tables) refuseWrites(t tester, table string) (undo func()) {
	t.Helper()
	if d.dialect == "sqlite" {
		for _, event := range []string{"INSERT", "UPDATE"} {
			require.NoError(t, d.write(`CREATE TRIGGER refuse_`+event+` BEFORE `+event+` ON `+table+` BEGIN SELECT RAISE(ABORT, 'refused'); END`))
		}
		return func() {
			require.NoError(t, d.write(`DROP TRIGGER refuse_INSERT`))
			require.NoError(t, d.write(`DROP TRIGGER refuse_UPDATE`))
		}
	}
	require.NoError(t, d.write(`CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON `+table+` FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()`))
	return func() { require.NoError(t, d.write(`DROP TRIGGER refuse ON `+table)) }
}
