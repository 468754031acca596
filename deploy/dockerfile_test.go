package deploy

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
	"github.com/stretchr/testify/require"
)

// stages are those of the Dockerfile, as the builder of images reads them. The last one is the image.
func stages(t *testing.T) (all []instructions.Stage) {
	t.Helper()
	file, err := os.Open("Dockerfile")
	require.NoError(t, err)
	defer file.Close()
	parsed, err := parser.Parse(file)
	require.NoError(t, err)
	require.Empty(t, parsed.Warnings)
	all, _, err = instructions.Parse(parsed.AST, nil)
	require.NoError(t, err)
	return all
}

// image is what a stage and those that it is based on say of the image.
type image struct {
	base           string
	environment    map[string]string
	user, folder   string
	entry, health  []string
	ports, volumes []string
	copied         map[string]string // from where, by target
	owner          string            // of what is not root's
}

// readImage reads a stage; the one without a name is the last one.
func readImage(t *testing.T, name string) image {
	t.Helper()
	all := stages(t)
	at := slices.IndexFunc(all, func(stage instructions.Stage) bool { return stage.Name == name })
	require.NotEqual(t, -1, at, name)
	i := image{base: all[at].BaseName, environment: map[string]string{}, copied: map[string]string{}}
	if slices.ContainsFunc(all, func(stage instructions.Stage) bool { return stage.Name == i.base }) {
		i = readImage(t, i.base)
	}
	for _, command := range all[at].Commands {
		i.add(t, command)
	}
	return i
}

func (i *image) add(t *testing.T, command instructions.Command) {
	t.Helper()
	switch c := command.(type) {
	case *instructions.EnvCommand:
		for _, variable := range c.Env {
			i.environment[variable.Key] = variable.Value
		}
	case *instructions.UserCommand:
		i.user = c.User
	case *instructions.WorkdirCommand:
		i.folder = c.Path
	case *instructions.EntrypointCommand:
		require.False(t, c.PrependShell, "there is no shell")
		i.entry = c.CmdLine
	case *instructions.HealthCheckCommand:
		require.Equal(t, "CMD", c.Health.Test[0], "there is no shell")
		i.health = c.Health.Test[1:]
	case *instructions.ExposeCommand:
		i.ports = append(i.ports, c.Ports...)
	case *instructions.VolumeCommand:
		i.volumes = append(i.volumes, c.Volumes...)
	case *instructions.CopyCommand:
		i.copied[c.DestPath] = strings.TrimPrefix(c.From+":"+c.SourcePaths[0], ":")
		i.owner += c.Chown
	case *instructions.ArgCommand:
	default:
		require.Failf(t, "not known to this test", "%s", c)
	}
}

func TestImageHoldsTheProgramAndNoShell(t *testing.T) {
	i := readImage(t, "")
	require.Equal(t, "scratch", i.base)
	require.Equal(t, map[string]string{
		"/handback": "built:/out/handback", "/data": "golang:/data", "/etc/ssl/certs/": "golang:/etc/ssl/certs/ca-certificates.crt",
	}, i.copied)
	require.Equal(t, []string{"/handback"}, i.entry)
	require.Equal(t, []string{"/handback", "healthcheck"}, i.health)
	require.Regexp(t, `^[1-9]\d*:[1-9]\d*$`, i.user, "a number, for Kubernetes to see that it is not root's")
	require.Equal(t, i.user, i.owner)
	require.Equal(t, []string{"/data"}, i.volumes)
	require.Equal(t, "/data", i.folder)
	require.Equal(t, map[string]string{"ADDR": ":8080"}, i.environment)
	require.Equal(t, []string{"8080"}, i.ports)
	require.Contains(t, variables(t), "ADDR")
}

// TestImageIsBuiltWithThisGo, by its number: what is built today is built again tomorrow.
func TestImageIsBuiltWithThisGo(t *testing.T) {
	wanted := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, root+"/go.mod"))
	version := regexp.MustCompile(`(?m)^ARG GO_VERSION=(\d+\.\d+)(\.\d+)$`).FindStringSubmatch(read(t, "Dockerfile"))
	require.NotEmpty(t, version)
	require.Equal(t, wanted[1], version[1])
	require.Contains(t, read(t, root+"/.github/workflows/ci.yml"), "golang:"+version[1]+version[2]+"-")
}

// TestBuildContextHasEveryFileOfTheCommit: without one, git says that files were changed, and so does the program then.
func TestBuildContextHasEveryFileOfTheCommit(t *testing.T) {
	file, err := os.Open("Dockerfile.dockerignore")
	require.NoError(t, err)
	defer file.Close()
	patterns, err := ignorefile.ReadAll(file)
	require.NoError(t, err)
	matcher, err := patternmatcher.New(patterns)
	require.NoError(t, err)
	for _, name := range append(listFiles(t), ".git/HEAD", ".git/index") {
		ignored, err := matcher.MatchesOrParentMatches(name)
		require.NoError(t, err)
		require.False(t, ignored, name)
	}
	for _, secret := range []string{"handback.keyset", "handback.db", "handback.db-wal", ".tools/x", "web/node_modules/x/y"} {
		ignored, err := matcher.MatchesOrParentMatches(secret)
		require.NoError(t, err)
		require.True(t, ignored, secret)
	}
}

// listFiles are those that git knows, or would with the next commit.
func listFiles(t *testing.T) (names []string) {
	t.Helper()
	command := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
	command.Dir = root
	out, err := command.Output()
	require.NoError(t, err)
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		if _, err := os.Lstat(root + "/" + name); err == nil { // not deleted since
			names = append(names, name)
		}
	}
	require.True(t, slices.Contains(names, "go.mod"))
	return names
}
