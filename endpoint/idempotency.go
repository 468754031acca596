package endpoint

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"

	"github.com/handback/handback/models"
)

// idempotently carries out mutations that have the directive as their keys want it. Everything below the field is resolved
// within once: an answer with an error in it is not stored, and what it tells of is not done. One that is too long to be
// sent does not hinder what it tells of: it is stored as tooLong.
func idempotently(once Once) graphql.RootFieldMiddleware {
	return func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		field := graphql.GetRootFieldContext(ctx).Field
		key, ok := idempotencyKey(field.Field, graphql.GetOperationContext(ctx).Variables)
		if !ok {
			return next(ctx)
		}
		digest, err := requestDigest(ctx)
		var answer []byte
		var replayed bool
		if err == nil {
			caller, _ := models.CallerFrom(ctx)
			request := models.IdempotentRequest{Key: key, Digest: digest}
			answer, replayed, err = once(ctx, caller, request, func(ctx context.Context) ([]byte, error) {
				answer, err := resolveSilently(ctx, next)
				if err == nil && string(answer) == tooLong {
					answer = append(answer, strings.Join(executionOf(ctx).codesBy(field.Alias), " ")...)
				}
				return answer, err
			})
		}
		reportReplay(ctx, replayed)
		if replayed || err != nil {
			executionOf(ctx).forgetRefusals(field.Alias)
		}
		if err != nil {
			of := &graphql.FieldContext{Object: "Mutation", Field: field, Args: map[string]any{}}
			graphql.AddError(graphql.WithFieldContext(ctx, of), err)
			return graphql.Null
		}
		if refused, isTooLong := readTooLong(answer); isTooLong {
			executionOf(ctx).truncated = true
			executionOf(ctx).takeDown(field.Field, refused)
			return graphql.Null
		}
		if replayed {
			return graphql.WriterFunc(func(w io.Writer) { _, _ = w.Write(answer) })
		}
		return measuredAnswer(answer)
	}
}

// tooLong stands for an answer that cannot be sent, the first time or again: no JSON begins so. What is stored has the codes behind it
// that the mutation was refused with.
const tooLong = "\x00"

// readTooLong returns the codes that the mutation was refused with whose answer cannot be sent.
func readTooLong(answer []byte) (refused []string, isTooLong bool) {
	codes, isTooLong := strings.CutPrefix(string(answer[:min(len(answer), maxCodes)]), tooLong)
	return strings.Fields(codes), isTooLong || len(answer) == 0 // as those of earlier versions, for a day
}

// maxCodes is how many bytes all codes of a mutation's refusals have at most.
const maxCodes = 1 << 10

// resolveSilently resolves the field and writes its value down, or fails with the first error there was. Nobody is
// told of errors here: they may be those of a call that another one has overtaken.
func resolveSilently(ctx context.Context, next graphql.RootResolver) ([]byte, error) {
	var first firstError
	value := next(graphql.WithResponseContext(ctx, first.present, graphql.GetOperationContext(ctx).RecoverFunc))
	switch err := first.get(); {
	case errors.Is(err, errTooCostly):
		return []byte(tooLong), nil
	case err != nil:
		return nil, err
	}
	current := executionOf(ctx)
	var answer bytes.Buffer
	w := limitWriter{to: &answer, may: current.mayWrite}
	value.MarshalGQL(&w)
	switch {
	case current.overBudget && current.owing.Load():
		return nil, errOwing
	case current.overBudget:
		return nil, fmt.Errorf("%w: too much is being answered at the moment", models.ErrTryAgain)
	case w.full:
		return []byte(tooLong), nil
	case !current.keep(answer.Len()): // it is stored, and copied to be sent
		return nil, fmt.Errorf("%w: too much is being answered at the moment", models.ErrTryAgain)
	}
	return answer.Bytes(), nil
}

// firstError is the first of the errors that the parts of a field have, where that a part is too costly comes last: it says
// that the answer is too long, and nothing against what the field does.
type firstError struct {
	mu  sync.Mutex
	err error
}

// present is a graphql.ErrorPresenterFunc that presents nothing.
func (f *firstError) present(_ context.Context, err error) *gqlerror.Error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil || errors.Is(f.err, errTooCostly) {
		f.err = err
	}
	return nil
}

func (f *firstError) get() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// replay is what extensions tell of the fields with the directive.
type replay struct {
	Replayed bool `json:"replayed"` // all of them
}

// reportReplay reports whether a field's answer was given before. The fields of a mutation are carried out one by one.
func reportReplay(ctx context.Context, replayed bool) {
	if reported, ok := graphql.GetExtension(ctx, idempotent).(*replay); ok {
		reported.Replayed = reported.Replayed && replayed
		return
	}
	graphql.RegisterExtension(ctx, idempotent, &replay{Replayed: replayed})
}

// wasReplayed reports whether all that the response answers was answered before.
func wasReplayed(response *graphql.Response) bool {
	reported, ok := response.Extensions[idempotent].(*replay)
	return ok && reported.Replayed
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
	_, _ = fmt.Fprintf(sum, "%q %q %q\n", operation.Operation.Name, graphql.GetRootFieldContext(ctx).Field.Alias, variables)
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
			_, _ = fmt.Fprintf(sum, "%d %q\n", token.Kind, token.Value)
		}
	}
}
