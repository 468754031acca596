package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWhatTheRaceDetectorLeavesOutIsRunWithoutIt: each test of a file that is not built with the race detector is run by a target of its
// own. make test leaves out none but what operations cost, which is make cost.
func TestWhatTheRaceDetectorLeavesOutIsRunWithoutIt(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	require.NoError(t, err)
	require.Regexp(t, `(?m)^\t@.* test-go test-exhaustive `, string(makefile), "make test")
	require.Regexp(t, `(?m)^check: test .*\bcost\b`, string(makefile), "make check")
	commands := regexp.MustCompile(`(?m)^(?:test-exhaustive|cost):.*\n\t(.*-run '?([^' ]+).*)$`).FindAllStringSubmatch(string(makefile), -1)
	require.Len(t, commands, 2)
	require.NoError(t, filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, name := range leftOutUnderRace(t, path) {
			require.True(t, slices.ContainsFunc(commands, func(command []string) bool {
				folder := "." + strings.TrimSuffix("/"+filepath.ToSlash(filepath.Dir(path)), "/.")
				return regexp.MustCompile(command[2]).MatchString(name) && slices.Contains(strings.Fields(strings.ReplaceAll(command[1], "'", " ")), folder)
			}), "no target runs %s of %s", name, path)
		}
		return nil
	}))
}

// TestBrowserThatIsInstalledIsTheOneThatTestsStart: of the same files, the first that there is.
func TestBrowserThatIsInstalledIsTheOneThatTestsStart(t *testing.T) {
	named := func(file string) []string {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		return slices.Compact(regexp.MustCompile(`/usr/bin/chromium[a-z-]*`).FindAllString(string(text), -1))
	}
	require.Equal(t, []string{"/usr/bin/chromium-headless-shell", "/usr/bin/chromium"}, named("Makefile"))
	require.Equal(t, named("Makefile"), named("web/playwright.config.ts"))
}

// leftOutUnderRace are the names of the tests in a file, if it is not built with the race detector.
func leftOutUnderRace(t *testing.T, path string) (names []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	if !bytes.HasPrefix(text, []byte("//go:build !race\n")) {
		return nil
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
	require.NoError(t, err)
	for _, declared := range file.Decls {
		if function, ok := declared.(*ast.FuncDecl); ok && strings.HasPrefix(function.Name.Name, "Test") {
			names = append(names, function.Name.Name)
		}
	}
	return names
}
