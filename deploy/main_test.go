// Package deploy holds what the program is installed by to what the program is: a module of its own, so that the program does not
// depend on the tools of containers, Kubernetes and releases.
package deploy

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// root is the folder of the program's module.
const root = ".."

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}

var variableTag = regexp.MustCompile("`env:\"(\\w+)\"")

// variables are those that the program knows.
func variables(t *testing.T) (names []string) {
	t.Helper()
	for _, found := range variableTag.FindAllStringSubmatch(read(t, root+"/config.go"), -1) {
		names = append(names, found[1])
	}
	require.NotEmpty(t, names)
	return names
}

// example is handback.env.example: the variables that it sets.
func example(t *testing.T) map[string]string {
	t.Helper()
	set := map[string]string{}
	for line := range strings.Lines(read(t, "handback.env.example")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			name, value, ok := strings.Cut(line, "=")
			require.True(t, ok, line)
			set[name] = value
		}
	}
	return set
}

// inProduction are the variables without which something is missing where sellers sign in: what to connect them with, what to keep their
// tokens by, and who is behind a proxy.
var inProduction = []string{
	"DATABASE_URL", "SHOPIFY_API_KEY", "SHOPIFY_API_SECRET", "TIKTOK_APP_KEY", "TIKTOK_APP_SECRET",
	"HANDBACK_KEYSET", "HANDBACK_CERTIFICATE_KEYS", "WEBHOOK_URL", "TRUSTED_PROXIES",
}

// TestExampleHasWhatProductionNeeds, and no value, which somebody would leave in it.
func TestExampleHasWhatProductionNeeds(t *testing.T) {
	set := example(t)
	require.Len(t, set, len(inProduction))
	for _, name := range inProduction {
		require.Contains(t, variables(t), name)
		require.Contains(t, set, name)
		require.Empty(t, set[name])
	}
}

// requireTimeToStop: whoever stops the program waits for as long as it may take.
func requireTimeToStop(t *testing.T, environment map[string]string, allowed time.Duration) {
	t.Helper()
	const rest = 5 * time.Second // the log has two, the traces as many
	need := rest
	for name, standard := range map[string]string{"SHUTDOWN_DELAY": "500ms", "SHUTDOWN_TIMEOUT": "30s"} {
		require.Regexp(t, `env:"`+name+`"\s+envDefault:"`+standard+`"`, read(t, root+"/config.go"))
		if set := environment[name]; set != "" {
			standard = set
		}
		took, err := time.ParseDuration(standard)
		require.NoError(t, err)
		need += took
	}
	require.GreaterOrEqual(t, allowed, need)
}
