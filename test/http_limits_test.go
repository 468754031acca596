package test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/test/program"
)

// What the program promises its clients: how long they may take for a header, and how many bytes it may have.
const (
	headerTime  = 5 * time.Second
	headerBytes = 28 << 10
)

// TestSlowHeaders: headers that are sent slowly do not hold a connection.
func TestSlowHeaders(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	for name, text := range map[string]string{"nothing": "", "half a line": "POST /gra", "half a header": program.PostHead + "X-Slow: "} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, took := program.SendSlowly(t, p.Host(), text)
			require.Greater(t, took, headerTime-time.Second)
			require.Less(t, took, 10*headerTime)
		})
	}
}

// TestLongHeaders: headers are rejected at about their limit, wherever they are long.
func TestLongHeaders(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	const slop = 4096 // of the standard library
	for _, test := range []struct{ name, head string }{
		{"header", "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Long: %s\r\n\r\n"},
		{"address", "GET /livez?x=%s HTTP/1.1\r\nHost: localhost\r\n\r\n"},
		{"many", "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-%s: a\r\n\r\n"},
	} {
		for size, status := range map[int]int{headerBytes - 1000: 200, headerBytes + slop + 1: 431, 1 << 20: 431} {
			conn, err := net.Dial("tcp", p.Host())
			require.NoError(t, err)
			go func() { _, _ = io.WriteString(conn, strings.Replace(test.head, "%s", strings.Repeat("a", size), 1)) }()
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			require.NoError(t, err, "%s of %d", test.name, size)
			require.Equal(t, status, response.StatusCode, "%s of %d", test.name, size)
			response.Body.Close()
			conn.Close()
		}
	}
}

// TestRequestBombs sends requests that are small to send and would be large to answer. Many at once are rejected, one by
// one, and take little memory all together. No other test runs meanwhile: the less of the machine the garbage collector
// gets, the more memory there is in use.
func TestRequestBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the program")
	}
	const most = 512 << 10 // KiB
	var doubling strings.Builder
	doubling.WriteString("{...a}")
	for name := 'a'; name < 'z'; name++ {
		fmt.Fprintf(&doubling, "fragment %c on Query{...%c ...%c}", name, name+1, name+1)
	}
	doubling.WriteString("fragment z on Query{__typename}")
	variables := func(text string) string {
		return `{"query":"query($a:SettingValue){store{id}}","variables":{"a":` + text + `}}`
	}
	p := program.Start(t, program.Shipped)
	client := program.NewClient(t)
	for _, bomb := range []struct{ name, code, body string }{
		{"nested list", "TOO_DEEP", `{"query":"{store(a:` + strings.Repeat("[", 2<<20) + strings.Repeat("]", 2<<20) + `){id}}"}`},
		{"long list", "TOO_MANY_TOKENS", `{"query":"{store(a:[` + strings.Repeat("1 ", 2<<20) + `]){id}}"}`},
		{"nested selection", "TOO_DEEP", `{"query":"` + strings.Repeat("{a", 2<<20) + `"}`},
		{"doubling fragments", "TOO_MANY_SELECTIONS", `{"query":"` + doubling.String() + `"}`},
		{"nested JSON", "TOO_DEEP", variables(strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000))},
		{"nested objects", "TOO_DEEP", variables(strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000))},
		{"many values", "BODY_TOO_LARGE", variables("[" + strings.Repeat("1,", 4<<20-100) + "1]")},
		{"many objects", "BODY_TOO_LARGE", variables("[" + strings.Repeat("{},", 8<<20/3-100) + "1]")},
		{"values and depth", "", variables("[" + strings.Repeat(strings.Repeat("[", 4000)+strings.Repeat("]", 4000)+",", 120) + "1]")},
		{"a long body", "BODY_TOO_LARGE", strings.Repeat(" ", 9<<20)},
	} {
		alone := p.Send(http.MethodPost, "/graphql", bomb.body, "Accept", "application/graphql-response+json")
		if bomb.code != "" {
			require.Equal(t, bomb.code, alone.Code(t), bomb.name)
		}
		answers, errs := make([]program.Response, 30), make([]error, 30)
		began := time.Now()
		program.Concurrently(len(answers), func(i int) {
			answers[i], errs[i] = p.TrySend(client, http.MethodPost, "/graphql", bomb.body, "Accept", "application/graphql-response+json")
		})
		t.Logf("%s: %v, at most %d MiB", bomb.name, time.Since(began), peak(t, p)>>10)
		for i, answer := range answers {
			require.NoError(t, errs[i], bomb.name)
			if bomb.code == "" { // within the limits
				continue
			}
			if answer.Code(t) == "OVERLOADED" { // waited in vain for the others: for how many there is time is the machine's matter
				require.Equal(t, http.StatusServiceUnavailable, answer.Status, bomb.name)
				require.Equal(t, "1", answer.Header.Get("Retry-After"), bomb.name)
				answer = p.Send(http.MethodPost, "/graphql", bomb.body, "Accept", "application/graphql-response+json")
			}
			require.Equal(t, 4, answer.Status/100, "%s: %d %.300s", bomb.name, answer.Status, answer.Body)
			require.Equal(t, bomb.code, answer.Code(t), bomb.name)
			require.Less(t, len(answer.Body), 2000)
		}
	}
	require.Contains(t, p.Query(`{ store { name } }`), "Aurora Outfitters")
	require.Less(t, peak(t, p), most, "KiB")
	p.Stop()
}

var highWater = regexp.MustCompile(`VmHWM:\s*(\d+) kB`)

// peak is the most memory the program ever had, in KiB; 0 where the machine does not tell.
func peak(t testing.TB, p *program.Process) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Cmd.Process.Pid))
	if err != nil {
		return 0
	}
	found := highWater.FindSubmatch(status)
	require.NotNil(t, found)
	kibibytes, err := strconv.Atoi(string(found[1]))
	require.NoError(t, err)
	return kibibytes
}
