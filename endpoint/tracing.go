package endpoint

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/handback/handback/models"
)

// Spans hold no document, no arguments and no words of errors: only names that the schema has, the operation's own,
// and codes.
const (
	tracerName = "github.com/handback/handback/endpoint"
	// nameless is what a request is called that did not get as far as an operation.
	nameless = "GraphQL Operation"
	// spanNameBytes bounds what a span is called. A document may name its operation at any length.
	spanNameBytes = 100
)

// withSpans is a middleware that makes a span of every request, signing in and rejections included, and makes it part
// of the trace that the header traceparent names. describeSpan says what it is of.
func withSpans(provider trace.TracerProvider, next http.Handler) http.Handler {
	tracer := provider.Tracer(tracerName)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := propagation.TraceContext{}.Extract(r.Context(), onlyParent{r.Header.Get("Traceparent")})
		ctx, span := tracer.Start(ctx, nameless, trace.WithSpanKind(trace.SpanKindServer))
		defer endSpan(span)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// onlyParent carries traceparent, which is numbers. Beside it in tracestate clients may write what they like, and it
// would be written down.
type onlyParent struct{ parent string }

// Get implements propagation.TextMapCarrier.
func (p onlyParent) Get(key string) string {
	if key == "traceparent" {
		return p.parent
	}
	return ""
}

// Set implements propagation.TextMapCarrier.
func (onlyParent) Set(string, string) {}

// Keys implements propagation.TextMapCarrier.
func (onlyParent) Keys() []string { return []string{"traceparent"} }

// describeSpan tells the span of a request, once it is answered, what is observed of it.
func describeSpan(observe Observe) Observe {
	return func(ctx context.Context, o models.Operation) {
		span := trace.SpanFromContext(ctx)
		span.SetAttributes(attribute.String("handback.request.id", o.RequestID), semconv.HTTPResponseStatusCode(o.Status))
		if o.Type != "" {
			name := o.Name[:min(len(o.Name), spanNameBytes)]
			span.SetAttributes(semconv.GraphQLOperationTypeKey.String(o.Type))
			if name != "" {
				span.SetAttributes(semconv.GraphQLOperationName(name))
				name = " " + name
			}
			span.SetName(o.Type + name)
		}
		if o.Code != "" {
			span.SetAttributes(semconv.ErrorTypeKey.String(o.Code))
			span.SetStatus(codes.Error, o.Code)
		}
		observe(ctx, o)
	}
}

// tracing makes a span of every resolver that does work.
type tracing struct{ tracer trace.Tracer }

// traced is for an executor's Use, and only where there is a provider: it is asked at every field of every answer.
func traced(provider trace.TracerProvider) graphql.HandlerExtension {
	return tracing{provider.Tracer(tracerName)}
}

// ExtensionName implements graphql.HandlerExtension.
func (tracing) ExtensionName() string { return "Tracing" }

// Validate implements graphql.HandlerExtension.
func (tracing) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptField implements graphql.FieldInterceptor.
func (t tracing) InterceptField(ctx context.Context, next graphql.Resolver) (result any, err error) {
	field := graphql.GetFieldContext(ctx)
	if !field.IsResolver {
		return next(ctx)
	}
	ctx, span := t.tracer.Start(ctx, field.Object+"."+field.Field.Name)
	defer endSpan(span)
	failed := true // by a panic, if nothing else is said
	defer func() {
		if failed {
			span.SetStatus(codes.Error, "")
		}
	}()
	result, err = next(ctx)
	failed = err != nil
	return result, err
}

// endSpan is for defer. A span whose End is deferred itself would write down what was panicked with.
func endSpan(span trace.Span) { span.End() }
