package sandbox_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
)

func TestLineThatWasNotFinishedIsNoCall(t *testing.T) {
	options := sandbox.Options{File: filepath.Join(t.TempDir(), "sandbox.jsonl"), APISecret: "secret"}
	a := install(t, options)
	a.publish(productID)
	published, calls := a.published(), a.sandbox.Calls(0)
	require.NoError(t, a.sandbox.Close())
	file, err := os.OpenFile(options.File, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = file.WriteString(`{"shop":"` + store + `","puts":[{"kind":"publ`) // the process was killed here
	require.NoError(t, err)
	require.NoError(t, file.Close())

	again := open(t, options)
	again.access = a.access
	require.Equal(t, calls, again.sandbox.Calls(0))
	require.Equal(t, published, again.published())
}

func TestDamagedFileIsNotOpened(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.jsonl")
	require.NoError(t, os.WriteFile(file, []byte("damaged\n"), 0o600))
	_, err := sandbox.New(sandbox.Options{File: file})
	require.ErrorContains(t, err, "line 1")
}

func TestFileHoldsNoToken(t *testing.T) {
	options := sandbox.Options{File: filepath.Join(t.TempDir(), "sandbox.jsonl")}
	a := install(t, options)
	text, err := os.ReadFile(options.File)
	require.NoError(t, err)
	require.Contains(t, string(text), `"grant"`)
	require.NotContains(t, string(text), a.access)
	require.NotContains(t, string(text), a.refresh)
}

// TestFileIsOfOneProcess: two would each undo what the other has written.
func TestFileIsOfOneProcess(t *testing.T) {
	options := sandbox.Options{File: filepath.Join(t.TempDir(), "sandbox.jsonl"), APISecret: "secret"}
	first := install(t, options)
	first.publish(productID)
	published := first.published()
	_, err := sandbox.New(options)
	require.ErrorContains(t, err, "another process uses it")
	require.NoError(t, first.sandbox.Close())
	again := open(t, options)
	again.access = first.access
	require.Equal(t, published, again.published())
	require.NoError(t, again.sandbox.Close())

	options.Forget = true
	require.Empty(t, open(t, options).sandbox.Calls(0))
}
