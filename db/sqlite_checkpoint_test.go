package db_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestLogStaysSmallWhileReadsOverlap writes more than twice as much as the log may hold, while there is no moment at which
// nobody reads.
func TestLogStaysSmallWhileReadsOverlap(t *testing.T) {
	if testing.Short() {
		t.Skip("writes for seconds")
	}
	t.Parallel()
	const limit, room = 16 << 20, 8 << 20 // room for a transaction, and for the log's own bytes
	url := dbtest.URL(t, "sqlite")
	repository := open(t, url, models.DefaultCatalogue())
	seller := register(t, repository, "steady.myshopify.com")
	requireDone(t, connecting(operationContext(t), repository, seller))
	defer overlapReads(t, url)()
	wal, largest, written := strings.TrimPrefix(url, "sqlite:")+"-wal", int64(0), int64(0)
	for edit := 0; written < 2*limit+room; edit++ {
		size := sizeOf(t, wal)
		writeMuch(t, repository, seller, edit)
		if grown := sizeOf(t, wal) - size; grown > 0 {
			written += grown
		}
		largest = max(largest, sizeOf(t, wal))
	}
	t.Logf("the log had %d bytes at most, of %d", largest, written)
	require.Less(t, largest, int64(limit+room))
	require.Zero(t, readFacts(t, direct(t, url)).NotInLedger)
}

// overlapReads has transactions that read at one moment, each begun before the one before it ends, until stop is called.
func overlapReads(t *testing.T, url string) (stop func()) {
	t.Helper()
	conns := direct(t, url)
	begin := func() *sql.Tx {
		tx, err := conns.BeginTx(context.Background(), &sql.TxOptions{ReadOnly: true})
		if err != nil {
			t.Error(err)
			return nil
		}
		var n int
		if err := tx.QueryRow(`SELECT COUNT(*) FROM settings`).Scan(&n); err != nil {
			t.Error(err)
		}
		return tx
	}
	ended, finished := make(chan bool), make(chan bool)
	go func() {
		defer close(finished)
		for tx := begin(); tx != nil; {
			time.Sleep(20 * time.Millisecond)
			next := begin()
			_ = tx.Rollback()
			tx = next
			select {
			case <-ended:
				_ = tx.Rollback()
				return
			default:
			}
		}
	}()
	return func() {
		close(ended)
		<-finished
	}
}

// writeMuch commits a few megabytes.
func writeMuch(tb testing.TB, repository *db.Repository, seller models.Caller, edit int) {
	tb.Helper()
	tags := `["` + strconv.Itoa(edit) + strings.Repeat("tag", 200_000) + `"]`
	_, err := repository.UpdateSettings(operationContext(tb), seller, []models.SettingInput{{Key: "order.tags", Value: models.Value(tags)}})
	require.NoError(tb, err)
}

func sizeOf(tb testing.TB, file string) int64 {
	tb.Helper()
	info, err := os.Stat(file)
	require.NoError(tb, err)
	return info.Size()
}

// TestLogGrowsOnWhileReadGoesOn: a read that does not end must not keep edits from being made.
func TestLogGrowsOnWhileReadGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("writes for seconds")
	}
	t.Parallel()
	url := dbtest.URL(t, "sqlite")
	repository := open(t, url, models.DefaultCatalogue())
	seller := register(t, repository, "long.myshopify.com")
	requireDone(t, connecting(operationContext(t), repository, seller))
	reader, err := direct(t, url).BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	require.NoError(t, err)
	var before int
	require.NoError(t, reader.QueryRow(`SELECT COUNT(*) FROM setting_changes`).Scan(&before))
	wal := strings.TrimPrefix(url, "sqlite:") + "-wal"
	for edit := 0; sizeOf(t, wal) < 36<<20; edit++ {
		writeMuch(t, repository, seller, edit)
	}
	require.NoError(t, repository.Checkpoint(t.Context()))
	require.NoError(t, reader.Rollback())
	require.NoError(t, repository.Checkpoint(t.Context()))
	require.Zero(t, sizeOf(t, wal))
}

// TestCheckpointMakesCopyOfFileWhole: the main file alone, copied while it is open, holds what was committed.
func TestCheckpointMakesCopyOfFileWhole(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "copied.myshopify.com")
		requireDone(t, connecting(operationContext(t), repository, seller))
		requireDone(t, editing(operationContext(t), repository, seller))
		require.NoError(t, repository.Checkpoint(t.Context()))
		if file, ok := strings.CutPrefix(databaseURL, "sqlite:"); ok {
			duplicate := filepath.Join(t.TempDir(), "copy.db")
			copyFile(t, file, duplicate)
			require.Equal(t, readFacts(t, direct(t, databaseURL)), readFacts(t, direct(t, "sqlite:"+duplicate)))
		}
		requireDone(t, disconnecting(operationContext(t), repository, seller))
	})
}

// TestCloseMakesFileWhole even when another process has it open, so that SQLite leaves the log.
func TestCloseMakesFileWhole(t *testing.T) {
	t.Parallel()
	url := dbtest.URL(t, "sqlite")
	repository, err := db.Open(t.Context(), url, models.DefaultCatalogue())
	require.NoError(t, err)
	seller := register(t, repository, "closed.myshopify.com")
	requireDone(t, connecting(operationContext(t), repository, seller))
	facts := readFacts(t, direct(t, url))
	require.NoError(t, repository.Close())
	file := strings.TrimPrefix(url, "sqlite:")
	require.Zero(t, sizeOf(t, file+"-wal"))
	duplicate := filepath.Join(t.TempDir(), "copy.db")
	copyFile(t, file, duplicate)
	require.Equal(t, facts, readFacts(t, direct(t, "sqlite:"+duplicate)))
}
