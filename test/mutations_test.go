package test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/test/program"
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
	disconnectMutation = `mutation { result: disconnectTikTokShop(confirm: true) { disconnection { id restoration { snapshotDigest restoredDigest } } userErrors { code } } }`
	connectMutation    = `mutation { result: connectTikTokShop(authorizationCode: "sandbox:US:owner:USLCDEMO1") { account { id } userErrors { code } } }`
	editMutation       = `mutation { result: updateSettings(settings: [{ key: %q, value: %s }]) { settings { value } userErrors { code } } }`
)

// editStoreSetting changes a setting that disconnecting puts back, editShopSetting one that is there only while connected.
func editStoreSetting(i int) *call {
	value := fmt.Sprintf(`["edit-%d"]`, i)
	return &call{query: fmt.Sprintf(editMutation, "order.tags", value), value: value}
}

func editShopSetting(i int) *call {
	value := fmt.Sprintf(`{"kind":"PERCENT","value":%d.50}`, i)
	return &call{query: fmt.Sprintf(editMutation, "price.adjustment", fmt.Sprintf(`{ kind: "PERCENT", value: %d.50 }`, i)), value: value}
}

// outcome proves that no fault reached the client.
func (c *call) outcome(t *testing.T) outcome {
	t.Helper()
	require.NoError(t, c.err)
	require.Empty(t, string(c.result.Errors), c.query)
	var data struct{ Result outcome }
	require.NoError(t, json.Unmarshal(c.result.Data, &data))
	for _, refusal := range data.Result.UserErrors {
		require.Contains(t, []string{"ALREADY_CONNECTED", "ALREADY_DISCONNECTED", "NOT_CONNECTED", "NOT_EDITABLE", "RESTORATION_IN_PROGRESS", "TIKTOK_UNAVAILABLE"}, refusal.Code, c.query)
	}
	return data.Result
}

// retry sends the call until it is carried out or refused. The shipped program lets a call wait four seconds for the
// store, by a clock that no test holds, so how many are told to try again is the machine's matter. That nothing was done
// then is not: whoever compares the outcomes with the history finds a call that was done and sent again. One that is told
// so time and again is a fault.
func (c *call) retry(p *program.Process, client *http.Client) {
	for again := 0; again < 20; {
		c.result, c.err = p.Post(client, c.query)
		switch {
		case c.err == nil && strings.Contains(string(c.result.Data), `"RESTORATION_IN_PROGRESS"`):
			time.Sleep(100 * time.Millisecond) // which ends
		case c.err == nil && strings.Contains(string(c.result.Errors), `"TRY_AGAIN"`):
			again++
		default:
			return
		}
	}
}
