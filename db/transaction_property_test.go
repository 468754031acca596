package db_test

import (
	"context"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/handback/handback/models"
)

// fail makes a call that does not come to its end: the caller goes away, or the database rejects one of its writes.
func (w *storeModel) fail(t *rapid.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	table := rapid.SampledFrom([]string{"", "accounts", "audit_entries", "epochs", "disconnections"}).Draw(t, "table")
	if table == "" || w.connected == "" && table == "disconnections" || w.connected != "" && table == "epochs" {
		cancel()
	} else {
		defer w.rawTables.rejectWrites(t, table)()
	}
	w.requireOnlyChanges(t, func() []models.SettingChange {
		var err error
		if w.connected == "" {
			_, err = w.repository.ConnectTikTokShop(ctx, w.seller, owner(w.shops[0]))
		} else {
			_, err = w.repository.DisconnectTikTokShop(ctx, w.seller, models.DisconnectRequest{Confirm: true})
		}
		require.Error(t, err)
		require.NotErrorIs(t, err, models.ErrOutcomeUnknown)
		return nil
	})
}

// rejectWrites makes the database reject new and changed rows of a table.
func (d tables) rejectWrites(t tester, table string) (undo func()) {
	t.Helper()
	if d.dialect == "sqlite" {
		for _, event := range []string{"INSERT", "UPDATE"} {
			require.NoError(t, d.write(`CREATE TRIGGER reject_`+event+` BEFORE `+event+` ON `+table+` BEGIN SELECT RAISE(ABORT, 'rejected'); END`))
		}
		return func() {
			require.NoError(t, d.write(`DROP TRIGGER reject_INSERT`))
			require.NoError(t, d.write(`DROP TRIGGER reject_UPDATE`))
		}
	}
	require.NoError(t, d.write(`CREATE TRIGGER reject BEFORE INSERT OR UPDATE ON `+table+` FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()`))
	return func() { require.NoError(t, d.write(`DROP TRIGGER reject ON `+table)) }
}
