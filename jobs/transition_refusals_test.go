package jobs_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/models"
	"handback/shopify/sandbox"
)

// refuse has Shopify say no to an operation, each time.
func (l *life) refuse(operation string) {
	require.NoError(l.t, l.box.AddFault(sandbox.Fault{Operation: operation, Kind: sandbox.Refused, Times: 1_000_000}))
}

// TestTransitionsListWhatShopifyRefusesAsExceptions, when it says no each time that it is asked; the rest goes back.
func TestTransitionsListWhatShopifyRefusesAsExceptions(t *testing.T) {
	for operation, refused := range map[string][]string{
		"LocationEdit":     {entry(models.KeyOnlineLocations, "Location", 1002, models.NotWritable)},
		"ChannelDelete":    {models.KeyChannel + "  NOT_WRITABLE", models.KeyAttribution + "  NOT_WRITABLE"},
		"UnpublishProduct": nil, // all of them
	} {
		t.Run(operation, func(t *testing.T) {
			eachLife(t, func(t *testing.T, l *life) {
				before := l.atShopify()
				l.connect()
				l.refuse(operation)
				l.wire.watch(nil, nil)

				id := l.disconnect()

				exceptions := l.exceptions(id)
				require.NotEmpty(t, exceptions)
				for _, exception := range exceptions {
					require.Regexp(t, ` NOT_WRITABLE$`, exception)
				}
				if refused != nil {
					require.Equal(t, refused, exceptions)
				}
				l.requireRestored(id, exceptions...)
				asked := slices.DeleteFunc(l.wire.operations(), func(called string) bool { return called != operation })
				require.LessOrEqual(t, len(asked), models.MaxRounds*max(1, len(exceptions)), "it is not asked for ever")
				require.Contains(t, l.rows(`SELECT detail FROM store_writes WHERE transition_id = '`+id+`' AND state = 'IMPOSSIBLE'`), "The sandbox was told to refuse this.")

				l.box.ClearFaults()
				require.NotEqual(t, before, l.atShopify())
			})
		})
	}
}

// TestTransitionsAreBlockedWhenShopifyRefusesAll: the store cannot be taken for the disconnect at all. It goes on when that was put right.
func TestTransitionsAreBlockedWhenShopifyRefusesAll(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		before := l.atShopify()
		l.refuse("AppMetafieldsSet")
		_, err := l.engine.Run(l.ctx, l.beginConnecting(shopCode))
		require.NoError(t, err)

		id := l.disconnect()

		l.requirePhase(id, models.PhaseBlocked, models.ShopifyRefused)
		problem := l.disconnection(id).Progress().Problem
		require.Equal(t, models.VerificationFailed, problem.Code)
		require.Contains(t, problem.Message, "The sandbox was told to refuse this.")
		require.NotContains(t, problem.Message, "by itself")

		l.box.ClearFaults()
		l.retry(id)
		l.requireRestored(id)
		require.Equal(t, before, l.atShopify())
	})
}

// TestTransitionsUndoAConnectThatShopifyRefuses: what was written of it is taken back, and the record says why.
func TestTransitionsUndoAConnectThatShopifyRefuses(t *testing.T) {
	for _, operation := range []string{"ChannelCreate", "PublishProduct", "WebhookSubscriptionCreate", "AppMetafieldsSet"} {
		t.Run(operation, func(t *testing.T) {
			eachLife(t, func(t *testing.T, l *life) {
				before := l.atShopify()
				l.refuse(operation)
				id := l.beginConnecting(shopCode)
				l.carryOut(id)
				l.requirePhase(id, models.PhaseComplete, models.ShopifyRefused)
				require.Equal(t, models.AccountDisconnecting, l.account(models.AccountDetails{}).Status)
				undo := l.rows(`SELECT id FROM transitions WHERE kind = 'DISCONNECT'`)
				require.Len(t, undo, 1)
				problem := l.disconnection(undo[0]).Progress().Problem
				require.Equal(t, models.VerificationFailed, problem.Code)
				require.Contains(t, problem.Message, "Connecting has failed")
				require.Contains(t, problem.Message, "The sandbox was told to refuse this.")

				l.box.ClearFaults()
				l.carryOut(undo[0])

				l.requireRestored(undo[0])
				require.Equal(t, before, l.atShopify())
				require.Contains(t, l.disconnection(undo[0]).Progress().Problem.Message, "Connecting has failed")
				l.connect()
				l.requireRestored(l.disconnect())
			})
		})
	}
}
