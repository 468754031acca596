package auth_test

import (
	"net/http"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/auth"
)

func TestClientAddress(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:1::/48")}
	for _, test := range []struct {
		peer      string
		forwarded []string
		client    string // "" for no address
	}{
		{"203.0.113.9:4711", nil, "203.0.113.9"},
		{"[2001:db8::1]:4711", nil, "2001:db8::1"},
		{"[fe80::1%eth0]:4711", nil, "fe80::1"},
		{"[::ffff:203.0.113.9]:4711", nil, "203.0.113.9"},
		{"203.0.113.9", nil, "203.0.113.9"},
		{"@", nil, ""},
		{"", nil, ""},

		{"203.0.113.9:1", []string{"198.51.100.1"}, "203.0.113.9"},
		{"@", []string{"198.51.100.1"}, ""},
		{"10.1.2.3:1", nil, "10.1.2.3"},
		{"10.1.2.3:1", []string{""}, "10.1.2.3"},
		{"10.1.2.3:1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"[::ffff:10.1.2.3]:1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"[2001:db8:1::9]:1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"10.1.2.3:1", []string{"198.51.100.1, 198.51.100.2"}, "198.51.100.2"},
		{"10.1.2.3:1", []string{"198.51.100.1,198.51.100.2 ,\t10.9.9.9 , 10.8.8.8"}, "198.51.100.2"},
		{"10.1.2.3:1", []string{"198.51.100.1", "198.51.100.2"}, "198.51.100.2"},
		{"10.1.2.3:1", []string{"198.51.100.1", "198.51.100.2", "10.9.9.9"}, "198.51.100.2"},
		{"10.1.2.3:1", []string{"10.9.9.9, 10.8.8.8"}, "10.1.2.3"},
		{"10.1.2.3:1", []string{"2001:db8::7"}, "2001:db8::7"},
		{"10.1.2.3:1", []string{"[2001:db8::7]:8080"}, "2001:db8::7"},
		{"10.1.2.3:1", []string{"198.51.100.1:8080"}, "198.51.100.1"},
		{"10.1.2.3:1", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"10.1.2.3:1", []string{"::ffff:10.1.1.1"}, "10.1.2.3"},
		{"10.1.2.3:1", []string{"rubbish, 198.51.100.2"}, "198.51.100.2"},
		{"10.1.2.3:1", []string{"198.51.100.1, rubbish"}, "10.1.2.3"},
		{"10.1.2.3:1", []string{"198.51.100.1, unknown, 10.9.9.9"}, "10.1.2.3"},
		{"10.1.2.3:1", []string{"198.51.100.1,"}, "10.1.2.3"},
		{"10.1.2.3:1", []string{"198.51.100.1", ""}, "10.1.2.3"},
		{"10.1.2.3:1", []string{"198.51.100.256"}, "10.1.2.3"},
	} {
		r := &http.Request{RemoteAddr: test.peer, Header: http.Header{"X-Forwarded-For": test.forwarded}}
		want, _ := netip.ParseAddr(test.client)
		require.Equal(t, want, auth.ClientAddress(r, trusted), "%s %q", test.peer, test.forwarded)
	}
}
