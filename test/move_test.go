package test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/test/program"
)

// TestMoveToTheOtherDatabase copies everything from SQLite to PostgreSQL, and the other way round, while a store is half given back. The
// program goes on with that on the new database, and answers as before.
func TestMoveToTheOtherDatabase(t *testing.T) {
	t.Parallel()
	for from, to := range map[string]string{"sqlite": "postgres", "postgres": "sqlite"} {
		t.Run(from+" to "+to, func(t *testing.T) {
			t.Parallel()
			fromURL, toURL := dbtest.URL(t, from), dbtest.EmptyURL(t, to)
			stores := program.ServeShopify(t, sandbox.Options{})
			environment := []string{stores.DemoEnv(), "HANDBACK_KEYSET=" + program.Keyset}
			p := program.Start(t, program.Shipped, append(environment, "DATABASE_URL="+fromURL)...)
			_, secret := p.As("").CreateKey("Moved", "READ")
			p.Query(disconnectMutation)
			awaitGivenBack(t, p)
			givenBack := stores.World(t)
			p.As("").AwaitAuthorizationsEnd()
			p.Query(connectMutation)
			p.As("").AwaitShop("CONNECTED")
			require.Contains(t, requireSaid(t, 1, fromURL, "copy", toURL), "a program serves the database")

			reached := whileGivingBack(t, stores, fromURL, p.Kill)
			_, _ = p.Post(program.NewClient(t), beginDisconnect)
			requireReached(t, reached)
			stores.Intercept(nil)
			const kept = `SELECT id, snapshot, snapshot_digest FROM epochs ORDER BY id`
			epochs := program.Rows(t, program.OpenDatabase(t, fromURL), kept)
			require.Greater(t, len(epochs), 1)

			require.Eventually(t, func() bool { // the one that was killed seems to serve for a while
				return runIn(t, []string{"DATABASE_URL=" + fromURL}, "copy", toURL).Wait() == 0
			}, program.Patience, time.Second)
			require.Equal(t, epochs, program.Rows(t, program.OpenDatabase(t, toURL), kept))
			require.Contains(t, requireSaid(t, 1, fromURL, "copy", toURL), "is not empty")

			next := program.Start(t, program.Shipped, append(environment, "DATABASE_URL="+toURL)...)
			awaitGivenBack(t, next)
			require.Equal(t, givenBack, stores.World(t))
			require.Contains(t, next.As(secret).Data(`{ store { domain } }`), program.DemoDomain)
			next.Stop(waitsForTokens)
			require.Len(t, program.Examine(t, toURL).Closed, 2)
		})
	}
}

// TestRestoredBackupWritesNothing: a backup that was made while a store was being given back is restored after the store was given back
// and connected anew. The program that is started on it goes on with its disconnection, finds the newer connection, and stops.
func TestRestoredBackupWritesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		stores := program.ServeShopify(t, sandbox.Options{})
		environment := []string{stores.DemoEnv(), "HANDBACK_KEYSET=" + program.Keyset}
		p := program.Start(t, program.Shipped, append(environment, "DATABASE_URL="+databaseURL)...)
		var backup string
		reached := whileGivingBack(t, stores, databaseURL, func() { backup = backUp(t, databaseURL, "older") })
		disconnectDemo(p)
		requireReached(t, reached)
		stores.Intercept(nil)
		awaitGivenBack(t, p)
		p.As("").AwaitAuthorizationsEnd()
		p.Query(connectMutation)
		p.As("").AwaitShop("CONNECTED")
		p.Query(editShopSetting(1).query)
		awaitPromised(t, databaseURL)
		p.Stop()

		connected, calls := stores.World(t), stores.Calls(0)
		restored := restore(t, databaseURL, backup)
		older := program.Start(t, program.Shipped, append(environment, "DATABASE_URL="+restored)...)
		older.As("").AwaitDisconnection("BLOCKED")
		require.Contains(t, older.Query(`{ accounts { disconnections { progress { problem { code } } } } }`), "NEWER_CONNECTION")
		require.Equal(t, connected, stores.World(t))
		for _, call := range stores.Calls(calls[len(calls)-1].N) {
			require.NotContains(t, storeWrites, call.Operation)
		}
		older.Kill()

		p = program.Start(t, program.Shipped, append(environment, "DATABASE_URL="+databaseURL)...)
		p.As("").AwaitShop("CONNECTED")
		p.Query(disconnectMutation)
		awaitGivenBack(t, p)
	})
}

// whileGivingBack does something once, before a call to Shopify when a disconnect is written to the store. It returns what is closed then.
func whileGivingBack(t *testing.T, stores *program.Shopify, databaseURL string, do func()) (reached chan struct{}) {
	t.Helper()
	tables := program.OpenDatabase(t, databaseURL)
	reached = make(chan struct{})
	var once sync.Once
	stores.Intercept(func(_ int, done bool) {
		if !done && len(program.Rows(t, tables, `SELECT id FROM transitions WHERE kind = 'DISCONNECT' AND phase = 'WRITING'`)) > 0 {
			once.Do(func() {
				do()
				close(reached)
			})
		}
	})
	return reached
}

// storeWrites are the calls that change something in a store at Shopify.
var storeWrites = []string{
	"AppMetafieldsSet", "BulkOperationRunMutation", "ChannelCreate", "ChannelDelete", "LocationEdit", "PublicationUpdate", "PublishProduct", "ShopResourceFeedback",
	"UnpublishProduct", "WebhookSubscriptionCreate", "WebhookSubscriptionDelete",
}
