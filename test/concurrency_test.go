package test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

func TestDisconnectRestoresOncePerEpoch(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the program")
	}
	for _, c := range []struct {
		dialect  string
		programs int
	}{{"postgres", 1}, {"postgres", 2}, {"sqlite", 1}, {"sqlite", 2}} {
		t.Run(fmt.Sprint(c.dialect, c.programs), func(t *testing.T) {
			databaseURL := dbtest.URL(t, c.dialect)
			programs := make([]*program.Process, c.programs)
			for i := range programs {
				programs[i] = program.Start(t, program.RaceDetecting, "DATABASE_URL="+databaseURL, program.ShopifyOf(databaseURL).DemoEnv())
			}
			calls := make([]*call, 200)
			for i := range calls {
				switch i % 4 {
				case 0:
					calls[i] = &call{query: disconnectMutation}
				case 1:
					calls[i] = &call{query: connectMutation}
				case 2:
					calls[i] = editStoreSetting(i)
				default:
					calls[i] = editShopSetting(i)
				}
			}
			client := program.NewClient(t)
			began := time.Now()
			program.Concurrently(len(calls), func(i int) {
				calls[i].retry(programs[i/4%c.programs], client)
			})
			t.Logf("%d calls took %v", len(calls), time.Since(began))
			programs[0].As("").AwaitShop("CONNECTED", "DISCONNECTED")
			for _, p := range programs {
				p.Stop("code=TRY_AGAIN", "the store could not be read") // what retry is for
			}
			requireTrueResponses(t, calls, program.Examine(t, databaseURL))
		})
	}
}

// requireTrueResponses compares what clients were told with what the database says happened.
func requireTrueResponses(t *testing.T, calls []*call, h program.History) {
	t.Helper()
	reported, connects, edits := map[string]bool{}, 0, 0
	for _, c := range calls {
		outcome := c.outcome(t)
		record, done := outcome.Disconnection, len(outcome.UserErrors) == 0
		switch {
		case c.query == disconnectMutation:
			require.NotNil(t, record) // the earlier one, where refused
			require.True(t, h.Closed[record.ID], "a disconnect that did not happen")
			if record.Restoration.RestoredDigest != "" { // else it was not over yet
				require.Equal(t, record.Restoration.SnapshotDigest, record.Restoration.RestoredDigest)
			}
			require.False(t, done && reported[record.ID], "an epoch was closed twice")
			reported[record.ID] = reported[record.ID] || done
		case !done:
			require.False(t, h.Written[c.value], "a refused edit was written")
		case c.query == connectMutation:
			connects++
		default:
			edits++
			require.Equal(t, c.value, string(outcome.Settings[0].Value))
			require.True(t, h.Written[c.value], "an edit was lost")
		}
	}
	for id := range h.Closed {
		require.True(t, reported[id], "nobody was told of a disconnect")
	}
	t.Logf("%d epochs, %d restorations, %d edits", h.Epochs, len(h.Closed), edits)
	require.Equal(t, 1+connects, h.Epochs) // the demo store's own
	// More would be luck: while a store is connected or given back, most calls are refused.
	require.GreaterOrEqual(t, len(h.Closed), 1)
	require.GreaterOrEqual(t, edits, 50) // those of the store's settings are never refused
}
