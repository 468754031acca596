package endpoint

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

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
