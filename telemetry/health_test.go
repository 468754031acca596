package telemetry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"github.com/handback/handback/test/program"
)

// probe asks as an orchestrator does.
func probe(t *testing.T, handler http.Handler) string {
	t.Helper()
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	require.Equal(t, "no-store", answer.Header().Get("Cache-Control"))
	return fmt.Sprint(answer.Code, " ", strings.TrimSpace(answer.Body.String()))
}

// requireState asks again after the last answer has had its time.
func requireState(t *testing.T, r *Readiness, state string) {
	t.Helper()
	r.mu.Lock()
	r.asked = r.asked.Add(-readyFor)
	r.mu.Unlock()
	require.Equal(t, state, probe(t, r))
}

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestLiveness(t *testing.T) {
	require.Equal(t, "200 ok", probe(t, http.HandlerFunc(Livez)))
}

func TestReadinessFollowsDatabase(t *testing.T) {
	url := dbtest.Postgres(t)
	proxy := dbtest.NewProxy(t, url)
	repository, err := db.Open(t.Context(), proxy.URL(), models.DefaultCatalogue())
	require.NoError(t, err)
	defer repository.Close()
	var log bytes.Buffer
	r := NewReadiness(repository.Ready, slog.New(slog.NewTextHandler(&log, nil)))
	requireState(t, r, "200 ready")
	require.Empty(t, log.String())

	proxy.RejectConnections()
	requireState(t, r, "503 database")
	requireState(t, r, "503 database")
	proxy.Heal()
	requireState(t, r, "200 ready")

	_, err = program.OpenDatabase(t, url).ExecContext(t.Context(), `DELETE FROM handback_migrations WHERE version_id > 1`)
	require.NoError(t, err)
	requireState(t, r, "503 migrations")
	requireState(t, r, "503 migrations")

	r.Stop()
	requireState(t, r, "503 stopping")
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Len(t, lines, 3, log.String())
	require.Contains(t, lines[0], `level=WARN msg="not ready" reason=database`)
	require.Contains(t, lines[1], `level=INFO msg="ready again"`)
	require.Contains(t, lines[2], `level=WARN msg="not ready" reason=migrations`)
}

// TestReadinessIsCached: many probes ask the database once, because whoever can reach the program may send them.
func TestReadinessIsCached(t *testing.T) {
	var asked atomic.Int32
	r := NewReadiness(func(ctx context.Context) error {
		asked.Add(1)
		return ctx.Err()
	}, slog.New(slog.DiscardHandler))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			answer := httptest.NewRecorder()
			r.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/readyz", http.NoBody).WithContext(gone))
			if answer.Code != http.StatusOK {
				t.Error("one who goes away must not be heard by the others")
			}
		})
	}
	all.Wait()
	require.Less(t, asked.Load(), int32(20))
}

func TestReadinessReasonHoldsNoError(t *testing.T) {
	r := NewReadiness(func(context.Context) error { return errors.New("host=db.internal user=planted") }, slog.New(slog.DiscardHandler))
	requireState(t, r, "503 database")
}

// TestShutdownClosesConnections: on a connection that is kept, the next request could meet its end.
func TestShutdownClosesConnections(t *testing.T) {
	r := NewReadiness(func(context.Context) error { return nil }, slog.New(slog.DiscardHandler))
	handler := r.LastAnswers(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, want := range []string{"", "close"} {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
		require.Equal(t, want, answer.Header().Get("Connection"))
		r.Stop()
	}
}
