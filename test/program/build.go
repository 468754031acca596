package program

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Binary builds the program, if need be, and returns its file.
type Binary func() (string, error)

// The binaries stand in a folder that git ignores, where go build leaves alone what is up to date.
var (
	shipped   = sync.OnceValues(func() (string, error) { return build("handback", ".", "CGO_ENABLED=0", "-trimpath") })
	racing    = sync.OnceValues(func() (string, error) { return build("handback-race", ".", "CGO_ENABLED=1", "-race") })
	next      = sync.OnceValues(buildNext)
	connector = sync.OnceValues(func() (string, error) { return build("connector", "./examples/connector", "CGO_ENABLED=0") })
)

// Shipped is the program as it is shipped, without cgo and paths of the machine that built it.
func Shipped() (string, error) { return shipped() }

// RaceDetecting is the program with the race detector; what it reports fails the test. With -short, when nobody wants to
// wait for its build, it is the shipped program.
func RaceDetecting() (string, error) {
	if testing.Short() {
		return shipped()
	}
	return racing()
}

// Next is the program with a migration more, as the edition after this one may have. Any clone can build it, which the edition before
// would need a history for.
func Next() (string, error) { return next() }

func buildNext() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	migration := filepath.Join(root, "test", "program", "testdata", "next_edition.sql")
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(root, "db", "migrations", "postgres", NextMigration+".sql"): migration}})
	if err != nil {
		return "", err
	}
	file := filepath.Join(root, ".tools", "test", "next.json")
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, overlay, 0o600)); err != nil { //nolint:gosec // as go build makes it
		return "", err
	}
	return build("handback-next", ".", "CGO_ENABLED=0", "-trimpath", "-overlay", file)
}

// NextMigration is the name of the migration that Next has more.
const NextMigration = "90000_next_edition"

// Connector is the example of a partner's connector.
func Connector() (string, error) { return connector() }

func build(name, folder, cgo string, flags ...string) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	file := filepath.Join(root, ".tools", "test", name)
	cmd := exec.Command("go", append([]string{"build", "-o", file}, append(flags, folder)...)...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), cgo)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return file, nil
}

// moduleRoot is the folder of go.mod: tests run in the folder of their package.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no go.mod above the working directory")
		}
		dir = filepath.Dir(dir)
	}
}

// ReadFile reads a file of the repository; its name starts at the root of the module.
func ReadFile(t testing.TB, name string) string {
	t.Helper()
	root, err := moduleRoot()
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	return string(text)
}
