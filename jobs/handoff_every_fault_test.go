//go:build !race

package jobs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/standin"
)

// TestHandoffSurvivesEveryFault has each call that reads the list fail in every way.
func TestHandoffSurvivesEveryFault(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		s := openShop(l)
		s.order(t, 60)
		for _, operation := range []string{"SearchOrders", "Orders", "SearchCancellations", "SearchReturns"} {
			for _, kind := range standin.FaultKinds[:7] { // reads are never refused
				s.requireHandoffDespite(t, l, operation, kind)
			}
		}
	})
}

// TestHandoffGoesOnAfterEveryKill: at each call of a reading the process that reads is gone.
func TestHandoffGoesOnAfterEveryKill(t *testing.T) {
	eachLife(t, func(t *testing.T, l *life) {
		s := openShop(l)
		s.order(t, 60)
		n := 1
		for !s.requireHandoffAfterKill(t, l, n) {
			n++
		}
		require.Greater(t, n, 7)
	})
}
