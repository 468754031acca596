package jobs

import (
	"context"
	"encoding/json"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// tracing is the middleware that makes a span of every attempt at a job which a request has promised that belongs to a trace, and makes it part
// of that trace, whenever and in whichever process it is done. What the program does by itself is of no trace.
type tracing struct {
	river.MiddlewareDefaults

	tracer trace.Tracer
}

// Work implements rivertype.WorkerMiddleware.
func (t *tracing) Work(ctx context.Context, job *rivertype.JobRow, do func(context.Context) error) error {
	promised := propagation.TraceContext{}.Extract(ctx, carrierOf(job.Metadata))
	if !trace.SpanContextFromContext(promised).IsValid() {
		return do(ctx)
	}
	ctx, span := t.tracer.Start(promised, "job "+job.Kind, trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithAttributes(attribute.Int64("handback.job.id", job.ID), attribute.Int("handback.job.attempt", job.Attempt)))
	defer span.End() // nothing panics here: attempts recovers
	err := do(ctx)
	if err != nil && !isSnooze(err) {
		span.SetStatus(codes.Error, err.Error()) // which is the outcome in a word
	}
	return err
}

// carrierOf reads the trace that stands in a job's metadata.
func carrierOf(metadata []byte) propagation.MapCarrier {
	var known struct {
		Traceparent string `json:"traceparent"`
	}
	if json.Unmarshal(metadata, &known) != nil {
		return nil
	}
	return propagation.MapCarrier{"traceparent": known.Traceparent}
}
