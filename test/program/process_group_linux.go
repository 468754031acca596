package program

import (
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

var (
	toStart = make(chan func())
	starter sync.Once
)

// startInGroup starts a process that ends with the tests, even when they are killed. Linux ties it to the thread
// that started it, so one thread starts them all and is kept.
func startInGroup(cmd *exec.Cmd) error {
	starter.Do(func() {
		go func() {
			runtime.LockOSThread()
			for start := range toStart {
				start()
			}
		}()
	})
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	started := make(chan error)
	toStart <- func() { started <- cmd.Start() }
	return <-started
}
