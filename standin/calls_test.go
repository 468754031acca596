package standin_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/standin"
)

func call(platform, operation string) *standin.Call {
	return &standin.Call{Platform: platform, Operation: operation, Outcome: standin.OutcomeOK}
}

// TestCallsOfSeveralPlatformsAreInOneOrder, also when they are read from two files.
func TestCallsOfSeveralPlatformsAreInOneOrder(t *testing.T) {
	log := standin.NewLog()
	for _, c := range []*standin.Call{call("a", "1"), call("b", "2"), call("a", "3"), call("b", "4")} {
		log.Add(c)
	}
	again := standin.NewLog()
	for _, platform := range []string{"a", "b"} {
		for _, c := range log.Latest(platform) {
			again.Add(&c)
		}
	}
	require.Equal(t, log.Calls("", 0), again.Calls("", 0))
	again.Add(call("a", "5"))
	require.Equal(t, int64(5), again.Calls("a", 3)[0].N)
	require.Len(t, again.Calls("", 2), 3)
}

func TestFaultsAreOfOnePlatform(t *testing.T) {
	log := standin.NewLog()
	log.Open("a", standin.FaultKinds...)
	log.Open("b", standin.HTTP500)
	routes := http.NewServeMux()
	log.Handle(routes, "a")
	post := func(body string) int {
		recorder := httptest.NewRecorder()
		routes.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/sandbox/faults", strings.NewReader(body)))
		return recorder.Code
	}
	require.Equal(t, http.StatusNoContent, post(`{"platform":"b","operation":"*","kind":"HTTP_500","times":1}`))
	require.Equal(t, http.StatusNoContent, post(`{"operation":"Shop","kind":"SLOW","times":1}`))
	require.Equal(t, http.StatusBadRequest, post(`{"platform":"b","operation":"*","kind":"SLOW","times":1}`))
	require.Equal(t, http.StatusBadRequest, post(`{"operation":"Shop","kind":"SLOW","times":1} {}`))
	require.Equal(t, http.StatusBadRequest, post(`{"platform":"c","operation":"*","kind":"SLOW","times":1}`))
	require.Empty(t, log.TakeFault("a", "Other", true))
	require.Equal(t, standin.Slow, log.TakeFault("a", "Shop", true))
	log.ClearFaults("a")
	require.Equal(t, standin.HTTP500, log.TakeFault("b", "Shop", true))
	require.Empty(t, log.TakeFault("b", "Shop", true))
}
