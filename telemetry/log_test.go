package telemetry

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func TestOperationLog(t *testing.T) {
	operation := models.Operation{
		RequestID: "request1", StoreID: "store_1", ActorKind: models.ActorSeller, Type: "mutation", Name: "Disconnect",
		Status: 200, Cost: 12, Duration: 1234567 * time.Nanosecond,
	}
	rejected := operation
	rejected.Code, rejected.Name = "TRY_AGAIN", strings.Repeat("x", 1<<20)
	for format, wanted := range map[string]string{
		"":     `level=INFO msg=operation request_id=request1 store=store_1 actor_kind=SELLER operation=Disconnect type=mutation status=200 duration_ms=1.234 cost=12`,
		"text": `level=INFO msg=operation request_id=request1 store=store_1 actor_kind=SELLER operation=Disconnect type=mutation status=200 duration_ms=1.234 cost=12`,
		"json": `"level":"INFO","msg":"operation","request_id":"request1","store":"store_1","actor_kind":"SELLER","operation":"Disconnect","type":"mutation","status":200,"duration_ms":1.234,"cost":12}`,
	} {
		var text bytes.Buffer
		log, err := NewLogger(&text, format)
		require.NoError(t, err)
		observe := ObserveOperations(log, NewMetrics(nil))
		observe(t.Context(), operation)
		observe(t.Context(), rejected)
		lines := strings.Split(strings.TrimSpace(text.String()), "\n")
		require.Len(t, lines, 2)
		_, rest, _ := strings.Cut(lines[0], wanted[:6])
		require.Equal(t, wanted, wanted[:6]+rest)
		require.Less(t, len(lines[1]), 500)
		if format == "json" {
			var fields map[string]any
			require.NoError(t, json.Unmarshal([]byte(lines[1]), &fields))
			require.Equal(t, "TRY_AGAIN", fields["code"])
		}
	}
}

// TestRefusalsAreLogged by their codes: at the level of errors where an operator has to do something.
func TestRefusalsAreLogged(t *testing.T) {
	refusal := func(code string) models.RefusedMutation {
		return models.RefusedMutation{Mutation: "disconnectTikTokShop", Code: code}
	}
	for _, test := range []struct {
		refusals []models.RefusedMutation
		wanted   string
	}{
		{[]models.RefusedMutation{refusal("PREVIEW_STALE")}, "level=INFO msg=operation request_id=request1"},
		{[]models.RefusedMutation{refusal("PREVIEW_STALE")}, "refusals=disconnectTikTokShop:PREVIEW_STALE\n"},
		{[]models.RefusedMutation{refusal("PREVIEW_STALE"), refusal("SNAPSHOT_DAMAGED")}, "level=ERROR msg=operation request_id=request1"},
		{[]models.RefusedMutation{refusal("PREVIEW_STALE"), refusal("SNAPSHOT_DAMAGED")}, "refusals=disconnectTikTokShop:PREVIEW_STALE,disconnectTikTokShop:SNAPSHOT_DAMAGED\n"},
	} {
		var text bytes.Buffer
		log, err := NewLogger(&text, "")
		require.NoError(t, err)
		ObserveOperations(log, NewMetrics(nil))(t.Context(), models.Operation{RequestID: "request1", Type: "mutation", Refusals: test.refusals})
		require.Contains(t, text.String(), test.wanted)
	}
}

// TestReplayIsLogged: whoever follows a request id learns that what happened stands under an earlier one.
func TestReplayIsLogged(t *testing.T) {
	for replayed, wanted := range map[bool]string{true: " cost=0 replayed=true\n", false: " cost=0\n"} {
		var text bytes.Buffer
		log, err := NewLogger(&text, "")
		require.NoError(t, err)
		ObserveOperations(log, NewMetrics(nil))(t.Context(), models.Operation{RequestID: "request1", Type: "mutation", Replayed: replayed})
		require.Contains(t, text.String(), wanted)
	}
}

func TestUnknownLogFormat(t *testing.T) {
	_, err := NewLogger(&bytes.Buffer{}, "xml")
	require.ErrorContains(t, err, "LOG_FORMAT")
}
