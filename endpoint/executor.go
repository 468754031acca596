package endpoint

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"
)

// newExecutor makes one that gives every field to gqlgen.
func (e *endpoint) newExecutor(schema graphql.ExecutableSchema) *executor.Executor {
	x := executor.New(schema)
	x.SetQueryCache(currentDocument{})
	x.Use(extension.Introspection{}) // who may use it is decided before
	x.SetErrorPresenter(presentWithinBudget(presentTooCostly(errorPresenter(e.options.Log))))
	x.SetRecoverFunc(recoverPanic)
	x.AroundRootFields(limitResponse)
	x.AroundRootFields(withinOperationTime)
	x.AroundRootFields(idempotently(e.options.Once))
	x.AroundFields(e.prices.count)
	x.AroundFields(conformIntrospection)
	return x
}

// currentDocument gives the executor the document that was read for the request, so that it reads none itself.
type currentDocument struct{}

// Get implements graphql.Cache.
func (currentDocument) Get(ctx context.Context, _ string) (*ast.QueryDocument, bool) {
	return executionOf(ctx).document.QueryDocument, true
}

// Add implements graphql.Cache.
func (currentDocument) Add(context.Context, string, *ast.QueryDocument) {}

// withinOperationTime ends the work on a field at the request's deadline; the answer is written after it.
func withinOperationTime(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	ctx, cancel := context.WithDeadline(ctx, executionOf(ctx).deadline)
	defer cancel()
	return next(ctx)
}
