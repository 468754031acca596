package auth_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/auth"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestClockWarning: a token that is right but for its times is told of, with the time that is missing and nothing of the
// token, and once a minute only.
func TestClockWarning(t *testing.T) {
	t.Parallel()
	repository := open(t, dbtest.URL(t, "sqlite"))
	for name, wanted := range map[string]string{
		"ended 11 s ago":  `token=expired by=11s clock=2026-03-02T09:00:00Z`,
		"ended long ago":  `token=expired by=277h46m39s`,
		"begins in 11 s":  `token="not valid yet" by=11s`,
		"begins tomorrow": `token="not valid yet" by=24h0m0s`,
	} {
		c := &clock{now: start}
		var log bytes.Buffer
		door := auth.New(auth.Config{Stores: repository, Sessions: sessions, Now: c.Now, Log: slog.New(slog.NewTextHandler(&log, nil))})
		deny := func(token string) {
			_, err := door.Caller(request(somebody, "Bearer "+token))
			require.Same(t, models.ErrUnauthenticated, err)
		}
		for range 100 {
			deny(staleTokens[name])
		}
		require.Equal(t, 1, strings.Count(log.String(), "\n"), log.String())
		require.Contains(t, log.String(), "level=WARN")
		require.Contains(t, log.String(), wanted, name)
		require.NotContains(t, log.String(), staleTokens[name][:20])
		c.move(59 * time.Second)
		deny(staleTokens["ended long ago"])
		require.Equal(t, 1, strings.Count(log.String(), "\n"))
		c.move(time.Second)
		deny(staleTokens["ended long ago"])
		require.Equal(t, 2, strings.Count(log.String(), "\n"))
	}
}

// TestClockIsNotBlamedForWrongTokens: times that are wrong, too, say nothing of the clock.
func TestClockIsNotBlamedForWrongTokens(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := &clock{now: start}
	door := auth.New(auth.Config{Stores: open(t, dbtest.URL(t, "sqlite")), Sessions: sessions, Now: c.Now, Log: slog.New(slog.NewTextHandler(&log, nil))})
	for name, token := range wrongTokens {
		c.move(time.Minute)
		_, err := door.Caller(request(somebody, "Bearer "+token))
		require.Error(t, err, name)
		require.Empty(t, log.String(), name)
	}
	_, err := door.Caller(request(somebody, "Bearer "+signWith("x"+sessions.APISecret, header, claims("exp", now-60, "nbf", now-120))))
	require.Error(t, err)
	require.Empty(t, log.String())
}
