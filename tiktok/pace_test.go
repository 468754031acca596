package tiktok_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/tiktok"
)

// TestCallsKeepTheirPace: one a second for each shop and endpoint.
func TestCallsKeepTheirPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t).on(shopsEndpoint, data(noShops)).on(warehousesEndpoint, data(`{"warehouses":[]}`))
		client, began := api.client(), time.Now()
		for range 5 {
			_, err := client.Shops(t.Context(), shop)
			require.NoError(t, err)
			_, err = client.Shops(t.Context(), "another")
			require.NoError(t, err)
			_, err = client.Warehouses(t.Context(), shop)
			require.NoError(t, err)
		}
		require.Equal(t, 4*time.Second, time.Since(began))
	})
}

// TestPaceIsHalvedWhenTooFast, and is found again.
func TestPaceIsHalvedWhenTooFast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tooMany := refused(36009002, "Too many requests")
		api := newAPI(t).on(shopsEndpoint, tooMany, tooMany, data(noShops))
		client := api.client()
		call := func() time.Duration {
			began := time.Now()
			_, err := client.Shops(t.Context(), shop)
			require.NoError(t, err)
			return time.Since(began)
		}
		call()
		require.Equal(t, 3, api.times())
		time.Sleep(time.Minute)
		call()
		require.Equal(t, 4*time.Second, call(), "two answers said that it was too fast")
		for range 60 {
			call()
		}
		require.Equal(t, tiktok.DefaultInterval, call())
	})
}

func TestPaceHasAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t).on(shopsEndpoint, refused(36009002, "Too many requests"))
		client := api.client()
		_, err := client.Shops(t.Context(), shop)
		requireKind(t, tiktok.RateLimited, err)
		began := time.Now()
		api.on(shopsEndpoint, data(noShops))
		_, err = client.Shops(t.Context(), shop)
		require.NoError(t, err)
		require.LessOrEqual(t, time.Since(began), 30*time.Second)
	})
}
