package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQuantiles(t *testing.T) {
	values := []float64{40, 10, 30, 20}
	require.InDelta(t, 25, median(values), 0)
	require.InDelta(t, 17.5, quantile(values, 0.25), 0)
	require.InDelta(t, 32.5, quantile(values, 0.75), 0)
	require.InDelta(t, 10, quantile(values, 0), 0)
	require.InDelta(t, 40, quantile(values, 1), 0)
	require.InDelta(t, 7, median([]float64{7}), 0)
	require.True(t, math.IsNaN(median(nil)))
	require.Equal(t, []float64{40, 10, 30, 20}, values, "the values stay in the order of the rounds")
}

func TestRatiosArePairedByRound(t *testing.T) {
	require.Equal(t, []float64{0.5, 2}, ratios([]float64{50, 20}, []float64{100, 10}))
	require.Equal(t, []float64{0.5}, ratios([]float64{50, 20}, []float64{100}))
	require.Empty(t, ratios(nil, []float64{100}))
}
