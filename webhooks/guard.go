package webhooks

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http/httptrace"
	"net/netip"
	"sync/atomic"
	"syscall"

	"code.dny.dev/ssrf"

	"github.com/handback/handback/models"
)

// guard refuses connections to addresses that are not public: who names an endpoint must not reach through the program what they could
// not reach themselves. It is asked for each connection, with the address that the name was resolved to just then. Any port may be
// named: nothing is sent there before a certificate for the name was shown.
func guard(local bool) func(network, address string, _ syscall.RawConn) error {
	options := []ssrf.Option{ssrf.WithAnyPort()}
	if local {
		options = append(options, ssrf.WithAllowedV4Prefixes(netip.MustParsePrefix("127.0.0.0/8")), ssrf.WithAllowedV6Prefixes(netip.MustParsePrefix("::1/128")))
	}
	return ssrf.New(options...).Safe
}

// withHandshake has insecure be true when no secure connection can be made.
func withHandshake(ctx context.Context, insecure *atomic.Bool) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) { insecure.Store(err != nil) },
	})
}

// problemOf finds the problem of an attempt without an answer.
func problemOf(err error, insecure bool) models.WebhookProblem {
	var timeout net.Error
	name, unresolved := errors.AsType[*net.DNSError](err)
	operation, _ := errors.AsType[*net.OpError](err)
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrInvalidHostPort):
		return models.WebhookNotPublic
	case errors.As(err, &timeout) && timeout.Timeout() && (!unresolved || name.IsTimeout):
		return models.WebhookNoAnswer
	case unresolved:
		return models.WebhookNoSuchHost
	case insecure:
		return models.WebhookNotSecure
	case operation != nil && operation.Op == "dial":
		return models.WebhookNoConnection
	case operation != nil, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return models.WebhookCut
	}
	return models.WebhookNotHTTP
}
