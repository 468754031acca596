package deploy

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/rhysd/actionlint"
	"github.com/stretchr/testify/require"
)

func TestWorkflows(t *testing.T) {
	files, err := filepath.Glob(root + "/.github/workflows/*.yml")
	require.NoError(t, err)
	require.Len(t, files, 2)
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{WorkingDir: root})
	require.NoError(t, err)
	mistakes, err := linter.LintFiles(files, nil)
	require.NoError(t, err)
	for _, mistake := range mistakes {
		require.NoError(t, mistake)
	}
}

// TestActionsAreNamedByTheirCommits: whoever can move a tag of an action could otherwise run what they like, with the release's rights.
func TestActionsAreNamedByTheirCommits(t *testing.T) {
	for _, name := range []string{"ci", "release"} {
		for line := range strings.Lines(read(t, root+"/.github/workflows/"+name+".yml")) {
			if strings.Contains(line, "uses:") && !strings.Contains(line, "uses: ./") { // those of this commit
				require.Regexp(t, `uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+\n$`, line)
			}
		}
	}
}

// workflow is what is checked here. actionlint knows the rest.
type workflow struct {
	On          map[string]any
	Permissions map[string]string
	Jobs        map[string]struct {
		If, Needs, Uses string
		Timeout         int `yaml:"timeout-minutes"`
		Permissions     map[string]string
		Steps           []struct{ Run string }
	}
}

func readWorkflow(t *testing.T, name string) (w workflow) {
	t.Helper()
	require.NoError(t, yaml.Unmarshal([]byte(read(t, root+"/.github/workflows/"+name+".yml")), &w))
	return w
}

// TestWorkflowsMayDoLittle: jobs read the repository, each says what more it needs, and none runs for ever.
func TestWorkflowsMayDoLittle(t *testing.T) {
	for _, name := range []string{"ci", "release"} {
		w := readWorkflow(t, name)
		require.Equal(t, map[string]string{"contents": "read"}, w.Permissions)
		for job, does := range w.Jobs {
			write := map[string]string{}
			if job == "release" {
				write = map[string]string{"contents": "write", "id-token": "write"}
			}
			require.Len(t, does.Permissions, len(write), job)
			require.Subset(t, does.Permissions, write, job)
			require.True(t, does.Timeout > 0 || does.Uses != "", job) // jobs of another workflow have their own
		}
	}
	require.Contains(t, read(t, root+"/.github/workflows/ci.yml"), "run: .ci/run\n")
}

// TestReleasesAreTestedAndPublishedByAPerson: nothing is made before all tests have passed, and nobody gets it by the tag latest while the release is
// a draft.
func TestReleasesAreTestedAndPublishedByAPerson(t *testing.T) {
	w := readWorkflow(t, "release")
	require.Equal(t, "./.github/workflows/ci.yml", w.Jobs["check"].Uses)
	require.Contains(t, readWorkflow(t, "ci").On, "workflow_call")
	require.Equal(t, "check", w.Jobs["release"].Needs)
	require.Equal(t, map[string]any{"types": []any{"published"}}, w.On["release"])
	require.Equal(t, "github.event_name == 'release' && !github.event.release.prerelease", w.Jobs["latest"].If)
	steps := w.Jobs["latest"].Steps
	require.Contains(t, steps[len(steps)-1].Run, "--tag handback/handback:latest ")
	var releaser struct {
		Release struct{ Draft bool }
		Images  []struct{ Tags []string } `yaml:"dockers_v2"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, root+"/.goreleaser.yaml")), &releaser))
	require.True(t, releaser.Release.Draft)
	require.Len(t, releaser.Images, 1)
	require.Equal(t, []string{"{{ .Version }}"}, releaser.Images[0].Tags)
}
