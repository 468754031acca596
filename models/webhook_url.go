package models

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// MaxWebhookURL is how many bytes the address of an endpoint may have.
const MaxWebhookURL = 2048

// problemOfWebhookURL says why no events can be sent to an address, "" when they can. It is for whoever has mistyped it: a name may
// lead anywhere, and is looked at when it is connected to. local lets addresses of this machine be, over http too.
func problemOfWebhookURL(address string, local bool) string {
	if len(address) > MaxWebhookURL {
		return "The URL may have at most 2,048 bytes."
	}
	parsed, err := url.Parse(address)
	if err != nil || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "This is no URL. Write it as https://example.com/webhooks, with spaces and other characters percent-encoded, and names of hosts in Punycode."
	}
	host := strings.TrimSuffix(strings.ToLower(parsed.Hostname()), ".")
	here := local && isLocalHost(host)
	switch {
	case parsed.Scheme != "https" && (parsed.Scheme != "http" || !here):
		return "The URL must begin with https://."
	case host == "" || !isPort(parsed):
		return "The URL must name a host, such as https://example.com/webhooks."
	case parsed.User != nil:
		return "The URL may not hold a name or a password: deliveries are signed, and that is how to know them."
	case strings.Contains(address, "#"):
		return "The URL may not have a fragment."
	case !here && !isPublicHost(host):
		return "The URL must lead to a public address: not to this machine, or into a private network."
	}
	return ""
}

func isPort(address *url.URL) bool {
	if !strings.Contains(strings.TrimPrefix(address.Host, "["+address.Hostname()+"]"), ":") {
		return true
	}
	port, err := strconv.ParseUint(address.Port(), 10, 16)
	return err == nil && port > 0
}

func isLocalHost(host string) bool {
	literal, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && literal.Unmap().IsLoopback()
}

// privateNames are the ends of names that no public server has.
var privateNames = []string{"localhost", "local", "internal", "lan", "intranet", "home.arpa"}

// specialAddresses are those that lead to no server of the public network, by IANA's registries of special-purpose addresses
// (https://www.iana.org/assignments/iana-ipv4-special-registry and https://www.iana.org/assignments/iana-ipv6-special-registry) and of
// multicast. No connection is made to any of them, whatever name leads there.
var specialAddresses = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
	"192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48",
)

// unicastAddresses are those of IPv6 that servers of the public network have. Those of NAT64 are outside.
var unicastAddresses = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) (list []netip.Prefix) {
	for _, text := range texts {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}

func isPublicAddress(address netip.Addr) bool {
	address = address.Unmap()
	if address.Is6() && (address.Zone() != "" || !unicastAddresses.Contains(address)) {
		return false
	}
	return !slices.ContainsFunc(specialAddresses, func(special netip.Prefix) bool { return special.Contains(address) })
}

func isPublicHost(host string) bool {
	if literal, err := netip.ParseAddr(host); err == nil {
		return isPublicAddress(literal)
	}
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	if len(labels) == 1 || slices.Contains(labels, "") || last[0] >= '0' && last[0] <= '9' { // 127.1 and 0x7f.1 are addresses, too
		return false
	}
	return !slices.ContainsFunc(privateNames, func(name string) bool { return strings.HasSuffix(host, "."+name) })
}
