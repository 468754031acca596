package endpoint

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// TestInvalidBodyIsNotRepeated: gqlgen would echo it, whatever is in it.
func TestInvalidBodyIsNotRepeated(t *testing.T) {
	handler := New(emptySchema, Options{
		SignIn: func(*http.Request) (models.Caller, error) { return models.Caller{}, nil }, Log: slog.New(slog.DiscardHandler),
	})
	for _, body := range []string{"", "secret", `{"query":"secret`, `["secret"]`, `{"query":{"secret":1}}`, `{"query":1}`, `null`} {
		request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		require.NotContains(t, answer.Body.String(), "secret", body)
		require.NotContains(t, answer.Body.String(), "RawParams", body)
		require.Contains(t, answer.Body.String(), answer.Header().Get("X-Request-ID"), body)
	}
}

// TestPanicLogHidesValue: it may have been about a secret.
func TestPanicLogHidesValue(t *testing.T) {
	var log bytes.Buffer
	ctx := context.WithValue(t.Context(), requestIDKey{}, "request-1")
	for panicked, logged := range map[any]string{errors.New("secret"): "*errors.errorString", "secret": "string", divisionByZero(): "divide by zero"} {
		log.Reset()
		shown := errorPresenter(slog.New(slog.NewTextHandler(&log, nil)))(ctx, recoverPanic(ctx, panicked))
		require.Equal(t, codeInternal, shown.Extensions["code"])
		require.Equal(t, internalMessage, shown.Message)
		require.Contains(t, log.String(), "request-1")
		require.Contains(t, log.String(), "errors_test.go")
		require.Contains(t, log.String(), logged)
		require.NotContains(t, log.String(), "secret")
	}
}

func divisionByZero() (panicked any) {
	defer func() { panicked = recover() }()
	zero := 0
	return 1 / zero
}

// TestCacheIsBoundInBytes: a document stays in memory with all its literals.
func TestCacheIsBoundInBytes(t *testing.T) {
	k := newCache[int]()
	for _, length := range []int{1, documentBytes, documentBytes + 1, 1 << 20} {
		k.add(strings.Repeat("x", length), length, length)
		_, found := k.get(strings.Repeat("x", length))
		require.Equal(t, length <= documentBytes, found, length)
	}
	for i := range 2 * cacheBytes / documentBytes {
		k.add(strconv.Itoa(i), i, documentBytes)
		require.LessOrEqual(t, k.bytes, cacheBytes)
	}
	_, oldest := k.get("0")
	_, latest := k.get(strconv.Itoa(2*cacheBytes/documentBytes - 1))
	require.False(t, oldest)
	require.True(t, latest)
	require.Equal(t, cacheBytes/documentBytes, k.entries.Len())
}
