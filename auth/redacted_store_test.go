package auth_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestRedactedStoreIsRegisteredAnew: a process that has cached the store hears within a minute that another one has removed it. A database
// that is away meanwhile has removed nothing.
func TestRedactedStoreIsRegisteredAnew(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		other := open(t, databaseURL)
		repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
		require.NoError(t, err)
		authenticator, clock := newAuth(repository)
		token := goodToken("exp", start.Unix()+180)
		first, err := authenticator.Caller(bearer(token))
		require.NoError(t, err)
		removed, err := other.Redact(t.Context(), first.Store, &models.PlatformNotification{ID: "redact", TriggeredAt: start}, true)
		require.NoError(t, err)
		require.True(t, removed)
		clock.move(time.Minute)
		anew, err := authenticator.Caller(bearer(token))
		require.NoError(t, err)
		require.NotEqual(t, first.Store.ID, anew.Store.ID)
		requireRegisteredOnce(t, other, anew)

		require.NoError(t, repository.Close())
		clock.move(time.Minute)
		known, err := authenticator.Caller(bearer(token))
		require.NoError(t, err)
		require.Equal(t, anew, known)
	})
}
