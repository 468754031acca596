package main

import (
	"context"
	"net/http"
	"net/netip"
	"runtime"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"handback/jobs"
	"handback/models"
)

// metrics are what /metrics shows. No label is anything that a client or a store chose, so that their number is bounded.
type metrics struct {
	registry   *prometheus.Registry
	operations *prometheus.CounterVec
	duration   *prometheus.HistogramVec
	cost       *prometheus.HistogramVec
	refusals   *prometheus.CounterVec
	attempts   *prometheus.CounterVec
	retries    *prometheus.CounterVec
}

func newMetrics(pools func() []models.PoolStats) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		operations: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "handback_operations_total", Help: "Requests answered, by type of operation and code of the first error (OK: none).",
		}, []string{"type", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "handback_operation_duration_seconds", Help: "From the request's header to the answer's last byte.",
			Buckets: prometheus.DefBuckets,
		}, []string{"type"}),
		cost: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "handback_operation_cost_points", Help: "What was charged for an operation.",
			Buckets: prometheus.ExponentialBuckets(1, 4, 8),
		}, []string{"type"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "handback_refusals_total", Help: "Mutations refused, by code of their user errors.",
		}, []string{"mutation", "code"}),
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "handback_job_attempts_total", Help: "Times that this process tried a job, by how it ended.",
		}, []string{"job", "outcome"}),
		retries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "handback_job_retries_total", Help: "Times that this process tried a job that had been tried before.",
		}, []string{"job"}),
	}
	m.registry.MustRegister(m.operations, m.duration, m.cost, m.refusals, m.attempts, m.retries, poolCollector(pools),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// describe says what runs here, and on what.
func (m *metrics) describe(build buildInfo, c config) {
	labels := prometheus.Labels{"version": build.version, "commit": build.commit, "go_version": runtime.Version(), "database": c.database(), "mode": c.mode()}
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "handback_build_info", Help: "1, with what runs here as labels.", ConstLabels: labels,
	}, func() float64 { return 1 }))
}

// countDroppedLines shows how many lines of the log were dropped.
func (m *metrics) countDroppedLines(dropped func() uint64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "handback_log_lines_dropped_total", Help: "Lines of the log that were dropped, because standard error did not take them.",
	}, func() float64 { return float64(dropped()) }))
}

// expectRefusals makes the counters of all the refusals there can be, so that the first one is an increase.
func (m *metrics) expectRefusals(all []models.RefusedMutation) {
	for _, refusal := range all {
		m.refusals.WithLabelValues(refusal.Mutation, refusal.Code)
	}
}

func (m *metrics) observe(o models.Operation) {
	kind, code := "none", "OK"
	if o.Type == "query" || o.Type == "mutation" {
		kind = o.Type
	}
	if o.Code != "" {
		code = o.Code
	}
	m.operations.WithLabelValues(kind, code).Inc()
	m.duration.WithLabelValues(kind).Observe(o.Duration.Seconds())
	m.cost.WithLabelValues(kind).Observe(float64(o.Cost))
	for _, refusal := range o.Refusals {
		m.refusals.WithLabelValues(refusal.Mutation, refusal.Code).Inc()
	}
}

// handler shows the metrics to whoever asks.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// poolCollector asks for the state of the database's connections when somebody asks for the metrics.
type poolCollector func() []models.PoolStats

var (
	poolLimit   = prometheus.NewDesc("handback_db_connections_max", "Connections to the database there may be.", []string{"pool"}, nil)
	poolState   = prometheus.NewDesc("handback_db_connections", "Connections to the database, by what they do.", []string{"pool", "state"}, nil)
	poolWaits   = prometheus.NewDesc("handback_db_waits_total", "How often a connection had to be waited for.", []string{"pool"}, nil)
	poolWaiting = prometheus.NewDesc("handback_db_wait_seconds_total", "How long connections were waited for, all together.", []string{"pool"}, nil)
)

// Describe implements prometheus.Collector.
func (poolCollector) Describe(descriptions chan<- *prometheus.Desc) {
	for _, description := range []*prometheus.Desc{poolLimit, poolState, poolWaits, poolWaiting} {
		descriptions <- description
	}
}

// Collect implements prometheus.Collector.
func (c poolCollector) Collect(values chan<- prometheus.Metric) {
	for _, p := range c() {
		values <- prometheus.MustNewConstMetric(poolLimit, prometheus.GaugeValue, float64(p.Limit), p.Name)
		values <- prometheus.MustNewConstMetric(poolState, prometheus.GaugeValue, float64(p.InUse), p.Name, "in_use")
		values <- prometheus.MustNewConstMetric(poolState, prometheus.GaugeValue, float64(p.Idle), p.Name, "idle")
		values <- prometheus.MustNewConstMetric(poolWaits, prometheus.CounterValue, float64(p.Waits), p.Name)
		values <- prometheus.MustNewConstMetric(poolWaiting, prometheus.CounterValue, p.WaitSeconds, p.Name)
	}
}

// proxyHeaders are left by proxies, whose own address says nothing about who is asking.
var proxyHeaders = []string{"X-Forwarded-For", "Forwarded", "Via"}

// allowNetworks is a middleware that answers peers in these networks, and nobody whom a proxy lets through. To others there is nothing here.
func allowNetworks(networks []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isInside(networks, r) {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isInside(networks []netip.Prefix, r *http.Request) bool {
	for _, name := range proxyHeaders {
		if _, proxied := r.Header[name]; proxied {
			return false
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	address := peer.Addr().Unmap().WithZone("")
	return err == nil && slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(address) })
}

// jobStatsTime is how long the database may take to say how many jobs there are. Without an answer the other metrics are
// shown all the same.
const jobStatsTime = time.Second

// showJobs asks the database for the jobs in it when somebody asks for the metrics.
func (m *metrics) showJobs(stats func(context.Context) (models.JobStats, error)) {
	m.registry.MustRegister(jobCollector(stats))
}

func (m *metrics) observeAttempt(attempt jobs.Attempt) {
	m.attempts.WithLabelValues(attempt.Kind, string(attempt.Outcome)).Inc()
	if attempt.Number > 1 {
		m.retries.WithLabelValues(attempt.Kind).Inc()
	}
}

// showTransitions asks the database for the work in stores that is not done.
func (m *metrics) showTransitions(stats func(context.Context) (models.TransitionStats, error)) {
	m.registry.MustRegister(transitionCollector(stats))
}

type transitionCollector func(context.Context) (models.TransitionStats, error)

var (
	transitionCount  = prometheus.NewDesc("handback_transitions", "Connects, disconnects and edits in stores that are not complete, by phase.", []string{"phase"}, nil)
	disconnectOldest = prometheus.NewDesc("handback_disconnection_oldest_seconds", "Age of the oldest disconnection that is not complete.", nil, nil)
)

// transitionPhases are shown all, so that the first transition in one is an increase.
var transitionPhases = []models.TransitionPhase{
	models.PhaseReading, models.PhaseWriting, models.PhaseVerifying, models.PhaseBlocked, models.PhaseRevoking,
}

// Describe implements prometheus.Collector.
func (transitionCollector) Describe(descriptions chan<- *prometheus.Desc) {
	descriptions <- transitionCount
	descriptions <- disconnectOldest
}

// Collect implements prometheus.Collector.
func (c transitionCollector) Collect(values chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), jobStatsTime)
	defer cancel()
	stats, err := c(ctx)
	if err != nil { // /readyz and the log say why
		return
	}
	for _, phase := range transitionPhases {
		values <- prometheus.MustNewConstMetric(transitionCount, prometheus.GaugeValue, float64(stats.Count[phase]), string(phase))
	}
	values <- prometheus.MustNewConstMetric(disconnectOldest, prometheus.GaugeValue, stats.OldestDisconnect.Seconds())
}

type jobCollector func(context.Context) (models.JobStats, error)

var (
	jobCount  = prometheus.NewDesc("handback_jobs", "Jobs in the database, by River's state.", []string{"state"}, nil)
	jobOldest = prometheus.NewDesc("handback_job_oldest_seconds", "Age of the oldest job that is neither finished nor meant for later.", nil, nil)
)

// jobStates are River's. Each is shown, so that the first job in one is an increase.
var jobStates = []string{"available", "cancelled", "completed", "discarded", "pending", "retryable", "running", "scheduled"}

// Describe implements prometheus.Collector.
func (jobCollector) Describe(descriptions chan<- *prometheus.Desc) {
	descriptions <- jobCount
	descriptions <- jobOldest
}

// Collect implements prometheus.Collector.
func (c jobCollector) Collect(values chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), jobStatsTime)
	defer cancel()
	stats, err := c(ctx)
	if err != nil { // /readyz and the log say why
		return
	}
	for _, state := range jobStates {
		values <- prometheus.MustNewConstMetric(jobCount, prometheus.GaugeValue, float64(stats.Count[state]), state)
	}
	values <- prometheus.MustNewConstMetric(jobOldest, prometheus.GaugeValue, stats.Oldest.Seconds())
}
