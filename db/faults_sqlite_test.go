package db_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"modernc.org/sqlite"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

func TestDisconnectWhileAnotherProcessWrites(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds")
	}
	t.Parallel()
	for name, tooLong := range map[string]bool{"for a second": false, "for too long": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := dbtest.URL(t, "sqlite")
			repository := open(t, url, models.DefaultCatalogue())
			seller := register(t, repository, "locked.myshopify.com")
			requireDone(t, connecting(operationContext(t), repository, seller))
			other, err := direct(t, url).Conn(context.Background())
			require.NoError(t, err)
			before := readFacts(t, direct(t, url))
			_, err = other.ExecContext(context.Background(), "BEGIN IMMEDIATE")
			require.NoError(t, err)
			release := func() {
				_, err := other.ExecContext(context.Background(), "ROLLBACK")
				assert.NoError(t, err)
				assert.NoError(t, other.Close())
			}
			requireDone(t, reading(operationContext(t), repository, seller))
			if tooLong {
				requireTryAgain(t, disconnecting(operationContext(t), repository, seller))
				require.Equal(t, before, readFacts(t, direct(t, url)))
				release()
			} else {
				released := time.AfterFunc(time.Second, release)
				t.Cleanup(func() { require.False(t, released.Stop(), "it was held") })
			}
			requireDone(t, disconnecting(operationContext(t), repository, seller))
		})
	}
}

// writers are the connections that write to a file of this test binary, by their data source.
var writers sync.Map

func init() {
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, dsn string) error {
		if strings.Contains(dsn, "synchronous(FULL)") {
			writers.Store(dsn, conn)
		}
		return nil
	})
}

// limit lets the file that the repository writes to have at most so many pages, and not fewer than it has.
func limit(tb testing.TB, databaseURL string, pages int) {
	tb.Helper()
	found := false
	writers.Range(func(dsn, conn any) bool {
		if strings.HasPrefix(dsn.(string), "file:"+strings.TrimPrefix(databaseURL, "sqlite:")+"?") {
			found = true
			rows, err := conn.(driver.QueryerContext).QueryContext(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", pages), nil)
			require.NoError(tb, err)
			require.NoError(tb, rows.Close())
		}
		return true
	})
	require.True(tb, found)
}

func TestDisconnectWhenFileCannotGrow(t *testing.T) {
	t.Parallel()
	url := dbtest.URL(t, "sqlite")
	repository := open(t, url, models.DefaultCatalogue())
	seller := register(t, repository, "full.myshopify.com")
	conn := direct(t, url)
	f := fullDisk{repository, seller, conn}
	f.fill(t)
	failed := 0
	for more := 0; ; more++ { // so that each new page is the one there is no room for
		var pages int
		require.NoError(t, conn.QueryRow("PRAGMA page_count").Scan(&pages))
		limit(t, url, pages+more)
		if f.disconnected(t) {
			break
		}
		failed++
		limit(t, url, 1<<30)
		f.requireWorking(t)
	}
	require.Greater(t, failed, 2)
}

// fullDisk is a connected store whose disconnect needs room on the disk.
type fullDisk struct {
	repository *db.Repository
	seller     models.Caller
	conn       *sql.DB
}

// fill connects the store and edits a setting, so that the record of a disconnect is a large one.
func (f fullDisk) fill(tb testing.TB) {
	tb.Helper()
	requireDone(tb, connecting(operationContext(tb), f.repository, f.seller))
	tags := `["` + strings.Repeat("tag", 20_000) + `"]`
	_, err := f.repository.UpdateSettings(operationContext(tb), f.seller, []models.SettingInput{{Key: "order.tags", Value: models.Value(tags)}})
	require.NoError(tb, err)
}

// disconnected disconnects, and fails unless all or nothing was done, as the answer says.
func (f fullDisk) disconnected(tb testing.TB) bool {
	tb.Helper()
	before := readFacts(tb, f.conn)
	a := disconnecting(operationContext(tb), f.repository, f.seller)
	after := readFacts(tb, f.conn)
	if a.err != nil {
		requireTryAgain(tb, a)
		require.Equal(tb, before, after)
		requireDone(tb, reading(operationContext(tb), f.repository, f.seller))
		return false
	}
	requireDone(tb, a)
	require.Equal(tb, before.Records+1, after.Records)
	require.Zero(tb, after.Connected+after.OpenEpochs+after.NotInLedger)
	return true
}

// requireWorking fails unless there can be written again; the store stays connected.
func (f fullDisk) requireWorking(tb testing.TB) {
	tb.Helper()
	before := readFacts(tb, f.conn)
	for _, value := range []models.Value{"false", "true"} {
		_, err := f.repository.UpdateSettings(operationContext(tb), f.seller, []models.SettingInput{{Key: "publication.autoPublish", Value: value}})
		require.NoError(tb, err)
	}
	require.Greater(tb, readFacts(tb, f.conn).Entries, before.Entries)
}
