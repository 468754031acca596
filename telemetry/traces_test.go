package telemetry

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	collect "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/handback/handback/test/program"
)

// setTelemetry sets variables of OpenTelemetry, and no others of it.
func setTelemetry(t *testing.T, variables ...string) {
	t.Helper()
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "OTEL_") {
			t.Setenv(name, "")
		}
	}
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
}

// sendSpan makes a span as the variables say, and returns the log.
func sendSpan(t *testing.T, variables ...string) string {
	t.Helper()
	setTelemetry(t, variables...)
	var log bytes.Buffer
	provider, flush, err := StartTraces(t.Context(), slog.New(slog.NewTextHandler(&log, nil)))
	require.NoError(t, err)
	_, span := provider.Tracer("test").Start(t.Context(), "work")
	span.End()
	flush()
	return log.String()
}

func TestTraceEndpoints(t *testing.T) {
	for name, test := range map[string]struct {
		variables     []string // %s is the collector's address
		path, service string
	}{
		"endpoint":             {[]string{"OTEL_EXPORTER_OTLP_ENDPOINT=%s"}, "/v1/traces", "handback"},
		"endpoint of traces":   {[]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=%s/here"}, "/here", "handback"},
		"protocol":             {[]string{"OTEL_EXPORTER_OTLP_ENDPOINT=%s", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"}, "/v1/traces", "handback"},
		"exporter":             {[]string{"OTEL_EXPORTER_OTLP_ENDPOINT=%s", "OTEL_TRACES_EXPORTER=otlp"}, "/v1/traces", "handback"},
		"name":                 {[]string{"OTEL_EXPORTER_OTLP_ENDPOINT=%s", "OTEL_SERVICE_NAME=back"}, "/v1/traces", "back"},
		"name in the resource": {[]string{"OTEL_EXPORTER_OTLP_ENDPOINT=%s", "OTEL_RESOURCE_ATTRIBUTES=service.name=hand,region=eu"}, "/v1/traces", "hand"},
	} {
		t.Run(name, func(t *testing.T) {
			c := program.NewCollector(t)
			for i := range test.variables {
				test.variables[i] = strings.ReplaceAll(test.variables[i], "%s", c.URL)
			}
			require.Empty(t, sendSpan(t, test.variables...))
			require.Equal(t, []string{test.path}, c.Paths)
			require.Len(t, c.Spans, 1)
			require.Equal(t, "work", c.Spans[0].GetName())
			require.Equal(t, test.service, c.Resource["service.name"])
			require.Equal(t, "opentelemetry", c.Resource["telemetry.sdk.name"])
		})
	}
}

func TestTracesAreOptIn(t *testing.T) {
	const endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318"
	for _, test := range []struct {
		variables []string
		rejected  string // the variable that is rejected; "" when there are just no traces
	}{
		{nil, ""},
		{[]string{"OTEL_SERVICE_NAME=back"}, ""},
		{[]string{endpoint, "OTEL_SDK_DISABLED=true"}, ""},
		{[]string{endpoint, "OTEL_SDK_DISABLED=TRUE", "OTEL_TRACES_EXPORTER=planted"}, ""},
		{[]string{endpoint, "OTEL_TRACES_EXPORTER=none"}, ""},
		{[]string{endpoint, "OTEL_TRACES_EXPORTER=planted"}, "OTEL_TRACES_EXPORTER"},
		{[]string{"OTEL_TRACES_EXPORTER=planted"}, "OTEL_TRACES_EXPORTER"},
		{[]string{endpoint, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc"}, "OTEL_EXPORTER_OTLP_PROTOCOL"},
		{[]string{endpoint, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=planted"}, "OTEL_EXPORTER_OTLP_PROTOCOL"},
		{[]string{endpoint, "OTEL_RESOURCE_ATTRIBUTES=planted"}, "OTEL_RESOURCE_ATTRIBUTES"},
		{[]string{"OTEL_EXPORTER_OTLP_ENDPOINT=planted:4318"}, "OTEL_EXPORTER_OTLP_ENDPOINT"},
		{[]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://planted:planted@host:%"}, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"},
	} {
		t.Run(strings.Join(test.variables, " "), func(t *testing.T) {
			setTelemetry(t, test.variables...)
			provider, flush, err := StartTraces(t.Context(), slog.New(slog.DiscardHandler))
			require.Nil(t, provider)
			flush()
			if test.rejected == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.rejected+" is not understood")
			require.NotContains(t, err.Error(), "planted")
		})
	}
}

// TestCollectorErrorLogsNoKey: some collectors repeat it.
func TestCollectorErrorLogsNoKey(t *testing.T) {
	for status, wanted := range map[int]string{http.StatusUnauthorized: "401 Unauthorized", http.StatusOK: "not all of them"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/x-protobuf")
			w.WriteHeader(status)
			answer := []byte("no such key: " + r.Header.Get("X-Key"))
			if status == http.StatusOK {
				partial := &collect.ExportTracePartialSuccess{RejectedSpans: 1, ErrorMessage: string(answer)}
				answer, _ = proto.Marshal(&collect.ExportTraceServiceResponse{PartialSuccess: partial})
			}
			_, _ = w.Write(answer)
		}))
		t.Cleanup(server.Close)
		log := sendSpan(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+server.URL+"/planted", "OTEL_EXPORTER_OTLP_HEADERS=X-Key=planted,planted,X-Other=%planted")
		require.Contains(t, log, "level=WARN msg=traces")
		require.Contains(t, log, wanted)
		require.Contains(t, log, "a variable of OpenTelemetry is not understood")
		require.NotContains(t, log, "planted")
	}
}

func TestUnreachableCollectorLogsNoAddress(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	log := sendSpan(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+server.URL+"/planted")
	require.Contains(t, log, "connection refused")
	require.NotContains(t, log, "planted")
}
