// Package sandboxtest has what tests that use the sandbox share.
package sandboxtest

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/tiktok/sandbox"
)

// Exchanges names a folder for every exchange that tests have with a sandbox, a file each test that ends in Suffix. The module
// conformance checks them.
const (
	Exchanges = "SANDBOX_EXCHANGES"
	Suffix    = ".tiktok"
)

// Open opens a sandbox that is closed when the test ends. Its exchanges are checked by make conformance.
func Open(t testing.TB, options sandbox.Options) *sandbox.Sandbox {
	t.Helper()
	if options.Exchanges == nil {
		options.Exchanges = exchanges(t)
	}
	s, err := sandbox.New(options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func exchanges(t testing.TB) io.Writer {
	folder := os.Getenv(Exchanges)
	if folder == "" {
		return nil
	}
	name := strings.NewReplacer("/", "_", "*", "_").Replace(t.Name())
	file, err := os.CreateTemp(folder, filepath.Base(name)+"-*"+Suffix)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, file.Close()) })
	return file
}
