package db_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db"
	"handback/db/dbtest"
	"handback/models"
)

func TestReadyChecksSchemaVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		require.NoError(t, repository.Ready(t.Context()))

		conns := direct(t, databaseURL)
		_, err := conns.ExecContext(t.Context(), `INSERT INTO handback_migrations (version_id, is_applied) VALUES (99999, true)`)
		require.NoError(t, err)
		require.NoError(t, repository.Ready(t.Context()), "a newer program has been here")

		_, err = conns.ExecContext(t.Context(), `DELETE FROM handback_migrations WHERE version_id > 0`)
		require.NoError(t, err)
		require.ErrorIs(t, repository.Ready(t.Context()), db.ErrSchemaBehind)
	})
}

func TestReadyFailsWithoutDatabase(t *testing.T) {
	proxy := dbtest.NewProxy(t, dbtest.Postgres(t))
	repository := open(t, proxy.URL(), models.DefaultCatalogue())
	require.NoError(t, repository.Ready(t.Context()))

	proxy.Refuse()
	require.ErrorIs(t, repository.Ready(t.Context()), models.ErrTryAgain)
	proxy.Heal()
	require.NoError(t, repository.Ready(t.Context()))

	proxy.BlackHole()
	began := time.Now()
	require.ErrorIs(t, repository.Ready(t.Context()), models.ErrTryAgain)
	require.Less(t, time.Since(began), 10*time.Second, "a second is promised")
}
