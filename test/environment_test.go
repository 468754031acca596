package test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/test/program"
)

// planted is what a variable holds that must not be repeated.
const planted = "planted1planted2"

// badEnvironments are rejected for their first variable. Nearly all hold something that must not be repeated.
var badEnvironments = [][]string{
	{"SHOPIFY_API_KEY=" + planted},
	{"SHOPIFY_API_SECRET=" + planted},
	{"SHOPIFY_API_KEY=" + planted, "SHOPIFY_API_SECRET="},
	{"SHOPIFY_API_SECRET=" + planted, "SHOPIFY_API_KEY="},
	{"SHOPIFY_API_SECRET=" + planted[:15], "SHOPIFY_API_KEY=" + planted},
	{"SHOPIFY_API_SECRET=" + planted[:1], "SHOPIFY_API_KEY=" + planted},
	{"TIKTOK_APP_KEY=" + planted},
	{"TIKTOK_APP_SECRET=" + planted},
	{"TIKTOK_APP_SECRET=" + planted[:15], "TIKTOK_APP_KEY=" + planted},
	{"TIKTOK_APP_KEY=" + planted + " x", "TIKTOK_APP_SECRET=" + planted},
	{"HANDBACK_KEYSET=" + planted},
	{"HANDBACK_KEYSET=" + program.Keyset[:100]},
	{"HANDBACK_CERTIFICATE_KEYS=" + planted},
	{"HANDBACK_CERTIFICATE_KEYS=" + program.CertificateKey + ",," + planted},
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
	{"OPS_ADDR=" + planted},
	{"OPS_ADDR=" + planted + ":80:80"},
	{"OPS_ADDR=127.0.0.1:" + planted},
	{"OPS_ADDR=127.0.0.1:99999"},
	{"OPS_ADDR=127.0.0.1:9", "ADDR=127.0.0.1:9"},
	{"ADDR=127.0.0.1:99999"},
	{"ADDR=192.0.2.1:0", "SHOPIFY_API_KEY=" + program.AppKey, "SHOPIFY_API_SECRET=" + program.AppSecret}, // not of this machine
	{"GRAPHIQL=" + planted},
	{"LEDGER_DAILY_MIB=" + planted},
	{"LEDGER_DAILY_MIB=63"},
	{"TIKTOK_AUTHORIZE_URL=" + planted},
	{"TIKTOK_AUTHORIZE_URL=http://example.com/" + planted},
	{"TIKTOK_AUTHORIZE_URL=https://" + planted + "@example.com/open/authorize"},
	{"TIKTOK_AUTHORIZE_URL=javascript:" + planted},
	{"SHOPIFY_API_SECRET_FORMER=" + planted},
	{"SHOPIFY_API_SECRET_FORMER=planted", "SHOPIFY_API_KEY=" + program.AppKey, "SHOPIFY_API_SECRET=" + program.AppSecret},
	{"SUPPORT_URL=" + planted},
	{"SUPPORT_URL=javascript:" + planted},
	{"SUPPORT_URL=https:" + planted},
	{"SUPPORT_URL=https://x:" + planted + "@example.com"},
	{"SUPPORT_URL=mailto:" + planted},
	{"SANDBOX=" + planted},
	{"SANDBOX=http://127.0.0.1:80"}, // the demo has no other credentials than those in the address
	{"SANDBOX=http://" + planted + ":x@192.0.2.1:80"},
	{"SANDBOX=https://" + planted + ":x@127.0.0.1:80"},
	{"SANDBOX_PRODUCTS=" + planted},
	{"SANDBOX_PRODUCTS=-1"},
	{"SANDBOX_PRODUCTS=1000001"},
	{"SANDBOX_FILE=/nowhere/" + planted},
	{"WEBHOOK_URL=" + planted},
	{"WEBHOOK_URL=http://" + planted},
	{"WEBHOOK_URL=https://x:" + planted + "@example.com"},
	{"INTROSPECTION=" + planted},
	{"TRUSTED_DOCUMENTS=/nowhere/" + planted},
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
}

// badTelemetry is of variables that are OpenTelemetry's.
var badTelemetry = [][]string{
	{"OTEL_EXPORTER_OTLP_ENDPOINT=" + planted},
	{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=" + planted},
	{"OTEL_TRACES_EXPORTER=" + planted},
	{"OTEL_EXPORTER_OTLP_PROTOCOL=" + planted, "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1"},
	{"OTEL_RESOURCE_ATTRIBUTES=" + planted, "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1"},
}

// TestBadEnvironmentVariables: the program ends with one line that names the variable and does not repeat what it holds,
// which may be a secret in the wrong place, and doctor says what a start would. Every variable of config.go has a value that is rejected.
func TestBadEnvironmentVariables(t *testing.T) {
	t.Parallel()
	trusted := filepath.Join(t.TempDir(), "trusted.json")
	require.NoError(t, os.WriteFile(trusted, []byte(`{"other":"{ planted1 }"}`), 0o600))
	kept := filepath.Join(t.TempDir(), "kept.shopify")
	require.NoError(t, os.WriteFile(kept, []byte(planted+"\n"), 0o600))
	rejected := map[string]bool{}
	for _, environment := range slices.Concat(badEnvironments, badTelemetry, [][]string{{"TRUSTED_DOCUMENTS=" + trusted},
		{"SANDBOX_FILE=" + kept, "SANDBOX=true", "SHOPIFY_API_KEY=" + program.AppKey, "SHOPIFY_API_SECRET=" + program.AppSecret}}) {
		name, _, _ := strings.Cut(environment[0], "=")
		rejected[name] = !strings.HasPrefix(name, "OTEL_")
		t.Run(strings.Join(environment, " "), func(t *testing.T) {
			p := program.Launch(t, program.Shipped, environment...)
			line := requireStartupError(t, p)
			require.Contains(t, line, name)
			require.NotContains(t, line, planted[:8])
			require.NotRegexp(t, `must be\s*(;|$)`, line, "nothing says how it is written")
			if len(environment) == 1 && name != "TRUSTED_DOCUMENTS" && name != "SANDBOX_FILE" { // that one is read when the database is open
				requireEmptyFolder(t, p.Cmd.Dir)
			}
			doctor := runIn(t, append(environment, "HTTPS_PROXY=http://127.0.0.1:1"), "doctor")
			require.Equal(t, 1, doctor.Wait())
			require.Regexp(t, `(?m)^FAIL  (configuration|database): .*`+name, doctor.Stdout.String())
			require.NotContains(t, doctor.Stdout.String()+doctor.Stderr.String(), planted[:8])
		})
	}
	maps.DeleteFunc(rejected, func(_ string, ofConfig bool) bool { return !ofConfig })
	variables := configVariable.FindAllStringSubmatch(program.ReadFile(t, "config.go"), -1)
	require.Len(t, rejected, len(variables))
	for _, variable := range variables {
		require.True(t, rejected[variable[1]], "no bad value of %s is tried", variable[1])
	}
}

// TestWhitespaceAndQuotesAroundVariables: what files and templates leave around a value is refused, whatever the variable.
// With it round the app's secret the program would start, and sign nobody in.
func TestWhitespaceAndQuotesAroundVariables(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"ADDR": "127.0.0.1:0", "DATABASE_URL": "sqlite:handback.db", "SHOPIFY_API_KEY": program.AppKey, "SHOPIFY_API_SECRET": program.AppSecret, "SHOPIFY_API_SECRET_FORMER": program.AppSecret, "HANDBACK_KEYSET": program.Keyset, "HANDBACK_CERTIFICATE_KEYS": program.CertificateKey,
		"TIKTOK_APP_KEY": program.AppKey, "TIKTOK_APP_SECRET": program.AppSecret, "TIKTOK_AUTHORIZE_URL": "https://example.com/open/authorize?service_id=1",
		"ALLOWED_ORIGINS": "https://admin.example.com", "TRUSTED_PROXIES": "10.0.0.0/8", "OPS_ADDR": "127.0.0.1:0", "GRAPHIQL": "true",
		"SANDBOX": "true", "SANDBOX_PRODUCTS": "12", "SANDBOX_FILE": "handback.shopify", "WEBHOOK_URL": "https://example.com/webhooks", "INTROSPECTION": "true",
		"TRUSTED_DOCUMENTS": "documents.json", "THROTTLE_MAXIMUM": "20000", "THROTTLE_RESTORE_RATE": "1000", "LEDGER_DAILY_MIB": "256", "SUPPORT_URL": "https://example.com",
		"LOG_FORMAT": "json", "SHUTDOWN_DELAY": "0", "SHUTDOWN_TIMEOUT": "1s",
		"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1",
		"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
		"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf", "OTEL_EXPORTER_OTLP_HEADERS": "x-key=planted", "OTEL_EXPORTER_OTLP_TRACES_HEADERS": "x-key=planted",
	}
	for _, file := range []string{"config.go", "telemetry/traces.go"} {
		for _, variable := range configVariable.FindAllStringSubmatch(program.ReadFile(t, file), -1) {
			value := good[variable[1]]
			require.NotEmpty(t, value, variable[1])
			for _, around := range []string{value + "\n", " " + value, value + "\r\n", "\ufeff" + value, value + "\u00a0", `"` + value + `"`, "'" + value + "'", value + `"`} {
				requireEndsRefused(t, variable[1], value, around)
			}
		}
	}
}

func requireEndsRefused(t *testing.T, name, value, around string) {
	t.Helper()
	p := program.Launch(t, program.Shipped, program.WithSignIn(name+"="+around)...)
	line := requireStartupError(t, p)
	require.Contains(t, line, name+" begins or ends with ", "%q", around)
	require.NotContains(t, line, value)
	requireEmptyFolder(t, p.Cmd.Dir)
}

// TestControlCharactersInVariables: a password with a line break is put into an address by what composes it.
func TestControlCharactersInVariables(t *testing.T) {
	t.Parallel()
	for variable, says := range map[string]string{
		"DATABASE_URL=postgres://u:planted\n@127.0.0.1/h": "DATABASE_URL holds a character that cannot be seen",
		"SUPPORT_URL=https://example.com/pla\tnted":       "SUPPORT_URL holds a character that cannot be seen",
		"DATABASE_URL=sqlite: planted.db":                 "DATABASE_URL names a file that begins or ends with a space",
	} {
		p := program.Launch(t, program.Shipped, program.WithSignIn(variable)...)
		line := requireStartupError(t, p)
		require.Contains(t, line, says)
		require.NotContains(t, line, "planted")
		requireEmptyFolder(t, p.Cmd.Dir)
	}
}

// TestCredentialsRejectWhitespaceAndQuotes: a line break or a quotation mark in the middle is as wrong as one at the end.
func TestCredentialsRejectWhitespaceAndQuotes(t *testing.T) {
	t.Parallel()
	for _, odd := range []string{" ", "\n", `"`, "'", "\t", "\u200b", "ä"} {
		for name, value := range map[string]string{
			"SHOPIFY_API_KEY": program.AppKey, "SHOPIFY_API_SECRET": program.AppSecret, "TIKTOK_APP_KEY": program.AppKey, "TIKTOK_APP_SECRET": program.AppSecret,
		} {
			environment := program.WithSignIn("TIKTOK_APP_KEY="+program.AppKey, "TIKTOK_APP_SECRET="+program.AppSecret, name+"="+value[:9]+odd+value[9:])
			line := requireStartupError(t, program.Launch(t, program.Shipped, environment...))
			require.Contains(t, line, name+" holds a character", "%q", odd)
			require.NotContains(t, line, value[:9])
		}
	}
}

// configVariable is the tag of a field that holds a variable of the environment.
var configVariable = regexp.MustCompile("`env:\"(\\w+)\"")
