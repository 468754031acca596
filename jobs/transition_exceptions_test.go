package jobs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/models"
	"handback/shopify/sandbox"
)

// reconcile brings in what was edited in the Shopify admin. What is read at the moment that a transition has ended may be its
// own doing, so it is a moment later.
func (l *life) reconcile() {
	time.Sleep(time.Millisecond)
	require.NoError(l.t, l.stores.Reconcile(l.ctx, l.domain))
}

// foreseen are the exceptions of the preview, with the warnings about them and their counts.
func (l *life) foreseen() (exceptions, warnings []string) {
	l.reconcile()
	preview := l.account(models.AccountDetails{Preview: true}).DisconnectPreview
	require.NotNil(l.t, preview)
	for _, warning := range preview.Warnings {
		if warning.Code == models.CannotBeRestored || warning.Code == models.PublishedSinceConnecting {
			warnings = append(warnings, fmt.Sprint(warning.Code, " ", *warning.Count))
		}
	}
	return describe(preview.Exceptions), warnings
}

func entry(key, kind string, number int, reason models.RestorationExceptionReason) string {
	return key + " " + gid(kind, number) + " " + string(reason)
}

// published are the ids of the products on the app's publication, online those of locations that fulfill online orders.
func (l *life) published() []string { return l.trueEntries(models.KeyPublished) }
func (l *life) online() []string    { return l.trueEntries(models.KeyOnlineLocations) }

func (l *life) trueEntries(key string) []string {
	observed, err := l.client.Observe(l.ctx, l.domain)
	require.NoError(l.t, err)
	var members map[string]bool
	require.NoError(l.t, json.Unmarshal([]byte(observed.Value(key)), &members))
	maps.DeleteFunc(members, func(_ string, on bool) bool { return !on })
	return slices.Sorted(maps.Keys(members))
}

// retry has the seller try a disconnect again.
func (l *life) retry(id string) {
	require.NoError(l.t, l.once(func(ctx context.Context) error {
		_, err := l.RetryDisconnection(ctx, l.seller, id)
		return err
	}))
	l.carryOut(id)
}

// accept has the seller accept the store as it stands.
func (l *life) accept(id string) {
	observed := l.stores.Observe(l.ctx, l.seller.Store)
	require.NoError(l.t, l.once(func(ctx context.Context) error {
		record, err := l.AcceptExceptions(ctx, l.seller, id, observed)
		if err == nil {
			require.Equal(l.t, models.DisconnectionRevoking, record.Status(), "TikTok is still to be told")
		}
		return err
	}))
	l.carryOut(id)
}

// during has something done before the first call of an operation.
func (l *life) during(operation string, do func()) {
	var done bool
	l.wire.watch(func(_ int, called string) {
		if called == operation && !done {
			done = true
			do()
		}
	}, nil)
}

// TestTransitionsListADeletedProductAsAnException, one that was on the channel before: the rest goes back.
func TestTransitionsListADeletedProductAsAnException(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.publish(7003, true)
		l.publish(7005, true)
		l.reconcile()
		l.connect()
		l.deleteProduct(7003)
		l.deleteProduct(7006) // was not on it, and is not missed
		deleted := entry(models.KeyPublished, "Product", 7003, models.ResourceDeleted)

		exceptions, warnings := l.foreseen()
		id := l.disconnect()

		require.Equal(t, []string{deleted}, exceptions)
		require.Equal(t, []string{"CANNOT_BE_RESTORED 1"}, warnings)
		l.requireRestored(id, deleted)
		require.Equal(t, []string{gid("Product", 7005)}, l.published())
	})
}

// TestTransitionsListADeletedProductThatWasNotPublished, where the snapshot says so: nothing is said of it any more when the store was
// read.
func TestTransitionsListADeletedProductThatWasNotPublished(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		require.EqualValues(t, `{"gid://shopify/Product/7001":false,"gid://shopify/Product/7004":false}`, l.value(models.KeyPublished))
		l.connect()
		l.deleteProduct(7001)
		deleted := entry(models.KeyPublished, "Product", 7001, models.ResourceDeleted)

		exceptions, warnings := l.foreseen()
		require.NotContains(t, l.value(models.KeyPublished), "Product/7001")
		id := l.disconnect()

		require.Equal(t, []string{deleted}, exceptions)
		require.Equal(t, []string{"CANNOT_BE_RESTORED 1"}, warnings)
		l.requireRestored(id, deleted)
		require.EqualValues(t, `{"gid://shopify/Product/7004":false}`, l.value(models.KeyPublished))
		l.reconcile()
		require.EqualValues(t, `{"gid://shopify/Product/7004":false}`, l.value(models.KeyPublished))
	})
}

// TestTransitionsListADeactivatedLocationAsAnException: Shopify lets nobody switch it on.
func TestTransitionsListADeactivatedLocationAsAnException(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		l.change(fmt.Sprintf(`locationDeactivate(locationId: %q) @idempotent(key: "deactivate") { locationDeactivateUserErrors { message } }`, gid("Location", 1003)))
		inactive := entry(models.KeyOnlineLocations, "Location", 1003, models.LocationInactive)

		exceptions, warnings := l.foreseen()
		id := l.disconnect()

		require.Equal(t, []string{inactive}, exceptions)
		require.Equal(t, []string{"CANNOT_BE_RESTORED 1"}, warnings)
		l.requireRestored(id, inactive)
		require.Equal(t, []string{gid("Location", 1001)}, l.online())
	})
}

// TestTransitionsLeaveALocationOfAFulfillmentServiceAlone: no app may switch it, and it was not recorded.
func TestTransitionsLeaveALocationOfAFulfillmentServiceAlone(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.change(`fulfillmentServiceCreate(name: "Partner") { userErrors { message } }`)
		before := l.atShopify()
		l.connect()
		exceptions, warnings := l.foreseen()
		require.Empty(t, exceptions)
		require.Empty(t, warnings)
		l.requireRestored(l.disconnect())
		require.Equal(t, before, l.atShopify())
	})
}

// TestTransitionsListTheLastOnlineLocationAsAnException: Shopify keeps one on.
func TestTransitionsListTheLastOnlineLocationAsAnException(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.setLocation(1003, false)
		l.reconcile()
		l.connect()
		l.change(fmt.Sprintf(`locationDeactivate(locationId: %q) @idempotent(key: "deactivate") { locationDeactivateUserErrors { message } }`, gid("Location", 1001)))
		wanted := []string{
			entry(models.KeyOnlineLocations, "Location", 1001, models.LocationInactive),
			entry(models.KeyOnlineLocations, "Location", 1003, models.OnlyOnlineLocation),
		}

		exceptions, warnings := l.foreseen()
		id := l.disconnect()

		require.Equal(t, wanted, exceptions)
		require.Equal(t, []string{"CANNOT_BE_RESTORED 2"}, warnings)
		l.requireRestored(id, wanted...)
		require.Equal(t, []string{gid("Location", 1003)}, l.online())
	})
}

// TestTransitionsSwitchTheLastOnlineLocationOffWhenItIsTheLastNoMore: the merchant switches the other one off meanwhile, which is
// switched on again.
func TestTransitionsSwitchTheLastOnlineLocationOffWhenItIsTheLastNoMore(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.setLocation(1003, false)
		l.reconcile()
		before := l.atShopify()
		l.connect()
		l.during("LocationEdit", func() { l.setLocation(1001, false) })
		l.requireRestored(l.disconnect())
		require.Equal(t, before, l.atShopify())
	})
}

// TestTransitionsListAReturnPolicyThatIsGoneAsAnException: the app may read it only.
func TestTransitionsListAReturnPolicyThatIsGoneAsAnException(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		l.change(`shopPolicyUpdate(shopPolicy: {type: REFUND_POLICY, body: ""}) { userErrors { message } }`)
		gone := models.KeyReturnPolicy + "  " + string(models.NotWritable)
		exceptions, _ := l.foreseen()
		require.Equal(t, []string{gone}, exceptions)
		l.requireRestored(l.disconnect(), gone)
	})
}

// TestTransitionsForeseeWhatWillBeThere: a value that cannot be restored is not announced, nor is anything said of what is left alone.
func TestTransitionsForeseeWhatWillBeThere(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.setLocation(1003, false)
		l.reconcile()
		l.connect()
		l.change(fmt.Sprintf(`locationDeactivate(locationId: %q) @idempotent(key: "deactivate") { locationDeactivateUserErrors { message } }`, gid("Location", 1001)))
		l.change(`locationAdd(input: {name: "New", address: {countryCode: US}, fulfillsOnlineOrders: false}) { userErrors { message } }`)
		l.deleteProduct(7001)
		l.reconcile()
		present := l.value(models.KeyOnlineLocations)
		for _, change := range l.account(models.AccountDetails{Preview: true, Changes: true}).DisconnectPreview.Changes {
			switch change.Key {
			case models.KeyOnlineLocations:
				wanted := strings.Replace(string(present), `"gid://shopify/Location/1002":true`, `"gid://shopify/Location/1002":false`, 1)
				require.EqualValues(t, wanted, change.After, "1003 stays on, 1001 is deactivated, and the new one stays as it is")
			case models.KeyPublished:
				require.EqualValues(t, `{"gid://shopify/Product/7004":false}`, change.After)
			}
		}
		l.requireLedgerLeadsToSettings()
	})
}

// TestTransitionsTakeBackWhatWasPublishedSince, by the store that publishes new products, or by its merchant.
func TestTransitionsTakeBackWhatWasPublishedSince(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		l.change(`productCreate(product: {title: "New"}) { userErrors { message } }`)
		require.Len(t, l.published(), 13)

		exceptions, warnings := l.foreseen()
		id := l.disconnect()

		require.Empty(t, exceptions)
		require.Equal(t, []string{"PUBLISHED_SINCE_CONNECTING 1"}, warnings)
		l.requireRestored(id)
		require.Empty(t, l.published())
	})
}

// TestTransitionsKeepWhatTheStoreWouldHavePublishedByItself, and take back what connecting has published.
func TestTransitionsKeepWhatTheStoreWouldHavePublishedByItself(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.setAutoPublish(true)
		l.publish(7003, true)
		l.reconcile()
		l.connect()
		l.change(`productCreate(product: {title: "New"}) { userErrors { message } }`)
		since := slices.DeleteFunc(l.published(), func(id string) bool { return len(id) < len(gid("Product", 1_000_000_000)) })
		require.Len(t, since, 1)

		exceptions, warnings := l.foreseen()
		id := l.disconnect()

		require.Empty(t, exceptions)
		require.Empty(t, warnings)
		l.requireRestored(id)
		require.ElementsMatch(t, append(since, gid("Product", 7003)), l.published())
	})
}

// TestTransitionsGoOnWhenTheAppIsInstalledAgain, after it was uninstalled in the middle.
func TestTransitionsGoOnWhenTheAppIsInstalledAgain(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		l.connect()
		l.during("UnpublishProduct", func() { l.box.Uninstall(domain) })
		id := l.disconnect()
		l.requirePhase(id, models.PhaseBlocked, models.ShopifyAccessLost)
		require.Equal(t, models.AccountDisconnecting, l.account(models.AccountDetails{}).Status)
		l.retry(id)
		l.requirePhase(id, models.PhaseBlocked, models.ShopifyAccessLost)

		l.signIn(l.seller.Store)
		l.retry(id)

		l.requireRestored(id)
		require.Equal(t, withoutIDs(before), withoutIDs(l.atShopify()), "the app has another publication")
	})
}

// withoutIDs leaves the ids of publications out, as those that come with the app are made anew when it is installed again.
func withoutIDs(lines []string) []string {
	shortened := make([]string, len(lines))
	for i, line := range lines {
		shortened[i] = publicationID.ReplaceAllString(line, "")
	}
	return shortened
}

var publicationID = regexp.MustCompile(`gid://shopify/Publication/\d+`)

// TestTransitionsEndWithoutTheAppWhenTheSellerAcceptsThat has the app uninstalled at one call after the other: what Shopify has not let it
// restore is listed.
func TestTransitionsEndWithoutTheAppWhenTheSellerAcceptsThat(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		disconnects := l.callsOf(func() { l.requireRestored(l.disconnect()) })
		for at := 1; at <= disconnects; at += 7 {
			time.Sleep(time.Second)
			l.signIn(l.seller.Store)
			l.reconcile()
			before := l.onlineForTheMerchant()
			l.connect()
			l.wire.watch(func(n int, _ string) {
				if n == at {
					l.box.Uninstall(domain)
				}
			}, nil)
			id := l.disconnect()
			l.wire.watch(nil, nil)
			exceptions := l.exceptions(id)
			if !l.disconnection(id).Transition.Open() { // the store was read back before
				l.requireRestored(id)
				continue
			}
			l.requirePhase(id, models.PhaseBlocked, models.ShopifyAccessLost)
			require.Empty(t, exceptions)

			l.accept(id)

			exceptions = l.exceptions(id)
			l.requireEndedUnread(id, exceptions...)
			for _, exception := range exceptions {
				require.Regexp(t, ` APP_UNINSTALLED$`, exception)
			}
			if slices.Contains(exceptions, entry(models.KeyOnlineLocations, "Location", 1002, models.AppUninstalled)) {
				require.Contains(t, l.onlineForTheMerchant(), gid("Location", 1002))
				l.setLocation(1002, false)
			}
			require.Equal(t, before, l.onlineForTheMerchant(), "call %d", at)
		}
	})
}

// TestTransitionsTellWhatShopifyRemovesWithTheApp, before and after: nothing is said to be there that went with it.
func TestTransitionsTellWhatShopifyRemovesWithTheApp(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.publish(7003, true)
		l.reconcile()
		l.connect()
		l.box.Uninstall(domain)
		time.Sleep(time.Second)
		l.stores.RefreshPreview(l.ctx, l.seller.Store)
		uninstalled := []string{
			entry(models.KeyOnlineLocations, "Location", 1002, models.AppUninstalled),
			entry(models.KeyPublished, "Product", 7003, models.AppUninstalled),
			models.KeyAutoPublish + "  APP_UNINSTALLED",
			models.KeyWebhookTopics + " app/uninstalled APP_UNINSTALLED",
		}
		preview := l.account(models.AccountDetails{Preview: true}).DisconnectPreview
		require.Equal(t, uninstalled, describe(preview.Exceptions))
		require.True(t, slices.ContainsFunc(preview.Warnings, func(w models.DisconnectWarning) bool {
			return w.Code == models.CannotBeRestored && strings.Contains(w.Message, "uninstalled")
		}), "%v", preview.Warnings)

		id := l.disconnect()
		l.accept(id)

		l.requireEndedUnread(id, uninstalled...)
		found, err := l.RestorationExceptions(l.ctx, l.seller, id, 250, 0)
		require.NoError(t, err)
		require.EqualValues(t, "true", found[0].Present, "a location stays")
		require.Empty(t, found[1].Present)
		require.Empty(t, found[2].Present)
		for _, key := range []string{models.KeyChannel, models.KeyAttribution, models.KeyAutoPublish} {
			require.Empty(t, l.value(key), key)
		}
		require.EqualValues(t, `[]`, l.value(models.KeyWebhookTopics))
	})
}

func (l *life) onlineForTheMerchant() []string {
	var answer struct {
		Locations struct {
			Nodes []struct {
				ID     string `json:"id"`
				Online bool   `json:"fulfillsOnlineOrders"`
			} `json:"nodes"`
		} `json:"locations"`
	}
	require.NoError(l.t, json.Unmarshal(l.ask(`{ locations(first: 250) { nodes { id fulfillsOnlineOrders } } }`), &answer))
	var ids []string
	for _, location := range answer.Locations.Nodes {
		if location.Online {
			ids = append(ids, location.ID)
		}
	}
	return ids
}

// TestTransitionsGoOnWhenAScopeIsGivenBack, after it was taken away in the middle.
func TestTransitionsGoOnWhenAScopeIsGivenBack(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		l.connect()
		l.during("UnpublishProduct", func() {
			l.box.Grant(domain, slices.DeleteFunc(slices.Clone(sandbox.Scopes), func(scope string) bool { return scope == "write_publications" })...)
		})
		id := l.disconnect()
		l.requirePhase(id, models.PhaseBlocked, models.ShopifyScopeMissing)
		require.Equal(t, []string{"write_publications"}, l.rows(`SELECT problem_detail FROM transitions WHERE id = '`+id+`'`))

		l.box.Grant(domain, sandbox.Scopes...)
		l.retry(id)

		l.requireRestored(id)
		require.Equal(t, before, l.atShopify())
	})
}

// TestTransitionsOverwriteWhatIsEditedMeanwhile, and keep it in their records.
func TestTransitionsOverwriteWhatIsEditedMeanwhile(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		l.connect()
		l.during("ChannelDelete", func() {
			l.setLocation(1003, false)
			l.publish(7002, true)
		})
		id := l.disconnect()

		l.requireRestored(id)
		require.Equal(t, before, l.atShopify())
		require.Equal(t, []string{gid("Location", 1003) + " true false"}, l.rows(
			`SELECT entry || ' ' || target || ' ' || replaced FROM store_writes WHERE transition_id = '`+id+`' AND key = 'location.fulfillsOnlineOrders' AND target = 'true'`))
	})
}

// TestTransitionsAreBlockedByEditsThatNeverEnd. They go on when these have ended, or end when the seller accepts it.
func TestTransitionsAreBlockedByEditsThatNeverEnd(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		for _, accepted := range []bool{false, true} {
			l.connect()
			l.wire.watch(func(_ int, operation string) {
				if operation == "Locations" {
					l.setLocation(1003, false)
				}
			}, nil)
			id := l.disconnect()
			l.requirePhase(id, models.PhaseBlocked, models.VerificationFailed)
			require.Equal(t, []string{"3"}, l.rows(`SELECT rounds FROM transitions WHERE id = '`+id+`'`))
			l.wire.watch(nil, nil)
			if accepted {
				l.accept(id)
				l.requireRestored(id, entry(models.KeyOnlineLocations, "Location", 1003, models.ExceptionAccepted))
			} else {
				l.retry(id)
				l.requireRestored(id)
				require.Equal(t, before, l.atShopify())
			}
		}
	})
}
