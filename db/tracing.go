package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/XSAM/otelsql"
	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel/attribute"
	metrics "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"modernc.org/sqlite"
)

// Option changes what Open does.
type Option func(*options)

type options struct {
	tracing  trace.TracerProvider
	connLife time.Duration // of a PostgreSQL connection
	deaf     func(error)   // see WhenDeaf; nil for nothing
}

// WithTracing makes a span of every statement that belongs to a trace, begin and commit too. A span has the
// statement's text, in which no value ever stands, and of an error the code. A nil provider makes none.
func WithTracing(provider trace.TracerProvider) Option {
	return func(o *options) { o.tracing = provider }
}

// WhenDeaf says what is done when the connection is lost, or not made, over which processes on one PostgreSQL tell each other of
// events: once, until there is one again.
func WhenDeaf(do func(error)) Option {
	return func(o *options) { o.deaf = do }
}

func newOptions(list []Option) options {
	o := options{connLife: connLife}
	for _, choose := range list {
		choose(&o)
	}
	return o
}

// openSQLitePool is sql.OpenDB, with spans when they are wanted.
func (o options) openSQLitePool(connector driver.Connector) *sql.DB {
	if o.tracing == nil {
		return sql.OpenDB(connector)
	}
	return otelsql.OpenDB(connector, o.spans(semconv.DBSystemNameSQLite)...)
}

// openPostgresPool is sql.OpenDB, with spans when they are wanted.
func (o options) openPostgresPool(connector driver.Connector) *sql.DB {
	if o.tracing == nil {
		return sql.OpenDB(connector)
	}
	return otelsql.OpenDB(connector, o.spans(semconv.DBSystemNamePostgreSQL)...)
}

func (o options) spans(system attribute.KeyValue) []otelsql.Option {
	return []otelsql.Option{
		otelsql.WithTracerProvider(redactedProvider{o.tracing}),
		otelsql.WithMeterProvider(metrics.NewMeterProvider()),
		otelsql.WithAttributes(system),
		otelsql.WithSpanNameFormatter(func(_ context.Context, method otelsql.Method, statement string) string {
			return operation(method, statement)
		}),
		otelsql.WithAttributesGetter(func(_ context.Context, method otelsql.Method, statement string, _ []driver.NamedValue) []attribute.KeyValue {
			return []attribute.KeyValue{semconv.DBOperationName(operation(method, statement))}
		}),
		otelsql.WithSpanErrorAttributesGetter(errorAttributes),
		otelsql.WithSpanOptions(otelsql.SpanOptions{
			DisableErrSkip: true, OmitConnResetSession: true, OmitConnPrepare: true, OmitRows: true, OmitConnectorConnect: true,
			SpanFilter: func(ctx context.Context, _ otelsql.Method, _ string, _ []driver.NamedValue) bool {
				return trace.SpanContextFromContext(ctx).IsValid() // what the program does by itself is of no trace
			},
		}),
	}
}

// operation is what a statement does, in a word.
func operation(method otelsql.Method, statement string) string {
	switch method {
	case otelsql.MethodConnBeginTx:
		return "BEGIN"
	case otelsql.MethodTxCommit:
		return "COMMIT"
	case otelsql.MethodTxRollback:
		return "ROLLBACK"
	}
	if words := strings.Fields(statement); len(words) > 0 {
		return strings.ToUpper(words[0])
	}
	return string(method)
}

// errorAttributes tell the database's code of an error, not its words: those may quote a value.
func errorAttributes(err error) []attribute.KeyValue {
	var pgErr *pgconn.PgError
	var sqliteErr *sqlite.Error
	var code string
	switch {
	case errors.As(err, &pgErr):
		code = pgErr.Code
	case errors.As(err, &sqliteErr):
		code = strconv.Itoa(sqliteErr.Code())
	case errors.Is(err, context.DeadlineExceeded):
		return []attribute.KeyValue{semconv.ErrorTypeKey.String("timeout")}
	case errors.Is(err, context.Canceled):
		return []attribute.KeyValue{semconv.ErrorTypeKey.String("canceled")}
	default:
		return []attribute.KeyValue{semconv.ErrorTypeOther}
	}
	return []attribute.KeyValue{semconv.DBResponseStatusCode(code), semconv.ErrorTypeKey.String(code)}
}

// traceMetadata is what is stored with a job, so that whoever does it knows of which trace it is; nil when it is of none.
func traceMetadata(ctx context.Context) []byte {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	parent, traced := carrier["traceparent"]
	if !traced {
		return nil
	}
	return []byte(`{"traceparent":"` + parent + `"}`) // it is of digits and hyphens
}

// redactedProvider makes spans without the messages of errors, which may quote values.
type redactedProvider struct{ trace.TracerProvider }

// Tracer implements trace.TracerProvider.
func (w redactedProvider) Tracer(name string, options ...trace.TracerOption) trace.Tracer {
	return redactedTracer{w.TracerProvider.Tracer(name, options...)}
}

type redactedTracer struct{ trace.Tracer }

// Start implements trace.Tracer.
func (w redactedTracer) Start(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	ctx, span := w.Tracer.Start(ctx, name, options...)
	return ctx, redactedSpan{span}
}

type redactedSpan struct{ trace.Span }

// RecordError implements trace.Span.
func (redactedSpan) RecordError(error, ...trace.EventOption) {}
