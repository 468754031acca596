package main

import (
	"math"
	"slices"
)

// quantile is the value below which the share q of the values lies, between neighbours where it falls between them.
// There is none of no values.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	at := q * float64(len(sorted)-1)
	below := int(at)
	above := min(below+1, len(sorted)-1)
	return sorted[below] + (at-float64(below))*(sorted[above]-sorted[below])
}

func median(values []float64) float64 { return quantile(values, 0.5) }

// ratios divides round by round, so that what slows a whole round down does not count.
func ratios(values, by []float64) []float64 {
	list := make([]float64, min(len(values), len(by)))
	for i := range list {
		list[i] = values[i] / by[i]
	}
	return list
}
