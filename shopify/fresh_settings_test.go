package shopify_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/shopify/sandbox/sandboxtest"
)

// editor is a repository that notes how often Shopify was asked when settings are edited.
type editor struct {
	shopify.SettingRepository

	box   *sandbox.Sandbox
	asked int
}

func (e *editor) UpdateSettings(context.Context, models.Caller, []models.SettingInput) ([]models.Setting, error) {
	e.asked = len(e.box.Calls(0))
	return nil, nil
}

// TestStoreIsReadBeforeItsSettingsAreEdited, and not for settings that do not live there.
func TestStoreIsReadBeforeItsSettingsAreEdited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		box := sandboxtest.Open(t, sandbox.Options{})
		stores, _, registered := newStores(t, databaseURL, box)
		linked := stores.SignIn(t.Context(), registered, box.SessionToken(domain))
		repository := &editor{box: box}
		settings := &shopify.FreshSettings{SettingRepository: repository, Stores: stores, Catalogue: models.DefaultCatalogue()}
		edit := func(keys ...string) (asked int) {
			var inputs []models.SettingInput
			for _, key := range keys {
				inputs = append(inputs, models.SettingInput{Key: key})
			}
			before := len(box.Calls(0))
			_, err := settings.UpdateSettings(t.Context(), models.Caller{Store: linked, Actor: linked.Seller()}, inputs)
			require.NoError(t, err)
			return repository.asked - before
		}
		require.Zero(t, edit("inventory.percent", "of.tomorrow"))
		require.Positive(t, edit("inventory.percent", models.KeyAutoPublish))
	})
}
