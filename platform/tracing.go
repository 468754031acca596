package platform

import (
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// Do sends a request once, as http.Client does. Where it belongs to a trace there is a span of it, with the names of the platform and of the
// operation and the status: no address, which may be as secret as a token, and no words of errors.
func Do(client *http.Client, request *http.Request, platform, operation string) (*http.Response, error) {
	parent := trace.SpanFromContext(request.Context())
	if !parent.SpanContext().IsValid() {
		return client.Do(request)
	}
	ctx, span := parent.TracerProvider().Tracer("github.com/handback/handback/platform").Start(request.Context(), platform+" "+operation,
		trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attribute.String("service.peer.name", platform)))
	defer func() { span.End() }() // which would write down what was panicked with, if it was deferred itself
	response, err := client.Do(request.WithContext(ctx))
	if err != nil {
		span.SetAttributes(semconv.ErrorTypeOther)
		span.SetStatus(codes.Error, "")
		return nil, err
	}
	span.SetAttributes(semconv.HTTPResponseStatusCode(response.StatusCode))
	if response.StatusCode >= http.StatusBadRequest {
		span.SetStatus(codes.Error, "")
	}
	return response, nil
}
