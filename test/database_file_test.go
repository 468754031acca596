package test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/test/program"
)

// TestDatabaseFileTakenAway: when the embedded database's file goes from under the program, nothing is confirmed that the
// next start would not find, and operators are told.
func TestDatabaseFileTakenAway(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "handback.db")
	p := program.Start(t, program.Shipped, "DATABASE_URL=sqlite:"+file)
	seller := p.As("")
	require.Contains(t, seller.Data(editShopSetting(71).query), `"userErrors":[]`)
	require.NoError(t, os.Rename(file, file+".moved"))
	awaitReadiness(t, p, http.StatusServiceUnavailable, "database\n")
	answer := seller.Call(editShopSetting(72).query)
	require.Contains(t, answer.Body, `"code":"TRY_AGAIN"`)
	require.NotContains(t, answer.Body, file)
	program.Concurrently(32, func(int) { _, _ = p.Post(http.DefaultClient, everythingKept) })
	require.NoFileExists(t, file)
	require.NoError(t, os.Rename(file+".moved", file))
	awaitReadiness(t, p, http.StatusOK, "ready\n")
	require.Contains(t, seller.Data(editShopSetting(73).query), `"userErrors":[]`)
	p.Kill()

	p = program.Start(t, program.Shipped, "DATABASE_URL=sqlite:"+file)
	trail := p.Query(everythingKept)
	require.Contains(t, trail, `71.50`)
	require.Contains(t, trail, `73.50`)
	require.NotContains(t, trail, `72.50`)
	p.Stop()
}

// TestDatabaseFolderTakenAway: the default database is named from the folder that the program was started in, which can be
// moved, too.
func TestDatabaseFolderTakenAway(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "folder")
	require.NoError(t, os.Mkdir(folder, 0o700))
	file, err := program.Shipped()
	require.NoError(t, err)
	p := program.Prepare(t, file)
	p.Cmd.Dir = folder
	p.Begin()
	p.AwaitReady()
	seller := p.As("")
	require.Contains(t, seller.Data(editShopSetting(71).query), `"userErrors":[]`)
	require.NoError(t, os.Rename(folder, folder+".moved"))
	require.NoError(t, os.Mkdir(folder, 0o700))
	awaitReadiness(t, p, http.StatusServiceUnavailable, "database\n")
	require.Contains(t, seller.Call(editShopSetting(72).query).Body, `"code":"TRY_AGAIN"`)
	require.NoError(t, os.Remove(folder))
	require.NoError(t, os.Rename(folder+".moved", folder))
	awaitReadiness(t, p, http.StatusOK, "ready\n")
	require.Contains(t, seller.Data(editShopSetting(73).query), `"userErrors":[]`)
	p.Kill()
}

func awaitReadiness(t *testing.T, p *program.Process, status int, says string) {
	t.Helper()
	require.Eventually(t, func() bool {
		answer := p.Send(http.MethodGet, "/readyz", "")
		return answer.Status == status && answer.Body == says
	}, program.Patience, 50*time.Millisecond)
}

// TestDatabaseFileTurnedReadOnly: what is open can be written to, but not after the next start.
func TestDatabaseFileTurnedReadOnly(t *testing.T) {
	t.Parallel()
	dir := sharedFolder(t)
	require.NoError(t, os.Chmod(dir, 0o777))
	file := filepath.Join(dir, "handback.db")
	p := launchUnprivileged(t, "DATABASE_URL=sqlite:"+file)
	p.AwaitReady()
	awaitReadiness(t, p, http.StatusOK, "ready\n")
	require.NoError(t, os.Chmod(file, 0o444))
	awaitReadiness(t, p, http.StatusServiceUnavailable, "database\n")
	require.NoError(t, os.Chmod(file, 0o600))
	awaitReadiness(t, p, http.StatusOK, "ready\n")
	p.Stop("not ready")
}

// TestDatabaseFilesArePrivate whatever the umask of who starts the program.
func TestDatabaseFilesArePrivate(t *testing.T) {
	t.Parallel()
	for _, umask := range []string{"000", "022", "277"} {
		binary, err := program.Shipped()
		require.NoError(t, err)
		p := program.Prepare(t, "/bin/sh", "DATABASE_URL=sqlite:handback.db")
		p.Cmd.Args = []string{"sh", "-c", "umask " + umask + "; exec " + binary}
		p.Begin()
		p.AwaitReady()
		for _, suffix := range []string{"", "-wal", "-shm"} {
			info, err := os.Stat(filepath.Join(p.Cmd.Dir, "handback.db"+suffix))
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), umask+suffix)
		}
		p.Stop()
	}
}
