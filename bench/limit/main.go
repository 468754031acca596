// The limit is what the product is measured against: a handler written by hand on net/http and pgx that answers the
// seven operations of the comparison, and nothing else. It gives the same data, does the same checks and the same
// writes, and sends as few statements as it can. It reads no document, knows no scopes, cost or limits.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/handback/handback/bench/store"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "limit:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	l, err := open(ctx)
	if err != nil {
		return err
	}
	defer l.reads.Close()
	defer l.writes.Close()
	handler, stop := store.Observed(l)
	defer stop()
	server := &http.Server{Addr: os.Getenv("ADDR"), Handler: handler}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// limit answers.
type limit struct {
	reads, writes *pgxpool.Pool
	sessions      *store.Sessions
	wanted        []store.Wanted // what connecting writes, in key order
}

func open(ctx context.Context) (*limit, error) {
	wanted, err := store.ReadWanted()
	if err != nil {
		return nil, err
	}
	reads, writes, err := store.Open(ctx)
	if err != nil {
		return nil, err
	}
	return &limit{reads: reads, writes: writes, sessions: store.NewSessions(reads), wanted: wanted}, nil
}

// request is what a client sends, as far as it is looked at.
type request struct {
	OperationName string
	Variables     struct {
		First             int
		AuthorizationCode string
	}
}

var buffers = sync.Pool{New: func() any { return new(make([]byte, 0, 32<<10)) }}

// ServeHTTP implements http.Handler.
func (l *limit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	caller, err := l.sessions.Caller(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var asked request
	if err := json.Unmarshal(body, &asked); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	told := store.RequestOf(r.Context())
	told.Operation, told.Store = asked.OperationName, caller.ID
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	*buffer, err = l.answer(r.Context(), (*buffer)[:0], caller, asked)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(*buffer)))
	_, _ = w.Write(*buffer)
}

func (l *limit) answer(ctx context.Context, to []byte, caller store.Caller, asked request) ([]byte, error) {
	switch asked.OperationName {
	case "Accounts":
		return l.accounts(ctx, to, caller)
	case "Overview":
		return l.overview(ctx, to, caller)
	case "Settings":
		return l.settings(ctx, to, caller)
	case "AuditTrail":
		return l.auditTrail(ctx, to, caller, asked.Variables.First)
	case "DisconnectPreview":
		return l.preview(ctx, to, caller)
	case "DisconnectTikTokShop":
		return l.disconnect(ctx, to, caller)
	case "ConnectTikTokShop":
		return l.connect(ctx, to, caller, asked.Variables.AuthorizationCode)
	default:
		return to, fmt.Errorf("there is no operation %q", asked.OperationName)
	}
}
