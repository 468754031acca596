package sandbox_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/tiktok/sandbox"
)

// TestLogisticsAreKept requires what was set up in Seller Center to be there after a restart, and after another consent.
func TestLogisticsAreKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state")
	a := install(t, sandbox.Options{File: file})
	status, text := a.control(http.MethodPost, "/sandbox/tiktok/logistics", `{"shipping":"SELLER","returnWarehouse":"none"}`)
	require.Equal(t, http.StatusNoContent, status, text)
	require.NoError(t, a.sandbox.Close())
	a = install(t, sandbox.Options{File: file})
	require.Zero(t, a.inShop(http.MethodGet, "/logistics/202309/warehouses", "").Code)
	answer := a.inShop(http.MethodGet, "/logistics/202309/warehouses/7068517275539719942/delivery_options", "")
	require.Contains(t, fmt.Sprint(answer.Data), "SEND_BY_SELLER")
	require.NotContains(t, fmt.Sprint(a.inShop(http.MethodGet, "/logistics/202309/warehouses", "").Data), "RETURN_WAREHOUSE")
	require.NotZero(t, a.inShop(http.MethodGet, "/logistics/202309/warehouses/1/delivery_options", "").Code)
}
