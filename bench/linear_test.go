package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWorseThanLinear(t *testing.T) {
	for name, test := range map[string]struct {
		steps  []step
		alarms int
	}{
		"linear":                                              {[]step{{"a", 1, 10}, {"b", 10, 100}, {"c", 100, 1_000}}, 0},
		"a part that does not grow":                           {[]step{{"a", 1, 10}, {"b", 10, 11}, {"c", 100, 20}}, 0},
		"within the tolerance":                                {[]step{{"a", 1, 10}, {"b", 10, 10 * 10 * tolerance}}, 0},
		"beyond the tolerance":                                {[]step{{"a", 1, 10}, {"b", 10, 10*10*tolerance + 1}}, 1},
		"quadratic, from each to it":                          {[]step{{"a", 1, 1}, {"b", 10, 100}, {"c", 100, 10_000}}, 3},
		"slowly, step by step":                                {[]step{{"a", 1, 10}, {"b", 1, 15}, {"c", 1, 22}}, 1},
		"a smaller size may cost as much as a larger one":     {[]step{{"a", 100, 10}, {"b", 1, 10}}, 0},
		"a smaller size that costs much more than the larger": {[]step{{"a", 100, 10}, {"b", 1, 21}}, 1},
		"what was not measured":                               {[]step{{"a", 1, 10}, {"b", 10, math.NaN()}}, 1},
	} {
		require.Len(t, curve{what: "test", steps: test.steps}.superlinear(), test.alarms, name)
	}
}

func TestAlarmNamesFigureAndLimit(t *testing.T) {
	alarms := curve{what: "Settings", steps: []step{{"10 entries", 100, 1}, {"100 entries", 1_000, 50}}}.superlinear()
	require.Equal(t, []string{"worse than linear: Settings: from 10 entries to 100 entries the size grows 10.00-fold, the cost 50.00-fold"}, alarms)
	require.ErrorIs(t, alarming([]part{{}, {alarms: alarms}}), errAlarm)
	require.ErrorContains(t, alarming([]part{{alarms: alarms}}), "Settings")
	require.NoError(t, alarming([]part{{text: "all is well"}}))
}

func TestLatencyLimitGrowsWithClients(t *testing.T) {
	same := curve{steps: []step{waiting(4, 1_000), waiting(64, 1_000)}}
	require.Empty(t, same.superlinear(), "as many requests a second as before")
	slower := curve{steps: []step{waiting(4, 1_000), waiting(64, 1_000/tolerance-1)}}
	require.Len(t, slower.superlinear(), 1)
}
