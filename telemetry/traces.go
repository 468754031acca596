package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// flushTime is how long the last spans may take to be sent when the program stops.
const flushTime = 5 * time.Second

// TraceConfig is what OpenTelemetry's variables say about whether there are traces. Its libraries read the other
// ones themselves: sampling, batches, limits, headers, time-outs, certificates, the resource.
type TraceConfig struct {
	Disabled       string `env:"OTEL_SDK_DISABLED"`
	Exporter       string `env:"OTEL_TRACES_EXPORTER"`
	Endpoint       string `env:"OTEL_EXPORTER_OTLP_ENDPOINT"`
	TracesEndpoint string `env:"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"`
	Protocol       string `env:"OTEL_EXPORTER_OTLP_PROTOCOL"`
	TracesProtocol string `env:"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"`
	// Nothing but the libraries reads these. They are here to be checked with the others: collectors' keys stand in them.
	Headers       string `env:"OTEL_EXPORTER_OTLP_HEADERS"`
	TracesHeaders string `env:"OTEL_EXPORTER_OTLP_TRACES_HEADERS"`
}

// StartTraces gives what spans are made with, nil when the OTEL_* variables want no traces. flush must be called at
// the end: it sends the last spans.
func StartTraces(ctx context.Context, log *slog.Logger) (provider trace.TracerProvider, flush func(), err error) {
	flush = func() {}
	var config TraceConfig
	if err := env.Parse(&config); err != nil {
		return nil, flush, err
	}
	if wanted, err := config.traces(); err != nil || !wanted {
		return nil, flush, err
	}
	otel.SetLogger(logr.New(libraryLog{log}))
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces", "error", exportError(err)) }))
	about, err := resource.New(ctx, resource.WithAttributes(semconv.ServiceName("handback")), resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, flush, errors.New("OTEL_RESOURCE_ATTRIBUTES is not understood: it must be NAME=VALUE,NAME=VALUE")
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, flush, fmt.Errorf("cannot export traces as the OTEL_EXPORTER_OTLP_* variables say: %w", err)
	}
	traces := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about))
	return traces, func() { shutDown(traces, log) }, nil
}

// traces reports whether traces are wanted. Errors name a variable and do not repeat it: it may hold a secret.
func (c TraceConfig) traces() (bool, error) {
	switch {
	case strings.EqualFold(c.Disabled, "true") || c.Exporter == "none":
		return false, nil
	case c.Exporter != "" && c.Exporter != "otlp":
		return false, errors.New("OTEL_TRACES_EXPORTER is not understood: it must be otlp or none")
	case c.Exporter == "" && c.Endpoint == "" && c.TracesEndpoint == "":
		return false, nil
	}
	for _, protocol := range []string{c.Protocol, c.TracesProtocol} {
		if protocol != "" && protocol != "http/protobuf" {
			return false, errors.New("OTEL_EXPORTER_OTLP_PROTOCOL is not understood: it must be http/protobuf")
		}
	}
	for name, endpoint := range map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": c.Endpoint, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": c.TracesEndpoint} {
		address, err := url.Parse(endpoint)
		if endpoint != "" && (err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https") {
			return false, fmt.Errorf("%s is not understood: it must be http://HOST:PORT or https://HOST:PORT", name)
		}
	}
	return true, nil
}

func shutDown(traces *sdktrace.TracerProvider, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	if err := traces.Shutdown(ctx); err != nil {
		log.Warn("traces", "error", exportError(err))
	}
}

// exportError words an error of exporting without the collector's answer, which may repeat the key it was sent, and
// without the address, which may hold one.
func exportError(err error) string {
	if way, ok := errors.AsType[*url.Error](err); ok {
		return "cannot reach the collector: " + way.Err.Error()
	}
	text, _, _ := strings.Cut(err.Error(), "body: ")
	if _, sent, ok := strings.Cut(text, "failed to send to "); ok {
		_, text, _ = strings.Cut(sent, ": ")
	}
	if strings.Contains(text, "partial success") {
		text = "not all of them"
	}
	return "the collector does not take the spans: " + strings.TrimRight(text, " (:")
}

// libraryLog is where OpenTelemetry's libraries complain about their variables. What they say beside the complaint
// may be a secret from one of them.
type libraryLog struct{ log *slog.Logger }

// Init implements logr.LogSink.
func (libraryLog) Init(logr.RuntimeInfo) {}

// Enabled implements logr.LogSink.
func (libraryLog) Enabled(int) bool { return false }

// Info implements logr.LogSink.
func (libraryLog) Info(int, string, ...any) {}

// Error implements logr.LogSink.
func (l libraryLog) Error(_ error, complaint string, _ ...any) {
	l.log.Warn("a variable of OpenTelemetry is not understood", "complaint", complaint)
}

// WithValues implements logr.LogSink.
func (l libraryLog) WithValues(...any) logr.LogSink { return l }

// WithName implements logr.LogSink.
func (l libraryLog) WithName(string) logr.LogSink { return l }
