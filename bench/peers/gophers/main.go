// Gophers is a server on graph-gophers/graphql-go as its documents show one: the schema in a file, a method for what
// must be looked up, struct fields for the rest, relay.Handler before it. Documents are parsed and validated each time:
// the library has no way to keep them. The statements are the limit's.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/graph-gophers/graphql-go"
	gqlerrors "github.com/graph-gophers/graphql-go/errors"
	"github.com/graph-gophers/graphql-go/introspection"
	"github.com/graph-gophers/graphql-go/relay"
	"github.com/graph-gophers/graphql-go/trace/noop"
	"github.com/graph-gophers/graphql-go/trace/tracer"

	"github.com/handback/handback/bench/peers/schema"
	"github.com/handback/handback/bench/store"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "graph-gophers:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	wanted, err := store.ReadWanted()
	if err != nil {
		return err
	}
	reads, writes, err := store.Open(ctx)
	if err != nil {
		return err
	}
	defer reads.Close()
	defer writes.Close()
	parsed, err := graphql.ParseSchema(schema.Text, &resolver{reads: reads, writes: writes, wanted: wanted},
		graphql.UseFieldResolvers(), graphql.Tracer(operationNames{}), graphql.DisableFieldSelections()) // nobody asks which fields are selected
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("POST /graphql", withCaller(store.NewSessions(reads), &relay.Handler{Schema: parsed}))
	handler, stop := store.Observed(mux)
	defer stop()
	server := &http.Server{Addr: os.Getenv("ADDR"), Handler: handler}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// operationNames tells the log and the metrics what an operation is called.
type operationNames struct{ noop.Tracer }

// TraceQuery implements tracer.Tracer.
func (operationNames) TraceQuery(ctx context.Context, _, name string, _ map[string]any, _ map[string]*introspection.Type) (context.Context, tracer.QueryFinishFunc) {
	told := store.RequestOf(ctx)
	told.Operation, told.Store = name, callerOf(ctx).ID
	return ctx, func([]*gqlerrors.QueryError) {}
}

type callerKey struct{}

// withCaller lets nobody through without a session token.
func withCaller(sessions *store.Sessions, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller, err := sessions.Caller(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, caller)))
	})
}

func callerOf(ctx context.Context) store.Caller { return ctx.Value(callerKey{}).(store.Caller) }
