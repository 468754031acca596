// Package graph is the GraphQL API and nothing else: it translates arguments and errors, and calls a repository.
package graph

import (
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/sync/semaphore"

	"handback/models"
)

// Options is what a handler is made with besides the repository.
type Options struct {
	// SignIn says who is calling. Its errors are models.ErrUnauthenticated, *models.TooManyAttempts, or faults.
	SignIn           func(*http.Request) (models.Caller, error)
	Log              *slog.Logger
	Observe          Observe              // may be nil
	Throttle         Throttle             // DefaultThrottle when it is zero
	Introspection    bool                 // whether callers may ask for the schema
	TrustedDocuments TrustedDocuments     // nil lets every document through
	Traces           trace.TracerProvider // nil makes none
}

// NewHandler serves the API by GET and POST.
func NewHandler(repository Repository, tikTok TikTok, options Options) http.Handler {
	e := newEndpoint(repository, tikTok, options)
	if options.Traces == nil {
		return WithRequestIDs(e)
	}
	return WithRequestIDs(withSpans(options.Traces, e))
}

func newEndpoint(repository Repository, tikTok TikTok, options Options) *endpoint {
	schema := NewExecutableSchema(Config{Resolvers: &Resolver{Repository: repository, TikTok: tikTok}})
	if options.Throttle == (Throttle{}) {
		options.Throttle = DefaultThrottle
	}
	if options.Observe == nil {
		options.Observe = func(context.Context, Operation) {}
	}
	if options.Traces != nil {
		options.Observe = describeSpan(options.Observe)
	}
	e := &endpoint{
		options:   options,
		schema:    schema.Schema(),
		documents: newDocuments(schema.Schema()),
		persisted: persisted{trusted: options.TrustedDocuments, known: newKept[string]()},
		prices:    readPrices(schema.Schema()),
		buckets:   newBuckets(options.Throttle, time.Now),
		underWay:  make(chan struct{}, maxUnderWay),
		bodies:    semaphore.NewWeighted(bodiesBytes),
		answers:   semaphore.NewWeighted(answersBytes),
		reading:   semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))),
	}
	e.executor = e.newExecutor(schema, repository)
	e.executor.AroundFields(newPlain(e.schema, e.prices).write)
	if options.Traces != nil {
		e.executor.Use(traced(options.Traces))
	}
	return e
}

// newExecutor makes one that gives every field to gqlgen.
func (e *endpoint) newExecutor(schema graphql.ExecutableSchema, repository Repository) *executor.Executor {
	its := executor.New(schema)
	its.SetQueryCache(readDocument{})
	its.Use(extension.Introspection{}) // who may use it is decided before
	its.SetErrorPresenter(presentSpent(errorPresenter(e.options.Log)))
	its.SetRecoverFunc(recoverPanic)
	its.AroundRootFields(counted)
	its.AroundRootFields(withinOperationTime)
	its.AroundRootFields(once(repository))
	its.AroundFields(e.prices.count)
	return its
}

// execution is what an operation is carried out with.
type execution struct {
	*spending
	document *document
	deadline time.Time // of the work on its fields
}

type executionKey struct{}

// executionOf returns that of the operation which is being carried out, nil when there is none.
func executionOf(ctx context.Context) *execution {
	its, _ := ctx.Value(executionKey{}).(*execution)
	return its
}

// readDocument gives the executor the document that was read for the request, so that it reads none itself.
type readDocument struct{}

// Get implements graphql.Cache.
func (readDocument) Get(ctx context.Context, _ string) (*ast.QueryDocument, bool) {
	return executionOf(ctx).document.QueryDocument, true
}

// Add implements graphql.Cache.
func (readDocument) Add(context.Context, string, *ast.QueryDocument) {}

// withinOperationTime ends the work on a field at the request's deadline; the answer is written after it.
func withinOperationTime(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	ctx, cancel := context.WithDeadline(ctx, executionOf(ctx).deadline)
	defer cancel()
	return next(ctx)
}

// caller returns who the request acts as. A request without caller must not get this far.
func caller(ctx context.Context) models.Caller {
	caller, ok := models.CallerFrom(ctx)
	if !ok {
		panic("graph: a request without caller")
	}
	return caller
}
