package jobs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

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

// TestDisconnectListsAReturnPolicyThatIsGoneAsAnException: the app may read it only.
func TestDisconnectListsAReturnPolicyThatIsGoneAsAnException(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		l.connect()
		l.change(`shopPolicyUpdate(shopPolicy: {type: REFUND_POLICY, body: ""}) { userErrors { message } }`)
		gone := models.KeyReturnPolicy + "  " + string(models.NotWritable)
		exceptions, _ := l.foreseen()
		require.Equal(t, []string{gone}, exceptions)
		l.requireRestored(l.disconnect(), gone)
	})
}

// TestDisconnectPreviewForeseesWhatWillBeThere: a value that cannot be restored is not announced, nor is anything said of what is left alone.
func TestDisconnectPreviewForeseesWhatWillBeThere(t *testing.T) {
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
