package conformance_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/conformance"
)

const version = "2026-10" // that the client asks for

// schemas are read once: each takes half a second.
var schemas sync.Map

// load returns a version of the Admin API.
func load(t *testing.T, version string) *conformance.Schema {
	t.Helper()
	once, _ := schemas.LoadOrStore(version, sync.OnceValues(func() (*conformance.Schema, error) {
		return conformance.LoadSchema(archive(), version)
	}))
	schema, err := once.(func() (*conformance.Schema, error))()
	require.NoError(t, err, "run make conformance, which fetches the schema by npm")
	return schema
}

// archive is the package with the schemas, which conformance/fetch puts there.
func archive() string {
	return filepath.Join("..", ".tools", "shopify-dev-mcp-1.16.0.tgz")
}

// operations returns the texts of the client's operations by their names.
func operations(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../shopify/operations/*.graphql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	texts := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		texts[strings.TrimSuffix(filepath.Base(file), ".graphql")] = string(text)
	}
	return texts
}
