package shopify

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// DefaultHosts are the origins a client talks to: stores, and where Shopify keeps the files of bulk operations.
var DefaultHosts = []string{
	"https://*.myshopify.com",
	"https://shopify-staged-uploads.storage.googleapis.com",
	"https://storage.googleapis.com",
}

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
	return slices.ContainsFunc(a.origins, func(origin string) bool { return matchesOrigin(origin, to) })
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

type forbiddenHostError struct{ host string }

func (e *forbiddenHostError) Error() string {
	return e.host + " is not on the list of hosts this app may talk to"
}
