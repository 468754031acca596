package main

import (
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/test/program"
)

// TestRefusesBadVariables in one line that names the variable and does not repeat what it holds: that may be a secret,
// in the wrong place. Every variable has a value that is refused.
func TestRefusesBadVariables(t *testing.T) {
	t.Parallel()
	const planted = "planted1planted2"
	trusted := filepath.Join(t.TempDir(), "trusted.json")
	require.NoError(t, os.WriteFile(trusted, []byte(`{"other":"{ planted1 }"}`), 0o600))
	refused := map[string]bool{}
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
		refused[name] = true
		t.Run(strings.Join(environment, " "), func(t *testing.T) {
			p := program.Launch(t, program.Shipped, environment...)
			line := requireFailure(t, p)
			require.Contains(t, line, name)
			require.NotContains(t, line, planted[:8])
			require.NotRegexp(t, `must be\s*(;|$)`, line, "nothing says how it is written")
			if len(environment) == 1 && name != "TRUSTED_DOCUMENTS" { // that one is read when the database is open
				requireEmptyFolder(t, p.Cmd.Dir)
			}
		})
	}
	of := reflect.TypeFor[config]()
	for i := range of.NumField() {
		variable := of.Field(i).Tag.Get("env")
		require.True(t, refused[variable], "no bad value of %s is tried", variable)
	}
}

// TestWithSignInThereIsNoDemo: nobody comes in without a credential, from wherever, not even to a database that the
// demo store is in.
func TestWithSignInThereIsNoDemo(t *testing.T) {
	t.Parallel()
	databaseURL := "DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "handback.db")
	demo := program.Start(t, program.Shipped, databaseURL)
	require.Equal(t, http.StatusOK, demo.As("").Call(`{ store { name } }`).Status)
	demo.Stop()
	p := program.Start(t, program.Shipped, program.WithSignIn("ADDR=0.0.0.0:0", databaseURL)...)
	require.NotContains(t, p.Stdout.String(), "Aurora")
	p.URL = strings.Replace(p.URL, "0.0.0.0", "127.0.0.1", 1)
	for _, operation := range []string{`{ store { name } }`, `{ __typename }`, `{ __schema { types { name } } }`, `{`, disconnecting} {
		answer := p.As("").Call(operation)
		require.Equal(t, http.StatusUnauthorized, answer.Status)
		require.Equal(t, "UNAUTHENTICATED", answer.Code(t))
	}
	require.Equal(t, http.StatusOK, p.As(program.SessionToken(aurora, "42")).Call(`{ store { name } }`).Status)
	p.Stop()
	require.NotContains(t, p.Stdout.String()+p.Stderr.String(), program.AppSecret)
}
