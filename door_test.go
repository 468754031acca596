package main

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db"
	"handback/db/dbtest"
	"handback/models"
	"handback/test/program"
)

// TestSlowHeaders do not hold a connection.
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

// TestSlowBodies do not either. The times are the program's, but shorter.
func TestSlowBodies(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	repository, err := db.Open(t.Context(), dbtest.URL(t, "sqlite"), models.DefaultCatalogue())
	require.NoError(t, err)
	defer repository.Close()
	seller, err := openDemoStore(t.Context(), repository)
	require.NoError(t, err)
	handler, err := newHandler(config{}, repository, &seller, newReadiness(repository.Ready, log), nil, log)
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(handler)
	server.Config = newServer(handler, log)
	require.Equal(t, []time.Duration{5 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute},
		[]time.Duration{server.Config.ReadHeaderTimeout, server.Config.ReadTimeout, server.Config.WriteTimeout, server.Config.IdleTimeout})
	server.Config.ReadTimeout, server.Config.IdleTimeout = 300*time.Millisecond, 300*time.Millisecond
	server.Start()
	defer server.Close()
	host := server.Listener.Addr().String()
	for _, length := range []string{"Content-Length: 1000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"} {
		answer, took := program.SendSlowly(t, host, program.PostHead+length)
		require.Less(t, took, program.Patience)
		require.Contains(t, answer, "408 Request Timeout")
		require.Contains(t, answer, "REQUEST_TIMEOUT")
		require.Contains(t, answer, "Connection: close")
	}
	conn, err := net.Dial("tcp", host)
	require.NoError(t, err)
	defer conn.Close()
	program.RequireServed(t, conn)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(program.Patience)))
	_, err = conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF, "an idle connection is kept")
}

// TestLongHeaders are refused at about their limit, wherever they are long.
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

// TestOtherOrigins may call the API when they are on the list, and read nothing otherwise.
func TestOtherOrigins(t *testing.T) {
	t.Parallel()
	const friend, stranger = "https://admin.example.com", "https://evil.example"
	listed, unlisted := program.Start(t, program.Shipped, "ALLOWED_ORIGINS="+friend+",http://localhost:3000"), program.Start(t, program.Shipped)
	for _, test := range []struct {
		p       *program.Process
		origin  string
		allowed bool
	}{
		{listed, friend, true}, {listed, "http://localhost:3000", true}, {listed, stranger, false}, {listed, "null", false},
		{listed, friend + ".evil.example", false}, {listed, "http://admin.example.com", false}, {listed, friend + ":444", false},
		{unlisted, friend, false}, {unlisted, stranger, false}, {unlisted, "null", false},
	} {
		told, posted := "", http.StatusForbidden
		if test.allowed {
			told, posted = test.origin, http.StatusOK
		}
		preflight := test.p.Send(http.MethodOptions, "/graphql", "", "Origin", test.origin, "Sec-Fetch-Site", "cross-site",
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type")
		require.Equal(t, told, preflight.Header.Get("Access-Control-Allow-Origin"), test)
		require.Equal(t, test.allowed, preflight.Header.Get("Access-Control-Allow-Headers") == "authorization,content-type", test)
		answer := test.p.Send(http.MethodPost, "/graphql", `{"query":"{ store { name } }"}`, "Origin", test.origin, "Sec-Fetch-Site", "cross-site")
		require.Equal(t, posted, answer.Status, test)
		if posted == http.StatusForbidden {
			require.Equal(t, "CROSS_ORIGIN", answer.Code(t))
		}
		require.Equal(t, http.StatusForbidden, test.p.Send(http.MethodPost, "/graphiql", "", "Origin", stranger).Status)
		read := test.p.Send(http.MethodGet, "/graphql?query=%7Bstore%7Bname%7D%7D", "", "Origin", test.origin, "Sec-Fetch-Site", "cross-site")
		for _, w := range []program.Response{preflight, answer, read, test.p.Send(http.MethodGet, "/graphiql", "", "Origin", test.origin)} {
			require.Empty(t, w.Header.Get("Access-Control-Allow-Credentials"))
			if !test.allowed {
				require.Empty(t, w.Header.Values("Access-Control-Allow-Origin"), test)
			}
		}
		require.Equal(t, told, read.Header.Get("Access-Control-Allow-Origin"), test)
		require.Contains(t, strings.Join(read.Header.Values("Vary"), ","), "Accept")
		if test.p == listed {
			require.Contains(t, strings.Join(read.Header.Values("Vary"), ","), "Origin")
		}
	}
	own := listed.Send(http.MethodPost, "/graphql", `{"query":"{ store { name } }"}`, "Origin", listed.Base(), "Sec-Fetch-Site", "same-origin")
	require.Equal(t, http.StatusOK, own.Status)
}

// TestEveryRouteIsSecured, whatever it answers.
func TestEveryRouteIsSecured(t *testing.T) {
	t.Parallel()
	demo, full := program.Start(t, program.Shipped), program.Start(t, program.Shipped, program.WithSignIn()...)
	for _, p := range []*program.Process{demo, full} {
		for _, path := range []string{"/graphql", "/graphql?query=%7Bstore%7Bid%7D%7D", "/graphql/", "/graphiql", "/graphiql/", "/graphiql/start.js", "/graphiql/x",
			"/livez", "/readyz", "/metrics", "/", "/nothing", "//graphql", "/graphql/../livez"} {
			for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodHead, http.MethodOptions, http.MethodPut} {
				for _, host := range []string{"localhost", "evil.example"} {
					answer, err := p.TrySend(program.NoRedirects, method, path, "", "Host", host, "X-Request-Id", "mine.1")
					require.NoError(t, err)
					about := []any{method, path, host, answer.Status}
					require.Equal(t, "mine.1", answer.Header.Get("X-Request-Id"), about...)
					require.Equal(t, "nosniff", answer.Header.Get("X-Content-Type-Options"), about...)
					require.Equal(t, "no-referrer", answer.Header.Get("Referrer-Policy"), about...)
					require.Equal(t, "same-origin", answer.Header.Get("Cross-Origin-Resource-Policy"), about...)
					policy := answer.Header.Values("Content-Security-Policy")
					require.Len(t, policy, 1, about...)
					require.Contains(t, policy[0], "default-src 'none'", about...)
					require.Contains(t, policy[0], "frame-ancestors", about...)
					require.Equal(t, p == full, answer.Header.Get("Strict-Transport-Security") != "", about...)
					require.Empty(t, answer.Header.Values("Set-Cookie"), about...)
					require.Empty(t, answer.Header.Values("Server"), about...)
					if p == demo {
						require.Equal(t, host != "localhost", answer.Status == http.StatusMisdirectedRequest, about...)
					} else {
						require.NotEqual(t, http.StatusMisdirectedRequest, answer.Status, about...)
					}
				}
			}
		}
	}
	require.Equal(t, "MISDIRECTED", demo.Send(http.MethodGet, "/livez", "", "Host", "evil.example").Code(t))
	for _, odd := range []string{"", "hb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", program.SessionToken(aurora, "42"), "a b", strings.Repeat("a", 65)} {
		id := demo.Send(http.MethodGet, "/livez", "", "X-Request-Id", odd).Header.Get("X-Request-Id")
		require.Regexp(t, `^[0-9a-f-]{36}$`, id)
	}
}

// TestBombs are requests that are small to send and would be large to answer. Many at once are refused, one by one,
// and take little memory all together.
func TestBombs(t *testing.T) {
	t.Parallel()
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
			if code := answer.Code(t); answer.Status != http.StatusServiceUnavailable || code != "OVERLOADED" { // those that a slow machine gets to too late
				require.Equal(t, 4, answer.Status/100, "%s: %d %.300s", bomb.name, answer.Status, answer.Body)
				require.Equal(t, bomb.code, code, bomb.name)
			}
			require.Less(t, len(answer.Body), 2000)
		}
	}
	require.Contains(t, p.Query(`{ store { name } }`), "Aurora Outfitters")
	require.Less(t, peak(t, p), most, "KiB")
	p.Stop()
}

var highWater = regexp.MustCompile(`VmHWM:\s*(\d+) kB`)

// peak is the most memory the program ever had, in KiB; 0 where the machine does not tell.
func peak(t *testing.T, p *program.Process) int {
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
