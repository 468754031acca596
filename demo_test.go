package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db"
	"handback/db/dbtest"
	"handback/models"
	"handback/test/program"
	"handback/tiktok"
)

func TestDemoStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		program.RequireDemoStore(t, p.Query)
		p.Stop()
		before := program.Dump(t, databaseURL)
		again := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		again.Stop()
		require.Equal(t, before, program.Dump(t, databaseURL), "a second start changes something")

		left := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		left.Query(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }`)
		left.Stop()
		before = program.Dump(t, databaseURL)
		again = program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		again.Stop()
		require.Equal(t, before, program.Dump(t, databaseURL), "a start after a disconnect changes something")
	})
}

// TestTheOtherStoreHasItsShop, whoever starts the program and how often, and whatever was there before.
func TestTheOtherStoreHasItsShop(t *testing.T) {
	inUse := fmt.Sprintf(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } connectTikTokShop(authorizationCode: %q) { userErrors { code } } }`, otherCode)
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		for range 2 {
			p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
			require.Contains(t, p.Query(inUse), `"connectTikTokShop":{"userErrors":[{"code":"ACCOUNT_IN_USE"}]}`)
			p.Stop()
		}
		program.Examine(t, databaseURL)
	})
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
		require.NoError(t, err)
		defer repository.Close()
		seller, err := openDemoStore(t.Context(), repository)
		require.NoError(t, err)
		disconnected, err := repository.DisconnectTikTokShop(t.Context(), seller, models.DisconnectRequest{Confirm: true}, models.AccountDetails{})
		require.NoError(t, err)
		require.Empty(t, disconnected.Refusals)
		authorization, err := tiktok.Sandbox{}.Authorization(t.Context(), otherCode)
		require.NoError(t, err)
		connected, err := repository.ConnectTikTokShop(t.Context(), seller, authorization, models.AccountDetails{})
		require.NoError(t, err)
		require.Empty(t, connected.Refusals)
		require.NoError(t, openOtherStore(t.Context(), repository), "the shop is in use, if by another store")
	})
}

// A start that is cut off at any id of the demo store leaves nothing of it, and the next one makes it.
func TestCutOffStartLeavesNothing(t *testing.T) {
	const ids = 10
	dbtest.Each(t, func(t *testing.T, _ string) {
		for cut := range ids + 1 {
			databaseURL := dbtest.URL(t, filepath.Base(t.Name()))
			require.Equal(t, cut == ids, makeDemoStore(t, databaseURL, cut) == nil, "the demo store needs more or fewer ids")
			p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
			program.RequireDemoStore(t, p.Query)
			p.Stop()
			program.Examine(t, databaseURL)
		}
	})
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
	_, err = openDemoStore(ctx, repository)
	return err
}

// After starts that were killed somewhere on their way, the next one makes the demo store, once.
func TestKilledStartsLeaveNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, _ string) {
		dialect := filepath.Base(t.Name())
		for range 6 {
			databaseURL := dbtest.URL(t, dialect)
			for range 5 {
				p := program.Launch(t, program.Shipped, "DATABASE_URL="+databaseURL)
				time.Sleep(rand.N(1 + rand.N(100*time.Millisecond))) // early moments more often: most starts take less
				p.Kill()
			}
			p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
			program.RequireDemoStore(t, p.Query)
			p.Stop()
			program.Examine(t, databaseURL)
		}
	})
}
