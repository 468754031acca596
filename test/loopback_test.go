package test

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/test/program"
)

func TestDemoListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:1", ":8080", "192.168.1.1:80", "example.com:80", "[::]:0", "[::ffff:10.0.0.1]:0", "0:0"} {
		t.Run(addr, func(t *testing.T) {
			p := program.Launch(t, program.Shipped, "ADDR="+addr)
			line := requireStartupError(t, p)
			require.Contains(t, line, "ADDR must be a loopback address")
			require.Contains(t, line, "no sign-in")
			requireEmptyFolder(t, p.Cmd.Dir)
		})
	}
	for _, addr := range []string{"127.0.0.1", "127.0.0.1:port", "127.0.0.1:99999"} {
		t.Run(addr, func(t *testing.T) {
			p := program.Launch(t, program.Shipped, "ADDR="+addr)
			require.Contains(t, requireStartupError(t, p), "ADDR")
			requireEmptyFolder(t, p.Cmd.Dir)
		})
	}
	for _, addr := range []string{"localhost:0", "127.0.0.2:0", "[::1]:0"} {
		t.Run(addr, func(t *testing.T) {
			if listener, err := net.Listen("tcp", addr); err != nil { // a machine without IPv6
				p := program.Launch(t, program.Shipped, "ADDR="+addr)
				require.Contains(t, requireStartupError(t, p), "cannot listen")
				return
			} else {
				listener.Close()
			}
			p := program.Start(t, program.Shipped, "ADDR="+addr)
			require.Contains(t, p.Query(`{ store { name } }`), "Aurora Outfitters")
			p.Stop()
		})
	}
}

// TestDemoRejectsOtherHosts: a web page whose name was made to lead to this machine could otherwise act as the seller.
func TestDemoRejectsOtherHosts(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	for host, status := range map[string]int{
		"localhost": http.StatusOK, "localhost:8080": http.StatusOK, "127.0.0.1": http.StatusOK, "[::1]:80": http.StatusOK, "[::1]": http.StatusOK,
		"evil.example": http.StatusMisdirectedRequest, "localhost.evil.example:80": http.StatusMisdirectedRequest, "192.0.2.1": http.StatusMisdirectedRequest,
	} {
		request, err := http.NewRequest(http.MethodPost, p.URL, strings.NewReader(`{"query":"{ store { id } }"}`))
		require.NoError(t, err)
		request.Host = host
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, status, response.StatusCode, host)
	}
}
