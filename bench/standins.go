package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/handback/handback/shopify/sandbox"
	tiktok "github.com/handback/handback/tiktok/sandbox"
)

// standIns answer for Shopify and TikTok at one address, as the product's own tests have them do. They run in this process: no
// contender's time holds theirs, and nothing that is measured but connecting calls them.
type standIns struct {
	URL     string
	open    atomic.Bool // lets the app into linked stores
	shopify *sandbox.Sandbox
	tikTok  http.Handler
	server  *http.Server
}

// serveStandIns serves them on a free port, with stores as the options say. They let the app into no store until open is set.
func serveStandIns(ctx context.Context, options sandbox.Options) (*standIns, error) {
	options.APIKey, options.APISecret = apiKey, apiSecret
	stores, err := sandbox.New(options)
	if err != nil {
		return nil, err
	}
	shops, err := tiktok.New(tiktok.Options{AppKey: apiKey, AppSecret: apiSecret})
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &standIns{URL: "http://" + listener.Addr().String(), shopify: stores, tikTok: shops}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.server.Serve(listener) }() // until it is closed
	return s, nil
}

func (s *standIns) close() error {
	err := s.server.Close()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// ServeHTTP implements http.Handler.
func (s *standIns) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.Contains(r.Host, "tiktok"):
		s.tikTok.ServeHTTP(w, r)
	case strings.HasSuffix(r.URL.Path, "/oauth/access_token") && (!s.open.Load() || !isLinkedDomain(r.Host)):
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_subject_token"}`))
	default:
		s.shopify.ServeHTTP(w, r)
	}
}

// isLinked says whether the app is let into the store of a number, as into every store that is in use. Stores with even numbers are
// those of the time before, of which the app alone keeps the settings: connecting and disconnecting them is one transaction, as with the
// other contenders, and not work in a store at Shopify. The product is asked about them with API keys, because a session would let it in.
func isLinked(number int) bool { return number%2 == 1 }

func isLinkedDomain(domain string) bool {
	label, _, _ := strings.Cut(domain, ".")
	return label != "" && isLinked(int(label[len(label)-1]-'0'))
}
