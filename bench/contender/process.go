package contender

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/prometheus/procfs"
)

// Process is a program that runs, and what it has started.
type Process struct {
	Name    string
	Started time.Time
	cmd     *exec.Cmd
	said    *os.File // a file, as a service's log is: to read a pipe would take time that is then not there for others
	ended   chan struct{}
}

// Run runs a command to its end; its output is in the error.
func Run(ctx context.Context, folder string, env []string, command ...string) error {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir, cmd.Env = folder, append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%v: %w: %s", command, err, out)
	}
	return nil
}

// Begin starts a command as a user, nil for the one who runs this. The process ends with this one, even when this one is
// killed, and does not see a Ctrl-C on its own.
func Begin(name, folder string, env []string, user *syscall.Credential, command ...string) (*Process, error) {
	file := command[0]
	if found, err := exec.LookPath(filepath.Join(folder, file)); err == nil {
		file, _ = filepath.Abs(found)
	}
	said, err := unnamedFile()
	if err != nil {
		return nil, err
	}
	p := &Process{Name: name, cmd: exec.CommandContext(context.Background(), file, command[1:]...), said: said, ended: make(chan struct{})}
	p.cmd.Dir, p.cmd.Env = folder, append(os.Environ(), env...)
	p.cmd.Stdout, p.cmd.Stderr = said, said
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: user, Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() { // Linux ties the process to the thread that started it, so that thread is kept
		runtime.LockOSThread()
		p.Started = time.Now()
		started <- p.cmd.Start()
		select {}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// Stop ends the process: kindly, then with everything that it started.
func (p *Process) Stop(kindly syscall.Signal) {
	_ = p.cmd.Process.Signal(kindly)
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
	}
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.ended
}

// Over reports whether the process has ended.
func (p *Process) Over() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// Said is the first of what it wrote.
func (p *Process) Said() string {
	text, err := io.ReadAll(io.NewSectionReader(p.said, 0, 64<<10))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// SaidLast is the last of what it wrote.
func (p *Process) SaidLast() string {
	of, err := p.said.Stat()
	if err != nil {
		return err.Error()
	}
	text, err := io.ReadAll(io.NewSectionReader(p.said, max(0, of.Size()-8<<10), 8<<10))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// unnamedFile is gone when it is closed.
func unnamedFile() (*os.File, error) {
	file, err := os.CreateTemp("", "handback-bench-")
	if err != nil {
		return nil, err
	}
	return file, os.Remove(file.Name())
}

// FreePort finds a port that nobody listens on.
func FreePort() (int, error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// CPU is the time that the process and all that it started have used.
func (p *Process) CPU() (time.Duration, error) {
	var ticks uint
	err := p.tree(func(_ procfs.Proc, stat procfs.ProcStat) error {
		ticks += stat.UTime + stat.STime + uint(stat.CUTime) + uint(stat.CSTime)
		return nil
	})
	const ticksASecond = 100 // of every Linux that Go runs on
	return time.Duration(ticks) * time.Second / ticksASecond, err
}

// Memory is what the process and all that it started have in memory now, and the most they had since ForgetPeak.
type Memory struct{ Now, Peak uint64 }

// Memory reads VmRSS and VmHWM.
func (p *Process) Memory() (m Memory, err error) {
	err = p.tree(func(proc procfs.Proc, _ procfs.ProcStat) error {
		status, err := proc.NewStatus()
		m.Now += status.VmRSS
		m.Peak += status.VmHWM
		return err
	})
	return m, err
}

// ForgetPeak begins to look for the most anew.
func (p *Process) ForgetPeak() error {
	return p.tree(func(proc procfs.Proc, _ procfs.ProcStat) error {
		return os.WriteFile("/proc/"+strconv.Itoa(proc.PID)+"/clear_refs", []byte("5"), 0)
	})
}

// tree visits the process and its descendants. One that ends meanwhile is passed over; its time is its parent's then.
func (p *Process) tree(visit func(procfs.Proc, procfs.ProcStat) error) error {
	all, err := procfs.AllProcs()
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b procfs.Proc) int { return a.PID - b.PID })
	ours := map[int]bool{p.cmd.Process.Pid: true}
	for _, proc := range all {
		stat, err := proc.Stat()
		if err != nil || !ours[proc.PID] && !ours[stat.PPID] {
			continue
		}
		ours[proc.PID] = true
		if err := visit(proc, stat); err != nil && proc.PID == p.cmd.Process.Pid {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return nil
}
