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
			if strings.Contains(line, "uses:") {
				require.Regexp(t, `uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+\n$`, line)
			}
		}
	}
}

// TestWorkflowsMayDoLittle: jobs read the repository, each says what more it needs, and none runs for ever.
func TestWorkflowsMayDoLittle(t *testing.T) {
	for name, write := range map[string][]string{"ci": nil, "release": {"contents", "id-token"}} {
		var workflow struct {
			Permissions map[string]string
			Jobs        map[string]struct {
				Timeout     int `yaml:"timeout-minutes"`
				Permissions map[string]string
			}
		}
		require.NoError(t, yaml.Unmarshal([]byte(read(t, root+"/.github/workflows/"+name+".yml")), &workflow))
		require.Equal(t, map[string]string{"contents": "read"}, workflow.Permissions)
		for _, job := range workflow.Jobs {
			require.Positive(t, job.Timeout)
			require.Len(t, job.Permissions, len(write))
			for _, permission := range write {
				require.Equal(t, "write", job.Permissions[permission])
			}
		}
	}
	require.Contains(t, read(t, root+"/.github/workflows/ci.yml"), "run: .ci/run\n")
}
