package test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/test/program"
)

// runWith runs the program with arguments, and an environment that it could not start in.
func runWith(t *testing.T, arguments ...string) *program.Process {
	t.Helper()
	return runIn(t, []string{"SHOPIFY_API_KEY=alone"}, arguments...)
}

// runIn runs the program with arguments in an environment, until it ends.
func runIn(t *testing.T, environment []string, arguments ...string) *program.Process {
	t.Helper()
	file, err := program.Shipped()
	require.NoError(t, err)
	p := program.Prepare(t, file, environment...)
	p.Cmd.Args = append(p.Cmd.Args, arguments...)
	p.Begin()
	p.Wait()
	requireEmptyFolder(t, p.Cmd.Dir)
	return p
}

// TestHelp names every variable, and so does the README.
func TestHelp(t *testing.T) {
	t.Parallel()
	readme := program.ReadFile(t, "README.md")
	for _, argument := range []string{"--help", "-help", "-h"} {
		p := runWith(t, argument)
		require.Zero(t, p.Wait())
		require.Empty(t, p.Stderr.String())
		variables := configVariable.FindAllStringSubmatch(program.ReadFile(t, "config.go"), -1)
		require.NotEmpty(t, variables)
		for _, variable := range variables {
			require.Regexp(t, `(?m)^  `+variable[1]+`  +\w`, p.Stdout.String())
			require.True(t, strings.Contains(readme, "`"+variable[1]+"`"), "README.md does not tell of %s", variable[1]) //nolint:testifylint // the text is long
		}
		require.Contains(t, p.Stdout.String(), "(127.0.0.1:8080)\n")
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	for _, argument := range []string{"--version", "-version"} {
		p := runWith(t, argument)
		require.Zero(t, p.Wait())
		require.Empty(t, p.Stderr.String())
		require.Regexp(t, `^handback \S+, commit \S+, go1\S+.*\n$`, p.Stdout.String())
	}
}

// TestUnknownArguments are refused before a database is made, and are not repeated: one may be a secret in the wrong place.
func TestUnknownArguments(t *testing.T) {
	t.Parallel()
	for _, arguments := range []string{"planted", "--planted", "serve planted", "--addr=planted:80", "help planted", "-", "keyset", "keyset planted", "keyset new planted", "new",
		"verify", "verify planted", "certificate-key planted", "healthcheck planted", "migrate", "migrate planted", "copy", "copy planted sqlite:planted", "migrate up --planted", "migrate up planted", "export", "export planted.myshopify.com planted",
		"redact", "redact --planted", "doctor planted.myshopify.com planted", "completion", "version planted"} {
		p := runWith(t, strings.Fields(arguments)...)
		require.Equal(t, 2, p.Wait(), arguments)
		require.Empty(t, p.Stdout.String())
		require.Regexp(t, `^handback: [^\n]*--help[^\n]*\n$`, p.Stderr.String())
		require.NotContains(t, p.Stderr.String(), "planted")
	}
	require.Equal(t, 2, runWith(t, "").Wait())
	for arguments, says := range map[string]string{
		"verify planted":              "it is handback verify FILE KEYS, and handback verify --help says more",
		"copy":                        "it is handback copy DATABASE, and handback copy --help says more",
		"migrate planted":             "handback migrate --help lists the commands",
		"migrate up --planted=secret": "it is handback migrate up, and handback migrate up --help says more",
		"planted":                     "handback --help lists the commands",
	} {
		require.Contains(t, runWith(t, strings.Fields(arguments)...).Stderr.String(), says)
	}
}

// TestHealthcheck asks the program that runs, wherever it answers operators.
func TestHealthcheck(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	ask := func(environment ...string) *program.Process {
		return runIn(t, environment, "healthcheck")
	}
	_, port, err := net.SplitHostPort(strings.TrimPrefix(p.Ops, "http://"))
	require.NoError(t, err)
	for _, addr := range []string{"127.0.0.1", "", "0.0.0.0", "localhost"} {
		healthy := ask("OPS_ADDR=" + addr + ":" + port)
		require.Zero(t, healthy.Wait(), healthy.Stderr.String())
		require.Equal(t, "ready\n", healthy.Stdout.String())
	}
	require.NoError(t, os.Rename(filepath.Join(p.Cmd.Dir, "handback.db"), filepath.Join(p.Cmd.Dir, "moved.db")))
	require.Eventually(t, func() bool { return ask("OPS_ADDR=127.0.0.1:"+port).Wait() != 0 }, program.Patience, 100*time.Millisecond)
	requireUnhealthy(t, ask("OPS_ADDR=127.0.0.1:"+port), "not ready: database")
	require.NoError(t, os.Rename(filepath.Join(p.Cmd.Dir, "moved.db"), filepath.Join(p.Cmd.Dir, "handback.db")))
	p.Kill()
	requireUnhealthy(t, ask("OPS_ADDR=127.0.0.1:"+port), "nothing answers at 127.0.0.1:"+port)
	requireUnhealthy(t, ask("ADDR=127.0.0.1:1", "OPS_ADDR="), "nothing answers at 127.0.0.1:1001")
	requireUnhealthy(t, ask(), "must name a port")
	requireUnhealthy(t, ask("SHOPIFY_API_KEY=alone"), "SHOPIFY_API_KEY")
}

func requireUnhealthy(t *testing.T, p *program.Process, why string) {
	t.Helper()
	require.Equal(t, 1, p.Wait())
	require.Empty(t, p.Stdout.String())
	require.Contains(t, p.Stderr.String(), why)
}
