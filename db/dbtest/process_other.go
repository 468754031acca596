//go:build !linux

package dbtest

import "os/exec"

// startTied starts a process; outside Linux it outlives this one when this one is killed.
func startTied(cmd *exec.Cmd) error { return cmd.Start() }
