// Package platform is what the clients of both platforms share: they send to hosts on a list and to no other, and try again what may
// succeed later.
package platform

import (
	"cmp"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// NewHTTPClient makes a client that talks to the origins on the list only, and follows no redirects, which could lead away from them
// or send a token twice. The transport is one with short timeouts when it is nil.
func NewHTTPClient(transport http.RoundTripper, origins []string) *http.Client {
	return &http.Client{
		Transport:     &allowList{origins: origins, next: cmp.Or[http.RoundTripper](transport, newTransport())},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		ForceAttemptHTTP2:   true,
		TLSHandshakeTimeout: 5 * time.Second,
		IdleConnTimeout:     90 * time.Second,
		MaxIdleConns:        100,
		MaxIdleConnsPerHost: 8,
	}
}

// allowList is a transport that rejects requests to every host that is not on the list, before anything is sent.
type allowList struct {
	origins []string
	next    http.RoundTripper
}

// RoundTrip sends the request when its host is on the list.
func (a *allowList) RoundTrip(request *http.Request) (*http.Response, error) {
	if !slices.ContainsFunc(a.origins, func(origin string) bool { return matchesOrigin(origin, request.URL) }) {
		if request.Body != nil {
			_ = request.Body.Close() // as a transport must
		}
		return nil, &ForbiddenHostError{host: request.URL.Host}
	}
	return a.next.RoundTrip(request)
}

// matchesOrigin compares scheme and host. A host that begins with "*." stands for those with exactly one label more.
func matchesOrigin(origin string, to *url.URL) bool {
	scheme, host, _ := strings.Cut(origin, "://")
	if scheme != to.Scheme {
		return false
	}
	parent, wildcard := strings.CutPrefix(host, "*.")
	if !wildcard {
		return strings.EqualFold(host, to.Host)
	}
	label, rest, _ := strings.Cut(to.Host, ".")
	return label != "" && strings.EqualFold(rest, parent)
}

// ForbiddenHostError is a request to a host that is not on the list.
type ForbiddenHostError struct{ host string }

func (e *ForbiddenHostError) Error() string {
	return e.host + " is not on the list of hosts this app may talk to"
}

// WithoutURL removes the address from an error: some addresses are as secret as a token.
func WithoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
