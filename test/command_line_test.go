package test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/test/program"
)

// runWith runs the program with arguments, and an environment that it could not start in.
func runWith(t *testing.T, arguments ...string) *program.Process {
	t.Helper()
	file, err := program.Shipped()
	require.NoError(t, err)
	p := program.Prepare(t, file, "SHOPIFY_API_KEY=alone")
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
	for _, arguments := range []string{"planted", "--planted", "serve", "--addr=planted:80", "--help planted", "--version --help", "-", "--", "keyset", "keyset planted", "keyset new planted", "new"} {
		p := runWith(t, strings.Fields(arguments)...)
		require.Equal(t, 2, p.Wait(), arguments)
		require.Empty(t, p.Stdout.String())
		require.Regexp(t, `^handback: [^\n]*--help[^\n]*\n$`, p.Stderr.String())
		require.NotContains(t, p.Stderr.String(), "planted")
	}
	require.Equal(t, 2, runWith(t, "").Wait())
}
