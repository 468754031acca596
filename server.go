// Handback connects a Shopify store to TikTok Shop and gives it back as it was.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"handback/db"
	"handback/graph"
	"handback/models"
	"handback/tiktok"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	if err := run(ctx, os.Stdout, os.Stderr); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "handback: "+strings.ReplaceAll(err.Error(), "\n", "; "))
		os.Exit(1)
	}
}

// run serves until ctx ends, then finishes what is under way. The port is taken first: a second program of the
// same address must not touch the database.
func run(ctx context.Context, stdout, stderr io.Writer) error {
	config, err := readConfig()
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", config.Addr)
	if err != nil {
		return fmt.Errorf("cannot listen on ADDR %s: %w", config.Addr, innermost(err))
	}
	defer listener.Close()
	repository, err := db.Open(ctx, config.DatabaseURL, models.DefaultCatalogue())
	if err != nil {
		return err
	}
	defer repository.Close()
	starting, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	seller, err := openDemoStore(starting, repository)
	if err != nil {
		return fmt.Errorf("cannot make the demo store: %w", err)
	}
	log := slog.New(slog.NewTextHandler(stderr, nil))
	mux := http.NewServeMux()
	mux.Handle("POST /graphql", onlyLocal(actAs(seller, graph.NewHandler(repository, tiktok.Sandbox{}, log))))
	if _, err := io.WriteString(stdout, welcome(listener.Addr(), seller.Store)); err != nil {
		return err
	}
	return serve(ctx, listener, &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	})
}

// onlyLocal refuses requests that name another host: a web page elsewhere whose name was made to lead here. There is
// no sign-in that would stop it.
func onlyLocal(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = strings.Trim(r.Host, "[]")
		}
		if !isLoopback(host) {
			http.Error(w, "Without sign-in, only requests to a loopback address are answered.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// actAs makes every request the caller's.
func actAs(caller models.Caller, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(models.WithCaller(r.Context(), caller)))
	})
}

// serve answers until ctx ends, then accepts nothing more and waits for what is under way: at most 10 seconds,
// and some for slow networks.
func serve(ctx context.Context, listener net.Listener, server *http.Server) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	if err := server.Shutdown(finish); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return server.Close() // what is left is no call: a client that does not send, or does not read
}

func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// welcome says where to look, with commands to be pasted.
func welcome(addr net.Addr, store models.Store) string {
	url := fmt.Sprintf("http://%s/graphql", addr)
	curl := "  curl -s " + url + " -H 'Content-Type: application/json' -d "
	return fmt.Sprintf(`Handback serves %s (%s), a demo store, at %s
Preview what disconnecting TikTok Shop would do:
%s'{"query":"{ accounts { name disconnectPreview { token warnings { message } changes { key kind before after } } } }"}'
Disconnect, and get the store back as it was:
%s'{"query":"mutation { disconnectTikTokShop(confirm: true) { overview { tikTokShop { statusLabel } } disconnection { restoration { snapshotDigest restoredDigest } } userErrors { code message } } }"}'
`, store.Name, store.Domain, url, curl, curl)
}
