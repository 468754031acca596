package deploy

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-systemd/v22/unit"
	"github.com/stretchr/testify/require"
)

func TestSystemdUnit(t *testing.T) {
	file, err := os.Open("systemd/handback.service")
	require.NoError(t, err)
	defer file.Close()
	options, err := unit.DeserializeOptions(file)
	require.NoError(t, err)
	service, environment := map[string]string{}, map[string]string{}
	for _, option := range options {
		if option.Section == "Service" {
			service[option.Name] = option.Value
		}
		if option.Name == "Environment" {
			for assignment := range strings.FieldsSeq(option.Value) {
				name, value, _ := strings.Cut(assignment, "=")
				environment[name] = value
			}
		}
	}
	for name, value := range map[string]string{
		"DynamicUser": "yes", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateDevices": "yes", "CapabilityBoundingSet": "",
		"MemoryDenyWriteExecute": "yes", "StateDirectory": "handback", "WorkingDirectory": "%S/handback", "StateDirectoryMode": "0700",
		"EnvironmentFile": "/etc/handback/handback.env", "Restart": "on-failure",
	} {
		require.Contains(t, service, name)
		require.Equal(t, value, service[name], name)
	}
	for name := range environment {
		require.Contains(t, variables(t), name)
		require.NotContains(t, example(t), name, "it is set twice")
	}
	allowed, err := time.ParseDuration(service["TimeoutStopSec"])
	require.NoError(t, err)
	requireTimeToStop(t, environment, allowed)
}
