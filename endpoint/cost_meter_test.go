package endpoint

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// longAccounts is a repository in which details of an account have so many bytes, and which may fail after that.
type longAccounts struct {
	fullRepository
	bytes int
	fail  error
	reads atomic.Int64 // of an account
}

func (l *longAccounts) Once(ctx context.Context, caller models.Caller, request models.IdempotentRequest, do func(context.Context) ([]byte, error)) ([]byte, bool, error) {
	return onceOf(l.fullRepository)(ctx, caller, request, do)
}

func (l *longAccounts) Account(ctx context.Context, caller models.Caller, id string, details models.AccountDetails) (*models.Account, error) {
	l.reads.Add(1)
	if err := models.ReadBudgetFrom(ctx).Consume(l.bytes); err != nil {
		return nil, err
	}
	if l.fail != nil {
		return nil, l.fail
	}
	return l.fullRepository.Account(ctx, caller, id, details)
}

func (l *longAccounts) Settings(ctx context.Context, caller models.Caller, filter models.SettingFilter) ([]models.Setting, error) {
	if l.fail != nil {
		return nil, l.fail
	}
	return l.fullRepository.Settings(ctx, caller, filter)
}

// TestReadsOfMutationAreLimited: what a mutation's answer may read ends as that of a query does, and what it did is done.
func TestReadsOfMutationAreLimited(t *testing.T) {
	const edit, fields = `disconnectTikTokShop(confirm: true)`, 20
	account := func(i int) string { return fmt.Sprintf("a%d: account { snapshot { digest } } ", i) }
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller := openStore(t, databaseURL)
		long := &longAccounts{fullRepository: repository, bytes: readBytes / 4}
		s := serve(t, long, seller, nil)
		const reconnect = `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:SERVED") { userErrors { code } } }`
		for _, key := range []string{"", `@idempotent(key: "k")`, `@idempotent(key: "k")`} {
			long.reads.Store(0)
			a := s.post(`mutation { `+edit+key+` { `+repeated(fields, account)+` userErrors { code } } }`, nil)
			require.Equal(t, 200, a.Code)
			require.Len(t, a.Errors, 1, a.text)
			require.Equal(t, codeAnswerTooLong, a.code())
			require.Less(t, len(a.text), 1000)
			status := s.post(`{ overview { tikTokShop { status } } }`, nil).text
			if strings.Contains(a.text, `"replayed":true`) {
				require.Zero(t, long.reads.Load())
				require.Contains(t, status, "CONNECTED", "it is not done again")
				continue
			}
			require.Contains(t, status, "SETUP_IN_PROGRESS", "it was done")
			require.Greater(t, *a.Extensions.Cost.Actual, readBytes/pointBytes)
			require.Empty(t, s.post(reconnect, nil).Errors)
		}
	})
}

// TestReadsOfMutationTakeFromTheRest: while others hold all there is, a part of the answer cannot be read, and what was done is told.
func TestReadsOfMutationTakeFromTheRest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller := openStore(t, databaseURL)
		s := serve(t, &longAccounts{fullRepository: repository, bytes: 1 << 20}, seller, nil)
		require.True(t, s.endpoint.capacity.answers.TryAcquire(answersBytes-answerStep))
		a := s.post(`mutation { disconnectTikTokShop(confirm: true) { account { snapshot { digest } } disconnection { id } userErrors { code } } }`, nil)
		require.Equal(t, codeTryAgain, a.code())
		require.Contains(t, a.text, `"path":["disconnectTikTokShop","account"]`)
		require.NotNil(t, a.Data["disconnectTikTokShop"].(map[string]any)["disconnection"])
		s.endpoint.capacity.answers.Release(answersBytes - answerStep)
		require.True(t, s.endpoint.capacity.answers.TryAcquire(answersBytes), "all was given back")
	})
}

// TestReadsOfWritesAreCharged: a mutation pays afterwards for what it has read, though it was refused; and it is not refused because there
// is too little left to pay for that, but the next one is.
func TestReadsOfWritesAreCharged(t *testing.T) {
	const long = 1 << 20
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, seller := openStore(t, databaseURL)
		s := serve(t, repository, seller, func(o *Options) { o.Throttle = Throttle{Maximum: 3 * long / pointBytes, RestoreRate: 1e-6} })
		value := models.Value(`["` + strings.Repeat("x", long-4) + `"]`)
		_, err := repository.UpdateSettings(t.Context(), seller, []models.SettingInput{{Key: "order.tags", Value: value}})
		require.NoError(t, err)
		refused := func(mutation, code string) int {
			a := s.post(`mutation { refused: `+mutation+` { userErrors { code } } }`, nil)
			require.Empty(t, a.Errors)
			require.Contains(t, a.text, code)
			return *a.Extensions.Cost.Actual
		}
		require.Less(t, refused(`updateSettings(settings: [{ key: "nothing", value: 1 }])`, "UNKNOWN_SETTING"), 20)
		require.InDelta(t, long/pointBytes, refused(`updateSettings(settings: [{ key: "order.tags", value: ["a"], expected: ["b"] }])`, "STALE_VALUE"), 20)
		require.InDelta(t, long/pointBytes, refused(`disconnectTikTokShop(confirm: true, previewToken: "another")`, "PREVIEW_STALE"), 30)
		require.InDelta(t, long/pointBytes, refused(`disconnectTikTokShop(confirm: true, previewToken: "another")`, "PREVIEW_STALE"), 30)
		require.Equal(t, codeThrottled, s.post(`{ __typename }`, nil).code(), "what was used beyond what there was is owed")
	})
}

// TestRowsAreLimited: many rows without a text take memory.
func TestRowsAreLimited(t *testing.T) {
	all := newCapacity()
	m := &costMeter{budget: all.answersOf("store"), query: true}
	for range readBytes / rowBytes {
		require.NoError(t, m.Consume(0))
	}
	require.Equal(t, 1, m.total(1))
	m.Charge(3*rowsAPoint, 0)
	require.Equal(t, 3, m.total(1), "those that are no part of the answer are counted and not limited")
	require.ErrorIs(t, m.Consume(0), errTooCostly)
	m.release()
	require.True(t, all.answers.TryAcquire(answersBytes))
}

// TestBrokenOffOperationIsCharged what it was estimated at, or what it had used if that is more.
func TestBrokenOffOperationIsCharged(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	accounts, err := repository.Accounts(t.Context(), seller, models.AccountDetails{})
	require.NoError(t, err)
	account := `node(id: "` + accounts[0].ID + `") { ... on Account { snapshot { settings { key } } } }`
	for name, test := range map[string]struct {
		fail      error
		bytes     int
		query     string
		requested int
		actual    int
	}{
		"out of time":            {models.ErrTryAgain, 0, `{ settings { key } }`, 45, 45},
		"statement out of time":  {context.DeadlineExceeded, 0, `{ settings { key } }`, 45, 45},
		"mutation":               {models.ErrTryAgain, 0, `mutation { disconnectTikTokShop(confirm: true) { account { snapshot { settings { key } } } } }`, 10 + 1 + 1 + 10, 10 + 1 + 1 + 10},
		"after more than that":   {models.ErrTryAgain, 100 * pointBytes, `{ ` + account + ` }`, 1 + 1 + 10, 100},
		"a part of several":      {models.ErrTryAgain, 0, `{ ` + account + ` store { id } }`, 1 + 1 + 10 + 1, 1 + 1 + 10 + 1},
		"ended well":             {nil, 0, `{ settings(scope: ADS) { key } }`, 45, 5},
		"our own failure":        {errors.New("planted"), 0, `{ settings { key } }`, 45, 1},
		"it is not there at all": {nil, 0, `{ node(id: "x") { id } }`, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, &longAccounts{fullRepository: repository, bytes: test.bytes, fail: test.fail}, seller, func(o *Options) {
				o.Throttle = Throttle{Maximum: 20_000, RestoreRate: 1e-9}
			})
			a := s.post(test.query, nil)
			require.Equal(t, test.requested, a.Extensions.Cost.Requested, a.text)
			require.Equal(t, test.actual, *a.Extensions.Cost.Actual, a.text)
			require.InDelta(t, 20_000-test.actual, a.Extensions.Cost.Throttle.Available, 1)
		})
	}
}

// TestOperationOfGoneClientIsCharged, which nobody is told of.
func TestOperationOfGoneClientIsCharged(t *testing.T) {
	b := newBlocked()
	s := serve(t, b, sellerOfA, func(o *Options) { o.Throttle = Throttle{Maximum: 20_000, RestoreRate: 1e-9} })
	ctx, leave := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.ServeHTTP(httptest.NewRecorder(), newPost(bodyOf(`{ settings { key } }`, nil)).WithContext(ctx))
	}()
	<-b.entered
	leave()
	<-done
	require.InDelta(t, 20_000-45, s.endpoint.limiter.settle(sellerOfA, 0).Available, 1)
}
