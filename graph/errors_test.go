package graph

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
)

// TestABodyThatIsNoRequestIsNotSentBack: gqlgen would echo it, whatever is in it.
func TestABodyThatIsNoRequestIsNotSentBack(t *testing.T) {
	handler := NewHandler(nil, nil, slog.New(slog.DiscardHandler))
	for _, body := range []string{"", "secret", `{"query":"secret`, `["secret"]`, `{"query":{"secret":1}}`, `{"query":1}`, `null`} {
		request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		require.NotContains(t, answer.Body.String(), "secret", body)
		require.NotContains(t, answer.Body.String(), "RawParams", body)
		require.Contains(t, answer.Body.String(), answer.Header().Get("X-Request-Id"), body)
	}
}

// TestAPanicOutsideAnOperationTellsNothing: there, gqlgen panics with the answer it could not write.
func TestAPanicOutsideAnOperationTellsNothing(t *testing.T) {
	var log bytes.Buffer
	ctx := context.WithValue(t.Context(), requestIDKey{}, "request-1")
	shown := errorPresenter(slog.New(slog.NewTextHandler(&log, nil)))(ctx, recoverPanic(ctx, errors.New("unable to marshal secret")))
	require.Equal(t, codeInternal, shown.Extensions["code"])
	require.Equal(t, internalMessage, shown.Message)
	require.Contains(t, log.String(), "request-1")
	require.Contains(t, log.String(), "errors_test.go")
	require.NotContains(t, log.String(), "secret")
}

// TestLongDocumentsAreNotKept: a document stays in memory with all its literals.
func TestLongDocumentsAreNotKept(t *testing.T) {
	cache := shortDocuments{lru.New[*ast.QueryDocument](10)}
	for _, length := range []int{1, cachedBytes, cachedBytes + 1, 1 << 20} {
		text := strings.Repeat("x", length)
		cache.Add(t.Context(), text, &ast.QueryDocument{})
		_, kept := cache.Get(t.Context(), text)
		require.Equal(t, length <= cachedBytes, kept, length)
	}
}
