package jobs_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify/sandbox"
)

// reject has Shopify say no to an operation, each time.
func (l *life) reject(operation string) {
	require.NoError(l.t, l.box.AddFault(sandbox.Fault{Operation: operation, Kind: sandbox.Refused, Times: 1_000_000}))
}

// TestDisconnectIsBlockedByWhatShopifyRejects each time that it is asked, after all the rest went back. It goes on when that was put
// right, or ends without it when a seller accepts that.
func TestDisconnectIsBlockedByWhatShopifyRejects(t *testing.T) {
	for operation, rejected := range map[string][]string{
		"LocationEdit":     {entry(models.KeyOnlineLocations, "Location", 1002, models.NotWritable)},
		"ChannelDelete":    {models.KeyChannel + "  NOT_WRITABLE", models.KeyAttribution + "  NOT_WRITABLE"},
		"UnpublishProduct": nil, // all of them
	} {
		t.Run(operation, func(t *testing.T) {
			eachLife(t, func(t *testing.T, l *life) {
				before := l.atShopify()
				l.connect()
				l.reject(operation)
				l.wire.watch(nil, nil)

				id := l.disconnect()

				l.requirePhase(id, models.PhaseBlocked, models.ShopifyRejected)
				require.Contains(t, l.disconnection(id).Progress().Problem.Message, "The sandbox was told to refuse this.")
				asked := slices.DeleteFunc(l.wire.operations(), func(called string) bool { return called != operation })
				require.LessOrEqual(t, len(asked), models.MaxRounds*12, "it is not asked for ever")
				require.Contains(t, l.rows(`SELECT detail FROM store_writes WHERE transition_id = '`+id+`' AND state = 'IMPOSSIBLE'`), "The sandbox was told to refuse this.")

				l.box.ClearFaults()
				l.retry(id)
				l.requireRestored(id)
				require.Equal(t, before, l.atShopify())

				l.connect()
				l.reject(operation)
				id = l.disconnect()
				l.requirePhase(id, models.PhaseBlocked, models.ShopifyRejected)
				l.box.ClearFaults()
				l.accept(id)
				exceptions := l.exceptions(id)
				require.NotEmpty(t, exceptions)
				for _, exception := range exceptions {
					require.Regexp(t, ` NOT_WRITABLE$`, exception)
				}
				if rejected != nil {
					require.Equal(t, rejected, exceptions)
				}
				l.requireRestored(id, exceptions...)
				require.NotEqual(t, before, l.atShopify())
			})
		})
	}
}

// TestDisconnectIsBlockedWhenShopifyRejectsAll: the store cannot be taken for the disconnect at all. It goes on when that was put right.
func TestDisconnectIsBlockedWhenShopifyRejectsAll(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		l.reject("AppMetafieldsSet")
		_, err := l.engine.Run(l.ctx, l.beginConnecting(shopCode))
		require.NoError(t, err)

		id := l.disconnect()

		l.requirePhase(id, models.PhaseBlocked, models.ShopifyRejected)
		problem := l.disconnection(id).Progress().Problem
		require.Equal(t, models.VerificationFailed, problem.Code)
		require.Contains(t, problem.Message, "The sandbox was told to refuse this.")
		require.NotContains(t, problem.Message, "by itself")

		l.box.ClearFaults()
		l.retry(id)
		l.requireRestored(id)
		require.Equal(t, before, l.atShopify())
	})
}

// TestDisconnectUndoesAConnectThatShopifyRejects: what was written of it is taken back, and the record says why.
func TestDisconnectUndoesAConnectThatShopifyRejects(t *testing.T) {
	for _, operation := range []string{"ChannelCreate", "LocationEdit", "WebhookSubscriptionCreate", "AppMetafieldsSet"} {
		t.Run(operation, func(t *testing.T) {
			eachLife(t, func(t *testing.T, l *life) {
				before := l.atShopify()
				l.reject(operation)
				id := l.beginConnecting(shopCode)
				l.carryOut(id)
				l.requirePhase(id, models.PhaseComplete, models.ShopifyRejected)
				require.Equal(t, models.AccountDisconnecting, l.account(models.AccountDetails{}).Status)
				undo := l.rows(`SELECT id FROM transitions WHERE kind = 'DISCONNECT'`)
				require.Len(t, undo, 1)
				problem := l.disconnection(undo[0]).Progress().Problem
				require.Equal(t, models.VerificationFailed, problem.Code)
				require.Contains(t, problem.Message, "Connecting has failed")
				require.Contains(t, problem.Message, "The sandbox was told to refuse this.")

				l.box.ClearFaults()
				l.carryOut(undo[0])

				l.requireRestored(undo[0])
				require.Equal(t, before, l.atShopify())
				require.Contains(t, l.disconnection(undo[0]).Progress().Problem.Message, "Connecting has failed")
				l.connect()
				l.requireRestored(l.disconnect())
			})
		})
	}
}

// TestTransitionsConnectWithoutAProductThatShopifyRejects: one of many does not keep the others from being sold.
func TestTransitionsConnectWithoutAProductThatShopifyRejects(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		id := l.beginConnecting(shopCode)
		for range models.MaxRounds { // in which it is asked for again
			require.NoError(t, l.box.AddFault(sandbox.Fault{Operation: "PublishProduct", Kind: sandbox.Refused, Times: 1}))
			again, err := l.engine.Run(l.ctx, id)
			require.NoError(t, err)
			if again != nil {
				time.Sleep(time.Until(*again))
			}
		}
		l.requirePhase(id, models.PhaseComplete)
		require.Equal(t, models.AccountConnected, l.account(models.AccountDetails{}).Status)
		published := l.rows(`SELECT value FROM settings WHERE key = '` + models.KeyPublished + `'`)
		require.Len(t, published, 1)
		require.Equal(t, 11, strings.Count(published[0], "true"))
		l.requireRestored(l.disconnect())
		require.Equal(t, before, l.atShopify())
	})
}

// editNow edits settings and waits for the store, as a call without an idempotency key does.
func (l *life) editNow(inputs ...models.SettingInput) ([]models.Setting, []models.UpdateSettingsUserError) {
	type answer struct {
		settings []models.Setting
		err      error
	}
	answered := make(chan answer, 1)
	go func() {
		settings, err := l.UpdateSettings(l.ctx, l.seller, inputs)
		answered <- answer{settings, err}
	}()
	time.Sleep(time.Millisecond)
	if open := l.rows(`SELECT id FROM transitions WHERE closed_at IS NULL`); len(open) == 1 {
		l.carryOut(open[0])
	}
	told := <-answered
	refusals := models.RefusalsIn[models.UpdateSettingsErrorCode](told.err)
	if refusals == nil {
		require.NoError(l.t, told.err)
	}
	return told.settings, refusals
}

// value is that of a setting as it is read.
func (l *life) value(key string) models.Value {
	settings, err := l.Settings(l.ctx, l.seller, models.SettingFilter{Key: key})
	require.NoError(l.t, err)
	if len(settings) == 0 {
		return ""
	}
	return settings[0].Value
}

const (
	twoOff = `{"gid://shopify/Location/1001":true,"gid://shopify/Location/1002":false,"gid://shopify/Location/1003":false}`
	allOn  = `{"gid://shopify/Location/1001":true,"gid://shopify/Location/1002":true,"gid://shopify/Location/1003":true}`
)

// TestTransitionsTellWhatAnEditHasDone: the answer and the settings say what the store has, and what Shopify has rejected is told.
func TestTransitionsTellWhatAnEditHasDone(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		edit := []models.SettingInput{{Key: "order.tags", Value: `["mine"]`}, {Key: models.KeyOnlineLocations, Value: twoOff}}
		l.reject("LocationEdit")
		settings, refusals := l.editNow(edit...)
		require.Len(t, settings, 2)
		require.EqualValues(t, `["mine"]`, settings[0].Value)
		require.EqualValues(t, allOn, settings[1].Value, "it is not written")
		require.EqualValues(t, allOn, l.value(models.KeyOnlineLocations))
		require.Len(t, refusals, 1)
		require.Equal(t, models.NotEditable, refusals[0].Code)
		require.Equal(t, []string{"settings", "1", "value"}, refusals[0].Field)
		require.Contains(t, refusals[0].Message, "was not changed in whole: ")
		require.Contains(t, refusals[0].Message, "The sandbox was told to refuse this.")
		l.reject("PublicationUpdate")
		_, refusals = l.editNow(models.SettingInput{Key: models.KeyAutoPublish, Value: "false"})
		require.Contains(t, refusals[0].Message, "was not changed: ", "it has no parts")

		l.box.ClearFaults()
		settings, refusals = l.editNow(edit...)
		require.Empty(t, refusals)
		require.EqualValues(t, twoOff, settings[1].Value)
		require.Equal(t, l.seller.Actor, settings[1].UpdatedBy)
		l.requireLedgerLeadsToSettings()
		require.Equal(t, []string{models.KeyOnlineLocations}, l.rows(`SELECT key FROM setting_changes WHERE entry_seq = (SELECT MAX(entry_seq) FROM setting_changes)`))
		require.Empty(t, l.rows(`SELECT id FROM audit_entries WHERE actor_kind = 'SHOPIFY_ADMIN' AND occurred_at > (SELECT MIN(occurred_at) FROM audit_entries WHERE action = 'ACCOUNT_CONNECTED')`))
		l.requireRestored(l.disconnect())
	})
}

// TestTransitionsWriteAnEditBeforeItIsTold: while Shopify does not answer, the setting has the value that the store has; and of two
// edits the later one counts.
func TestTransitionsWriteAnEditBeforeItIsTold(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		id := l.beginEdit(models.SettingInput{Key: models.KeyAutoPublish, Value: "false"}, models.SettingInput{Key: "order.tags", Value: `["first"]`})
		require.EqualValues(t, "true", l.value(models.KeyAutoPublish))
		require.Equal(t, id, l.beginEdit(models.SettingInput{Key: models.KeyAutoPublish, Value: "true"}), "which it has, and will not have")
		require.Equal(t, id, l.beginEdit(models.SettingInput{Key: models.KeyOnlineLocations, Value: twoOff}, models.SettingInput{Key: "order.tags", Value: `["second"]`}))
		require.Equal(t, id, l.beginEdit(models.SettingInput{Key: models.KeyAutoPublish, Value: "false"}))
		l.carryOut(id)
		l.requirePhase(id, models.PhaseComplete)
		require.EqualValues(t, "false", l.value(models.KeyAutoPublish))
		require.EqualValues(t, twoOff, l.value(models.KeyOnlineLocations))
		require.EqualValues(t, `["second"]`, l.value("order.tags"), "what has waited for the store goes over nothing else")
		l.requireLedgerLeadsToSettings()
		l.requireRestored(l.disconnect())
	})
}

// TestTransitionsTellThatAnEditIsNotWrittenYet: the answer does not wait for Shopify for ever.
func TestTransitionsTellThatAnEditIsNotWrittenYet(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		edit := []models.SettingInput{{Key: "order.tags", Value: `["mine"]`}, {Key: models.KeyAutoPublish, Value: "false"}}
		settings, err := l.UpdateSettings(l.ctx, l.seller, edit)
		refusals := models.RefusalsIn[models.UpdateSettingsErrorCode](err)
		require.EqualValues(t, "true", settings[1].Value)
		require.Len(t, refusals, 1)
		require.Equal(t, "“Publish new products” is not changed yet: it is still being written to the store.", refusals[0].Message)
		require.Equal(t, []string{"settings", "1", "value"}, refusals[0].Field)

		l.carryOut(l.rows(`SELECT id FROM transitions WHERE closed_at IS NULL`)[0])
		require.EqualValues(t, "false", l.value(models.KeyAutoPublish))
	})
}

// TestTransitionsTellAnAccessProblemAsOne: where Shopify does not let the app renew its access, the app has to be opened.
func TestTransitionsTellAnAccessProblemAsOne(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		require.NoError(t, l.box.AddFault(sandbox.Fault{Operation: "*", Kind: sandbox.Unauthorized, Times: 1000}))
		id := l.disconnect()
		l.requirePhase(id, models.PhaseBlocked, models.ShopifyAccessLost)
		require.Contains(t, l.disconnection(id).Progress().Problem.Message, "Shopify does not let the app into the store any more")

		refused := l.once(func(ctx context.Context) error {
			_, err := l.ConnectTikTokShop(ctx, l.seller, &models.Authorization{ShopCode: "USLCDEMO1", Region: "US", Role: models.ShopOwner, Seller: models.SellerActive})
			return err
		})
		refusal, ok := errors.AsType[*models.ConnectTikTokShopUserError](refused)
		require.True(t, ok, refused)
		require.Equal(t, models.RestorationInProgress, refusal.Code)
		require.Contains(t, refusal.Message, "Open the app in Shopify's admin")
		l.box.ClearFaults()
		l.retry(id)
		l.requireRestored(id)
	})
}

// TestDisconnectSaysWhatDiffersWhileItWaits, before a further round.
func TestDisconnectSaysWhatDiffersWhileItWaits(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		l.reject("LocationEdit")
		id := l.beginDisconnecting()
		again, err := l.engine.Run(l.ctx, id)
		require.NoError(t, err)
		require.NotNil(t, again)
		progress := l.disconnection(id).Progress()
		require.NotNil(t, progress.NextAttemptAt)
		require.Equal(t, models.VerificationFailed, progress.Problem.Code)
		require.Contains(t, progress.Problem.Message, "Locations that fulfill online orders")
		require.Contains(t, progress.Problem.Message, "It is tried again by itself.")
		l.box.ClearFaults()
		time.Sleep(time.Until(*again))
		l.carryOut(id)
		l.requireRestored(id)
		require.Nil(t, l.disconnection(id).Progress().Problem)
	})
}

// TestTransitionsEndAnEditThatCannotBeWritten, and say why.
func TestTransitionsEndAnEditThatCannotBeWritten(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		l.box.Uninstall(domain)
		settings, refusals := l.editNow(models.SettingInput{Key: models.KeyAutoPublish, Value: "false"})
		require.EqualValues(t, "true", settings[0].Value)
		require.Len(t, refusals, 1)
		require.Contains(t, refusals[0].Message, "Shopify does not let the app into the store")
		require.Empty(t, l.rows(`SELECT id FROM transitions WHERE closed_at IS NULL`))
	})
}

// TestDisconnectRefusesEditsOfTheStoreMeanwhile, which would be lost.
func TestDisconnectRefusesEditsOfTheStoreMeanwhile(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		id := l.beginDisconnecting()
		for _, key := range []string{"order.tags", models.KeyAutoPublish} {
			_, err := l.UpdateSettings(l.ctx, l.seller, []models.SettingInput{{Key: key}})
			refusals := models.RefusalsIn[models.UpdateSettingsErrorCode](err)
			require.Len(t, refusals, 1)
			require.Equal(t, models.NotEditable, refusals[0].Code)
		}
		_, err := l.UpdateSettings(l.ctx, l.seller, []models.SettingInput{{Key: "ads.adAccount", Value: `"2"`}})
		require.NoError(t, err)
		l.carryOut(id)
		l.requireRestored(id)
	})
}
