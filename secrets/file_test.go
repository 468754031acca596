package secrets_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/secrets"
)

// TestKeysetFileIsMadeOnce, whole, and for its owner only, however many start at once.
func TestKeysetFileIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "handback.keyset")
	keyrings, errs := make([]*secrets.Keyring, 16), make([]error, 16)
	var starts sync.WaitGroup
	for i := range keyrings {
		starts.Go(func() { keyrings[i], errs[i] = secrets.OpenFile(path) })
	}
	starts.Wait()
	for i := range keyrings {
		require.NoError(t, errs[i])
		require.Equal(t, keyrings[0].KeyIDs(), keyrings[i].KeyIDs())
	}
	again, err := secrets.OpenFile(path)
	require.NoError(t, err)
	require.Equal(t, keyrings[0].KeyIDs(), again.KeyIDs())
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	files, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, files, 1)
}

func TestKeysetFileThatIsWrongStaysAsItIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "handback.keyset")
	require.NoError(t, os.WriteFile(path, []byte("planted"), 0o600))
	_, err := secrets.OpenFile(path)
	require.EqualError(t, err, "the keyset file "+path+" is not understood: it must be a keyset as handback keyset new prints it")
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "planted", string(content))
	_, err = secrets.OpenFile(filepath.Join(path, "below"))
	require.ErrorContains(t, err, "cannot use the keyset file")
}
