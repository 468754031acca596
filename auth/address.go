package auth

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ClientAddress returns the address a request comes from. When a trusted proxy sent it, that is the last one in
// X-Forwarded-For that is not trusted itself: what stands before it, the client may have written. The address is
// that of the connection when there is no such one or the header makes no sense, and the zero Addr when that has
// none either.
func ClientAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer := parseAddress(r.RemoteAddr)
	if !within(peer, trusted) {
		return peer
	}
	path := strings.Join(r.Header.Values("X-Forwarded-For"), ",")
	for path != "" {
		last := path[strings.LastIndexByte(path, ',')+1:]
		path = strings.TrimSuffix(strings.TrimSuffix(path, last), ",")
		address := parseAddress(strings.Trim(last, " \t"))
		if !address.IsValid() {
			return peer
		}
		if !within(address, trusted) {
			return address
		}
	}
	return peer
}

func within(address netip.Addr, networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(address) })
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
