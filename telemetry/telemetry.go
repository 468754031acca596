// Package telemetry is what operators are told by: the log, metrics, traces, and whether the program is ready.
package telemetry

import (
	"log/slog"

	"go.opentelemetry.io/otel/trace"
)

// Telemetry is what the program tells operators with.
type Telemetry struct {
	Log     *slog.Logger
	Metrics *Metrics
	Traces  trace.TracerProvider // nil makes none
}
