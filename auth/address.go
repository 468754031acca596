package auth

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

const ipv6PrefixBits = 64 // of an IPv6 address: whoever has one address has all that begin so

// ClientAddress returns the address a request comes from. When a trusted proxy sent it, that is the last one in
// X-Forwarded-For that is not trusted itself: what stands before it, the client may have written. The address is
// that of the connection when there is no such one or the header makes no sense, and the zero Addr when that has
// none either.
func ClientAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	address, _ := clientAddress(r, trusted)
	return address
}

// forwarding are headers that proxies set, of which one is believed: X-Forwarded-For.
var forwarding = []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "X-Forwarded-Proto", "X-Forwarded-Host"}

// clientAddress is ClientAddress. forwards says that whoever has the address says it sends the request for somebody else.
func clientAddress(r *http.Request, trusted []netip.Prefix) (address netip.Addr, forwards bool) {
	peer := parseAddress(r.RemoteAddr)
	path := strings.Join(r.Header.Values("X-Forwarded-For"), ",")
	if !within(peer, trusted) {
		return peer, slices.ContainsFunc(forwarding, func(name string) bool { return r.Header.Get(name) != "" })
	}
	for path != "" {
		last := path[strings.LastIndexByte(path, ',')+1:]
		path = strings.TrimSuffix(strings.TrimSuffix(path, last), ",")
		address := parseAddress(strings.Trim(last, " \t"))
		if !address.IsValid() {
			return peer, false
		}
		if !within(address, trusted) {
			return address, path != ""
		}
	}
	return peer, false
}

func within(address netip.Addr, networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(address) })
}

// networkOf is what one client has: an address, or of IPv6 all that begin as its address does. It is the zero prefix for the zero Addr, so
// that what has no address is one client.
func networkOf(address netip.Addr) netip.Prefix {
	bits := address.BitLen()
	if address.Is6() {
		bits = ipv6PrefixBits
	}
	network, _ := address.Prefix(bits)
	return network
}

// parseAddress reads an address with or without port. It returns the zero Addr for what is none.
func parseAddress(text string) netip.Addr {
	address, err := netip.ParseAddr(text)
	if err != nil {
		withPort, _ := netip.ParseAddrPort(text)
		address = withPort.Addr()
	}
	return address.Unmap().WithZone("")
}
