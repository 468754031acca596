package main

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"math"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rs/cors"

	"handback/auth"
	"handback/db"
	"handback/endpoint"
	"handback/graph"
	"handback/models"
	"handback/shopify"
	"handback/telemetry"
	"handback/web"
)

// challenge tells who is not signed in how to do it.
var challenge = endpoint.Challenge{
	Realm:   "handback",
	Message: "Sign in with a Shopify session token or an API key: Authorization: Bearer …",
}

// newHandler serves everything the program has to show, with its middleware. demo is nil outside demo mode.
func newHandler(c config, repository *db.Repository, platforms *platforms, demo *models.Caller, ready *telemetry.Readiness, tell telemetry.Telemetry) (http.Handler, error) {
	repository.OnDamage = telemetry.LogDamage(tell.Log, endpoint.RequestID)
	schema := endpoint.Schema(graph.NewSchema(&graph.Resolver{
		AccountRepository: &shopify.FreshAccounts{AccountRepository: repository, Stores: platforms.stores, Rehearses: c.sandboxed(), OpenApp: platforms.openApp},
		Repository:        freshSettings{repository, platforms.stores}, Keys: repository, Catalogue: repository.Catalogue,
		Shopify: platforms.stores, TikTok: platforms.tikTok, SandboxShops: platforms.sandboxShops,
	}))
	trusted, err := c.trustedDocuments(schema)
	if err != nil {
		return nil, err
	}
	signIn := auth.New(auth.Config{
		Stores: repository, Platform: platforms.registrar, Shopify: platforms.signIns, Demo: demo,
		Sessions:       auth.SessionTokens{APIKey: c.ShopifyAPIKey, APISecret: c.ShopifyAPISecret},
		TrustedProxies: c.TrustedProxies, Log: tell.Log,
	}).Caller
	tell.Metrics.ExpectRefusals(endpoint.Refusals(schema))
	api := endpoint.New(schema, endpoint.Options{
		SignIn: signIn, Challenge: challenge, Once: repository.Once, Log: tell.Log, Observe: telemetry.ObserveOperations(tell.Log, tell.Metrics), Traces: tell.Traces,
		Throttle: c.throttle(), Introspection: c.Introspection, TrustedDocuments: trusted,
	})
	mux := http.NewServeMux()
	mux.Handle("/", web.Admin(web.AdminConfig{ShopifyAPIKey: c.ShopifyAPIKey, SupportURL: c.SupportURL, Sandbox: c.sandboxed() && !c.demo()}))
	mux.Handle("/graphql", allowCORS(c.AllowedOrigins, api))
	mux.Handle("/graphql/", http.NotFoundHandler()) // no page of the admin
	page := notWronglySignedIn(signIn, graphiQL(c.ShopifyAPIKey))
	mux.Handle("/graphiql", page)
	mux.Handle("/graphiql/", page)
	if platforms.sandbox != nil {
		mux.Handle("/sandbox/", rejectOtherHosts(platforms.play()))
	}
	mux.HandleFunc("GET /livez", telemetry.Livez)
	mux.Handle("GET /readyz", ready)
	mux.Handle("GET /metrics", allowNetworks(c.MetricsNetworks, tell.Metrics.Handler()))
	handler, err := rejectCrossOrigin(c.AllowedOrigins, mux)
	if err != nil {
		return nil, err
	}
	if demo != nil {
		handler = rejectOtherHosts(handler)
	}
	return ready.LastAnswers(endpoint.WithRequestIDs(secured(demo != nil, handler))), nil
}

// secured is a middleware that sets the security headers of every answer. Pages set their own policy.
func secured(demo bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		if !demo {
			header.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// rejectCrossOrigin is a middleware against CSRF: it rejects what a page of another origin makes a browser send, unless it
// only reads.
func rejectCrossOrigin(allowed []string, next http.Handler) (http.Handler, error) {
	protection := http.NewCrossOriginProtection()
	for _, origin := range allowed {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			return nil, errors.New("ALLOWED_ORIGINS must be origins such as https://admin.example.com")
		}
	}
	protection.SetDenyHandler(endpoint.Reject(http.StatusForbidden, "CROSS_ORIGIN", "Pages of this origin may not call the API."))
	return protection.Handler(next), nil
}

// allowCORS is a CORS middleware: it lets pages of the allowed origins read answers. No page can make a browser sign
// in by itself: there are no cookies.
func allowCORS(allowed []string, next http.Handler) http.Handler {
	if len(allowed) == 0 { // the library would let everybody in
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins: allowed,
		AllowedMethods: []string{http.MethodGet, http.MethodPost},
		AllowedHeaders: []string{"Authorization", "Content-Type", "X-Request-Id", "Traceparent", "Tracestate"},
		ExposedHeaders: []string{"X-Request-Id", "Retry-After"},
		MaxAge:         600,
	}).Handler(next)
}

// rejectOtherHosts is a middleware against DNS rebinding: it rejects requests that name another host, as those of a web page
// whose name was made to lead here, or through a proxy. In demo mode, and of the sandbox, there is no sign-in that would stop it.
func rejectOtherHosts(next http.Handler) http.Handler {
	rejected := endpoint.Reject(http.StatusMisdirectedRequest, "MISDIRECTED", "Without sign-in, only requests to a loopback address are answered.")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = strings.Trim(r.Host, "[]")
		}
		if !isLoopback(host) {
			rejected.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// proxyHeaders are left by proxies, whose own address says nothing about who is asking.
var proxyHeaders = []string{"X-Forwarded-For", "Forwarded", "Via"}

// allowNetworks is a middleware that answers peers in these networks, and nobody whom a proxy lets through. To others there is nothing here.
func allowNetworks(networks []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isInside(networks, r) {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isInside(networks []netip.Prefix, r *http.Request) bool {
	for _, name := range proxyHeaders {
		if _, proxied := r.Header[name]; proxied {
			return false
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	address := peer.Addr().Unmap().WithZone("")
	return err == nil && slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(address) })
}

// signInTime is how long signing in for a page may take.
const signInTime = 8 * time.Second

// notWronglySignedIn is an authentication middleware for a page that signs in by itself: it rejects who comes with a credential
// that is no good. A browser that opens a page can send no token of its own, so who comes without one is shown the page: it
// holds nothing secret, and can do nothing without a token that it gets from Shopify's admin around it, or a key that is
// typed in. A password is an API key.
func notWronglySignedIn(signIn func(*http.Request) (models.Caller, error), page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.Header.Values("Authorization")) == 0 {
			page.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), signInTime)
		defer cancel()
		asked := r.Clone(ctx)
		if _, key, ok := r.BasicAuth(); ok {
			asked.Header.Set("Authorization", "Bearer "+key)
		}
		caller, err := signIn(asked)
		var tooMany *models.TooManyAttempts
		switch {
		case err == nil:
			page.ServeHTTP(w, web.FramedBy(r, caller.Store.Domain))
		case errors.Is(err, models.ErrUnauthenticated):
			w.Header().Add("WWW-Authenticate", `Basic realm="Handback: an API key as the password", charset="UTF-8"`)
			w.Header().Add("WWW-Authenticate", challenge.Header())
			http.Error(w, "Sign in with an API key as the password.", http.StatusUnauthorized)
		case errors.As(err, &tooMany):
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(tooMany.RetryAfter.Seconds()))))
			http.Error(w, "Too many failed attempts to sign in. Try again later.", http.StatusTooManyRequests)
		default:
			w.Header().Set("Retry-After", "1")
			http.Error(w, "Signing in is not possible at the moment. Try again.", http.StatusServiceUnavailable)
		}
	})
}

// stories are the operations that the README tells of.
//
//go:embed graph/testdata/story/[1-5]_*.graphql
var stories embed.FS

func graphiQL(shopifyAPIKey string) http.Handler {
	var examples []web.Example
	files, err := fs.Glob(stories, "graph/testdata/story/*")
	if err != nil {
		panic(err) // the pattern is right
	}
	for _, name := range files {
		text, err := stories.ReadFile(name)
		if err != nil {
			panic(err) // it was just listed
		}
		examples = append(examples, web.Example{Query: string(text)})
	}
	return web.GraphiQL(shopifyAPIKey, examples...)
}
