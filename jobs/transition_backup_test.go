package jobs_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify/sandbox"
)

// backUp copies the database, and returns the address of the copy.
func (l *life) backUp(t *testing.T) string {
	if !strings.HasPrefix(l.url, "sqlite:") {
		return dbtest.CopyPostgres(t, l.url)
	}
	path := filepath.Join(t.TempDir(), "backup.db")
	_, err := l.tables.ExecContext(l.ctx, `VACUUM INTO '`+path+`'`)
	require.NoError(t, err)
	return "sqlite:" + path
}

// bringBack is a life that goes on with the copy of the database.
func (l *life) bringBack(t *testing.T, databaseURL string) *life {
	past := *l
	past.process = past.newProcess(t, databaseURL)
	past.seller = l.seller
	return &past
}

// TestDisconnectOfADatabaseFromBeforeWritesNothing has a database brought back that was copied while the store was connected,
// and given back since, or connected again.
func TestDisconnectOfADatabaseFromBeforeWritesNothing(t *testing.T) {
	for name, since := range map[string]func(*life){
		"disconnected":    func(l *life) { l.requireRestored(l.disconnect()) },
		"connected again": func(l *life) { l.requireRestored(l.disconnect()); l.connect() },
	} {
		t.Run(name, func(t *testing.T) {
			eachLife(t, func(t *testing.T, l *life) {
				l.connect()
				l.edit(models.SettingInput{Key: models.KeyAutoPublish, Value: "false"})
				backup := l.backUp(t)
				time.Sleep(time.Hour)
				since(l)
				past := l.bringBack(t, backup)
				requireNothingWritten(t, l, func() {
					edit := past.beginEdit(models.SettingInput{Key: models.KeyAutoPublish, Value: "true"})
					again, err := past.engine.Run(past.ctx, edit)
					require.NoError(t, err)
					require.Nil(t, again, "it is not tried for ever")
					past.requirePhase(edit, models.PhaseComplete, models.NewerConnection)
					id := past.disconnect()
					past.requirePhase(id, models.PhaseBlocked, models.NewerConnection)
					past.retry(id)
					past.requirePhase(id, models.PhaseBlocked, models.NewerConnection)
					record, err := past.AcceptExceptions(past.ctx, past.seller, id, nil)
					require.NoError(t, err)
					require.Equal(t, models.DisconnectionComplete, record.Status())
					require.Equal(t, models.AuthorizationNotConfirmed, record.Transition.Authorization.Status, "it is the newer connection's")
				})
			})
		})
	}
}

// TestDisconnectOfADatabaseFromTheMiddleWritesNothing has one brought back that was copied while the store was given back.
func TestDisconnectOfADatabaseFromTheMiddleWritesNothing(t *testing.T) {
	for _, operation := range []string{"UnpublishProduct", "ChannelDelete"} {
		t.Run(operation, func(t *testing.T) {
			eachLife(t, func(t *testing.T, l *life) {
				l.connect()
				var backup string
				l.during(operation, func() { backup = l.backUp(t) })
				id := l.disconnect()
				l.requireRestored(id)
				time.Sleep(time.Minute) // the lease that was copied, too, expires
				past := l.bringBack(t, backup)
				requireNothingWritten(t, l, func() {
					past.carryOut(id)
					past.requirePhase(id, models.PhaseBlocked, models.NewerConnection)
				})
			})
		})
	}
}

func requireNothingWritten(t *testing.T, l *life, do func()) {
	t.Helper()
	before, last := l.atShopify(), l.lastCall()
	do()
	require.Equal(t, before, l.atShopify())
	calls := l.box.Calls(last)
	require.NotEmpty(t, calls)
	require.False(t, slices.ContainsFunc(calls, func(call sandbox.Call) bool { return isMutation(call.Operation) }), "%v", calls)
}

// TestTransitionsEndAConnectOfADatabaseFromBefore has a database brought back that was copied before the store was connected, and
// connects it: the store is the other database's.
func TestTransitionsEndAConnectOfADatabaseFromBefore(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		backup := l.backUp(t)
		l.connect()
		past := l.bringBack(t, backup)
		requireNothingWritten(t, l, func() {
			id := past.beginConnecting(anotherCode)
			past.carryOut(id)
			past.requirePhase(id, models.PhaseComplete, models.NewerConnection)
			undone := past.rows(`SELECT id FROM transitions WHERE kind = 'DISCONNECT'`)
			require.Len(t, undone, 1)
			past.carryOut(undone[0])
			record := past.requireEnded(undone[0])
			require.Nil(t, record.Restoration.RestoredDigest, "nothing was read back")
			require.Equal(t, models.NewerConnection, record.Progress().Problem.Code)
			require.Contains(t, record.Progress().Problem.Message, "Connecting has failed")
		})
	})
}
