package jobs_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// TestDisconnectListsADeletedProductAsAnException, one that was on the channel before: the rest goes back.
func TestDisconnectListsADeletedProductAsAnException(t *testing.T) {
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

// TestDisconnectListsADeletedProductThatWasNotPublished, where the snapshot says so: nothing is said of it any more when the store was
// read.
func TestDisconnectListsADeletedProductThatWasNotPublished(t *testing.T) {
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

// TestDisconnectTakesBackWhatWasPublishedSince, by the store that publishes new products, or by its merchant.
func TestDisconnectTakesBackWhatWasPublishedSince(t *testing.T) {
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

// TestDisconnectKeepsWhatTheStoreWouldHavePublishedByItself, and takes back what connecting has published.
func TestDisconnectKeepsWhatTheStoreWouldHavePublishedByItself(t *testing.T) {
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

// TestDisconnectPreviewEditsAreTheMerchantsAlone: the eleven products beside the one that was taken off the channel are on it because
// the integration has put them there.
func TestDisconnectPreviewEditsAreTheMerchantsAlone(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.publish(7003, true)
		l.reconcile()
		l.connect()
		l.publish(7003, false)
		l.reconcile()

		preview := l.account(models.AccountDetails{Preview: true}).DisconnectPreview
		require.Len(t, preview.Edits, 1)
		edit := preview.Edits[0]
		require.Equal(t, models.KeyPublished, edit.Key)
		require.Equal(t, models.ShopifyAdmin, edit.LastChangedBy)
		require.NotContains(t, string(edit.Before), "true")
		require.EqualValues(t, `{"gid://shopify/Product/7003":true}`, edit.After)
		require.EqualValues(t, 11, preview.LeavingProductCount)
		id := l.disconnect()
		l.requireRestored(id)
		edits, err := l.RestorationEdits(l.ctx, l.seller, id, models.ChangeDetail{})
		require.NoError(t, err)
		require.Equal(t, preview.Edits, edits)
	})
}
