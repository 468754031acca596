//go:build unix

package deploy

import (
	"debug/buildinfo"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/stretchr/testify/require"
)

// patience is how long to wait for what must come.
const patience = 2 * time.Minute

// TestImage does without a container engine what the Dockerfile does: it runs the command that builds, in a copy of the repository, and
// then the image's commands, as the image's user, where there is nothing but what the image has. Where tests are root's that is a root
// directory of its own.
func TestImage(t *testing.T) {
	binary, commit := buildBinary(t)
	t.Run("version", func(t *testing.T) { requireVersion(t, binary, commit) })
	t.Run("run", func(t *testing.T) { requireRuns(t, binary) })
}

// buildBinary builds the program in a copy of what git knows, as the commit of a release.
func buildBinary(t *testing.T) (file, commit string) {
	t.Helper()
	source, out := t.TempDir(), t.TempDir()
	for _, name := range listFiles(t) {
		copyFile(t, filepath.Join(root, name), filepath.Join(source, name))
	}
	for _, arguments := range [][]string{
		{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "release"},
		{"tag", "v1.2.3"}, {"rev-parse", "HEAD"},
	} {
		command := exec.Command("git", arguments...)
		command.Dir = source
		said, err := command.CombinedOutput()
		require.NoError(t, err, string(said))
		commit = strings.TrimSpace(string(said))
	}
	command := exec.Command("sh", "-ec", strings.ReplaceAll(buildCommand(t), "/out/", out+"/"))
	command.Dir = source
	command.Env = append(os.Environ(), "GOFLAGS=", "TARGETOS="+runtime.GOOS, "TARGETARCH="+runtime.GOARCH)
	said, err := command.CombinedOutput()
	require.NoError(t, err, string(said))
	return filepath.Join(out, "handback"), commit
}

// buildCommand is the last one of the stage that builds.
func buildCommand(t *testing.T) (line string) {
	t.Helper()
	for _, stage := range stages(t) {
		for _, command := range stage.Commands {
			if run, ok := command.(*instructions.RunCommand); ok && stage.Name == "built" {
				line = strings.Join(run.CmdLine, " ")
			}
		}
	}
	require.Contains(t, line, " go build ")
	return line
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	state, err := os.Stat(from)
	require.NoError(t, err)
	text, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
	require.NoError(t, os.WriteFile(to, text, state.Mode().Perm()))
}

// requireVersion reads what go version -m prints.
func requireVersion(t *testing.T, binary, commit string) {
	info, err := buildinfo.ReadFile(binary)
	require.NoError(t, err)
	require.Equal(t, "v1.2.3", info.Main.Version)
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	require.Equal(t, commit, settings["vcs.revision"])
	require.Equal(t, "false", settings["vcs.modified"])
	require.Equal(t, "true", settings["-trimpath"])
	require.Equal(t, "0", settings["CGO_ENABLED"])
	printed, err := exec.Command(binary, "--version").Output()
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("handback v1.2.3, commit %s, %s\n", commit, info.GoVersion), string(printed))
}

func requireRuns(t *testing.T, binary string) {
	i := readImage(t, "")
	folder := t.TempDir()
	copyFile(t, binary, filepath.Join(folder, i.entry[0]))
	require.NoError(t, os.Mkdir(filepath.Join(folder, i.folder), 0o755))
	environment := filledIn(t, map[string]string{"ADDR": free(t), "OPS_ADDR": free(t), "SANDBOX": "true"})
	program := container(t, i, folder, i.entry, environment)
	require.NoError(t, program.Start())
	t.Cleanup(func() { _ = program.Process.Kill() })
	healthy := func() bool { return container(t, i, folder, i.health, environment).Run() == nil }
	require.Eventually(t, healthy, patience, 50*time.Millisecond)
	require.NoError(t, program.Process.Signal(syscall.SIGTERM))
	require.NoError(t, program.Wait())
	require.False(t, healthy())
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 2)
	require.FileExists(t, filepath.Join(folder, i.folder, "handback.db"))
}

// container is a command in the image's folder, as the image's user. Only the folder of its data is that user's.
func container(t *testing.T, i image, folder string, line, environment []string) *exec.Cmd {
	t.Helper()
	command := exec.Command(line[0], line[1:]...)
	command.Env, command.Dir = environment, i.folder
	if os.Geteuid() != 0 {
		command.Path, command.Dir = filepath.Join(folder, line[0]), filepath.Join(folder, i.folder)
		return command
	}
	var user, group uint32
	_, err := fmt.Sscanf(i.user, "%d:%d", &user, &group)
	require.NoError(t, err)
	require.NoError(t, os.Chown(filepath.Join(folder, i.folder), int(user), int(group)))
	require.NoError(t, os.Chmod(folder, 0o755))
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: folder, Credential: &syscall.Credential{Uid: user, Gid: group}}
	return command
}

// filledIn is handback.env.example filled in for the sandbox, on the embedded database.
func filledIn(t *testing.T, more map[string]string) (environment []string) {
	t.Helper()
	values := map[string]string{
		"DATABASE_URL": "sqlite:handback.db", "SHOPIFY_API_KEY": "0123456789abcdef", "SHOPIFY_API_SECRET": "0123456789abcdef", "TIKTOK_APP_KEY": "0123456789abcdef",
		"TIKTOK_APP_SECRET": "0123456789abcdef", "WEBHOOK_URL": "https://example.com/webhooks", "TRUSTED_PROXIES": "10.0.0.0/8",
	}
	for name := range example(t) {
		environment = append(environment, name+"="+values[name])
	}
	for name, value := range more {
		require.Contains(t, variables(t), name)
		environment = append(environment, name+"="+value)
	}
	return environment
}

// free is an address that nothing listens on.
func free(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().String()
}
