package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/test/program"
)

// call is a mutation sent to a program, and what came back.
type call struct {
	query, value string // value: what an edit writes, different each time
	result       program.Result
	err          error
}

// outcome is the payload of whichever mutation it was.
type outcome struct {
	Settings      []struct{ Value json.RawMessage }
	Disconnection *struct {
		ID          string
		Restoration struct{ SnapshotDigest, RestoredDigest string }
	}
	UserErrors []struct{ Code string }
}

const (
	disconnecting = `mutation { result: disconnectTikTokShop(confirm: true) { disconnection { id restoration { snapshotDigest restoredDigest } } userErrors { code } } }`
	connecting    = `mutation { result: connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO1") { account { id } userErrors { code } } }`
	editing       = `mutation { result: updateSettings(settings: [{ key: %q, value: %s }]) { settings { value } userErrors { code } } }`
)

// editOfStore changes a setting that disconnecting puts back, editOfShop one that is there only while connected.
func editOfStore(i int) *call {
	value := fmt.Sprintf(`["edit-%d"]`, i)
	return &call{query: fmt.Sprintf(editing, "order.tags", value), value: value}
}

func editOfShop(i int) *call {
	value := fmt.Sprintf(`{"kind":"PERCENT","value":%d.50}`, i)
	return &call{query: fmt.Sprintf(editing, "price.adjustment", fmt.Sprintf(`{ kind: "PERCENT", value: %d.50 }`, i)), value: value}
}

// outcome proves that no fault reached the client.
func (c *call) outcome(t *testing.T) outcome {
	t.Helper()
	require.NoError(t, c.err)
	require.Empty(t, string(c.result.Errors), c.query)
	var data struct{ Result outcome }
	require.NoError(t, json.Unmarshal(c.result.Data, &data))
	for _, refusal := range data.Result.UserErrors {
		require.Contains(t, []string{"ALREADY_CONNECTED", "ALREADY_DISCONNECTED", "NOT_CONNECTED"}, refusal.Code, c.query)
	}
	return data.Result
}

// settle sends the call until it is carried out or refused: on a slow machine some wait too long for the store, and are
// told that nothing was done.
func (c *call) settle(p *program.Process, client *http.Client) {
	for {
		c.result, c.err = p.Post(client, c.query)
		if c.err != nil || !strings.Contains(string(c.result.Errors), `"TRY_AGAIN"`) {
			return
		}
	}
}

func TestOneRestorationPerEpoch(t *testing.T) {
	for _, c := range []struct {
		dialect  string
		programs int
	}{{"postgres", 1}, {"postgres", 2}, {"sqlite", 1}, {"sqlite", 2}} {
		t.Run(fmt.Sprint(c.dialect, c.programs), func(t *testing.T) {
			databaseURL := dbtest.URL(t, c.dialect)
			programs := make([]*program.Process, c.programs)
			for i := range programs {
				programs[i] = program.Start(t, program.RaceDetecting, "DATABASE_URL="+databaseURL)
			}
			calls := make([]*call, 200)
			for i := range calls {
				switch i % 4 {
				case 0:
					calls[i] = &call{query: disconnecting}
				case 1:
					calls[i] = &call{query: connecting}
				case 2:
					calls[i] = editOfStore(i)
				default:
					calls[i] = editOfShop(i)
				}
			}
			client := program.NewClient(t)
			began := time.Now()
			program.Concurrently(len(calls), func(i int) {
				calls[i].settle(programs[i/4%c.programs], client)
			})
			t.Logf("%d calls took %v", len(calls), time.Since(began))
			for _, p := range programs {
				p.StopWithWarnings("code=TRY_AGAIN") // to calls that had to be sent again
			}
			requireAnswersTrue(t, calls, program.Examine(t, databaseURL))
		})
	}
}

// requireAnswersTrue compares what clients were told with what the database says happened.
func requireAnswersTrue(t *testing.T, calls []*call, h program.History) {
	t.Helper()
	told, connects, edits := map[string]bool{}, 0, 0
	for _, c := range calls {
		outcome := c.outcome(t)
		record, done := outcome.Disconnection, len(outcome.UserErrors) == 0
		switch {
		case c.query == disconnecting:
			require.NotNil(t, record) // the earlier one, where refused
			require.True(t, h.Closed[record.ID], "a disconnect that did not happen")
			require.Equal(t, record.Restoration.SnapshotDigest, record.Restoration.RestoredDigest)
			require.False(t, done && told[record.ID], "an epoch was closed twice")
			told[record.ID] = told[record.ID] || done
		case !done:
			require.False(t, h.Written[c.value], "a refused edit was written")
		case c.query == connecting:
			connects++
		default:
			edits++
			require.Equal(t, c.value, string(outcome.Settings[0].Value))
			require.True(t, h.Written[c.value], "an edit was lost")
		}
	}
	for id := range h.Closed {
		require.True(t, told[id], "nobody was told of a disconnect")
	}
	t.Logf("%d epochs, %d restorations, %d edits", h.Epochs, len(h.Closed), edits)
	require.Equal(t, 1+connects, h.Epochs) // the demo store's own
	require.Greater(t, len(h.Closed), 1)
	require.GreaterOrEqual(t, edits, 50) // those of the store's settings are never refused
}
