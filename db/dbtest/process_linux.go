package dbtest

import (
	"os/exec"
	"runtime"
	"syscall"
)

// startTied starts a process that is tied to this one: it ends with it, even when this one is killed. Linux ties it to the
// thread that started it, so that thread is kept.
func startTied(cmd *exec.Cmd) error {
	cmd.SysProcAttr.Pdeathsig = syscall.SIGQUIT
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		started <- cmd.Start()
		select {}
	}()
	return <-started
}
