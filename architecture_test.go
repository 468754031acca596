package main

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

// allowed says which packages of this project each package may import: the house is a star with models in the
// middle.
var allowed = map[string][]string{
	"handback":                             {"handback/auth", "handback/certificate", "handback/cli", "handback/db", "handback/endpoint", "handback/graph", "handback/jobs", "handback/models", "handback/secrets", "handback/shopify", "handback/shopify/sandbox", "handback/standin", "handback/telemetry", "handback/tiktok", "handback/tiktok/sandbox", "handback/web", "handback/webhooks"},
	"handback/auth":                        {"handback/models"},
	"handback/certificate":                 {"handback/models"},
	"handback/cli":                         {"handback/certificate", "handback/db", "handback/secrets"},
	"handback/db":                          {"handback/models"},
	"handback/db/dbtest":                   {"handback/db", "handback/models"},
	"handback/endpoint":                    {"handback/models"},
	"handback/examples/connector":          {}, // as a partner's program has nothing of ours
	"handback/graph":                       {"handback/models"},
	"handback/jobs":                        {"handback/models", "handback/platform"},
	"handback/models":                      {},
	"handback/platform":                    {}, // of both platforms' clients
	"handback/secrets":                     {"handback/models"},
	"handback/shopify":                     {"handback/models", "handback/platform", "handback/tokens"},
	"handback/shopify/sandbox":             {"handback/models", "handback/standin"},
	"handback/shopify/sandbox/sandboxtest": {"handback/shopify/sandbox"},
	"handback/standin":                     {}, // of both platforms' sandboxes
	"handback/telemetry":                   {"handback/models"},
	"handback/tiktok":                      {"handback/models", "handback/platform", "handback/tokens"},
	"handback/tiktok/sandbox":              {"handback/models", "handback/standin"},
	"handback/tiktok/sandbox/sandboxtest":  {"handback/models", "handback/tiktok", "handback/tiktok/sandbox"},
	"handback/test":                        {}, // tests and nothing else
	"handback/test/program":                {"handback/shopify/sandbox", "handback/standin", "handback/tiktok/sandbox"},
	"handback/tokens":                      {"handback/models"}, // of both platforms
	"handback/web":                         {},
	"handback/webhooks":                    {"handback/models"},
}

// harness is the package that tests of the whole program share. It reads databases past the program, to find what the
// program itself would not tell.
const harness = "handback/test/program"

// onlyIn says which packages alone may import a technology.
var onlyIn = map[string][]string{
	"gorm.io/":                            {"handback/db"},
	"modernc.org/":                        {"handback/db", harness},
	"database/sql":                        {"handback/db", harness},
	"github.com/99designs/gqlgen":         {"handback/endpoint", "handback/graph"},
	"github.com/golang-jwt/":              {"handback/auth"},
	"github.com/tink-crypto/":             {"handback/secrets"},
	"github.com/XSAM/otelsql":             {"handback/db"},
	"github.com/spf13/":                   {"handback/cli"},
	"github.com/standard-webhooks/":       {"handback/webhooks"},
	"code.dny.dev/ssrf":                   {"handback/webhooks"},
	"github.com/riverqueue/":              {"handback/db", "handback/jobs"},
	"github.com/prometheus/":              {"handback/telemetry"},
	"go.opentelemetry.io/otel/exporters/": {"handback/telemetry"},
	"go.opentelemetry.io/otel/sdk":        {"handback/telemetry"},
}

func TestImportsFormAStar(t *testing.T) {
	for pkg, imports := range listImports(t) {
		permitted, known := allowed[pkg]
		require.True(t, known, "%s is new: say in this test what it may import", pkg)
		for _, imported := range imports {
			if strings.HasPrefix(imported, "handback") {
				require.Contains(t, permitted, imported, pkg)
			}
			require.False(t, pkg == "handback/models" && strings.Contains(imported, "."), "models imports the standard library only, not %s", imported)
			for technology, homes := range onlyIn {
				require.False(t, strings.HasPrefix(imported, technology) && !slices.Contains(homes, pkg), "%s imports %s", pkg, imported)
			}
		}
	}
}

func TestNoCgo(t *testing.T) {
	out := goList(t, "-deps", "-f", "{{if and .CgoFiles (not .Standard)}}{{.ImportPath}}{{end}}", ".")
	require.Empty(t, strings.TrimSpace(out))
}

// TestSQLiteLibcVersion: modernc.org/sqlite works with exactly the version of modernc.org/libc that it names.
func TestSQLiteLibcVersion(t *testing.T) {
	var sqlite struct{ GoMod string }
	require.NoError(t, json.Unmarshal([]byte(goList(t, "-m", "-json", "modernc.org/sqlite")), &sqlite))
	module, err := modfile.ParseLax(sqlite.GoMod, []byte(readFile(t, sqlite.GoMod)), nil)
	require.NoError(t, err)
	wanted := slices.IndexFunc(module.Require, func(r *modfile.Require) bool { return r.Mod.Path == "modernc.org/libc" })
	ours := strings.TrimSpace(goList(t, "-m", "-f", "{{.Version}}", "modernc.org/libc"))
	require.Equal(t, module.Require[wanted].Mod.Version, ours)
}

func listImports(t *testing.T) map[string][]string {
	imports := map[string][]string{}
	for line := range strings.Lines(strings.ReplaceAll(goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./..."), "github.com/handback/", "")) {
		fields := strings.Fields(line)
		imports[fields[0]] = fields[1:]
	}
	return imports
}

func goList(t *testing.T, args ...string) string {
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	require.NoError(t, err)
	return string(out)
}
