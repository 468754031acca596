package test

import (
	"bytes"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/test/program"
)

var shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestPartnerDocsDisconnectCommands runs the commands of docs/partners.md one after the other, as a partner's
// engineer would.
func TestPartnerDocsDisconnectCommands(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	var script strings.Builder
	for _, block := range shellBlock.FindAllStringSubmatch(program.ReadFile(t, "docs/partners.md"), -1) {
		script.WriteString(block[1])
	}
	shell := exec.Command("bash", "-euo", "pipefail")
	shell.Env = append(shell.Environ(), "API="+p.URL)
	shell.Stdin = strings.NewReader(script.String())
	var complaints bytes.Buffer
	shell.Stderr = &complaints
	out, err := shell.Output()
	require.NoError(t, err, complaints.String())
	require.Empty(t, complaints.String())

	answers := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Len(t, answers, 5)
	for _, answer := range answers {
		require.NotContains(t, answer, `"errors"`)
	}
	require.Contains(t, answers[0], `"kind":"TIKTOK_SHOP"`)
	require.Contains(t, answers[1], `"action":"SETTINGS_UPDATED"`)
	require.Contains(t, answers[2], `"disconnection":{"id":"disconnection_`)
	require.Contains(t, answers[2], `"userErrors":[]`)
	require.Contains(t, answers[2], `"idempotent":{"replayed":false}`)
	require.Contains(t, answers[3], `"idempotent":{"replayed":true}`)
	require.Contains(t, answers[4], `"status":"COMPLETE"`)
	require.Contains(t, answers[4], `"totalCount":0`)
	data := regexp.MustCompile(`"data":.*?,"extensions"`)
	require.Equal(t, data.FindString(answers[2]), data.FindString(answers[3]))
}
