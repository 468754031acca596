package models_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func problemOfURL(address string, local bool) string {
	refusal := models.RefuseURL(models.CreateInvalidURL, address, local)
	if refusal == nil {
		return ""
	}
	return refusal.Message
}

func TestWebhookURLs(t *testing.T) {
	for _, address := range []string{
		"https://example.com", "https://example.com/", "https://hooks.example.com:8443/a/b?c=d&e=%20", "HTTPS://EXAMPLE.COM/", "https://example.com./x", "https://xn--bcher-kva.example/",
		"https://93.184.216.34/", "https://[2606:2800:220:1:248:1893:25c8:1946]/x", "https://[2606:2800:220:1::1]:443/", "https://example.com/" + strings.Repeat("x", 2048-20),
	} {
		require.Empty(t, problemOfURL(address, false), address)
	}
	for address, problem := range map[string]string{
		"": "must begin with https", "example.com": "must begin with https", "/webhooks": "must begin with https", "//example.com/": "must begin with https",
		"http://example.com/": "must begin with https", "ftp://example.com/": "must begin with https", "https:example.com": "name a host", "https://": "name a host", "https:///x": "name a host",
		"https://:443/": "name a host", "https://example.com:/": "name a host", "https://example.com:0/": "name a host", "https://example.com:65536/": "name a host", "https://example.com:x/": "no URL",
		"https://user@example.com/": "password", "https://user:word@example.com/": "password", "https://example.com/#x": "fragment", "https://example.com/#": "fragment",
		"https://example.com/a b": "no URL", "https://bücher.example/": "no URL", "https://example.com/\x00": "no URL", "https://example.com/\n": "no URL", "https://[::1": "no URL",
		"https://example.com/" + strings.Repeat("x", 2048-19): "2,048",
	} {
		require.Contains(t, problemOfURL(address, false), problem, address)
		require.Contains(t, problemOfURL(address, true), problem, address)
	}
}

// TestWebhookURLsLeadOutside, as far as an address says where it leads.
func TestWebhookURLsLeadOutside(t *testing.T) {
	for _, host := range []string{
		"10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.1.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "[fe80::1]", "[fe80::1%25eth0]", "[fd00::1]", "[::]",
		"192.0.2.1", "198.18.0.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:db8::1]", "[::7f00:1]", "[2606:2800::1%25eth0]",
		"[::ffff:10.0.0.1]", "[::ffff:192.0.2.1]", "[ff02::1]", "2130706433", "0x7f.1", "127.1", "10.0.0.1.", "intranet", "db", "printer.local", "metadata.google.internal", "x.localhost", "nas.lan", "router.home.arpa", "a..example",
	} {
		for _, local := range []bool{false, true} {
			require.Contains(t, problemOfURL("https://"+host+"/", local), "public address", host)
		}
	}
	for _, host := range []string{"127.0.0.1", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]", "localhost", "LOCALHOST", "localhost."} {
		require.Contains(t, problemOfURL("https://"+host+":8080/", false), "public address", host)
		require.Contains(t, problemOfURL("http://"+host+":8080/", false), "https://", host)
		require.Empty(t, problemOfURL("https://"+host+":8080/", true), host)
		require.Empty(t, problemOfURL("http://"+host+":8080/", true), host)
	}
}
