package shopify

import (
	"net/http"

	"github.com/handback/handback/platform"
)

// DefaultHosts are the origins a client talks to: stores, and where Shopify keeps the files of bulk operations.
var DefaultHosts = []string{
	"https://*.myshopify.com",
	"https://shopify-staged-uploads.storage.googleapis.com",
	"https://storage.googleapis.com",
}

func newHTTPClient(options Options) *http.Client {
	hosts := options.Hosts
	if hosts == nil {
		hosts = DefaultHosts
	}
	return platform.NewHTTPClient(options.Transport, hosts)
}
