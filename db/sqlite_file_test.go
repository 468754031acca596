package db_test

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// takenAway are the ways in which the database's files can go while they are open. put brings back what was taken.
var takenAway = map[string]func(tb testing.TB, file string) (put func()){
	"moved": func(tb testing.TB, file string) func() {
		tb.Helper()
		return move(tb, file, file+".moved")
	},
	"moved with its folder": func(tb testing.TB, file string) func() {
		tb.Helper()
		return move(tb, filepath.Dir(file), filepath.Dir(file)+".moved")
	},
	"its link led elsewhere": func(tb testing.TB, file string) func() {
		tb.Helper()
		target, err := os.Readlink(file)
		require.NoError(tb, err)
		require.NoError(tb, os.Remove(file))
		copyFile(tb, target, target+".copy")
		require.NoError(tb, os.Symlink(target+".copy", file))
		return func() {
			require.NoError(tb, os.Remove(file))
			require.NoError(tb, os.Symlink(target, file))
		}
	},
	"deleted": func(tb testing.TB, file string) func() {
		tb.Helper()
		require.NoError(tb, os.Link(file, file+".other"))
		require.NoError(tb, os.Remove(file))
		return func() { require.NoError(tb, os.Rename(file+".other", file)) }
	},
	"replaced by a copy": func(tb testing.TB, file string) func() {
		tb.Helper()
		back := move(tb, file, file+".moved")
		copyFile(tb, file+".moved", file)
		return back
	},
	"its log moved": func(tb testing.TB, file string) func() {
		tb.Helper()
		return move(tb, file+"-wal", file+"-wal.moved")
	},
	"its log replaced": func(tb testing.TB, file string) func() {
		tb.Helper()
		back := move(tb, file+"-wal", file+"-wal.moved")
		require.NoError(tb, os.WriteFile(file+"-wal", nil, 0o600))
		return back
	},
	"its index moved": func(tb testing.TB, file string) func() {
		tb.Helper()
		return move(tb, file+"-shm", file+"-shm.moved")
	},
}

func move(tb testing.TB, from, to string) (back func()) {
	tb.Helper()
	require.NoError(tb, os.Rename(from, to))
	return func() { require.NoError(tb, os.Rename(to, from)) }
}

// copyFile copies in another process: closing an open database file in this one would drop the locks on it.
func copyFile(tb testing.TB, from, to string) {
	tb.Helper()
	require.NoError(tb, exec.Command("cp", from, to).Run())
}

func TestWritesAreRefusedWhenFileIsTakenAway(t *testing.T) {
	t.Parallel()
	for name, take := range takenAway {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "data")
			require.NoError(t, os.Mkdir(folder, 0o700))
			file := filepath.Join(folder, "handback.db")
			if strings.Contains(name, "link") {
				file = linkToDatabase(t, folder)
			}
			repository := open(t, "sqlite:"+file, models.DefaultCatalogue())
			seller := register(t, repository, "moved.myshopify.com")
			requireDone(t, connecting(operationContext(t), repository, seller))
			require.NoError(t, repository.Ready(t.Context()))

			put := take(t, file)
			before := namesBelow(t, filepath.Dir(folder))
			require.ErrorIs(t, repository.Ready(t.Context()), models.ErrTryAgain)
			for _, call := range []write{editing, disconnecting} {
				requireTryAgain(t, call(operationContext(t), repository, seller))
			}
			_, err := repository.ForgetIdempotencyKeys(t.Context())
			require.ErrorIs(t, err, models.ErrTryAgain)
			// More reads at once than there are connections to the file that was opened.
			for range 5 {
				for _, a := range callAtOnce(t.Context(), repository, seller, reading, reading, reading, reading, reading, reading, reading, reading) {
					if a.err != nil {
						requireTryAgain(t, a)
					}
				}
			}
			require.Equal(t, before, namesBelow(t, filepath.Dir(folder)), "a file was made")

			put()
			require.NoError(t, repository.Ready(t.Context()))
			requireDone(t, editing(operationContext(t), repository, seller))
			requireDone(t, disconnecting(operationContext(t), repository, seller))
			require.Equal(t, 1, readFacts(t, direct(t, "sqlite:"+file)).Records)
		})
	}
}

// TestOnceIsRefusedWhenFileIsTakenAwayMeanwhile: a request with a key has its transaction open while its answer is read.
func TestOnceIsRefusedWhenFileIsTakenAwayMeanwhile(t *testing.T) {
	t.Parallel()
	url := dbtest.EmptyURL(t, "sqlite")
	k := newKeyed(t, url)
	before := readFacts(t, direct(t, url))
	var put func()
	_, _, err := k.once("key", "digest", func(ctx context.Context, k *keyed) (any, error) {
		done, err := editWork(ctx, k)
		put = move(t, strings.TrimPrefix(url, "sqlite:"), strings.TrimPrefix(url, "sqlite:")+".moved")
		return done, err
	})
	require.ErrorIs(t, err, models.ErrTryAgain)
	put()
	require.Equal(t, before, readFacts(t, direct(t, url)))
	k.requireFirst(t, "key", "digest", editWork)
}

// linkToDatabase makes a database, and a link to it.
func linkToDatabase(tb testing.TB, folder string) (link string) {
	tb.Helper()
	target := filepath.Join(folder, "target.db")
	repository, err := db.Open(tb.Context(), "sqlite:"+target, models.DefaultCatalogue())
	require.NoError(tb, err)
	require.NoError(tb, repository.Close())
	link = filepath.Join(folder, "handback.db")
	require.NoError(tb, os.Symlink(target, link))
	return link
}

func namesBelow(tb testing.TB, folder string) (names []string) {
	tb.Helper()
	require.NoError(tb, filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		names = append(names, path)
		return err
	}))
	return names
}

// TestOpenRefusesLogWithoutFile: SQLite would delete the log, and with it what was committed last.
func TestOpenRefusesLogWithoutFile(t *testing.T) {
	t.Parallel()
	file := strings.TrimPrefix(dbtest.EmptyURL(t, "sqlite"), "sqlite:")
	require.NoError(t, os.WriteFile(file+"-wal", []byte("committed"), 0o600))
	_, err := db.Open(t.Context(), "sqlite:"+file, models.DefaultCatalogue())
	require.ErrorContains(t, err, "its log "+file+"-wal is there")
	require.NoFileExists(t, file)
	require.FileExists(t, file+"-wal")
}

func TestOpenMakesFilesPrivate(t *testing.T) {
	t.Parallel()
	file := strings.TrimPrefix(dbtest.EmptyURL(t, "sqlite"), "sqlite:")
	open(t, "sqlite:"+file, models.DefaultCatalogue())
	for _, suffix := range []string{"", "-wal", "-shm"} {
		require.Equal(t, fs.FileMode(0o600), modeOf(t, file+suffix), suffix)
	}
}

// TestOpenLeavesModeOfExistingFile: an operator may let a group read it.
func TestOpenLeavesModeOfExistingFile(t *testing.T) {
	t.Parallel()
	file := strings.TrimPrefix(dbtest.EmptyURL(t, "sqlite"), "sqlite:")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	require.NoError(t, os.Chmod(file, 0o640))
	open(t, "sqlite:"+file, models.DefaultCatalogue())
	for _, suffix := range []string{"", "-wal", "-shm"} {
		require.Equal(t, fs.FileMode(0o640), modeOf(t, file+suffix), suffix)
	}
}

func modeOf(tb testing.TB, file string) fs.FileMode {
	tb.Helper()
	info, err := os.Stat(file)
	require.NoError(tb, err)
	return info.Mode().Perm()
}

// TestOpenNeedsWholePath: SQLite takes what stands behind two slashes for the name of a host.
func TestOpenNeedsWholePath(t *testing.T) {
	t.Parallel()
	for path, usable := range map[string]bool{"//handback.db": false, "": true, "//": true} {
		folder := t.TempDir()
		if usable {
			path += filepath.Join(folder, "handback.db")
		}
		repository, err := db.Open(t.Context(), "sqlite:"+path, models.DefaultCatalogue())
		if !usable {
			require.ErrorContains(t, err, "begins with one slash")
			continue
		}
		require.NoError(t, err)
		require.True(t, slices.Contains(namesBelow(t, folder), filepath.Join(folder, "handback.db")))
		require.NoError(t, repository.Close())
	}
}
