package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"math"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rs/cors"

	"github.com/handback/handback/auth"
	"github.com/handback/handback/db"
	"github.com/handback/handback/endpoint"
	"github.com/handback/handback/graph"
	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
	"github.com/handback/handback/telemetry"
	"github.com/handback/handback/web"
)

// challenge tells who is not signed in how to do it.
var challenge = endpoint.Challenge{
	Realm:   "handback",
	Message: "Sign in with a Shopify session token or an API key: Authorization: Bearer …",
}

// newHandler serves everything the program has to show, with its middleware. demo is nil outside demo mode.
func newHandler(c config, repository *db.Repository, platforms *platforms, demo *models.Caller, ready *telemetry.Readiness, tell telemetry.Telemetry) (http.Handler, error) {
	repository.LedgerBudget = c.ledgerBudget()
	build := readBuildInfo()
	repository.Versions = models.Versions{Program: build.version, Commit: build.commit, ShopifyAPI: shopify.APIVersion}
	repository.LocalWebhooks = c.demo() // so that they can be tried: nobody but who is on this machine gets in
	repository.OnDamage = telemetry.LogDamage(tell.Log, endpoint.RequestID)
	accounts := &shopify.FreshAccounts{AccountRepository: repository, Stores: platforms.stores, Rehearses: c.sandboxed(), OpenApp: platforms.openApp, OpenOrders: platforms.openOrders.Refresh, ShopSettings: platforms.shopSettings.Refresh}
	settings := &shopify.FreshSettings{SettingRepository: repository, Stores: platforms.stores, Catalogue: repository.Catalogue}
	published, certificates, err := c.openCertificates()
	if err != nil {
		return nil, err
	}
	schema := endpoint.Schema(graph.NewSchema(&graph.Resolver{
		AccountRepository: accounts, SettingRepository: settings, Repository: repository, Watch: repository, Keys: repository, Consents: repository, Webhooks: repository,
		Catalogue: repository.Catalogue, Shopify: platforms.stores, TikTok: platforms.tikTok, SandboxShops: platforms.sandboxShops, Certificates: certificates,
	}))
	trusted, err := c.trustedDocuments(schema)
	if err != nil {
		return nil, err
	}
	authenticator := auth.New(auth.Config{
		Stores: repository, Platform: platforms.registrar, Shopify: platforms.signIns, Users: platforms.users, Demo: demo,
		Sessions:       auth.SessionTokens{APIKey: c.ShopifyAPIKey, APISecret: c.ShopifyAPISecret, Former: c.ShopifyFormer},
		TrustedProxies: c.TrustedProxies, Log: tell.Log,
	})
	signIn := authenticator.Caller
	tell.Metrics.ExpectRefusals(endpoint.Refusals(schema))
	pacer := endpoint.NewPacer()
	api := endpoint.New(schema, endpoint.Options{
		SignIn: signIn, SignInAgain: authenticator.CallerAgain, Challenge: challenge, Once: repository.Once, Log: tell.Log, Observe: telemetry.ObserveOperations(tell.Log, tell.Metrics), Traces: tell.Traces,
		Throttle: c.throttle(), Pacer: pacer, Introspection: c.Introspection, TrustedDocuments: trusted,
		Stopping: ready.Stopping(), Streams: tell.Metrics.Streams(),
	})
	mux := http.NewServeMux()
	mux.Handle("/", web.Admin(web.AdminConfig{ShopifyAPIKey: c.ShopifyAPIKey, SupportURL: c.SupportURL, Sandbox: c.sandboxed() && !c.demo(), GraphiQL: c.GraphiQL}))
	mux.Handle("/graphql", allowCORS(c.AllowedOrigins, api))
	mux.Handle("/graphql/", http.NotFoundHandler()) // no page of the admin
	mux.Handle("/.well-known/jwks.json", published)
	back := &consents{repository: repository, accounts: accounts, tikTok: platforms.tikTok, appKey: c.ShopifyAPIKey, log: tell.Log}
	mux.HandleFunc(callbackPath, back.serveCallback)
	mux.HandleFunc(choosePath, back.serveChoose)
	page := c.graphiQL(signIn, pacer)
	mux.Handle("/graphiql", page)
	mux.Handle("/graphiql/", page)
	if platforms.sandbox != nil {
		mux.Handle("/sandbox/", rejectOtherHosts(platforms.play()))
	}
	for path, handler := range platforms.listeners.handlers() {
		mux.Handle(path, handler)
	}
	handleProbes(mux, ready)
	mux.Handle("/metrics", http.NotFoundHandler()) // they are operators', at OPS_ADDR
	handler, err := rejectCrossOrigin(c.AllowedOrigins, mux)
	if err != nil {
		return nil, err
	}
	if demo != nil {
		handler = rejectOtherHosts(handler)
	}
	return ready.LastAnswers(endpoint.WithRequestIDs(secured(demo != nil, rejectManyFields(handler)))), nil
}

// mostFields is how many fields a request's header may have. Small ones take twenty times their length in memory, for as long as the request
// lasts, and a stream lasts for ever.
const mostFields = 100

// rejectManyFields is a middleware against headers that are short and take much memory.
func rejectManyFields(next http.Handler) http.Handler {
	rejected := endpoint.Reject(http.StatusRequestHeaderFieldsTooLarge, "HEADER_TOO_LARGE", "The header has more fields than are read: "+strconv.Itoa(mostFields)+".")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fields := 0
		for _, values := range r.Header {
			fields += len(values)
		}
		if fields > mostFields {
			w.Header().Set("Connection", "close")
			rejected.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
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

// signInTime is how long signing in for a page may take.
const signInTime = 8 * time.Second

// graphiQL is the page, or that there is none.
func (c config) graphiQL(signIn func(*http.Request) (models.Caller, error), pacer *endpoint.Pacer) http.Handler {
	if !c.GraphiQL {
		return http.NotFoundHandler()
	}
	return notWronglySignedIn(signIn, pacer, graphiQL(c.ShopifyAPIKey))
}

// notWronglySignedIn is an authentication middleware for a page that signs in by itself: it rejects who comes with a credential
// that is no good. A browser that opens a page can send no token of its own, so who comes without one is shown the page: it
// holds nothing secret, and can do nothing without a token that it gets from Shopify's admin around it, or a key that is
// typed in. A password is an API key. To look one up costs no points, so that the pacer bounds how often that is done.
func notWronglySignedIn(signIn func(*http.Request) (models.Caller, error), pacer *endpoint.Pacer, page http.Handler) http.Handler {
	signedIn := pacer.Pace(onlySignedIn(signIn, page))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.Header.Values("Authorization")) == 0 {
			page.ServeHTTP(w, r)
			return
		}
		signedIn.ServeHTTP(w, r)
	})
}

func onlySignedIn(signIn func(*http.Request) (models.Caller, error), page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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

// opsOffset is how far above ADDR's port that of OPS_ADDR is unless it is set, so that programs side by side have two each.
const opsOffset = 1000

const highestPort = 1<<16 - 1

// opsAddr is where operators are answered: on this machine unless OPS_ADDR says otherwise. port is the one that ADDR has become.
func (c config) opsAddr(port int) string {
	_, wanted, _ := net.SplitHostPort(c.Addr) // which is listened on
	switch {
	case c.OpsAddr != "":
		return c.OpsAddr
	case wanted == "0": // a free one, too
		port = 0
	case port+opsOffset > highestPort:
		port -= opsOffset
	default:
		port += opsOffset
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

// hostOf is the host of an address to listen on, whose port must be a number or a name that the system knows.
func hostOf(variable, addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = net.DefaultResolver.LookupPort(context.Background(), "tcp", port) // which is in a file
	}
	if err != nil {
		return "", fmt.Errorf("%s is not understood: it must be HOST:PORT", variable)
	}
	return host, nil
}

func (c config) checkOpsAddr() error {
	switch {
	case c.OpsAddr == "":
		return nil
	case c.OpsAddr == c.Addr && !strings.HasSuffix(c.Addr, ":0"):
		return errors.New("OPS_ADDR must be another address than ADDR")
	}
	_, err := hostOf("OPS_ADDR", c.OpsAddr)
	return err
}

// newOpsServer answers operators. Probes may ask here or at ADDR, where requests are sent; metrics are here only, because a proxy in front
// of ADDR need not say that it is one.
func newOpsServer(ready *telemetry.Readiness, metrics *telemetry.Metrics, log *slog.Logger) *http.Server {
	mux := http.NewServeMux()
	handleProbes(mux, ready)
	mux.Handle("GET /metrics", metrics.Handler())
	return newServer(secured(true, mux), ready.Stopping(), log)
}

func handleProbes(mux *http.ServeMux, ready *telemetry.Readiness) {
	mux.HandleFunc("GET /livez", telemetry.Livez)
	mux.Handle("GET /readyz", ready)
}

// trustedDocuments reads the list of documents that may run, and adds the admin's own; nil when every document may.
func (c config) trustedDocuments(schema endpoint.Schema) (endpoint.TrustedDocuments, error) {
	if c.TrustedDocuments == "" {
		return nil, nil
	}
	list, err := os.ReadFile(c.TrustedDocuments)
	if err != nil {
		return nil, fmt.Errorf("cannot read TRUSTED_DOCUMENTS: %w", innermost(err))
	}
	trusted, err := endpoint.ReadTrustedDocuments(schema, list)
	if err != nil {
		return nil, fmt.Errorf("cannot use TRUSTED_DOCUMENTS: %w", err)
	}
	own, err := endpoint.ReadTrustedDocuments(schema, web.Documents())
	if err != nil {
		return nil, fmt.Errorf("the admin's documents do not fit the schema: %w", err)
	}
	maps.Copy(trusted, own)
	return trusted, nil
}
