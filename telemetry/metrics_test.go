package telemetry

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// scrape reads the metrics as Prometheus does: each sample as name{label=value}, of histograms the count and the sum.
func scrape(t *testing.T, m *Metrics) map[string]float64 {
	t.Helper()
	answer := httptest.NewRecorder()
	m.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
	require.Equal(t, http.StatusOK, answer.Code)
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(answer.Body)
	require.NoError(t, err)
	samples := map[string]float64{}
	for name, family := range families {
		for _, metric := range family.GetMetric() {
			labels := ""
			for _, label := range metric.GetLabel() {
				labels += "{" + label.GetName() + "=" + label.GetValue() + "}"
			}
			if histogram := metric.GetHistogram(); histogram != nil {
				samples[name+"_count"+labels], samples[name+"_sum"+labels] = float64(histogram.GetSampleCount()), histogram.GetSampleSum()
			}
			samples[name+labels] = metric.GetCounter().GetValue() + metric.GetGauge().GetValue()
		}
	}
	return samples
}

func TestMetricsCountOperations(t *testing.T) {
	m := NewMetrics(func() []models.PoolStats {
		return []models.PoolStats{{Name: "read", Limit: 8, InUse: 2, Idle: 1, Waits: 3, WaitSeconds: 0.5}}
	})
	for _, o := range []models.Operation{
		{Type: "query", Name: "planted1", StoreID: "planted2", RequestID: "planted3", Duration: 250 * time.Millisecond, Cost: 3},
		{Type: "query", Name: "planted4", Code: "TRY_AGAIN", Duration: 750 * time.Millisecond, Cost: 4},
		{Type: "mutation", ActorKind: models.ActorSeller, Cost: 10},
		{Code: "UNAUTHENTICATED"},
		{Type: "planted5"},
	} {
		m.observe(o)
	}
	samples := scrape(t, m)
	for name, value := range map[string]float64{
		"handback_operations_total{code=OK}{type=query}":             1,
		"handback_operations_total{code=TRY_AGAIN}{type=query}":      1,
		"handback_operations_total{code=OK}{type=mutation}":          1,
		"handback_operations_total{code=UNAUTHENTICATED}{type=none}": 1,
		"handback_operations_total{code=OK}{type=none}":              1,
		"handback_operations_total{code=INTERNAL}{type=mutation}":    0,
		"handback_operations_total{code=OUTCOME_UNKNOWN}{type=none}": 0,
		"handback_operation_duration_seconds_count{type=query}":      2,
		"handback_operation_duration_seconds_sum{type=query}":        1,
		"handback_operation_cost_points_sum{type=query}":             7,
		"handback_operation_cost_points_sum{type=mutation}":          10,
		"handback_db_connections_max{pool=read}":                     8,
		"handback_db_connections{pool=read}{state=in_use}":           2,
		"handback_db_connections{pool=read}{state=idle}":             1,
		"handback_db_waits_total{pool=read}":                         3,
		"handback_db_wait_seconds_total{pool=read}":                  0.5,
	} {
		require.Contains(t, samples, name)
		require.InDelta(t, value, samples[name], 1e-9, name)
	}
	require.Positive(t, samples["go_goroutines"])
	for name := range samples {
		require.NotContains(t, name, "planted")
	}
}

func noPools() []models.PoolStats { return nil }

func TestMetricsCountRefusals(t *testing.T) {
	m := NewMetrics(noPools)
	m.ExpectRefusals([]models.RefusedMutation{{Mutation: "disconnectTikTokShop", Code: "SNAPSHOT_DAMAGED"}, {Mutation: "updateSettings", Code: "INVALID_VALUE"}})
	m.observe(models.Operation{Type: "mutation", Refusals: []models.RefusedMutation{{Mutation: "disconnectTikTokShop", Code: "SNAPSHOT_DAMAGED"}}})
	samples := scrape(t, m)
	require.InDelta(t, 1, samples["handback_refusals_total{code=SNAPSHOT_DAMAGED}{mutation=disconnectTikTokShop}"], 0)
	require.Contains(t, samples, "handback_refusals_total{code=INVALID_VALUE}{mutation=updateSettings}", "the first one is no increase")
}

func TestMetricsTellBuild(t *testing.T) {
	m := NewMetrics(noPools)
	m.Describe(Build{Version: "v1.2.3", Commit: "abc123", Database: "postgresql", Mode: "sandbox"})
	require.InDelta(t, 1, scrape(t, m)["handback_build_info{commit=abc123}{database=postgresql}{go_version="+runtime.Version()+"}{mode=sandbox}{version=v1.2.3}"], 0)
}

func TestMetricsTellJobs(t *testing.T) {
	m := NewMetrics(noPools)
	var away error
	m.ShowJobs(func(context.Context) (models.JobStats, error) {
		return models.JobStats{Count: map[string]int64{"available": 2, "retryable": 1, "completed": 7}, Failing: 1, Oldest: 90 * time.Second}, away
	})
	for number := 1; number <= 3; number++ {
		m.ObserveAttempt("forget_idempotency_keys", number, "failed")
	}
	m.ObserveAttempt("forget_idempotency_keys", 4, "done")
	m.ObserveDelivery("taken")
	samples := scrape(t, m)
	for name, value := range map[string]float64{
		"handback_jobs{state=available}":                                           2,
		"handback_jobs{state=retryable}":                                           1,
		"handback_jobs{state=completed}":                                           7,
		"handback_jobs{state=discarded}":                                           0,
		"handback_jobs_failing":                                                    1,
		"handback_job_oldest_seconds":                                              90,
		"handback_job_attempts_total{job=forget_idempotency_keys}{outcome=failed}": 3,
		"handback_job_attempts_total{job=forget_idempotency_keys}{outcome=done}":   1,
		"handback_job_retries_total{job=forget_idempotency_keys}":                  3,
		"handback_webhook_deliveries_total{outcome=taken}":                         1,
	} {
		require.Contains(t, samples, name)
		require.InDelta(t, value, samples[name], 0, name)
	}
	away = models.ErrTryAgain
	samples = scrape(t, m)
	require.NotContains(t, samples, "handback_jobs{state=available}")
	require.Contains(t, samples, "go_goroutines", "one part that cannot be told takes all away")
}

func TestMetricsTellTransitions(t *testing.T) {
	m := NewMetrics(noPools)
	m.ShowTransitions(func(context.Context) (models.TransitionStats, error) {
		return models.TransitionStats{Count: map[models.TransitionPhase]int64{models.PhaseBlocked: 2}, OldestDisconnect: time.Hour}, nil
	})
	samples := scrape(t, m)
	require.InDelta(t, 2, samples["handback_transitions{phase=BLOCKED}"], 0)
	require.Contains(t, samples, "handback_transitions{phase=WRITING}", "the first one is no increase")
	require.InDelta(t, 3600, samples["handback_disconnection_oldest_seconds"], 0)
}

func TestMetricsTellAuthorizationsThatEnd(t *testing.T) {
	m := NewMetrics(noPools)
	var away error
	m.ShowAuthorizations(func(context.Context) (models.AuthorizationStats, error) {
		return models.AuthorizationStats{Shops: 9, Ending: 3, Ended: 2}, away
	})
	samples := scrape(t, m)
	require.InDelta(t, 9, samples["handback_shops_connected"], 0)
	require.InDelta(t, 3, samples["handback_authorizations_ending"], 0)
	require.InDelta(t, 2, samples["handback_authorizations_ended"], 0)
	away = models.ErrTryAgain
	require.NotContains(t, scrape(t, m), "handback_authorizations_ending")
}

func TestMetricsTellDroppedLines(t *testing.T) {
	m, dropped := NewMetrics(noPools), uint64(3)
	m.CountDroppedLines(func() uint64 { return dropped })
	require.InDelta(t, 3, scrape(t, m)["handback_log_lines_dropped_total"], 0)
	dropped++
	require.InDelta(t, 4, scrape(t, m)["handback_log_lines_dropped_total"], 0)
}
