//go:build !race

package db_test

import "testing"

func TestEveryCallTakesAFixedNumberOfStatementsInLargeStore(t *testing.T) {
	requireFixedStatements(t, 1000, 1)
}
