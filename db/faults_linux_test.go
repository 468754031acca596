package db_test

import (
	"database/sql/driver"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/models"
)

const fullDiskFolder = "HANDBACK_TEST_FULL_DISK"

// The disk is a file system of the test's own, seen by a child process only, so that nothing is left of it.
func TestDisconnectOnFullDisk(t *testing.T) {
	if os.Getenv(fullDiskFolder) != "" {
		testOnSmallDisk(t, os.Getenv(fullDiskFolder))
		return
	}
	t.Parallel()
	child := exec.Command(os.Args[0], "-test.run=^TestDisconnectOnFullDisk$", "-test.v")
	child.Env = append(os.Environ(), fullDiskFolder+"="+t.TempDir())
	child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		child.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		child.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		child.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	out, err := child.CombinedOutput()
	if errors.Is(err, syscall.EPERM) {
		t.Skip("this machine lets nobody mount a file system; TestDisconnectWhenFileCannotGrow is what there is:", err)
	}
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "--- PASS: TestDisconnectOnFullDisk")
}

func testOnSmallDisk(t *testing.T, folder string) {
	require.NoError(t, syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""))
	require.NoError(t, syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=4m"))
	url := "sqlite:" + filepath.Join(folder, "handback.db")
	repository := open(t, url, models.DefaultCatalogue())
	f := fullDisk{repository, register(t, repository, "full.myshopify.com"), direct(t, url)}
	f.fill(t)
	filler := filepath.Join(folder, "filler")
	failed := 0
	for room := 0; ; room += 1 << 12 {
		leave(t, folder, filler, room)
		done := f.disconnected(t)
		require.NoError(t, os.Remove(filler))
		if done {
			break
		}
		failed++
		if failed%4 == 0 {
			f.requireWorking(t)
		}
	}
	require.Greater(t, failed, 2)
}

const fewFilesFolder = "HANDBACK_TEST_FEW_FILES"

// The limit is of a child process: in this one other tests open files.
func TestCallsWithTooManyOpenFiles(t *testing.T) {
	if os.Getenv(fewFilesFolder) != "" {
		testWithFewFiles(t, os.Getenv(fewFilesFolder))
		return
	}
	t.Parallel()
	child := exec.Command(os.Args[0], "-test.run=^TestCallsWithTooManyOpenFiles$", "-test.v")
	child.Env = append(os.Environ(), fewFilesFolder+"="+t.TempDir())
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := child.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "--- PASS: TestCallsWithTooManyOpenFiles")
}

func testWithFewFiles(t *testing.T, folder string) {
	url := "sqlite:" + filepath.Join(folder, "handback.db")
	repository := open(t, url, models.DefaultCatalogue())
	seller := register(t, repository, "files.myshopify.com")
	before := readFacts(t, direct(t, url))
	requireReady(t, repository)
	loseWriter(t, repository)
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 3, Max: limit.Max}))
	require.ErrorIs(t, repository.Ready(t.Context()), models.ErrTryAgain, "there is no connection that writes")
	requireTryAgain(t, connecting(operationContext(t), repository, seller))
	failed := 0
	for range 20 { // at once, so that there must be further connections
		done := 0
		for _, a := range callAtOnce(t.Context(), repository, seller, reading, reading, reading, reading, reading, reading, reading, reading) {
			if a.err != nil {
				requireTryAgain(t, a)
				failed++
				continue
			}
			done++
		}
		require.Positive(t, done, "over the connection that has its files open")
	}
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit))
	require.Positive(t, failed)
	require.Equal(t, before, readFacts(t, direct(t, url)))
	requireReady(t, repository)
	requireDone(t, connecting(operationContext(t), repository, seller))
	for _, a := range callAtOnce(t.Context(), repository, seller, reading, reading, reading, reading) {
		requireDone(t, a)
	}
}

// loseWriter closes the connection that writes, as is done with one that was interrupted.
func loseWriter(t *testing.T, repository *db.Repository) {
	t.Helper()
	conns, release, err := repository.TakeConns(t.Context(), "write")
	require.NoError(t, err)
	defer release()
	require.ErrorIs(t, conns[0].Raw(func(any) error { return driver.ErrBadConn }), driver.ErrBadConn)
}

// leave fills the folder's disk until so many bytes are left.
func leave(t *testing.T, folder, filler string, room int) {
	t.Helper()
	var disk syscall.Statfs_t
	require.NoError(t, syscall.Statfs(folder, &disk))
	size := int(disk.Bavail)*int(disk.Bsize) - room
	require.Positive(t, size)
	require.NoError(t, os.WriteFile(filler, make([]byte, size), 0o600))
}
