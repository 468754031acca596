package endpoint_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/endpoint"
	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok/sandbox/sandboxtest"
)

const secret = "planted1234567"

// tracedAPI answers operations and keeps their spans.
type tracedAPI struct {
	http.Handler
	spans *tracetest.SpanRecorder
}

func newTracedAPI(t *testing.T, overview func() error) tracedAPI {
	t.Helper()
	repository := openRepository(t, dbtest.URL(t, "sqlite"))
	store, err := repository.RegisterStore(t.Context(), models.Registration{
		Store: models.Store{Domain: "traced", Name: "Traced", Region: "US"}, Settings: repository.Catalogue.Before(),
	})
	require.NoError(t, err)
	spans := tracetest.NewSpanRecorder()
	seller := models.Caller{Store: store, Actor: store.Seller(), ID: "seller"}
	return tracedAPI{endpoint.New(schemaOf(faulty{Repository: repository, overview: overview}, sandboxtest.Codes{}), endpoint.Options{
		SignIn: func(r *http.Request) (models.Caller, error) {
			_, span := trace.SpanFromContext(r.Context()).TracerProvider().Tracer("test").Start(r.Context(), "sign in")
			defer span.End()
			if r.Header.Get("Authorization") != "Bearer "+secret {
				return models.Caller{}, models.ErrUnauthenticated
			}
			return seller, nil
		},
		Log:    slog.New(slog.DiscardHandler),
		Traces: sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)),
	}), spans}
}

// post sends an operation and returns the answer, and the spans in the order they began.
func (a tracedAPI) post(t *testing.T, query string, variables map[string]any, header ...string) (string, []sdktrace.ReadOnlySpan) {
	t.Helper()
	a.spans.Reset()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(t, err)
	request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body)))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+secret)
	request.Header.Set("X-Request-ID", "request1")
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	a.ServeHTTP(answer, request)
	spans := []sdktrace.ReadOnlySpan{}
	for _, span := range a.spans.Started() {
		require.False(t, span.EndTime().IsZero(), "%s was not ended", span.Name())
		spans = append(spans, span)
	}
	return answer.Body.String(), spans
}

func attributesOf(span sdktrace.ReadOnlySpan) map[string]string {
	attributes := map[string]string{}
	for _, attribute := range span.Attributes() {
		attributes[string(attribute.Key)] = attribute.Value.String()
	}
	return attributes
}

func requireNoSecrets(t *testing.T, spans []sdktrace.ReadOnlySpan) {
	t.Helper()
	for _, span := range spans {
		require.NotContains(t, fmt.Sprint(span.Name(), attributesOf(span), span.Status(), span.Events(), span.Links()), secret)
	}
}

func TestOperationAndResolverSpans(t *testing.T) {
	api := newTracedAPI(t, nil)
	variables := map[string]any{"code": secret, "inputs": []any{map[string]any{"key": secret, "value": secret}}}
	for _, test := range []struct{ query, operation, resolvers string }{
		{`query Overview { ` + secret + `: overview { tikTokShop { status } } }`, "query Overview", "Query.overview"},
		{`{ overview { tikTokShop { status } } }`, "query", "Query.overview"},
		{`query Both { accounts { id name } settings { key value } }`, "query Both", "Query.accounts Query.settings"},
		{`{ __typename }`, "query", ""},
		{`mutation Connect($code: String!) { connectTikTokShop(authorizationCode: $code) { userErrors { code } } }`, "mutation Connect", "Mutation.connectTikTokShop"},
		{`mutation { connectTikTokShop(authorizationCode: "` + secret + `") { overview { tikTokShop { status } } } }`, "mutation", "Mutation.connectTikTokShop ConnectTikTokShopPayload.overview"},
		{`mutation Edit($inputs: [SettingInput!]!) { updateSettings(settings: $inputs) { userErrors { code } } }`, "mutation Edit", "Mutation.updateSettings"},
		{`query ` + strings.Repeat("x", 10_000) + ` { __typename }`, "query " + strings.Repeat("x", 100), ""},
	} {
		t.Run(test.operation, func(t *testing.T) {
			answer, spans := api.post(t, test.query, variables)
			require.NotContains(t, answer, `"errors"`)
			requireNoSecrets(t, spans)

			operation, names := spans[0], map[string]bool{}
			require.Equal(t, test.operation, operation.Name())
			require.Equal(t, trace.SpanKindServer, operation.SpanKind())
			require.False(t, operation.Parent().IsValid())
			require.Equal(t, codes.Unset, operation.Status().Code)
			kind, name, _ := strings.Cut(test.operation, " ")
			wanted := map[string]string{"graphql.operation.type": kind, "handback.request.id": "request1", "http.response.status_code": "200"}
			if name != "" {
				wanted["graphql.operation.name"] = name
			}
			require.Equal(t, wanted, attributesOf(operation))
			for _, span := range spans[1:] {
				require.Equal(t, operation.SpanContext().TraceID(), span.SpanContext().TraceID())
				require.Empty(t, attributesOf(span))
				names[span.Name()] = true
			}
			require.True(t, names["sign in"])
			require.Len(t, spans[1:], 1+len(strings.Fields(test.resolvers)))
			for resolver := range strings.FieldsSeq(test.resolvers) {
				require.True(t, names[resolver], resolver)
			}
		})
	}
}

func TestErrorSpansHaveCodesOnly(t *testing.T) {
	for name, test := range map[string]struct {
		query    string
		overview func() error
		code     string
		failed   int // spans
	}{
		"error":     {`{ overview { tikTokShop { status } } }`, func() error { return errors.New(secret) }, "INTERNAL", 2},
		"try again": {`{ overview { tikTokShop { status } } }`, func() error { return fmt.Errorf("%w: %s", models.ErrTryAgain, secret) }, "TRY_AGAIN", 2},
		"panic":     {`{ overview { tikTokShop { status } } }`, func() error { panic(secret) }, "INTERNAL", 2},
		"rejected":  {`query Two { a: accounts { id } a: settings { key } }`, nil, "GRAPHQL_VALIDATION_FAILED", 1},
		"invalid":   {`{ overview { tikTokShop(` + secret + `: "` + secret + `") { status } } }`, nil, "GRAPHQL_VALIDATION_FAILED", 1},
		"unread":    {`{ "` + secret + `" }`, nil, "GRAPHQL_PARSE_FAILED", 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, spans := newTracedAPI(t, test.overview).post(t, test.query, nil)
			requireNoSecrets(t, spans)
			require.Equal(t, sdktrace.Status{Code: codes.Error, Description: test.code}, spans[0].Status())
			require.Equal(t, test.code, attributesOf(spans[0])["error.type"])
			failed := 0
			for _, span := range spans {
				require.Empty(t, span.Events())
				if span.Status().Code == codes.Error {
					failed++
				}
			}
			require.Equal(t, test.failed, failed)
		})
	}
}

func TestOperationJoinsCallersTrace(t *testing.T) {
	const traceID, spanID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	api := newTracedAPI(t, nil)
	_, spans := api.post(t, `{ accounts { id } }`, nil, "Traceparent", "00-"+traceID+"-"+spanID+"-01")
	require.Equal(t, traceID, spans[0].SpanContext().TraceID().String())
	require.Equal(t, spanID, spans[0].Parent().SpanID().String())
	for _, span := range spans[1:] { // signing in and the resolver
		require.Equal(t, spans[0].SpanContext().SpanID(), span.Parent().SpanID())
	}
	require.Len(t, spans, 3)

	_, spans = api.post(t, `{ accounts { id } }`, nil, "Traceparent", "00-"+traceID+"-"+spanID+"-00")
	require.Empty(t, spans, "its caller wants no trace")
	_, spans = api.post(t, `{ accounts { id } }`, nil, "Traceparent", secret)
	require.False(t, spans[0].Parent().IsValid())
}

func TestRejectedRequestHasSpan(t *testing.T) {
	_, spans := newTracedAPI(t, nil).post(t, `{ accounts { id } }`, nil, "Authorization", "Bearer other")
	require.Equal(t, "GraphQL Operation", spans[0].Name())
	require.Equal(t, sdktrace.Status{Code: codes.Error, Description: "UNAUTHENTICATED"}, spans[0].Status())
	require.Equal(t, "401", attributesOf(spans[0])["http.response.status_code"])
	require.Equal(t, "sign in", spans[1].Name())
}
