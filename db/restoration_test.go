package db_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

func TestDisconnectRefusesDamagedSnapshot(t *testing.T) {
	for name, damage := range map[string]string{
		"another value":  `UPDATE epochs SET snapshot = replace(snapshot, 'MERCHANT', 'NOBODY')`,
		"fewer settings": `UPDATE epochs SET snapshot = '[]'`,
		"missing":        `UPDATE epochs SET snapshot = NULL`,
		"empty":          `UPDATE epochs SET snapshot = ''`,
		"JSON null":      `UPDATE epochs SET snapshot = 'null'`,
		"not a list":     `UPDATE epochs SET snapshot = '{"key": "x"}'`,
		"not JSON":       `UPDATE epochs SET snapshot = substr(snapshot, 1, 40)`,
		"other digest":   `UPDATE epochs SET snapshot_digest = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'`,
		"no digest":      `UPDATE epochs SET snapshot_digest = ''`,
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, databaseURL string) {
				repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
				seller := register(t, repository, "damaged.myshopify.com")
				account := connect(t, repository, seller, "1").Account
				require.NotNil(t, account.DisconnectPreview)
				require.NoError(t, rawTables.write(damage))
				before := rawTables.of(t, seller.Store.ID)

				shown, err := repository.Account(t.Context(), seller, account.ID, everything)
				require.NoError(t, err)
				require.Nil(t, shown.DisconnectPreview)
				for _, id := range []*string{nil, &account.ID} {
					_, err := repository.DisconnectTikTokShop(t.Context(), seller, models.DisconnectRequest{Confirm: true, AccountID: id})
					requireRefusals(t, err, models.SnapshotDamaged)
					var refusal *models.DisconnectRefusal
					require.ErrorAs(t, err, &refusal)
					require.Equal(t, account.ID, refusal.Account.ID)
					require.Nil(t, refusal.Disconnection)
				}
				require.Equal(t, before, rawTables.of(t, seller.Store.ID))
			})
		})
	}
}

func TestDisconnectRecordsReplacedValues(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "record.myshopify.com")
		connect(t, repository, seller, "1")
		update(t, repository, seller, models.SettingInput{Key: "order.tags", Value: `["edited"]`})
		shown, err := repository.Overview(t.Context(), seller, everything)
		require.NoError(t, err)
		preview := shown.TikTokShop.Accounts[0].DisconnectPreview
		done := disconnect(t, repository, seller).Disconnection
		require.Equal(t, preview.Changes, done.Restoration.Changes)
		require.Equal(t, preview.SnapshotTakenAt, done.Restoration.SnapshotTakenAt)

		connect(t, repository, seller, "1")
		update(t, repository, seller, models.SettingInput{Key: "order.tags", Value: `["edited again"]`})
		disconnect(t, repository, seller)

		record, err := repository.Disconnection(t.Context(), seller, done.ID, models.AccountDetails{Changes: true})
		require.NoError(t, err)
		require.Equal(t, done.Restoration, record.Restoration)
		require.Equal(t, seller.Actor, record.DisconnectedBy)
		var edited models.SettingChange
		for _, change := range record.Restoration.Changes {
			if change.Key == "order.tags" {
				edited = change
			}
		}
		require.Equal(t, models.SettingChange{Key: "order.tags", Scope: models.ScopeStore, Kind: models.SettingUpdated,
			Before: `["edited"]`, After: `["web","priority"]`, LastChangedBy: seller.Actor}, edited)
	})
}

func TestDisconnectRollsBackOnDigestMismatch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller := register(t, repository, "spoilt.myshopify.com")
		connect(t, repository, seller, "1")
		before := rawTables.of(t, seller.Store.ID)

		unspoil := rawTables.spoilWritesOf(t, "tax.handling")
		_, err := repository.DisconnectTikTokShop(t.Context(), seller, models.DisconnectRequest{Confirm: true})
		require.ErrorContains(t, err, "digest")
		require.Equal(t, before, rawTables.of(t, seller.Store.ID))

		unspoil()
		disconnect(t, repository, seller)
	})
}

// spoilWritesOf makes the database keep another value than the one a setting is updated to.
func (d tables) spoilWritesOf(t *testing.T, key string) (undo func()) {
	t.Helper()
	if d.dialect == "sqlite" {
		require.NoError(t, d.write(`CREATE TRIGGER spoil AFTER UPDATE ON settings WHEN NEW.key = '`+key+`' BEGIN
			UPDATE settings SET value = '"spoilt"' WHERE store_id = NEW.store_id AND key = NEW.key; END`))
		return func() { require.NoError(t, d.write(`DROP TRIGGER spoil`)) }
	}
	require.NoError(t, d.write(`CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN NEW.value := '"spoilt"'; RETURN NEW; END $$`))
	require.NoError(t, d.write(`CREATE TRIGGER spoil BEFORE UPDATE ON settings FOR EACH ROW WHEN (NEW.key = '`+key+`') EXECUTE FUNCTION spoil()`))
	return func() { require.NoError(t, d.write(`DROP TRIGGER spoil ON settings`)) }
}

// TestRecordsKeepTheirSnapshots requires each record to give what was recorded before its own connection, to its store alone.
func TestRecordsKeepTheirSnapshots(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller, stranger := register(t, repository, "kept.myshopify.com"), register(t, repository, "stranger.myshopify.com")
		var records []*models.Disconnection
		for _, tags := range []models.Value{`["first"]`, `["second"]`} {
			update(t, repository, seller, models.SettingInput{Key: "order.tags", Value: tags})
			connect(t, repository, seller, "1")
			records = append(records, disconnect(t, repository, seller).Disconnection)
		}
		require.NotEqual(t, records[0].Restoration.SnapshotDigest, records[1].Restoration.SnapshotDigest)
		for _, record := range records {
			snapshot, err := repository.RestoredSnapshot(t.Context(), seller, record.ID)
			require.NoError(t, err)
			require.Equal(t, record.Restoration.SnapshotDigest, models.Digest(snapshot.Settings))
			require.Equal(t, record.Restoration.SnapshotTakenAt.UTC(), snapshot.TakenAt.UTC())
			require.True(t, snapshot.Intact())

			none, err := repository.RestoredSnapshot(t.Context(), stranger, record.ID)
			require.NoError(t, err)
			require.Nil(t, none)
		}
		require.NoError(t, rawTables.write(`UPDATE epochs SET snapshot = 'not JSON'`))
		damaged, err := repository.RestoredSnapshot(t.Context(), seller, records[0].ID)
		require.NoError(t, err)
		require.Nil(t, damaged)
	})
}

// TestDisconnectPreviewEditsAreOfThisConnection: what counts is what was written when the account was connected last, as a disconnect
// with the preview's token sees it, too.
func TestDisconnectPreviewEditsAreOfThisConnection(t *testing.T) {
	const key = "product.inventoryManagedByChannel"
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "edits.myshopify.com")
		neighbour := register(t, repository, "neighbour.myshopify.com")
		connect(t, repository, neighbour, "other")
		update(t, repository, neighbour, models.SettingInput{Key: key, Value: `{"other":false}`})
		connect(t, repository, seller, "1")
		update(t, repository, seller, models.SettingInput{Key: key, Value: `{}`})
		disconnect(t, repository, seller)
		update(t, repository, seller, models.SettingInput{Key: key, Value: `{"mine":true}`}) // is recorded by the next connect

		connect(t, repository, seller, "1")
		require.Empty(t, previewOf(t, repository, seller).Edits)
		written := models.DefaultCatalogue().Definition(key).Connected
		edited := models.Value(strings.Replace(string(written), `/7001":true`, `/7001":false`, 1))
		require.NotEqual(t, written, edited)
		update(t, repository, seller, models.SettingInput{Key: key, Value: edited}, models.SettingInput{Key: "inventory.percent", Value: `80`})
		preview := previewOf(t, repository, seller)
		require.Equal(t, []models.SettingChange{
			{Key: "inventory.percent", Scope: models.ScopeTikTokShop, Kind: models.SettingRemoved, Before: `80`, LastChangedBy: seller.Actor},
			{Key: key, Scope: models.ScopeStore, Kind: models.SettingUpdated, Before: `{"gid://shopify/Product/7001":false}`, After: `{}`, LastChangedBy: seller.Actor},
		}, preview.Edits)

		_, err := repository.DisconnectTikTokShop(t.Context(), seller, models.DisconnectRequest{Confirm: true, PreviewToken: &preview.Token})
		require.NoError(t, err)
	})
}

func previewOf(t *testing.T, repository *db.Repository, seller models.Caller) *models.DisconnectPreview {
	t.Helper()
	overview, err := repository.Overview(t.Context(), seller, models.AccountDetails{Preview: true})
	require.NoError(t, err)
	return overview.TikTokShop.Accounts[0].DisconnectPreview
}

// TestCertificateDetailsAreOfTheMoment at which a disconnect wrote, whatever was edited of the ads channel before and since, and of its own store.
func TestCertificateDetailsAreOfTheMoment(t *testing.T) {
	const edited, kept = "ads.catalog", "ads.adAccount"
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		versions := models.Versions{Program: "v1.2.3", Commit: "0123abc", ShopifyAPI: "2026-10"}
		repository.Versions = versions
		seller, stranger := register(t, repository, "ads.myshopify.com"), register(t, repository, "stranger.myshopify.com")
		digest := func() string {
			settings, err := repository.Settings(t.Context(), seller, models.SettingFilter{Scope: models.ScopeAds})
			require.NoError(t, err)
			var ads []models.SnapshotSetting
			for _, setting := range settings {
				if setting.Value != "" {
					ads = append(ads, models.SnapshotSetting{Key: setting.Key, Value: setting.Value})
				}
			}
			return models.Digest(ads)
		}
		var records, digests []string
		for _, value := range []models.Value{`"1"`, `"2"`} {
			connect(t, repository, seller, "1")
			update(t, repository, seller, models.SettingInput{Key: edited, Value: value})
			digests = append(digests, digest())
			records = append(records, disconnect(t, repository, seller).Disconnection.ID)
			update(t, repository, seller, models.SettingInput{Key: edited})
			update(t, repository, seller, models.SettingInput{Key: kept, Value: value})
		}
		require.NotEqual(t, digests[0], digests[1])
		for i, id := range records {
			details, err := repository.CertificateDetails(t.Context(), seller, id)
			require.NoError(t, err)
			require.Equal(t, models.AdsDigests{Before: digests[i], After: digests[i]}, details.Ads)
			require.Nil(t, details.AcceptedBy, "there was nothing to accept")
			require.Equal(t, &versions, details.Versions)
			none, err := repository.CertificateDetails(t.Context(), stranger, id)
			require.NoError(t, err)
			require.Nil(t, none)
		}
		connect(t, repository, seller, "1")
		update(t, repository, seller, models.SettingInput{Key: edited, Value: `"3"`})
		last := disconnect(t, repository, seller).Disconnection.ID
		require.NoError(t, rawTables.write(`INSERT INTO setting_changes (entry_seq, store_id, action, key, scope, before, after, changed_at, changed_by_kind,
			changed_by_name, last_changed_by_kind, last_changed_by_name)
			SELECT d.entry_seq, d.store_id, 'DISCONNECT', '`+edited+`', 'ADS', '"3"', '"4"', au.occurred_at, 'SYSTEM', '', 'SYSTEM', ''
			FROM disconnections d JOIN audit_entries au ON au.seq = d.entry_seq WHERE d.id = '`+last+`'`))
		require.NoError(t, rawTables.write(`UPDATE settings SET value = '"4"' WHERE key = '`+edited+`'`))
		touched, err := repository.CertificateDetails(t.Context(), seller, last)
		require.NoError(t, err)
		require.NotEqual(t, touched.Ads.Before, touched.Ads.After, "what a disconnect writes of the ads channel shows")
		require.Equal(t, digest(), touched.Ads.After)
		require.Contains(t, rawTables.explain(t, db.SelectAdsAround), "setting_changes_of_ads", "however long the ledger is")
	})
}
