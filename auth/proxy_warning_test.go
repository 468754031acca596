package auth_test

import (
	"bytes"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/auth"
	"github.com/handback/handback/db/dbtest"
)

// TestProxyWarning: each proxy that is not named is told of once, with its address and the name of the variable, wherever it stands.
// One that is named, a client's own one behind it, and whoever comes without a proxy, never.
func TestProxyWarning(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	now := time.Now()
	door := auth.New(auth.Config{
		Stores: open(t, dbtest.URL(t, "sqlite")), Sessions: sessions, Log: slog.New(slog.NewTextHandler(&log, nil)), Now: func() time.Time { return now },
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
	})
	warnings := func(peer string, forwarded ...string) []string {
		log.Reset()
		r := request(somebody, "Bearer hb_wrong")
		r.RemoteAddr = peer
		if len(forwarded) > 0 {
			r.Header["X-Forwarded-For"] = forwarded
		}
		_, _ = door.Caller(r)
		require.NotContains(t, log.String(), "198.51.100.1")
		return slices.Collect(strings.Lines(log.String()))
	}
	require.Empty(t, warnings("10.1.2.3:1", "198.51.100.1"))
	require.Empty(t, warnings("10.1.2.3:1", "198.51.100.1, 203.0.113.9"), "a client that has a proxy of its own")
	require.Empty(t, warnings("10.1.2.3:1", "192.168.0.9"), "a client of the private network")
	require.Empty(t, warnings("192.168.0.7:1"))

	stranger := warnings("203.0.113.7:1", "198.51.100.1")
	require.Len(t, stranger, 1)
	require.Contains(t, stranger[0], "address=203.0.113.7")
	require.Empty(t, warnings("192.168.0.7:1", "198.51.100.1"), "a second warning in a minute")
	now = now.Add(time.Minute)
	require.Empty(t, warnings("203.0.113.7:1", "198.51.100.1"), "the same again")
	unnamed := warnings("192.168.0.7:1", "198.51.100.1")
	require.Len(t, unnamed, 1)
	require.Contains(t, unnamed[0], "TRUSTED_PROXIES")
	require.Contains(t, unnamed[0], "address=192.168.0.7")
	now = now.Add(time.Minute)
	second := warnings("10.1.2.3:1", "198.51.100.1, 192.168.0.8")
	require.Len(t, second, 1)
	require.Contains(t, second[0], "address=192.168.0.8")
	now = now.Add(time.Minute)
	require.Empty(t, warnings("10.1.2.3:1", "198.51.100.1, 192.168.0.8"))

	log.Reset()
	r := request(somebody, "Bearer hb_wrong")
	r.RemoteAddr = "192.168.0.9:1"
	r.Header.Set("X-Real-IP", "198.51.100.1")
	_, _ = door.Caller(r)
	require.Contains(t, log.String(), "address=192.168.0.9", "what it sends is not believed, whatever it is called")
}
