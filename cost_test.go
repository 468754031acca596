//go:build !race

package main

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/handback/handback/db/dbtest"
)

// costsFile has what each operation costs on each database. TestOperationsCostNoMoreThanBefore fails when one takes
// another statement, or a tenth more allocations; -costs writes down what they take now. The race detector allocates,
// too, so that it is for `make cost`.
const costsFile = "testdata/costs.json"

var writeCosts = flag.Bool("costs", false, "write "+costsFile)

// moreAllocations is by how much they may grow: what other versions of Go and of libraries take.
const moreAllocations = 1.10

type operationCost struct {
	Statements  int     `json:"statements"`
	Allocations float64 `json:"allocations"`
}

func TestOperationsCostNoMoreThanBefore(t *testing.T) {
	text, err := os.ReadFile(costsFile)
	require.NoError(t, err)
	var before map[string]map[string]operationCost
	require.NoError(t, json.Unmarshal(text, &before))
	now := map[string]map[string]operationCost{}
	for _, dialect := range dbtest.Dialects {
		statements, allocations := countStatements(t, dialect), countAllocations(t, dialect)
		now[dialect] = map[string]operationCost{}
		for _, name := range measured {
			now[dialect][name] = operationCost{statements[name], allocations[name]}
		}
	}
	if *writeCosts {
		text, err := json.MarshalIndent(now, "", "\t")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(costsFile, append(text, '\n'), 0o600))
		return
	}
	for dialect, operations := range now {
		for name, cost := range operations {
			was := before[dialect][name]
			assert.LessOrEqual(t, cost.Statements, was.Statements, "statements of %s on %s", name, dialect)
			assert.LessOrEqual(t, cost.Allocations, moreAllocations*was.Allocations, "allocations of %s on %s", name, dialect)
		}
	}
}

func countStatements(t *testing.T, dialect string) map[string]int {
	t.Helper()
	spans := tracetest.NewSpanRecorder()
	requests := newCounter(t, dbtest.URL(t, dialect), sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	counts := map[string]int{}
	for _, name := range measured {
		before, after := requests.around(name)
		before()
		spans.Reset()
		requests.do(name)
		for _, span := range spans.Ended() {
			if strings.ToUpper(span.Name()) == span.Name() { // SELECT and the like, not a field
				counts[name]++
			}
		}
		after()
	}
	return counts
}

// countAllocations counts those of a disconnect and of a connect together with the other: they come in pairs.
func countAllocations(t *testing.T, dialect string) map[string]float64 {
	t.Helper()
	requests := newCounter(t, dbtest.URL(t, dialect), nil)
	counts := map[string]float64{}
	for _, name := range measured {
		before, after := requests.around(name)
		counts[name] = testing.AllocsPerRun(50, func() {
			before()
			requests.do(name)
			after()
		})
	}
	return counts
}
