package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"handback/db"
	"handback/jobs"
	"handback/models"
)

// jobStatsTime is how long the database may take to say how many jobs there are. Without an answer the other metrics are
// shown all the same.
const jobStatsTime = time.Second

// showJobs asks the database for the jobs in it when somebody asks for the metrics.
func (m *metrics) showJobs(stats func(context.Context) (db.JobStats, error)) {
	m.registry.MustRegister(jobCollector(stats))
}

func (m *metrics) observeAttempt(attempt jobs.Attempt) {
	m.attempts.WithLabelValues(attempt.Kind, string(attempt.Outcome)).Inc()
	if attempt.Number > 1 {
		m.retries.WithLabelValues(attempt.Kind).Inc()
	}
}

// showTransitions asks the database for the work in stores that is not done.
func (m *metrics) showTransitions(stats func(context.Context) (db.TransitionStats, error)) {
	m.registry.MustRegister(transitionCollector(stats))
}

type transitionCollector func(context.Context) (db.TransitionStats, error)

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

type jobCollector func(context.Context) (db.JobStats, error)

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
