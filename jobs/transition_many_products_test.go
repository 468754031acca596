//go:build !race

package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
)

// TestConnectAndDisconnectOfManyProductsTakeAsLongAsShopifyAllows connects and disconnects a store of 100,000 products, which is read twice
// and written to in bulk each time. The clock is held: what time it takes is what Shopify has the program wait for.
func TestConnectAndDisconnectOfManyProductsTakeAsLongAsShopifyAllows(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 100,000 products many times")
	}
	const (
		products = 100_000
		bucket   = 2000 // points, that may be spent at once
		rate     = 100  // points, and tenths of a bulk operation's objects, that come back in a second
	)
	eachLifeWith(t, sandbox.Options{Products: products}, func(t *testing.T, l *life) {
		for _, transition := range []struct {
			name string
			do   func()
		}{{"connect", func() { l.connect() }}, {"disconnect", func() { l.requireRestored(l.disconnect()) }}} {
			time.Sleep(bucket / rate * time.Second) // the bucket is full
			began, spent := time.Now(), l.box.Points(domain)
			transition.do()
			took, points := time.Since(began), l.box.Points(domain)-spent
			// While the bulk operation runs the bucket fills up again.
			allowed := products/(10*rate)*time.Second + time.Duration(points-2*bucket)*time.Second/rate
			t.Logf("%s: %d points, %v, %.2f times what they allow", transition.name, points, took, took.Seconds()/allowed.Seconds())
			require.Less(t, took.Seconds(), 1.2*allowed.Seconds())
		}
	})
}
