package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"
)

// release is what is checked here of .goreleaser.yaml. goreleaser check knows the rest.
type release struct {
	Builds []struct {
		Env, Goos, Goarch, Flags, Ldflags []string
	}
	Dockers []struct {
		Images, Platforms, Flags []string
		Dockerfile               string
	} `yaml:"dockers_v2"`
	Archives []struct{ Files []string }
}

func readRelease(t *testing.T) (r release) {
	t.Helper()
	require.NoError(t, yaml.Unmarshal([]byte(read(t, root+"/.goreleaser.yaml")), &r))
	require.Len(t, r.Builds, 1)
	require.Len(t, r.Dockers, 1)
	return r
}

// TestProgramCompilesForEverySystem of the release: its own packages are type-checked with what they import there, which takes
// seconds, where building takes minutes. No file of theirs is for one processor only, so one is enough.
func TestProgramCompilesForEverySystem(t *testing.T) {
	build := readRelease(t).Builds[0]
	require.Equal(t, []string{"linux", "darwin", "windows"}, build.Goos)
	require.Equal(t, []string{"amd64", "arm64"}, build.Goarch)
	for _, system := range build.Goos {
		t.Run(system, func(t *testing.T) { requireCompiles(t, append(build.Env, "GOOS="+system, "GOARCH=arm64")) })
	}
}

func requireCompiles(t *testing.T, environment []string) {
	list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if .Main}}{{$.ImportPath}}{{end}}{{end}}", ".")
	list.Dir, list.Env = root, append(os.Environ(), environment...)
	own, err := list.Output()
	require.NoError(t, err)
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedImports | packages.NeedDeps | packages.NeedSyntax | packages.NeedTypes,
		Dir:  root, Env: list.Env,
	}, strings.Fields(string(own))...)
	require.NoError(t, err)
	require.NotEmpty(t, loaded)
	packages.Visit(loaded, nil, func(p *packages.Package) {
		require.Empty(t, p.Errors, p.PkgPath)
	})
}

// TestReleaseBuildsAsTheImageDoes, and puts its own binaries into images of the same Dockerfile.
func TestReleaseBuildsAsTheImageDoes(t *testing.T) {
	r := readRelease(t)
	build, docker, line := r.Builds[0], r.Dockers[0], read(t, "Dockerfile")
	for _, flag := range append(slices.Concat(build.Env, build.Flags), build.Ldflags...) {
		require.Contains(t, line, flag)
	}
	require.Equal(t, "deploy/Dockerfile", docker.Dockerfile)
	require.Equal(t, []string{"--target=released"}, docker.Flags)
	released := readImage(t, "released")
	require.Equal(t, "$TARGETPLATFORM/handback", released.copied["/handback"])
	released.copied["/handback"] = "built:/out/handback"
	require.Equal(t, readImage(t, ""), released)
	require.Equal(t, []string{"linux/amd64", "linux/arm64"}, docker.Platforms)
	require.Contains(t, read(t, "kubernetes/deployment.yaml"), "image: "+docker.Images[0]+"\n")
	for _, file := range r.Archives[0].Files {
		found, err := filepath.Glob(filepath.Join(root, file))
		require.NoError(t, err)
		require.NotEmpty(t, found, file)
	}
}
