package telemetry

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/handback/handback/models"
)

// Metrics are what /metrics shows. No label is anything that a client or a store chose, so that their number is bounded.
type Metrics struct {
	registry   *prometheus.Registry
	operations *prometheus.CounterVec
	duration   *prometheus.HistogramVec
	cost       *prometheus.HistogramVec
	refusals   *prometheus.CounterVec
	attempts   *prometheus.CounterVec
	retries    *prometheus.CounterVec
	deliveries *prometheus.CounterVec
	streams    prometheus.Gauge
}

// NewMetrics makes them. pools tells how busy the connections to the database are, when somebody asks for the metrics.
func NewMetrics(pools func() []models.PoolStats) *Metrics {
	m := &Metrics{
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
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "handback_webhook_deliveries_total", Help: "Times that this process tried to send an event to a webhook endpoint, by what became of it.",
		}, []string{"outcome"}),
	}
	for _, outcome := range models.WebhookOutcomes { // so that the first of each is an increase
		m.deliveries.WithLabelValues(outcome)
	}
	for _, kind := range operationKinds {
		for _, code := range faultCodes {
			m.operations.WithLabelValues(kind, code)
		}
	}
	m.streams = prometheus.NewGauge(prometheus.GaugeOpts{Name: "handback_streams_open", Help: "Subscriptions that are being answered."})
	m.registry.MustRegister(m.streams, m.operations, m.duration, m.cost, m.refusals, m.attempts, m.retries, m.deliveries, poolCollector(pools),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Build is what runs here, and on what.
type Build struct {
	Version  string // of the module
	Commit   string
	Database string // the kind of it
	Mode     string // demo, sandbox or production
}

// Describe says what runs here.
func (m *Metrics) Describe(build Build) {
	labels := prometheus.Labels{
		"version": build.Version, "commit": build.Commit, "go_version": runtime.Version(), "database": build.Database, "mode": build.Mode,
	}
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "handback_build_info", Help: "1, with what runs here as labels.", ConstLabels: labels,
	}, func() float64 { return 1 }))
}

// Streams is the gauge of the subscriptions that are being answered.
func (m *Metrics) Streams() prometheus.Gauge { return m.streams }

// CountDroppedLines shows how many lines of the log were dropped.
func (m *Metrics) CountDroppedLines(dropped func() uint64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "handback_log_lines_dropped_total", Help: "Lines of the log that were dropped, because standard error did not take them.",
	}, func() float64 { return float64(dropped()) }))
}

// ExpectRefusals makes the counters of all the refusals there can be, so that the first one is an increase.
func (m *Metrics) ExpectRefusals(all []models.RefusedMutation) {
	for _, refusal := range all {
		m.refusals.WithLabelValues(refusal.Mutation, refusal.Code)
	}
}

// noOperation is the type of a request that did not get as far as an operation.
const noOperation = "none"

var (
	operationKinds = []string{noOperation, "query", "mutation", "subscription"}
	// faultCodes are those of which one is worth an alert, so that the first of each is an increase.
	faultCodes = []string{"INTERNAL", "OUTCOME_UNKNOWN"}
)

func (m *Metrics) observe(o models.Operation) {
	kind, code := noOperation, "OK"
	if slices.Contains(operationKinds, o.Type) {
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

// Handler shows the metrics to whoever asks.
func (m *Metrics) Handler() http.Handler {
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

// jobStatsTime is how long the database may take to say how many jobs there are. Without an answer the other metrics are
// shown all the same.
const jobStatsTime = time.Second

// ShowJobs asks the database for the jobs in it when somebody asks for the metrics.
func (m *Metrics) ShowJobs(stats func(context.Context) (models.JobStats, error)) {
	m.registry.MustRegister(jobCollector(stats))
}

// ObserveAttempt counts an attempt at a job of the kind: the number is 1 for the first.
func (m *Metrics) ObserveAttempt(kind string, number int, outcome string) {
	m.attempts.WithLabelValues(kind, outcome).Inc()
	if number > 1 {
		m.retries.WithLabelValues(kind).Inc()
	}
}

// ObserveDelivery counts an attempt to send an event.
func (m *Metrics) ObserveDelivery(outcome string) { m.deliveries.WithLabelValues(outcome).Inc() }

// ShowTransitions asks the database for the work in stores that is not done.
func (m *Metrics) ShowTransitions(stats func(context.Context) (models.TransitionStats, error)) {
	m.registry.MustRegister(transitionCollector(stats))
}

type transitionCollector func(context.Context) (models.TransitionStats, error)

var (
	transitionCount  = prometheus.NewDesc("handback_transitions", "Connects, disconnects and edits in stores that are not complete, by phase.", []string{"phase"}, nil)
	disconnectOldest = prometheus.NewDesc("handback_disconnection_oldest_seconds", "Age of the oldest disconnection that is not complete, nor waits for a person.", nil, nil)
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

// ShowAuthorizations asks the database for the connected shops, and for the authorizations that end.
func (m *Metrics) ShowAuthorizations(stats func(context.Context) (models.AuthorizationStats, error)) {
	m.registry.MustRegister(authorizationCollector(stats))
}

type authorizationCollector func(context.Context) (models.AuthorizationStats, error)

var (
	shopsConnected       = prometheus.NewDesc("handback_shops_connected", "TikTok shops that are connected.", nil, nil)
	authorizationsEnding = prometheus.NewDesc("handback_authorizations_ending", "Connected shops that TikTok lets the app into for less than 14 days more.", nil, nil)
	authorizationsEnded  = prometheus.NewDesc("handback_authorizations_ended", "Connected shops that TikTok lets the app into no more.", nil, nil)
)

// Describe implements prometheus.Collector.
func (authorizationCollector) Describe(descriptions chan<- *prometheus.Desc) {
	descriptions <- shopsConnected
	descriptions <- authorizationsEnding
	descriptions <- authorizationsEnded
}

// Collect implements prometheus.Collector.
func (c authorizationCollector) Collect(values chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), jobStatsTime)
	defer cancel()
	stats, err := c(ctx)
	if err != nil { // /readyz and the log say why
		return
	}
	values <- prometheus.MustNewConstMetric(shopsConnected, prometheus.GaugeValue, float64(stats.Shops))
	values <- prometheus.MustNewConstMetric(authorizationsEnding, prometheus.GaugeValue, float64(stats.Ending))
	values <- prometheus.MustNewConstMetric(authorizationsEnded, prometheus.GaugeValue, float64(stats.Ended))
}

type jobCollector func(context.Context) (models.JobStats, error)

var (
	jobCount    = prometheus.NewDesc("handback_jobs", "Jobs in the database, by River's state.", []string{"state"}, nil)
	jobsFailing = prometheus.NewDesc("handback_jobs_failing", "Jobs that have failed ten times or more, and are tried again.", nil, nil)
	jobOldest   = prometheus.NewDesc("handback_job_oldest_seconds", "For how long the job has been due that has been longest, and that nobody does.", nil, nil)
)

// jobStates are River's. Each is shown, so that the first job in one is an increase.
var jobStates = []string{"available", "cancelled", "completed", "discarded", "pending", "retryable", "running", "scheduled"}

// Describe implements prometheus.Collector.
func (jobCollector) Describe(descriptions chan<- *prometheus.Desc) {
	descriptions <- jobCount
	descriptions <- jobsFailing
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
	values <- prometheus.MustNewConstMetric(jobsFailing, prometheus.GaugeValue, float64(stats.Failing))
	values <- prometheus.MustNewConstMetric(jobOldest, prometheus.GaugeValue, stats.Oldest.Seconds())
}
