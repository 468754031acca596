package test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/test/program"
)

// alertRules are those of Prometheus.
type alertRules struct {
	Groups []struct {
		Name  string
		Rules []struct {
			Alert, Expr, For    string
			Labels, Annotations map[string]string
		}
	}
}

// dashboard is one of Grafana's.
type dashboard struct {
	Panels []struct {
		Title   string
		Targets []struct{ Expr string }
	}
}

var (
	metricName  = regexp.MustCompile(`\b(handback|process)_[a-z_]+`)
	metricLabel = regexp.MustCompile(`([a-z]+)(?:=~?|!=)"([^"]*)"`)
)

// TestMonitoringAsksForWhatThereIs: each metric and label that an alert or a panel asks for is told by a program that runs.
func TestMonitoringAsksForWhatThereIs(t *testing.T) {
	t.Parallel()
	p := program.Start(t, program.Shipped)
	p.Query(`{ store { id } }`)
	told := ""
	require.Eventually(t, func() bool { // the first job is done after the start
		told = p.Metrics()
		return strings.Contains(told, "handback_job_attempts_total")
	}, program.Patience, 50*time.Millisecond)
	asked := 0
	for _, expr := range append(alertExpressions(t), panelExpressions(t)...) {
		for _, name := range metricName.FindAllString(expr, -1) {
			require.Regexp(t, `(?m)^# TYPE `+strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_sum")+` `, told, expr)
			asked++
		}
		for _, label := range metricLabel.FindAllStringSubmatch(expr, -1) {
			require.Contains(t, told, label[1]+`="`, expr)
		}
	}
	require.Greater(t, asked, 20)
}

func alertExpressions(t *testing.T) (list []string) {
	t.Helper()
	for _, rule := range readRules(t).Groups[0].Rules {
		list = append(list, rule.Expr)
	}
	return list
}

func panelExpressions(t *testing.T) (list []string) {
	t.Helper()
	var read dashboard
	require.NoError(t, json.Unmarshal([]byte(program.ReadFile(t, "deploy/monitoring/dashboard.json")), &read))
	for _, panel := range read.Panels {
		for _, target := range panel.Targets {
			list = append(list, target.Expr)
		}
	}
	return list
}

func readRules(t *testing.T) (rules alertRules) {
	t.Helper()
	require.NoError(t, yaml.UnmarshalWithOptions([]byte(program.ReadFile(t, "deploy/monitoring/alerts.yml")), &rules, yaml.Strict()))
	require.Len(t, rules.Groups, 1)
	return rules
}

// TestEveryAlertHasARunbook, and every runbook an alert.
func TestEveryAlertHasARunbook(t *testing.T) {
	t.Parallel()
	var alerts, runbooks []string
	for _, rule := range readRules(t).Groups[0].Rules {
		alerts = append(alerts, rule.Alert)
		require.Equal(t, "docs/runbooks.md#"+strings.ToLower(rule.Alert), rule.Annotations["runbook"])
		require.NotEmpty(t, rule.Annotations["summary"])
		require.Contains(t, []string{"page", "ticket"}, rule.Labels["severity"])
	}
	for line := range strings.Lines(program.ReadFile(t, "docs/runbooks.md")) {
		if name, heading := strings.CutPrefix(strings.TrimSpace(line), "## "); heading {
			runbooks = append(runbooks, name)
		}
	}
	slices.Sort(alerts)
	slices.Sort(runbooks)
	require.Equal(t, alerts, runbooks)
}
