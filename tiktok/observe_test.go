package tiktok_test

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok"
)

// oneAccount is a storage with the tokens of one account, which stay good.
type oneAccount struct{ tiktok.Storage }

func (oneAccount) TikTokCredentials(context.Context, string) (models.TikTokCredentials, error) {
	return models.TikTokCredentials{
		Credentials: models.Credentials{Version: 1, AccessToken: models.NewSecret(firstToken), AccessExpiresAt: time.Now().Add(24 * time.Hour)},
		Cipher:      models.NewSecret(cipher), ShopID: "7495",
	}, nil
}

const (
	optionsEndpoint   = "GET /logistics/202309/warehouses/1/delivery_options"
	templatesEndpoint = "GET /logistics/202510/seller_templates"
)

// observe reads the shop of an API that answers so.
func observe(t *testing.T, warehouses, options, templates reply) (*models.ShopObservation, error) {
	t.Helper()
	api := newAPI(t).on(warehousesEndpoint, warehouses).on(optionsEndpoint, options).on(templatesEndpoint, templates).
		on("GET /logistics/202309/delivery_options/4/shipping_providers", data(`{"shipping_providers":[{"id":"9","name":"USPS"}]}`))
	settings := api.options()
	settings.Interval = time.Microsecond
	return tiktok.NewAccounts(settings, oneAccount{}, slog.New(slog.DiscardHandler)).Observe(t.Context(), models.Account{ID: shop})
}

func warehouse(id, kind, isDefault string) string {
	return `{"id":"` + id + `","type":"` + kind + `","is_default":` + isDefault + `}`
}

// TestObserveSaysWhatTikTokSays requires what cannot be told from an answer to be told as nothing, and never as a guess.
func TestObserveSaysWhatTikTokSays(t *testing.T) {
	const sales, returns = tiktok.WarehouseSales, tiktok.WarehouseReturn
	for name, test := range map[string]struct {
		warehouses, options, templates  string
		sold, returned, shipped, listed models.Value
	}{
		"nothing is set up":             {"", "", "", "", "", "", ""},
		"all is":                        {warehouse("1", sales, "true") + "," + warehouse("2", returns, "false"), `{"id":"4","type":"STANDARD"}`, `{"template":{"template_id":"5","is_default":true}}`, `"1"`, `"2"`, `"TIKTOK"`, `"5"`},
		"no warehouse is the default":   {warehouse("1", sales, "false") + "," + warehouse("2", returns, "false"), "", `{"template":{"template_id":"5"}}`, "", `"2"`, "", ""},
		"several take returns":          {warehouse("1", sales, "true") + "," + warehouse("2", returns, "false") + "," + warehouse("3", returns, "false"), `{"id":"4","type":"SEND_BY_SELLER"}`, "", `"1"`, "", `"SELLER"`, ""},
		"one of several is the default": {warehouse("2", returns, "false") + "," + warehouse("3", returns, "true") + "," + warehouse("1", sales, "true"), "", "", `"1"`, `"3"`, "", ""},
		"both ship":                     {warehouse("1", sales, "true"), `{"id":"3","type":"STANDARD"},{"id":"4","type":"SEND_BY_SELLER"}`, "", `"1"`, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			seen, err := observe(t, data(`{"warehouses":[`+test.warehouses+`]}`), data(`{"delivery_options":[`+test.options+`]}`), data(`{"templates":[`+test.templates+`]}`))
			require.NoError(t, err)
			require.Equal(t, map[string]models.Value{
				models.KeyDefaultWarehouse: test.sold, models.KeyReturnWarehouse: test.returned, models.KeyShippingMode: test.shipped, models.KeyShippingTemplate: test.listed,
			}, seen.Values)
			require.False(t, seen.Rehearsed)
			require.Equal(t, test.options != "", seen.Carriers["USPS"] == "9")
		})
	}
}

// TestObserveLeavesOutWhatItMayNotRead requires a part that is not granted to be left out, and no answer to be an error.
func TestObserveLeavesOutWhatItMayNotRead(t *testing.T) {
	none := data(`{"warehouses":[]}`)
	seen, err := observe(t, none, nil, refusedWith(http.StatusUnauthorized, tiktok.CodeNotGranted, "no"))
	require.NoError(t, err)
	require.NotContains(t, seen.Values, models.KeyShippingTemplate)
	require.Contains(t, seen.Values, models.KeyDefaultWarehouse)

	_, err = observe(t, none, nil, refused(tiktok.CodeShopDeactivated, "closed"))
	var problem *models.PlatformError
	require.ErrorAs(t, err, &problem)
	require.Equal(t, models.TikTokAccessLost, problem.Code)
	requireNoSecret(t, err)
}
