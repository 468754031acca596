package program

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	collect "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// Collector takes spans over the network, as a program for looking at traces does.
type Collector struct {
	*httptest.Server
	mu       sync.Mutex
	Paths    []string // that requests went to
	Text     string   // all that was sent, in words
	Spans    []*traces.Span
	Resource map[string]string
}

// NewCollector serves a collector until the test ends.
func NewCollector(t testing.TB) *Collector {
	t.Helper()
	c := &Collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { c.take(t, r) }))
	t.Cleanup(c.Close)
	return c
}

func (c *Collector) take(t testing.TB, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var request collect.ExportTraceServiceRequest
	if err != nil || proto.Unmarshal(body, &request) != nil {
		t.Errorf("not the protocol: %v", err)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.Paths, c.Text = append(c.Paths, r.URL.Path), c.Text+request.String()
	for _, resource := range request.GetResourceSpans() {
		c.Resource = AttributesOf(resource.GetResource().GetAttributes())
		for _, scope := range resource.GetScopeSpans() {
			c.Spans = append(c.Spans, scope.GetSpans()...)
		}
	}
}

// AttributesOf are attributes by name; those that are no texts are empty.
func AttributesOf(list []*common.KeyValue) map[string]string {
	attributes := map[string]string{}
	for _, attribute := range list {
		attributes[attribute.GetKey()] = attribute.GetValue().GetStringValue()
	}
	return attributes
}

// Span is the span of the name.
func (c *Collector) Span(t testing.TB, name string) *traces.Span {
	t.Helper()
	at := slices.IndexFunc(c.Spans, func(s *traces.Span) bool { return s.GetName() == name })
	require.GreaterOrEqual(t, at, 0, name)
	return c.Spans[at]
}

// Child is a span of the name that is part of another one.
func (c *Collector) Child(t testing.TB, parent *traces.Span, name string) *traces.Span {
	t.Helper()
	at := slices.IndexFunc(c.Spans, func(s *traces.Span) bool {
		return s.GetName() == name && string(s.GetParentSpanId()) == string(parent.GetSpanId())
	})
	require.GreaterOrEqual(t, at, 0, "%s has no %s", parent.GetName(), name)
	return c.Spans[at]
}
