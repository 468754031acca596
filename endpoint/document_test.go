package endpoint

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// TestParsingIsSharedFairly: validating a document takes a processor.
func TestParsingIsSharedFairly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		caller := sellerOfA
		e := newEndpoint(schemaOf(newBlocked()), Options{
			SignIn: func(*http.Request) (models.Caller, error) { return caller, nil }, Log: slog.New(slog.DiscardHandler),
		})
		ask := func(document string) (code int, took time.Duration) {
			began, answer := time.Now(), httptest.NewRecorder()
			e.ServeHTTP(answer, newPost(bodyOf(document, nil)))
			require.Equal(t, answer.Code == http.StatusOK, strings.Contains(answer.Body.String(), `"cost"`), "our fault costs nothing")
			return answer.Code, time.Since(began)
		}
		code, _ := ask(`{ __typename }`)
		require.Equal(t, http.StatusOK, code)

		require.True(t, e.capacity.store(sellerOfA.Store.ID).documents.TryAcquire(1))
		for _, other := range []models.Caller{sellerOfA, keyOfA} {
			caller = other
			code, took := ask(`{ a: __typename }`)
			require.Equal(t, http.StatusServiceUnavailable, code, "a store reads one at a time")
			require.Equal(t, operationTime, took)
			code, _ = ask(`{ __typename }`)
			require.Equal(t, http.StatusOK, code, "one that is known is not read")
		}
		caller = sellerOfB
		code, _ = ask(`{ a: __typename }`)
		require.Equal(t, http.StatusOK, code)
		require.True(t, e.capacity.documents.TryAcquire(int64(runtime.GOMAXPROCS(0))))
		code, took := ask(`{ b: __typename }`)
		require.Equal(t, http.StatusServiceUnavailable, code)
		require.Equal(t, operationTime, took)
	})
}

// TestOperationsHaveTheirOwnDefaults, also in a fragment that another operation spreads, too.
func TestOperationsHaveTheirOwnDefaults(t *testing.T) {
	s := serveSQLite(t, nil)
	ask := func(document, operation string) answer {
		return s.send(newPost(string(marshal(map[string]any{"query": document, "operationName": operation}))))
	}
	const edits = `mutation None($v: SettingValue) { ...e } mutation B($v: SettingValue = ["b"]) { ...e } mutation C($v: SettingValue = ["c"]) { ...e }
		fragment e on Mutation { updateSettings(settings: [{key: "order.tags", value: $v}]) { settings { value } userErrors { code } } }`
	const pages = `query Long($n: Int! = 250) { ...p } query Short($n: Int! = 1) { ...p } query Other { store { ...s } } fragment s on Store { id ... @defer { name } }
		fragment p on Query { auditTrail(first: $n) { nodes { id } } }`
	for range 2 { // read, then cached
		require.Contains(t, ask(edits, "None").text, `"INVALID_VALUE"`, "nothing was sent")
		require.Contains(t, ask(edits, "B").text, `[{"value":["b"]}]`)
		require.Contains(t, ask(edits, "C").text, `[{"value":["c"]}]`)
		require.Equal(t, 1+250, ask(pages, "Long").Extensions.Cost.Requested)
		require.Equal(t, 1+1, ask(pages, "Short").Extensions.Cost.Requested)
		require.Len(t, ask(pages, "Short").Data["auditTrail"].(map[string]any)["nodes"], 1)
		require.Contains(t, ask(pages, "Other").text, `"name":"Served"`)
		require.Equal(t, codeValidation, ask(pages, "").code())
	}
}

// TestLargeDocumentsCostPoints: each costs what it takes to read it, and one that is known costs nothing.
func TestLargeDocumentsCostPoints(t *testing.T) {
	s := serve(t, newBlocked(), sellerOfA, func(o *Options) { o.Throttle = Throttle{Maximum: 20_000, RestoreRate: 1e-9} })
	wide := `{ node(id: "x") { ` + repeated(500, func(int) string { return "id @skip(if: false) " }) + `} }`
	for document, nodes := range map[string]int{wide: 2 + 3*500, `{ node(id: "y") { id } }`: 3} {
		price := max(0, nodes-freeNodes) / nodesAPoint
		before := s.post(`{ __typename }`, nil).Extensions.Cost.Throttle.Available
		first := s.post(document, nil)
		require.Empty(t, first.Errors)
		require.InDelta(t, before-float64(price+*first.Extensions.Cost.Actual), first.Extensions.Cost.Throttle.Available, 1)
		again := s.post(document, nil)
		require.InDelta(t, first.Extensions.Cost.Throttle.Available-float64(*again.Extensions.Cost.Actual), again.Extensions.Cost.Throttle.Available, 1)
	}
}
