package tiktok

import (
	"net/http"

	"github.com/handback/handback/platform"
)

// The origins of TikTok Shop: where tokens come from, and the API.
const (
	AuthOrigin = "https://auth.tiktok-shops.com"
	APIOrigin  = "https://open-api.tiktokglobalshop.com"
)

// DefaultHosts are the origins a client talks to.
var DefaultHosts = []string{AuthOrigin, APIOrigin}

func newHTTPClient(options Options) *http.Client {
	hosts := options.Hosts
	if hosts == nil {
		hosts = DefaultHosts
	}
	return platform.NewHTTPClient(options.Transport, hosts)
}
