package test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/test/program"
)

// TestBadEnvironmentVariables: the program ends with one line that names the variable and does not repeat what it holds,
// which may be a secret in the wrong place. Every variable of config.go has a value that is rejected.
func TestBadEnvironmentVariables(t *testing.T) {
	t.Parallel()
	const planted = "planted1planted2"
	trusted := filepath.Join(t.TempDir(), "trusted.json")
	require.NoError(t, os.WriteFile(trusted, []byte(`{"other":"{ planted1 }"}`), 0o600))
	rejected := map[string]bool{}
	for _, environment := range [][]string{
		{"SHOPIFY_API_KEY=" + planted},
		{"SHOPIFY_API_SECRET=" + planted},
		{"SHOPIFY_API_KEY=" + planted, "SHOPIFY_API_SECRET="},
		{"SHOPIFY_API_SECRET=" + planted, "SHOPIFY_API_KEY="},
		{"SHOPIFY_API_SECRET=" + planted[:15], "SHOPIFY_API_KEY=" + planted},
		{"SHOPIFY_API_SECRET=" + planted[:1], "SHOPIFY_API_KEY=" + planted},
		{"ADDR=" + planted},
		{"ADDR=" + planted + ":80:80"},
		{"ADDR=" + planted + ":80"}, // another machine, without sign-in
		{"ADDR=0.0.0.0:0"},
		{"ADDR=0.0.0.0:0", "SHOPIFY_API_KEY=" + planted},
		{"SHOPIFY_API_SECRET=" + planted, "ADDR=[::]:0"},
		{"DATABASE_URL=" + planted},
		{"DATABASE_URL=postgres://x:" + planted + "@127.0.0.1:port/x"},
		{"ALLOWED_ORIGINS=*"},
		{"ALLOWED_ORIGINS=null"},
		{"ALLOWED_ORIGINS=https://*"},
		{"ALLOWED_ORIGINS=https://*.example.com"},
		{"ALLOWED_ORIGINS=" + planted},
		{"ALLOWED_ORIGINS=https://example.com," + planted},
		{"ALLOWED_ORIGINS=https://example.com, https://" + planted},
		{"ALLOWED_ORIGINS=https://example.com/" + planted},
		{"ALLOWED_ORIGINS=https://x:" + planted + "@example.com"},
		{"ALLOWED_ORIGINS=ftp://" + planted},
		{"TRUSTED_PROXIES=" + planted},
		{"TRUSTED_PROXIES=10.0.0.1"},
		{"TRUSTED_PROXIES=10.0.0.0/8," + planted},
		{"METRICS_NETWORKS=" + planted},
		{"METRICS_NETWORKS=100.64.0.0"},
		{"SUPPORT_URL=" + planted},
		{"SUPPORT_URL=javascript:" + planted},
		{"SUPPORT_URL=https:" + planted},
		{"SUPPORT_URL=https://x:" + planted + "@example.com"},
		{"SUPPORT_URL=mailto:" + planted},
		{"INTROSPECTION=" + planted},
		{"TRUSTED_DOCUMENTS=/nowhere/" + planted},
		{"TRUSTED_DOCUMENTS=" + trusted},
		{"THROTTLE_MAXIMUM=" + planted},
		{"THROTTLE_MAXIMUM=9999"},
		{"THROTTLE_MAXIMUM=-1"},
		{"THROTTLE_MAXIMUM=NaN"},
		{"THROTTLE_MAXIMUM=Inf"},
		{"THROTTLE_RESTORE_RATE=" + planted},
		{"THROTTLE_RESTORE_RATE=-1"},
		{"THROTTLE_RESTORE_RATE=Inf"},
		{"LOG_FORMAT=" + planted},
		{"SHUTDOWN_DELAY=" + planted},
		{"SHUTDOWN_DELAY=-1s"},
		{"SHUTDOWN_DELAY=5"},
		{"SHUTDOWN_TIMEOUT=" + planted},
		{"SHUTDOWN_TIMEOUT=-1s"},
	} {
		name, _, _ := strings.Cut(environment[0], "=")
		rejected[name] = true
		t.Run(strings.Join(environment, " "), func(t *testing.T) {
			p := program.Launch(t, program.Shipped, environment...)
			line := requireStartupError(t, p)
			require.Contains(t, line, name)
			require.NotContains(t, line, planted[:8])
			require.NotRegexp(t, `must be\s*(;|$)`, line, "nothing says how it is written")
			if len(environment) == 1 && name != "TRUSTED_DOCUMENTS" { // that one is read when the database is open
				requireEmptyFolder(t, p.Cmd.Dir)
			}
		})
	}
	variables := configVariable.FindAllStringSubmatch(program.ReadFile(t, "config.go"), -1)
	require.Len(t, rejected, len(variables))
	for _, variable := range variables {
		require.True(t, rejected[variable[1]], "no bad value of %s is tried", variable[1])
	}
}

// configVariable is the tag of a field that holds a variable of the environment.
var configVariable = regexp.MustCompile("`env:\"(\\w+)\"")
