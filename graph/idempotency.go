package graph

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"

	"handback/models"
)

const codeKeyMismatch = "IDEMPOTENCY_KEY_MISMATCH"

const keyMismatchMessage = "The idempotency key was used for another request, or another field of this one. Nothing was done. " +
	"Send that request again as it was, or take a new key."

// once carries out mutations that have the directive as their keys want it. Everything below the field is resolved
// within the repository's Once: an answer with an error in it is not kept, and what it tells of is not done.
func once(repository Repository) graphql.RootFieldMiddleware {
	return func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		key, ok := keyOf(graphql.GetRootFieldContext(ctx).Field.Field, graphql.GetOperationContext(ctx).Variables)
		if !ok {
			return next(ctx)
		}
		r := &resolving{field: &graphql.FieldContext{
			Object: "Mutation", Field: graphql.GetRootFieldContext(ctx).Field, Args: map[string]any{},
		}}
		digest, err := requestDigest(ctx)
		var answer []byte
		var replayed bool
		if err == nil {
			request := models.IdempotentRequest{Key: key, Digest: digest}
			answer, replayed, err = repository.Once(ctx, caller(ctx), request, func(ctx context.Context) ([]byte, error) {
				return r.answer(ctx, next)
			})
		}
		tellReplay(ctx, replayed)
		if err != nil {
			graphql.AddError(graphql.WithFieldContext(ctx, r.field), err)
			return graphql.Null
		}
		return graphql.WriterFunc(func(w io.Writer) { _, _ = w.Write(answer) })
	}
}

// resolving is a field that is being resolved without anybody being told of errors: they may turn out to be those of
// a call that another one has overtaken.
type resolving struct {
	mu    sync.Mutex
	err   error                 // the first
	field *graphql.FieldContext // of the root field, as that error has found it
}

// answer resolves the field and writes its value down. It fails with the first error there was.
func (r *resolving) answer(ctx context.Context, next graphql.RootResolver) ([]byte, error) {
	ctx = graphql.WithResponseContext(ctx, r.keep, graphql.GetOperationContext(ctx).RecoverFunc)
	value := next(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return nil, r.err
	}
	var answer bytes.Buffer
	value.MarshalGQL(&answer)
	return answer.Bytes(), nil
}

// keep is a graphql.ErrorPresenterFunc that presents nothing.
func (r *resolving) keep(ctx context.Context, err error) *gqlerror.Error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return nil
	}
	r.err = err
	field := graphql.GetFieldContext(ctx)
	for field.Parent != nil && field.Parent.Field.Field != nil {
		field = field.Parent
	}
	r.field.Args = field.Args // nil when they could not be read
	return nil
}

// replay is what extensions tell of the fields with the directive.
type replay struct {
	Replayed bool `json:"replayed"` // all of them
}

// tellReplay tells whether a field's answer was given before. The fields of a mutation are carried out one by one.
func tellReplay(ctx context.Context, replayed bool) {
	if told, ok := graphql.GetExtension(ctx, idempotent).(*replay); ok {
		told.Replayed = told.Replayed && replayed
		return
	}
	graphql.RegisterExtension(ctx, idempotent, &replay{Replayed: replayed})
}

// requestDigest is the hex SHA-256 of all that the field that is being carried out depends on: the document without
// what has no meaning in it, the variables, and which operation and field it is. It does not look at the document that
// was parsed, whose literals are not as they were sent.
func requestDigest(ctx context.Context) (string, error) {
	operation := graphql.GetOperationContext(ctx)
	variables, err := json.Marshal(operation.Variables)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %q %q\n", operation.Operation.Name, graphql.GetRootFieldContext(ctx).Field.Alias, variables)
	for tokens := lexer.New(&ast.Source{Input: operation.RawQuery}); ; {
		token, err := tokens.ReadToken()
		if err != nil {
			return "", err
		}
		switch token.Kind {
		case lexer.EOF:
			return hex.EncodeToString(sum.Sum(nil)), nil
		case lexer.Comment:
		default:
			fmt.Fprintf(sum, "%d %q\n", token.Kind, token.Value)
		}
	}
}
