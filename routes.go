package main

import (
	"embed"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"strings"

	"github.com/rs/cors"

	"handback/graph"
	"handback/models"
	"handback/web"
)

// routes is everything the program serves.
type routes struct {
	api     http.Handler
	signIn  func(*http.Request) (models.Caller, error)
	ready   http.Handler
	metrics http.Handler
}

func (r routes) handler(c config) (http.Handler, error) {
	mux := http.NewServeMux()
	mux.Handle("/graphql", sharedWith(c.AllowedOrigins, r.api))
	mux.Handle("/graphiql", signedIn(r.signIn, graphiQL()))
	mux.Handle("/graphiql/", signedIn(r.signIn, graphiQL()))
	mux.HandleFunc("GET /livez", livez)
	mux.Handle("GET /readyz", r.ready)
	mux.Handle("GET /metrics", onlyInside(r.metrics))
	handler, err := fromOwnPages(c.AllowedOrigins, mux)
	if err != nil {
		return nil, err
	}
	if c.demo() {
		handler = onlyLocal(handler)
	}
	return graph.WithRequestIDs(secured(c.demo(), handler)), nil
}

// secured sets what every answer is sent with. Pages set their own policy.
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

// fromOwnPages refuses what a page of another origin makes a browser send, unless it only reads.
func fromOwnPages(allowed []string, next http.Handler) (http.Handler, error) {
	protection := http.NewCrossOriginProtection()
	for _, origin := range allowed {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			return nil, errors.New("ALLOWED_ORIGINS must be origins such as https://admin.example.com")
		}
	}
	protection.SetDenyHandler(graph.Refuse(http.StatusForbidden, "CROSS_ORIGIN", "Pages of this origin may not call the API."))
	return protection.Handler(next), nil
}

// sharedWith lets pages of the allowed origins read answers. No page can make a browser sign in by itself: there are
// no cookies.
func sharedWith(allowed []string, next http.Handler) http.Handler {
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

// onlyLocal refuses requests that name another host: a web page elsewhere whose name was made to lead here. In demo
// mode there is no sign-in that would stop it.
func onlyLocal(next http.Handler) http.Handler {
	refused := graph.Refuse(http.StatusMisdirectedRequest, "MISDIRECTED", "Without sign-in, only requests to a loopback address are answered.")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = strings.Trim(r.Host, "[]")
		}
		if !isLoopback(host) {
			refused.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// signedIn shows a page to those who are signed in only. A browser that opens a page can send no token of its own; it
// asks for a password, which is the API key.
func signedIn(signIn func(*http.Request) (models.Caller, error), page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked := r.Clone(r.Context())
		if _, key, ok := r.BasicAuth(); ok {
			asked.Header.Set("Authorization", "Bearer "+key)
		}
		_, err := signIn(asked)
		var tooMany *models.TooManyAttempts
		switch {
		case err == nil:
			page.ServeHTTP(w, r)
		case errors.Is(err, models.ErrUnauthenticated):
			w.Header().Add("WWW-Authenticate", `Basic realm="Handback: an API key as the password", charset="UTF-8"`)
			w.Header().Add("WWW-Authenticate", `Bearer realm="handback"`)
			http.Error(w, "Sign in with an API key as the password.", http.StatusUnauthorized)
		case errors.As(err, &tooMany):
			http.Error(w, "Too many failed attempts to sign in. Try again later.", http.StatusTooManyRequests)
		default:
			http.Error(w, "Signing in is not possible at the moment. Try again.", http.StatusServiceUnavailable)
		}
	})
}

// stories are the operations that the README tells of.
//
//go:embed graph/testdata/story/[1-5]_*.graphql
var stories embed.FS

func graphiQL() http.Handler {
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
	return web.GraphiQL(examples...)
}
