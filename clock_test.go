package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// advance asks the clock to let time pass, and returns the status.
func advance(c *sandboxClock, body string) int {
	answer := httptest.NewRecorder()
	c.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/sandbox/clock", strings.NewReader(body)))
	return answer.Code
}

func TestSandboxClock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
		require.NoError(t, err)
		defer repository.Close()
		begin := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		repository.Now = func() time.Time { return begin }
		clock := newSandboxClock(repository)
		for _, bad := range []string{
			``, `{}`, `{"advanceMinutes":0}`, `{"advanceMinutes":-1}`, `{"advanceMinutes":527041}`, `{"advanceMinutes":9223372036854775807}`,
			`{"advanceMinutes":1.5}`, `{"advanceMinutes":"1"}`, `{"minutes":1}`, `{"advanceMinutes":1}{}`,
		} {
			require.Equal(t, http.StatusBadRequest, advance(clock, bad), bad)
		}
		require.Equal(t, begin, repository.Now())
		require.Equal(t, http.StatusOK, advance(clock, `{"advanceMinutes":1440}`))
		require.Equal(t, begin.Add(24*time.Hour), repository.Now())
		stats, err := repository.JobStats(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 4, stats.Count["available"], "what is done every hour, twice, all the time, and every night")
		for range 9 {
			require.Equal(t, http.StatusOK, advance(clock, `{"advanceMinutes":527040}`))
		}
		require.Equal(t, http.StatusBadRequest, advance(clock, `{"advanceMinutes":527040}`))
	})
}
