package endpoint

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

// TestErrorsTakeMemory of the store's share: a query with more of them than there is room for is not answered, and what is told of a
// mutation is what it has done.
func TestErrorsTakeMemory(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	s := serve(t, repository, seller, nil)
	refused := func(n int) string {
		return `{ accounts { ` + repeated(n, func(i int) string {
			return `a` + string(rune('a'+i/26)) + string(rune('a'+i%26)) + `: disconnectionHistory(first: -1) { nodes { id } } `
		}) + `} }`
	}
	const accounts, fields = 2, 90
	a := s.post(refused(fields), nil)
	require.Equal(t, http.StatusOK, a.Code, a.text)
	require.Equal(t, codeBadInput, a.code())
	told := len(a.Errors)
	require.GreaterOrEqual(t, told, fields, "each is told where there is room")
	require.LessOrEqual(t, told, accounts*fields)
	require.GreaterOrEqual(t, *a.Extensions.Cost.Actual, (told-maxErrors)*errorBytes/pointBytes, "and paid for")

	own := s.endpoint.capacity.answersOf(seller.Store.ID)
	free := int64(told-maxErrors) * errorBytes // less than it takes, with a row that is read
	require.True(t, own.tryAcquire(storeAnswers-free))
	a = s.post(refused(fields), nil)
	require.Equal(t, http.StatusServiceUnavailable, a.Code, a.text)
	require.Equal(t, codeOverloaded, a.code())
	require.Equal(t, codeBadInput, s.post(refused(maxErrors/accounts/2), nil).code(), "a few need none")
	own.release(storeAnswers - free)
	require.True(t, s.endpoint.capacity.answers.TryAcquire(answersBytes), "all was given back")
}

// TestKeyedAnswersTakeMemoryTwice: they are stored, and sent. Where there is no room for that nothing is done.
func TestKeyedAnswersTakeMemoryTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller := openStore(t, databaseURL)
		s := serve(t, repository, seller, nil)
		keyed := `mutation { updateSettings(settings: [{ key: "order.tags", value: ["keyed"] }]) @idempotent(key: "k") { settings { key } userErrors { code } } }`
		own := s.endpoint.capacity.answersOf(seller.Store.ID)
		require.True(t, own.tryAcquire(storeAnswers-answerStep))
		a := s.post(keyed, nil)
		require.Equal(t, codeTryAgain, a.code(), a.text)
		own.release(storeAnswers - answerStep)
		require.NotContains(t, s.post(`{ settings(key: "order.tags") { value } }`, nil).text, "keyed", "nothing was done")
		require.Empty(t, s.post(keyed, nil).Errors)
		require.Contains(t, s.post(`{ settings(key: "order.tags") { value } }`, nil).text, "keyed")
		require.True(t, s.endpoint.capacity.answers.TryAcquire(answersBytes), "all was given back")
	})
}

// TestWhatBecameOfMutationIsTold, however many errors there are of what was to be read before, and no memory for them.
func TestWhatBecameOfMutationIsTold(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	s := serve(t, repository, seller, nil)
	many := repeated(60, func(i int) string {
		return `a` + string(rune('a'+i/26)) + string(rune('a'+i%26)) + `: disconnectionHistory(first: -1) { nodes { id } } `
	})
	own := s.endpoint.capacity.answersOf(seller.Store.ID)
	const free = 60 << 10 // less than all errors take
	require.True(t, own.tryAcquire(storeAnswers-free))
	a := s.post(`mutation { a: disconnectTikTokShop(confirm: true) { account { `+many+` } userErrors { code } }
		b: updateSettings(settings: [{ key: "order.tags", value: ["second"] }]) @idempotent(key: "k") { userErrors { code } } }`, nil)
	own.release(storeAnswers - free)
	require.NotContains(t, s.post(`{ settings(key: "order.tags") { value } }`, nil).text, "second")
	require.Contains(t, a.text, `"path":["b"]`, "which was not done")
}
