package program

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// PostHead begins a request to the API; its header is not ended.
const PostHead = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"

// SendRaw sends bytes that no client would, and returns the beginning of the answer.
func SendRaw(t testing.TB, host, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", host)
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(Patience)))
	_, err = io.WriteString(conn, text)
	require.NoError(t, err)
	answer := make([]byte, 4096)
	n, _ := conn.Read(answer)
	require.Contains(t, string(answer[:n]), "HTTP/1.1 ")
	return string(answer[:n])
}

// SendSlowly sends a text and then a byte at a time until the connection is closed. It returns what came, and how long the
// connection was open.
func SendSlowly(t testing.TB, host, text string) (answer string, took time.Duration) {
	t.Helper()
	conn, err := net.Dial("tcp", host)
	require.NoError(t, err)
	defer conn.Close()
	began := time.Now()
	_, err = io.WriteString(conn, text)
	require.NoError(t, err)
	go func() {
		for err == nil {
			time.Sleep(50 * time.Millisecond)
			_, err = io.WriteString(conn, "x")
		}
	}()
	require.NoError(t, conn.SetReadDeadline(began.Add(Patience)))
	all, _ := io.ReadAll(conn) // a reset ends it, too
	return string(all), time.Since(began)
}

// RequireServed proves that requests on a connection that is open are answered.
func RequireServed(t testing.TB, conn net.Conn) {
	t.Helper()
	_, err := fmt.Fprint(conn, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
}
