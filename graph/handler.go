// Package graph is the GraphQL API and nothing else: it translates arguments and errors, and calls a repository.
package graph

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"

	"handback/models"
)

const (
	// operationTime is how long the fields of one operation may take together. Every answer is out within 10
	// seconds, a commit that was under way included.
	operationTime = 8 * time.Second
	// documentTokens bounds a document. A setting value of 1 MiB fits in as a literal, whatever it is made of.
	documentTokens = 1_000_000
	// bodyBytes bounds a request's body. All settings at their greatest fit in.
	bodyBytes = 64 << 20
	// cachedDocuments is how many parsed documents are kept, and cachedBytes how long the text of one may be: a
	// document is kept with all its literals, in many times the room of its text.
	cachedDocuments = 1000
	cachedBytes     = 16 << 10
)

// NewHandler serves POST requests of the API. The context of each must hold its caller (models.WithCaller).
func NewHandler(repository Repository, tikTok TikTok, log *slog.Logger) http.Handler {
	resolver := &Resolver{Repository: repository, TikTok: tikTok}
	server := handler.New(NewExecutableSchema(Config{Resolvers: resolver}))
	server.AddTransport(transport.POST{})
	server.SetQueryCache(shortDocuments{lru.New[*ast.QueryDocument](cachedDocuments)})
	server.SetValidationRulesFn(validationRules)
	server.SetParserTokenLimit(documentTokens)
	server.Use(extension.Introspection{})
	server.SetErrorPresenter(errorPresenter(log))
	server.SetRecoverFunc(recoverPanic)
	server.AroundRootFields(withinOperationTime)
	return withRequestIDs(http.MaxBytesHandler(server, bodyBytes))
}

// shortDocuments is a cache that keeps no long documents.
type shortDocuments struct {
	graphql.Cache[*ast.QueryDocument]
}

// Add implements graphql.Cache.
func (c shortDocuments) Add(ctx context.Context, text string, document *ast.QueryDocument) {
	if len(text) <= cachedBytes {
		c.Cache.Add(ctx, text, document)
	}
}

func withinOperationTime(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	ctx, cancel := context.WithDeadline(ctx, graphql.GetOperationContext(ctx).Stats.OperationStart.Add(operationTime))
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

type requestIDKey struct{}

// withRequestIDs gives each request an id that its answer, its errors and the log share.
func withRequestIDs(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := uuid.NewString()
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
