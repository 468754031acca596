package tiktok

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// The origins of TikTok Shop: where tokens come from, and the API.
const (
	AuthOrigin = "https://auth.tiktok-shops.com"
	APIOrigin  = "https://open-api.tiktokglobalshop.com"
)

// DefaultHosts are the origins a client talks to.
var DefaultHosts = []string{AuthOrigin, APIOrigin}

// allowList is a transport that refuses requests to every host that is not on the list, before anything is sent.
type allowList struct {
	origins []string
	next    http.RoundTripper
}

// RoundTrip sends the request when its host is on the list.
func (a *allowList) RoundTrip(request *http.Request) (*http.Response, error) {
	if !a.allows(request.URL) {
		if request.Body != nil {
			_ = request.Body.Close() // as a transport must
		}
		return nil, &forbiddenHostError{host: request.URL.Host}
	}
	return a.next.RoundTrip(request)
}

func (a *allowList) allows(to *url.URL) bool {
	return slices.ContainsFunc(a.origins, func(origin string) bool { return strings.EqualFold(origin, to.Scheme+"://"+to.Host) })
}

type forbiddenHostError struct{ host string }

func (e *forbiddenHostError) Error() string {
	return e.host + " is not on the list of hosts this app may talk to"
}
