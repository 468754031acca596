// Package sandboxtest has what tests that use the sandbox share.
package sandboxtest

import (
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
)

// Exchanges names a folder for every exchange that tests have with a sandbox, a file each test. The module
// conformance checks them.
const Exchanges = "SANDBOX_EXCHANGES"

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

// Serve opens a sandbox and serves it on a port of loopback. It returns the origin, too.
func Serve(t testing.TB, options sandbox.Options) (*sandbox.Sandbox, string) {
	t.Helper()
	s := Open(t, options)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL
}

func exchanges(t testing.TB) io.Writer {
	folder := os.Getenv(Exchanges)
	if folder == "" {
		return nil
	}
	name := strings.NewReplacer("/", "_", "*", "_").Replace(t.Name())
	file, err := os.CreateTemp(folder, filepath.Base(name)+"-*.jsonl")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, file.Close()) })
	return file
}
