package sandbox_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify"
	"github.com/handback/handback/shopify/sandbox"
)

const hook = "https://example.com/hooks/shopify"

// listen returns options with which notifications come out of the channel.
func listen() (sandbox.Options, chan sandbox.Notification) {
	told := make(chan sandbox.Notification, 100)
	return sandbox.Options{Webhook: hook, APISecret: "planted-secret", Deliver: func(_ context.Context, n sandbox.Notification) error {
		told <- n
		return nil
	}}, told
}

// next is what comes next.
func next(t *testing.T, told chan sandbox.Notification) sandbox.Notification {
	t.Helper()
	select {
	case n := <-told:
		return n
	case <-time.After(time.Minute):
		require.FailNow(t, "nothing is told")
		return sandbox.Notification{}
	}
}

func TestNotificationOfWhatTheMerchantDoes(t *testing.T) {
	options, told := listen()
	a := install(t, options)
	for _, c := range []struct{ mutation, topic string }{
		{`locationEdit(id: "gid://shopify/Location/1001", input: {name: "Depot"}) { userErrors { message } }`, "locations/update"},
		{`productDelete(input: {id: "gid://shopify/Product/7001"}) { userErrors { message } }`, "products/delete"},
		{`appUninstall { userErrors { message } }`, "app/uninstalled"},
	} {
		a.merchant("mutation { " + c.mutation + " }")
		n := next(t, told)
		if n.Topic == "product_publications/delete" { // of a deleted product, in any order
			n = next(t, told)
		}
		require.Equal(t, c.topic, n.Topic)
		require.Equal(t, hook, n.Address)
		require.Equal(t, store, n.Shop)
		header := http.Header{}
		header.Set("X-Shopify-Hmac-Sha256", n.Signature)
		require.True(t, shopify.Notifications{Secret: "planted-secret"}.Verify(header, n.Body))
	}
}

func TestNotificationIsDeliveredAgain(t *testing.T) {
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	taken := make(chan string, 1000)
	post := sandbox.Post(server.Client())
	a := install(t, sandbox.Options{Webhook: server.URL, Deliver: func(ctx context.Context, n sandbox.Notification) error {
		err := post(ctx, n)
		if err == nil {
			taken <- n.Topic
		}
		return err
	}})
	a.sandbox.Uninstall(store)
	require.Eventually(t, func() bool {
		a.clock.pass(time.Hour)
		a.sandbox.Redact(store) // which wakes it
		return <-taken == "app/uninstalled"
	}, time.Minute, time.Millisecond)
}
