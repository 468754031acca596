package shopify_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify"
)

func TestCallsAreRepeatedUntilTheySucceed(t *testing.T) {
	for name, failure := range map[string]reply{
		"throttled":            throttled(2000),
		"too many requests":    status(http.StatusTooManyRequests, "Retry-After", "0.1"),
		"bad gateway":          status(http.StatusBadGateway),
		"internal error":       topLevel("Internal error", `{"code":"INTERNAL_SERVER_ERROR","requestId":"1"}`),
		"cut without answer":   cut,
		"cut in the answer":    cutInside,
		"product being edited": data(`{"publishablePublish":{"publishable":null,"userErrors":[{"field":["id"],"message":"Product is locked","code":"PRODUCT_LOCK_ERROR"}]}}`),
	} {
		t.Run(name, func(t *testing.T) {
			api := newAPI(t).on("PublishProduct", failure, failure, data(published))

			require.NoError(t, api.client().Publish(t.Context(), store, publication, product))
			require.Equal(t, 3, api.times("PublishProduct"))
		})
	}
}

func TestRetryAfterIsInSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t).on("PublishProduct", status(http.StatusTooManyRequests, "Retry-After", "7.5"), data(published))
		began := time.Now()

		require.NoError(t, api.timeless().Publish(t.Context(), store, publication, product))
		require.Equal(t, 7500*time.Millisecond, time.Since(began))
	})
}

func TestLongRetryAfterIsLeftToTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t).on("PublishProduct", status(http.StatusServiceUnavailable, "Retry-After", "3600"))
		began := time.Now()

		err := api.timeless().Publish(t.Context(), store, publication, product)

		requireKind(t, shopify.Unavailable, err)
		failed := &shopify.Error{}
		require.ErrorAs(t, err, &failed)
		require.Equal(t, time.Hour, failed.RetryAfter)
		require.Zero(t, time.Since(began))
	})
}

func TestCallsThatKeepFailingEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t).on("PublishProduct", status(http.StatusBadGateway))

		err := api.timeless().Publish(t.Context(), store, publication, product)

		requireKind(t, shopify.Unavailable, err)
		require.Equal(t, 8, api.times("PublishProduct"))
	})
}

func TestSlowCallsAreGivenUpAndRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t).on("PublishProduct", data(published))
		client := shopify.New(shopify.Options{Tokens: &tokens{current: firstToken}, Transport: &stuckOnce{next: inProcess{api}}})

		require.NoError(t, client.Publish(t.Context(), store, publication, product))
		require.Equal(t, 1, api.times("PublishProduct"))
	})
}

// stuckOnce never answers the first request.
type stuckOnce struct {
	stuck bool
	next  http.RoundTripper
}

func (s *stuckOnce) RoundTrip(r *http.Request) (*http.Response, error) {
	if !s.stuck {
		s.stuck = true
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return s.next.RoundTrip(r)
}

func TestNoCallWaitsLongerThanTheContextLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t).on("PublishProduct", status(http.StatusTooManyRequests, "Retry-After", "30"))
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		began := time.Now()

		err := api.timeless().Publish(ctx, store, publication, product)

		requireKind(t, shopify.Unavailable, err)
		require.Zero(t, time.Since(began))
	})
}

func TestCanceledCallEndsWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t).on("PublishProduct", status(http.StatusTooManyRequests, "Retry-After", "60"))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		began := time.Now()

		requireKind(t, shopify.Unavailable, api.timeless().Publish(ctx, store, publication, product))
		require.Equal(t, time.Second, time.Since(began))
	})
}
