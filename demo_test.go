package main

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"github.com/handback/handback/telemetry"
	"github.com/handback/handback/test/program"
)

// TestOtherStoreWithoutShop: when another store has the shop already, the program starts all the same.
func TestOtherStoreWithoutShop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
		require.NoError(t, err)
		defer repository.Close()
		_, err = openDemoStore(t.Context(), repository, false)
		require.NoError(t, err)
		first, err := repository.RegisterStore(t.Context(), models.Registration{
			Store: models.Store{Domain: "first.myshopify.com", Name: "First", Region: "US"}, Settings: repository.Catalogue.Before(),
		})
		require.NoError(t, err)
		shop := consentTo(otherShop)
		_, err = repository.ConnectTikTokShop(t.Context(), models.Caller{Store: first, Actor: first.Seller()}, &shop)
		require.NoError(t, err)
		require.NoError(t, openOtherStore(t.Context(), repository), "the shop is in use, if by another store")
	})
}

// TestInterruptedDemoStore: a start that is cut off at any id of the demo store leaves nothing of it, and the next one
// makes it.
func TestInterruptedDemoStore(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program after each of many faults")
	}
	t.Parallel()
	const ids = 11
	dbtest.Each(t, func(t *testing.T, _ string) {
		for cut := range ids + 1 {
			databaseURL := dbtest.URL(t, filepath.Base(t.Name()))
			require.Equal(t, cut == ids, makeDemoStore(t, databaseURL, cut) == nil, "the demo store needs more or fewer ids")
			requireDemoStore(t, databaseURL)
			program.Examine(t, databaseURL)
		}
	})
}

// requireDemoStore opens the demo store as the program does, and proves that its API gives all of it, without warnings.
func requireDemoStore(t *testing.T, databaseURL string) {
	t.Helper()
	repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
	require.NoError(t, err)
	defer repository.Close()
	c := config{DatabaseURL: databaseURL, SandboxFile: filepath.Join(t.TempDir(), "shopify")}
	require.NoError(t, useKeyset(t.Context(), c, repository))
	platforms, err := openPlatforms(c, repository, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer platforms.close()
	seller, err := openDemo(t.Context(), c, repository, platforms)
	require.NoError(t, err)
	var warnings program.Output
	log := slog.New(slog.NewTextHandler(&warnings, &slog.HandlerOptions{Level: slog.LevelWarn}))
	handler, err := newHandler(c, repository, platforms, seller, telemetry.NewReadiness(repository.Ready, log), telemetry.Telemetry{Log: log, Metrics: telemetry.NewMetrics(repository.Pools)})
	require.NoError(t, err)
	server := httptest.NewServer(handler)
	defer server.Close()
	api := &program.Process{T: t, URL: server.URL + "/graphql"}
	program.RequireDemoStore(t, api.Query)
	require.Empty(t, warnings.String())
}

// makeDemoStore is what a start does, as far as so many ids allow.
func makeDemoStore(t *testing.T, databaseURL string, ids int) error {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	repository, err := db.Open(ctx, databaseURL, models.DefaultCatalogue())
	require.NoError(t, err)
	defer repository.Close()
	newID := repository.NewID
	repository.NewID = func() string {
		if ids--; ids < 0 {
			cancel()
		}
		return newID()
	}
	_, err = openDemoStore(ctx, repository, true)
	return err
}
