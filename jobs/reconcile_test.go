package jobs_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/jobs"
	"github.com/handback/handback/models"
	"github.com/handback/handback/platform"
)

// manyStores reads stores, and their shops, that are there in name only.
type manyStores struct {
	*fixture

	domains []string
	read    func(ctx context.Context, domain string) error // nil for a store that is as it was

	mu           sync.Mutex
	stores       []string
	atOnce, most int
}

// eachManyStores runs the test with so many stores, on either database.
func eachManyStores(t *testing.T, count int, test func(s *manyStores)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		s := &manyStores{fixture: newFixture(t, databaseURL)}
		for number := range count {
			s.domains = append(s.domains, fmt.Sprintf("%04d.myshopify.com", number))
		}
		s.Client = s.client()
		test(s)
	})
}

// client makes a client that carries transitions out.
func (s *manyStores) client() *jobs.Client[*sql.Tx] {
	s.t.Helper()
	driver, err := s.JobDriver()
	require.NoError(s.t, err)
	log := slog.New(slog.NewTextHandler(s.log, nil))
	made, err := jobs.New(driver, s, &jobs.Transitions{Stores: s, Shops: s, Now: time.Now, Log: log}, log, nil, func(attempt jobs.Attempt) {
		if attempt.Kind != (models.ReconcileStores{}).Kind() {
			return
		}
		s.fixture.mu.Lock()
		defer s.fixture.mu.Unlock()
		s.outcomes = append(s.outcomes, attempt.Outcome)
	})
	require.NoError(s.t, err)
	return made
}

func (s *manyStores) LinkedStores(_ context.Context, after string, count int) ([]string, error) {
	from, _ := slices.BinarySearch(s.domains, after+"\x00")
	return s.domains[from:min(from+count, len(s.domains))], nil
}

func (s *manyStores) Reconcile(ctx context.Context, domain string) error {
	s.mu.Lock()
	s.atOnce++
	s.most = max(s.most, s.atOnce)
	s.mu.Unlock()
	var err error
	if s.read != nil {
		err = s.read(ctx, domain)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.atOnce--
	if err == nil {
		s.stores = append(s.stores, domain)
	}
	return err
}

func (*manyStores) ReconcileAccount(context.Context, string) error { return nil }

// promise adds the job as it is in a state, with what it has noted.
func (s *manyStores) promise(state, attemptedAt, metadata string) {
	s.t.Helper()
	_, err := s.tables.Exec(`INSERT INTO river_job (kind, queue, args, max_attempts, state, attempt, attempted_at, created_at, scheduled_at, metadata)
		VALUES ('reconcile_stores', '` + models.TransitionQueue + `', '{}', 25, '` + state + `', 1, ` + attemptedAt + `, '2026-01-02 03:00:00', '2026-01-02 03:00:00', '` + metadata + `')`)
	require.NoError(s.t, err)
}

// awaitJob waits until the job is in a state.
func (s *manyStores) awaitJob(state string) {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		var found int
		err := s.tables.QueryRow(`SELECT count(*) FROM river_job WHERE kind = 'reconcile_stores' AND state = '` + state + `'`).Scan(&found)
		return err == nil && found == 1
	}, patience, 10*time.Millisecond, "%s", s.log)
}

// seen are the stores that were read, in order: each twice, as a store and its shop.
func (s *manyStores) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(slices.Values(s.stores))
}

func twice(domains []string) (list []string) {
	for _, domain := range domains {
		list = append(list, domain, domain)
	}
	return list
}

// TestReconcileStoresInParts: no attempt reads all stores, and each is read once.
func TestReconcileStoresInParts(t *testing.T) {
	eachManyStores(t, 250, func(s *manyStores) {
		s.read = func(_ context.Context, domain string) error {
			time.Sleep(time.Millisecond)
			if domain == s.domains[7] {
				return errors.New("it is away")
			}
			return nil
		}
		s.promise("available", "NULL", "{}")
		s.start()
		s.awaitJob("completed")
		require.Equal(t, twice(slices.Delete(slices.Clone(s.domains), 7, 8)), s.seen())
		require.Equal(t, slices.Repeat([]jobs.Outcome{jobs.Done}, 4), s.attempts(), "100, 100, 50, and none")
		require.Equal(t, 4, s.most)
		require.Contains(t, s.log.String(), "the store could not be read")
	})
}

// TestReconcileStoresGoesOnAfterAKill: what a process was doing that is no more is begun anew within minutes, not where the night began.
func TestReconcileStoresGoesOnAfterAKill(t *testing.T) {
	eachManyStores(t, 250, func(s *manyStores) {
		ago := `'` + time.Now().UTC().Add(-13*time.Minute).Format(time.DateTime) + `'`
		s.promise("running", ago, `{"output": {"after": "`+s.domains[99]+`"}}`)
		s.start()
		s.awaitJob("completed")
		require.Equal(t, twice(s.domains[100:]), s.seen())
	})
}

// TestReconcileStoresStops with the program, and goes on with the first store that was not read.
func TestReconcileStoresStops(t *testing.T) {
	eachManyStores(t, 50, func(s *manyStores) {
		reached := make(chan bool)
		s.read = func(ctx context.Context, domain string) error {
			if domain != s.domains[20] {
				return nil
			}
			close(reached)
			<-ctx.Done()
			return errors.Join(platform.ErrStopping, ctx.Err())
		}
		s.promise("available", "NULL", "{}")
		s.Start(t.Context())
		<-reached
		s.Stop(ended)
		s.awaitJob("available")
		require.NotContains(t, s.log.String(), "could not be read")

		s.read, s.stores = nil, nil
		s.Client = s.client()
		s.start()
		s.awaitJob("completed")
		require.Equal(t, twice(s.domains[20:]), s.seen())
	})
}
