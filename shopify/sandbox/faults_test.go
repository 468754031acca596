package sandbox_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
)

func TestFaults(t *testing.T) {
	for kind, want := range map[sandbox.FaultKind]struct {
		status int // 0: no answer
		code   string
		done   bool
	}{
		sandbox.Throttled:    {status: 200, code: "THROTTLED"},
		sandbox.HTTP429:      {status: 429},
		sandbox.HTTP500:      {status: 500},
		sandbox.CutBefore:    {},
		sandbox.CutAfter:     {done: true},
		sandbox.Unauthorized: {status: 401},
		sandbox.Slow:         {status: 200, done: true},
		sandbox.Refused:      {status: 200},
	} {
		t.Run(string(kind), func(t *testing.T) {
			a := install(t, sandbox.Options{SlowDelay: time.Millisecond})
			publication := a.publication()
			require.NoError(t, a.sandbox.AddFault(sandbox.Fault{Operation: "PublishProduct", Kind: kind, Times: 1}))
			status, answer, err := a.send("PublishProduct", variables{"id": productID, "publicationId": publication})
			if want.status == 0 {
				require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			} else {
				require.NoError(t, err)
				require.Equal(t, want.status, status)
			}
			if want.code != "" {
				require.Equal(t, want.code, decode(t, answer).Errors[0].Extensions["code"])
			}
			outcome := string(kind)
			if kind == sandbox.Slow {
				outcome = sandbox.OutcomeOK
			}
			require.Equal(t, []string{outcome}, a.outcomes("PublishProduct"))
			a.clock.pass(time.Minute)
			require.Equal(t, want.done, len(a.published()) == 1)
			require.Equal(t, true, a.publish(productID).at("publishablePublish.publishable.publishedOnPublication"), "a fault ends")
		})
	}
}

func TestThrottledOnDemandFindsAnEmptyBucket(t *testing.T) {
	a := install(t, sandbox.Options{})
	require.NoError(t, a.sandbox.AddFault(sandbox.Fault{Operation: "*", Kind: sandbox.Throttled, Times: 1}))
	throttled := a.do("Shop", nil)
	require.Nil(t, throttled.Extensions.Cost.ActualQueryCost)
	require.Less(t, throttled.Extensions.Cost.ThrottleStatus.CurrentlyAvailable, 10.0)
}

func TestRefusalOnDemandIsForMutations(t *testing.T) {
	a := install(t, sandbox.Options{})
	require.NoError(t, a.sandbox.AddFault(sandbox.Fault{Operation: "*", Kind: sandbox.Refused, Times: 1}))
	require.Empty(t, a.do("Shop", nil).Errors)
	refused := a.do("LocationEdit", variables{"id": locationID, "fulfillsOnlineOrders": false})
	require.Equal(t, "INVALID", refused.at("locationEdit.userErrors.0.code"))
	require.Nil(t, refused.at("locationEdit.location"))
}

func TestControlAddsAndEndsFaults(t *testing.T) {
	a := install(t, sandbox.Options{})
	status, text := a.control(http.MethodPost, "/sandbox/faults", `{"platform":"shopify","operation":"Shop","kind":"HTTP_500","times":3}`)
	require.Equal(t, http.StatusNoContent, status, text)
	require.Equal(t, http.StatusInternalServerError, a.status())
	status, _ = a.control(http.MethodDelete, "/sandbox/faults", "")
	require.Equal(t, http.StatusNoContent, status)
	require.Equal(t, http.StatusOK, a.status())
	for _, bad := range []string{
		`{"platform":"tiktok","operation":"*","kind":"SLOW","times":1}`, `{"operation":"*","kind":"FAST","times":1}`,
		`{"operation":"*","kind":"SLOW"}`, `{"kind":"SLOW","times":1}`, `{"operations":"*"}`, `no`,
	} {
		status, _ := a.control(http.MethodPost, "/sandbox/faults", bad)
		require.Equal(t, http.StatusBadRequest, status, bad)
	}
}

func TestCallsAreListedInOrder(t *testing.T) {
	a := install(t, sandbox.Options{})
	publication := a.publication()
	a.do("PublishProduct", variables{"id": productID, "publicationId": publication})
	a.do("UnpublishProduct", variables{"id": "gid://shopify/Product/1", "publicationId": publication})
	a.merchant(`{ shop { name } }`)
	status, text := a.control(http.MethodGet, "/sandbox/calls?after=2", "")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, `{"calls":[`+
		`{"n":3,"platform":"shopify","operation":"PublishProduct","target":"gid://shopify/Product/7001","outcome":"OK"},`+
		`{"n":4,"platform":"shopify","operation":"UnpublishProduct","target":"gid://shopify/Product/1","outcome":"USER_ERROR"}]}`, text)
	_, text = a.control(http.MethodGet, "/sandbox/calls?after=4", "")
	require.Equal(t, `{"calls":[]}`, text)
	status, _ = a.control(http.MethodGet, "/sandbox/calls?after=x", "")
	require.Equal(t, http.StatusBadRequest, status)
}

func TestCallsAreThrottledByCost(t *testing.T) {
	a := install(t, sandbox.Options{})
	publication := a.publication()
	publish := func() reply {
		return a.do("PublishProduct", variables{"id": productID, "publicationId": publication})
	}
	a.clock.pass(time.Minute)
	require.Equal(t, 1990.0, publish().Extensions.Cost.ThrottleStatus.CurrentlyAvailable)
	for range 199 {
		require.Empty(t, publish().Errors)
	}
	throttled := publish()
	require.Equal(t, "THROTTLED", throttled.Errors[0].Extensions["code"])
	require.Equal(t, 0.0, throttled.Extensions.Cost.ThrottleStatus.CurrentlyAvailable)
	a.clock.pass(100 * time.Millisecond)
	require.Empty(t, publish().Errors)
	a.clock.pass(time.Minute)
	read := a.do("WebhookSubscriptions", nil).Extensions.Cost
	require.Equal(t, 13, read.RequestedQueryCost, "a page of 250")
	require.Equal(t, 1, *read.ActualQueryCost, "of which there is one")
}
