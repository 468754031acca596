package webhooks_test

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/handback/handback/models"
	"github.com/handback/handback/webhooks"
)

// secure serves over TLS, with a certificate for example.com. It returns its address and the roots that vouch for it.
func secure(t *testing.T, handler http.HandlerFunc) (netip.AddrPort, *x509.CertPool) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return netip.MustParseAddrPort(server.Listener.Addr().String()), roots
}

// TestSenderWantsCertificateForName.
func TestSenderWantsCertificateForName(t *testing.T) {
	t.Parallel()
	at, roots := secure(t, func(http.ResponseWriter, *http.Request) {})
	names := &nameserver{addresses: []string{"127.0.0.1"}}
	port := ":" + strconv.Itoa(int(at.Port()))
	require.Empty(t, send(t, local(webhooks.SenderOptions{Roots: roots, Resolver: names.resolver(t)}), "https://example.com"+port).Problem)
	require.Equal(t, models.WebhookNotSecure, send(t, local(webhooks.SenderOptions{Roots: roots, Resolver: names.resolver(t)}), "https://another.example"+port).Problem)
	require.Equal(t, models.WebhookNotSecure, send(t, local(webhooks.SenderOptions{Resolver: names.resolver(t)}), "https://example.com"+port).Problem)
}

// TestSenderRefusesAddressesThatAreNotPublic, however they are written or named, and also where a proxy would take them.
func TestSenderRefusesAddressesThatAreNotPublic(t *testing.T) {
	proxy := receive(t, func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") })
	t.Setenv("HTTPS_PROXY", proxy)
	t.Setenv("ALL_PROXY", proxy)
	at, roots := secure(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	port := ":" + strconv.Itoa(int(at.Port()))
	addresses := []string{
		"127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200",
		"192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
		"64:ff9b:1::a00:1", "2002:7f00:1::", "2001::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1",
	}
	for _, address := range addresses {
		literal := address
		if strings.Contains(address, ":") {
			literal = "[" + address + "]"
		}
		sender := newSender(webhooks.SenderOptions{Roots: roots})
		require.Equal(t, models.WebhookNotPublic, send(t, sender, "https://"+literal+port).Problem, address)
		named := newSender(webhooks.SenderOptions{Roots: roots, Resolver: (&nameserver{addresses: []string{address}}).resolver(t)})
		require.Equal(t, models.WebhookNotPublic, send(t, named, "https://example.com"+port).Problem, address)
	}
	for _, written := range []string{"localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1"} {
		problem := send(t, newSender(webhooks.SenderOptions{Roots: roots}), "https://"+written+port).Problem
		require.Contains(t, []models.WebhookProblem{models.WebhookNotPublic, models.WebhookNoSuchHost}, problem, written)
	}
	require.Equal(t, models.WebhookNotUnderstood, send(t, newSender(webhooks.SenderOptions{}), "http://127.0.0.1"+port).Problem, "without TLS")
}

// TestSenderChecksEachConnection: a name that was public when the endpoint was made, or in the attempt before, and leads here now.
func TestSenderChecksEachConnection(t *testing.T) {
	t.Parallel()
	at, roots := secure(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	// 2001:4860::1 is public, and nobody is reached there in a moment.
	names := &nameserver{addresses: []string{"2001:4860::1"}}
	sender := newSender(webhooks.SenderOptions{Roots: roots, Resolver: names.resolver(t), AnswerTime: time.Second})
	url := "https://example.com:" + strconv.Itoa(int(at.Port()))
	require.Contains(t, []models.WebhookProblem{models.WebhookNoConnection, models.WebhookNoAnswer}, send(t, sender, url).Problem)
	names.lead("127.0.0.1")
	require.Equal(t, models.WebhookNotPublic, send(t, sender, url).Problem)
	names.lead("169.254.169.254", "127.0.0.1")
	require.Equal(t, models.WebhookNotPublic, send(t, sender, url).Problem)
}

// nameserver has all names lead to the same addresses; without any there are no names.
type nameserver struct {
	mu        sync.Mutex
	addresses []string
}

func (n *nameserver) lead(to ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.addresses = to
}

func (n *nameserver) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		buffer := make([]byte, 4<<10)
		for {
			size, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(n.answer(buffer[:size]), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (n *nameserver) answer(question []byte) []byte {
	var message dnsmessage.Message
	if err := message.Unpack(question); err != nil {
		panic(err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	message.Response, message.Additionals = true, nil
	if len(n.addresses) == 0 {
		message.RCode = dnsmessage.RCodeNameError
	}
	for _, address := range n.addresses {
		message.Answers = append(message.Answers, resource(message.Questions[0], netip.MustParseAddr(address))...)
	}
	packed, err := message.Pack()
	if err != nil {
		panic(err)
	}
	return packed
}

func resource(asked dnsmessage.Question, address netip.Addr) []dnsmessage.Resource {
	header := dnsmessage.ResourceHeader{Name: asked.Name, Type: asked.Type, Class: dnsmessage.ClassINET}
	switch {
	case asked.Type == dnsmessage.TypeA && address.Is4():
		return []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: address.As4()}}}
	case asked.Type == dnsmessage.TypeAAAA && address.Is6():
		return []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AAAAResource{AAAA: address.As16()}}}
	}
	return nil
}
