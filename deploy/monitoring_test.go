package deploy

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

const alerts = "monitoring/alerts.yml"

// alertRules is the file of the rules.
type alertRules struct {
	Groups []struct {
		Rules []alertRule `json:"rules"`
	} `json:"groups"`
}

type alertRule struct {
	Alert       string            `json:"alert"`
	Expr        string            `json:"expr"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// promtool runs Prometheus's own checks, which say what is wrong.
func promtool(t *testing.T, arguments ...string) {
	t.Helper()
	tool, err := exec.LookPath("promtool")
	if err != nil {
		tool, err = filepath.Abs(root + "/.tools/promtool")
		require.NoError(t, err)
	}
	said, err := exec.Command(tool, arguments...).CombinedOutput()
	require.NoError(t, err, "%s (make promtool fetches it)", said)
}

func readAlerts(t *testing.T) (rules []alertRule) {
	t.Helper()
	var file alertRules
	require.NoError(t, yaml.Unmarshal([]byte(read(t, alerts)), &file))
	return file.Groups[0].Rules
}

const operations, deliveries = "handback_operations_total", "handback_webhook_deliveries_total"

// alertCases are by what series each alert is fired, and by which it is not, in Prometheus's own notation: a value a minute.
var alertCases = map[string]struct {
	fired, silent map[string]string
	after         string // for how long that goes on
}{
	"HandbackDown":               {map[string]string{`handback_build_info{version="1"}`: "_x60"}, map[string]string{`handback_build_info{version="1"}`: "1x60"}, "6m"},
	"HandbackDisconnectionOld":   {map[string]string{"handback_disconnection_oldest_seconds": "3601+60x60"}, map[string]string{"handback_disconnection_oldest_seconds": "3601+60x3 0x60", `handback_transitions{phase="BLOCKED"}`: "1x60"}, "8m"},
	"HandbackTransitionsBlocked": {map[string]string{`handback_transitions{phase="BLOCKED"}`: "1x60"}, map[string]string{`handback_transitions{phase="BLOCKED"}`: "0x60", `handback_transitions{phase="WRITING"}`: "9x60"}, "16m"},
	"HandbackSnapshotDamaged": {
		map[string]string{`handback_refusals_total{code="SNAPSHOT_DAMAGED",mutation="disconnectTikTokShop"}`: "0x5 1x60"},
		map[string]string{`handback_refusals_total{code="SNAPSHOT_DAMAGED",mutation="disconnectTikTokShop"}`: "1x60", `handback_refusals_total{code="PREVIEW_STALE",mutation="disconnectTikTokShop"}`: "0+9x60"}, "8m",
	},
	"HandbackFaults": {
		map[string]string{operations + `{code="INTERNAL",type="mutation"}`: "0x5 1x60"},
		map[string]string{operations + `{code="INTERNAL",type="mutation"}`: "1x60", operations + `{code="OK",type="mutation"}`: "0+9x60"}, "8m",
	},
	"HandbackBusy": {
		map[string]string{operations + `{code="TRY_AGAIN",type="query"}`: "0+2x60", operations + `{code="OK",type="query"}`: "0+98x60"},
		map[string]string{operations + `{code="TRY_AGAIN",type="query"}`: "0+1x60", operations + `{code="OK",type="query"}`: "0+199x60"}, "20m",
	},
	"HandbackJobsOld":     {map[string]string{"handback_job_oldest_seconds": "901x60"}, map[string]string{"handback_job_oldest_seconds": "901x3 0x60"}, "6m"},
	"HandbackJobsFailing": {map[string]string{"handback_jobs_failing": "1x60"}, map[string]string{"handback_jobs_failing": "1x10 0x60"}, "20m"},
	"HandbackWebhooksFailing": {
		map[string]string{deliveries + `{outcome="refused"}`: "0+6x90", deliveries + `{outcome="taken"}`: "0+4x90"},
		map[string]string{deliveries + `{outcome="refused"}`: "0+4x90", deliveries + `{outcome="taken"}`: "0+6x90"}, "70m",
	},
	"HandbackAuthorizationsEnding": {
		map[string]string{"handback_authorizations_ending": "1001x90", "handback_shops_connected": "10000x90"},
		map[string]string{"handback_authorizations_ending": "1001x70 999x90", "handback_authorizations_ended": "500x160", "handback_shops_connected": "10000x160"}, "75m",
	},
	"HandbackAuthorizationsEnded": {
		map[string]string{"handback_authorizations_ended": "500x60 700x90", "handback_shops_connected": "10000x150"},
		map[string]string{"handback_authorizations_ended": "500x5 700x145", "handback_shops_connected": "10000x150"}, "75m",
	},
	"HandbackLogLinesDropped": {map[string]string{"handback_log_lines_dropped_total": "0x5 1x60"}, map[string]string{"handback_log_lines_dropped_total": "7x60"}, "8m"},
}

// TestAlertsAreFired by what they are for, and not by a program that is well.
func TestAlertsAreFired(t *testing.T) {
	rules, err := filepath.Abs(alerts)
	require.NoError(t, err)
	var tests []any
	for _, rule := range readAlerts(t) {
		test, known := alertCases[rule.Alert]
		require.True(t, known, "nothing says when %s is fired", rule.Alert)
		for _, fired := range []bool{true, false} {
			var series []any
			values, expected := test.silent, []any{}
			if fired {
				values, expected = test.fired, []any{map[string]any{"exp_labels": rule.Labels, "exp_annotations": rule.Annotations}}
			}
			for name, points := range values {
				series = append(series, map[string]string{"series": name, "values": points})
			}
			tests = append(tests, map[string]any{"name": fmt.Sprint(rule.Alert, " ", fired), "interval": "1m", "input_series": series, "alert_rule_test": []any{
				map[string]any{"eval_time": test.after, "alertname": rule.Alert, "exp_alerts": expected},
			}})
		}
	}
	require.Len(t, tests, 2*len(alertCases), "a case is of no rule")
	text, err := yaml.Marshal(map[string]any{"rule_files": []string{rules}, "evaluation_interval": "1m", "tests": tests})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "tests.yml")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	promtool(t, "check", "rules", alerts)
	promtool(t, "test", "rules", file)
}

// TestPanelsAreUnderstood by Prometheus, with what Grafana puts in for its own variable.
func TestPanelsAreUnderstood(t *testing.T) {
	var dashboard struct {
		Panels []struct {
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(read(t, "monitoring/dashboard.json")), &dashboard))
	var records []any
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			records = append(records, map[string]string{"record": fmt.Sprintf("panel:%d", len(records)), "expr": strings.ReplaceAll(target.Expr, "$__rate_interval", "5m")})
		}
	}
	require.NotEmpty(t, records)
	text, err := yaml.Marshal(map[string]any{"groups": []any{map[string]any{"name": "panels", "rules": records}}})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "panels.yml")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	promtool(t, "check", "rules", file)
}
