//go:build !linux

package dbtest

import "os/exec"

// startTogether starts a process; outside Linux it outlives this one when this one is killed.
func startTogether(cmd *exec.Cmd) error { return cmd.Start() }
