package program

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Nginx is an nginx that distributes requests among processes by deploy/nginx/handback.conf.
type Nginx struct {
	t      testing.TB
	cmd    *exec.Cmd
	dir    string
	addr   string
	log    Output
	exited chan struct{}
}

// StartNginx serves by that very file until the test ends; what differs is where it listens, the certificate, and the processes.
func StartNginx(t testing.TB, processes ...*Process) *Nginx {
	t.Helper()
	binary, err := nginxBinary()
	require.NoError(t, err, "nginx is needed (make test fetches it)")
	n := &Nginx{t: t, dir: t.TempDir(), exited: make(chan struct{})}
	n.addr = freeAddress(t)
	n.configure(processes)
	n.cmd = exec.Command(binary, "-p", n.dir, "-c", filepath.Join(n.dir, "nginx.conf"), "-e", "stderr")
	n.cmd.Stdout, n.cmd.Stderr = &n.log, &n.log
	require.NoError(t, startInGroup(n.cmd))
	go func() {
		_ = n.cmd.Wait()
		close(n.exited)
	}()
	t.Cleanup(func() {
		_ = n.cmd.Process.Signal(syscall.SIGTERM)
		<-n.exited
	})
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", n.addr)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, Patience, 10*time.Millisecond, n.log.String())
	return n
}

// Way is how clients get to a process by way of nginx, whichever it is.
func (n *Nginx) Way() *Process { return &Process{T: n.t, URL: "http://" + n.addr + "/graphql"} }

// Lead has nginx distribute new requests among these processes and no others. Those that it has taken before go on.
func (n *Nginx) Lead(processes ...*Process) {
	n.t.Helper()
	before := n.retired()
	n.configure(processes)
	require.NoError(n.t, n.cmd.Process.Signal(syscall.SIGHUP))
	require.Eventually(n.t, func() bool { return n.retired() > before }, Patience, 5*time.Millisecond, "%v", &n.log)
}

// retired is how many of nginx's processes have stopped to take requests.
func (n *Nginx) retired() int { return strings.Count(n.log.String(), "gracefully shutting down") }

// nginxMain is what a system's nginx.conf says.
const nginxMain = `daemon off;
%s
pid nginx.pid;
error_log stderr notice;
worker_processes 1;
events { worker_connections 1024; }
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
	include handback.conf;
}
`

// configure writes what nginx reads. A process that an operator would take out of the file is taken out.
func (n *Nginx) configure(processes []*Process) {
	n.t.Helper()
	var servers, user string
	for _, p := range processes {
		servers += fmt.Sprintf("    server %s max_fails=1 fail_timeout=2s;\n", p.Host())
	}
	if os.Geteuid() == 0 {
		user = "user root;" // to whom the folder belongs
	}
	text := ReadFile(n.t, "deploy/nginx/handback.conf")
	for former, present := range map[string]string{
		"    server 10.0.0.11:8080 max_fails=1 fail_timeout=2s;\n    server 10.0.0.12:8080 max_fails=1 fail_timeout=2s;\n": servers,
		"    listen 443 ssl;\n":                            "    listen " + n.addr + ";\n",
		"    ssl_certificate /etc/ssl/handback.pem;\n":     "",
		"    ssl_certificate_key /etc/ssl/handback.key;\n": "",
	} {
		require.Equal(n.t, 1, strings.Count(text, former), former)
		text = strings.Replace(text, former, present, 1)
	}
	require.NoError(n.t, os.WriteFile(filepath.Join(n.dir, "handback.conf"), []byte(text), 0o600))
	require.NoError(n.t, os.WriteFile(filepath.Join(n.dir, "nginx.conf"), fmt.Appendf(nil, nginxMain, user), 0o600))
}

// nginxBinary looks where Debian has it, too, which is in the path of root only, and where make nginx puts it.
func nginxBinary() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	for _, name := range []string{"nginx", "/usr/sbin/nginx"} {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return exec.LookPath(filepath.Join(root, ".tools/nginx/usr/sbin/nginx"))
}

func freeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().String()
}
