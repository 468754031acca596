package webhooks

import (
	"net/netip"
	"slices"
	"testing"

	"code.dny.dev/ssrf"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// TestAddressesAreRefusedAsConnectionsAre: an address that no event can ever be sent to is no endpoint's, and any other one may be. They
// are tried on both sides of each end of what the guard refuses.
func TestAddressesAreRefusedAsConnectionsAre(t *testing.T) {
	t.Parallel()
	refused, taken := 0, 0
	for _, prefix := range slices.Concat(ssrf.IPv4DeniedPrefixes, ssrf.IPv6DeniedPrefixes, []netip.Prefix{ssrf.IPv6GlobalUnicast, ssrf.IPv6NAT64Prefix}) {
		first, last := prefix.Masked().Addr(), lastOf(prefix)
		for _, address := range []netip.Addr{first.Prev(), first, first.Next(), last.Prev(), last, last.Next()} {
			if !address.IsValid() {
				continue
			}
			network := map[bool]string{true: "tcp4", false: "tcp6"}[address.Is4()]
			target := netip.AddrPortFrom(address, 443).String()
			connected := guard(false)(network, target, nil) == nil
			require.Equal(t, connected, models.RefuseURL(models.CreateInvalidURL, "https://"+target+"/", false) == nil, target)
			if connected {
				taken++
			} else {
				refused++
			}
		}
	}
	require.Greater(t, refused, 40)
	require.Greater(t, taken, 20)
}

// lastOf is the prefix's last address.
func lastOf(prefix netip.Prefix) netip.Addr {
	address := prefix.Masked().Addr().AsSlice()
	for bit := prefix.Bits(); bit < len(address)*8; bit++ {
		address[bit/8] |= 1 << (7 - bit%8)
	}
	last, _ := netip.AddrFromSlice(address)
	return last
}
