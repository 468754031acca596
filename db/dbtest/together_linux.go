package dbtest

import (
	"os/exec"
	"runtime"
	"syscall"
)

// startTogether starts a process that ends with this one, even when this one is killed. Linux ties it to the
// thread that started it, so that thread is kept.
func startTogether(cmd *exec.Cmd) error {
	cmd.SysProcAttr.Pdeathsig = syscall.SIGQUIT
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		started <- cmd.Start()
		select {}
	}()
	return <-started
}
