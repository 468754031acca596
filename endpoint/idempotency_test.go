package endpoint_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/endpoint"
	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok/sandbox/sandboxtest"
)

// countingTikTok is the sandbox, which counts how often it is asked, and wants no transaction to be open meanwhile.
type countingTikTok struct {
	sandboxtest.Codes
	t     *testing.T
	api   *api
	asked atomic.Int32
}

func (a *countingTikTok) Authorizations(ctx context.Context, code string) ([]models.Authorization, error) {
	a.asked.Add(1)
	for _, pool := range a.api.repository.Pools() {
		if pool.InUse > 0 {
			a.t.Errorf("%d connections are in use for %ss while TikTok is asked", pool.InUse, pool.Name)
		}
	}
	return a.Codes.Authorizations(ctx, code)
}

// newCountingAPI is newAPI with a TikTok that counts.
func newCountingAPI(t *testing.T, databaseURL string) (*api, *countingTikTok) {
	t.Helper()
	a := newAPI(t, databaseURL)
	store, err := a.repository.StoreByDomain(t.Context(), "aurora-outfitters.myshopify.com")
	require.NoError(t, err)
	tikTok := &countingTikTok{t: t, api: a}
	server := httptest.NewServer(endpoint.New(schemaOf(a.repository, tikTok), endpoint.Options{
		Once: a.repository.Once, SignIn: signInAs(models.Caller{Store: store, Actor: store.Seller()}), Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}))
	t.Cleanup(server.Close)
	return &api{t: t, url: server.URL, repository: a.repository}, tikTok
}

// keyedReply is an answer whose data is as it was sent.
type keyedReply struct {
	Data       json.RawMessage
	Extensions struct {
		Idempotent *struct{ Replayed bool }
	}
	Errors []struct {
		Message    string
		Path       []any
		Extensions struct{ Code string }
	}
}

func (a *api) keyed(query string, variables object) (r keyedReply) {
	a.t.Helper()
	require.NoError(a.t, json.Unmarshal(a.send(query, variables), &r))
	return r
}

// keyedOnce sends a request that must be carried out, or answered again.
func (a *api) keyedOnce(replayed bool, query string, variables object) (data string) {
	a.t.Helper()
	r := a.keyed(query, variables)
	require.Empty(a.t, r.Errors)
	require.NotNil(a.t, r.Extensions.Idempotent)
	require.Equal(a.t, replayed, r.Extensions.Idempotent.Replayed, query)
	return string(r.Data)
}

// keyedRejected sends a request that must be rejected without anything being done.
func (a *api) keyedRejected(code, message, query string, variables object) {
	a.t.Helper()
	before := a.state()
	r := a.keyed(query, variables)
	require.Len(a.t, r.Errors, 1, query)
	require.Equal(a.t, code, r.Errors[0].Extensions.Code, query)
	require.Contains(a.t, r.Errors[0].Message, message, query)
	require.Equal(a.t, before, a.state(), query)
}

func TestIdempotentMutationReplaysItsAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a, tikTok := newCountingAPI(t, databaseURL)
		const connect = `mutation Connect($code: String!, $key: String!) {
			mine: connectTikTokShop(authorizationCode: $code) @idempotent(key: $key) {
				account { id connectedAt } changes { key after }
				a: overview { tikTokShop { ...status } } b: overview { tikTokShop { ...status accounts { snapshot { digest } } } }
				userErrors { code } } }
			fragment status on ChannelOverview { status statusLabel }`
		variables := object{"code": "sandbox:US:owner:MINE", "key": "k1"}
		connected := a.keyedOnce(false, connect, variables)
		require.Equal(t, 2, strings.Count(connected, `"CONNECTED"`))
		refused := a.keyedOnce(false, connect, object{"code": "sandbox:US:owner:MINE", "key": "k2"})
		require.Contains(t, refused, "ALREADY_CONNECTED")
		unknown := a.keyedOnce(false, connect, object{"code": "unknown", "key": "k3"})
		require.Contains(t, unknown, "AUTHORIZATION_INVALID")
		require.Empty(t, a.do(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }`, nil).(object)["userErrors"])
		state := a.state()
		require.Equal(t, int32(1), tikTok.asked.Load())

		require.Equal(t, connected, a.keyedOnce(true, connect, variables))
		spaced := "# again\n" + strings.ReplaceAll(connect, " ", " ,\n ")
		require.Equal(t, connected, a.keyedOnce(true, spaced, variables))
		require.Equal(t, refused, a.keyedOnce(true, connect, object{"code": "sandbox:US:owner:MINE", "key": "k2"}))
		require.Equal(t, unknown, a.keyedOnce(true, connect, object{"code": "unknown", "key": "k3"}))
		require.Equal(t, int32(1), tikTok.asked.Load())
		require.Equal(t, state, a.state())
	})
}

// A document that is read for the first time by another program is the same request.
func TestIdempotencyKeyHoldsInEveryProcess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		const edit = `mutation { updateSettings(settings: [{ key: "order.tags", value: ["a", "b"] }, { key: "inventory.percent", value: 1e1 }])
			@idempotent(key: "k") { settings { value updatedAt } } }`
		first := a.keyedOnce(false, edit, nil)
		require.Equal(t, first, a.keyedOnce(true, edit, nil))
		require.Equal(t, first, newAPI(t, databaseURL).keyedOnce(true, edit, nil))
	})
}

func TestIdempotentFieldsInOneMutation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		edit := func(key, second string) string {
			return fmt.Sprintf(`mutation {
				a: updateSettings(settings: [{ key: "order.tags", value: [%q] }]) @idempotent(key: %[1]q) { settings { value } }
				b: updateSettings(settings: [{ key: "order.tags", value: ["second"] }]) %s { settings { value } } }`, key, second)
		}
		both := a.keyedOnce(false, edit("1", `@idempotent(key: "2")`), nil)
		require.Equal(t, both, a.keyedOnce(true, edit("1", `@idempotent(key: "2")`), nil))

		r := a.keyed(edit("3", `@idempotent(key: "3")`), nil)
		require.Len(t, r.Errors, 1)
		require.Equal(t, "IDEMPOTENCY_KEY_MISMATCH", r.Errors[0].Extensions.Code)
		require.Equal(t, []any{"b"}, r.Errors[0].Path)
		require.JSONEq(t, `{"a":{"settings":[{"value":["3"]}]},"b":null}`, string(r.Data))
		require.False(t, r.Extensions.Idempotent.Replayed)

		for range 2 { // the second one is answered again, but not the first
			r = a.keyed(edit("1", `@idempotent(key: "4")`), nil)
			require.Len(t, r.Errors, 1)
			require.JSONEq(t, `{"a":null,"b":{"settings":[{"value":["second"]}]}}`, string(r.Data))
			require.False(t, r.Extensions.Idempotent.Replayed)
		}
		a.keyedOnce(false, edit("5", ""), nil)
		r = a.keyed(`mutation { updateSettings(settings: []) { userErrors { code } } }`, nil)
		require.Nil(t, r.Extensions.Idempotent)
	})
}

const keyedDisconnect = `mutation { disconnectTikTokShop(confirm: true) @idempotent(key: "k") {
	disconnection { id } overview { ...read } other: overview { ...read } userErrors { code } } }
	fragment read on Overview { tikTokShop { accounts { snapshot { digest } } } }`

// An answer with an error in it is not one to keep, so that what it tells of is not done either.
func TestIdempotentDisconnectWithFaultIsUndone(t *testing.T) {
	t.Parallel()
	const secret = "driver: bad connection to db.internal"
	for name, test := range map[string]struct {
		code, cause string
		fail        func() error
	}{
		"try again": {"TRY_AGAIN", secret, func() error { return errors.Join(models.ErrTryAgain, errors.New(secret)) }},
		"internal":  {"INTERNAL", secret, func() error { return errors.New(secret) }},
		"panic":     {"INTERNAL", nilDereferenced, dereferenceNil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, databaseURL string) {
				repository := openRepository(t, databaseURL)
				seller := connectedSeller(t, repository)
				c := serve(t, faulty{Repository: repository, overview: test.fail}, seller)
				r := c.post(t, keyedDisconnect)
				require.Len(t, r.Errors, 1, r.text)
				part, _ := r.Errors[0].Path[1].(string)
				require.Contains(t, []string{"overview", "other"}, part)
				c.requireFault(t, r, test.code, test.cause, "disconnectTikTokShop", part)
				if test.code == "TRY_AGAIN" {
					require.Contains(t, r.Errors[0].Message, "Nothing was done")
				}
				require.Nil(t, r.Data["disconnectTikTokShop"])
				require.Contains(t, r.text, `"idempotent":{"replayed":false}`)

				again := serve(t, repository, seller).post(t, keyedDisconnect)
				require.Empty(t, again.Errors, again.text)
				require.Empty(t, again.Data["disconnectTikTokShop"].UserErrors)
				require.NotNil(t, again.Data["disconnectTikTokShop"].Disconnection)
				require.Contains(t, again.text, `"idempotent":{"replayed":false}`)
			})
		})
	}
}

func TestIdempotentDisconnectWithLostCommitIsReplayed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		moment   dbtest.Moment
		replayed string
	}{
		"after it was done":  {dbtest.AfterAnswer, `"replayed":true`},
		"before it was done": {dbtest.BeforeRequest, `"replayed":false`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := dbtest.Postgres(t)
			seller, proxy := connectedSeller(t, openRepository(t, url)), dbtest.NewProxy(t, url)
			c := serve(t, openRepository(t, proxy.URL()), seller)
			proxy.When(dbtest.IsCommit, test.moment, proxy.Cut)
			r := c.post(t, keyedDisconnect)
			c.requireFault(t, r, "OUTCOME_UNKNOWN", "answer to the commit was lost", "disconnectTikTokShop")
			require.Nil(t, r.Data["disconnectTikTokShop"])

			again := c.post(t, keyedDisconnect)
			require.Empty(t, again.Errors, again.text)
			require.Empty(t, again.Data["disconnectTikTokShop"].UserErrors)
			require.NotNil(t, again.Data["disconnectTikTokShop"].Disconnection)
			require.Contains(t, again.text, test.replayed)
		})
	}
}

// What is deferred is resolved behind the answer's back, when the transaction may be over.
func TestIdempotentDisconnectWithDeferredParts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		for i := range 20 {
			a.keyedOnce(false, fmt.Sprintf(`mutation { disconnectTikTokShop(confirm: true) @idempotent(key: "%d") {
				... @defer { overview { tikTokShop { status } } } userErrors { code } } }`, i), nil)
		}
	})
}

// TestAnswerThatIsNotStored: a repetition is told the truth where there was no room for the answer, and nothing is done again.
func TestAnswerThatIsNotStored(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		a := newAPI(t, databaseURL)
		connected := a.do(`mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:MINE") { userErrors { code } } }`, nil)
		require.Empty(t, connected.(object)["userErrors"])
		a.repository.LedgerBudget = 0
		first := a.keyedOnce(false, keyedDisconnect, nil)
		require.Contains(t, first, `"userErrors":[]`)
		for range 2 {
			a.keyedRejected("ANSWER_DROPPED", "not done again. Its answer was not stored", keyedDisconnect, nil)
		}
		r := a.keyed(keyedDisconnect, nil)
		require.JSONEq(t, `{"disconnectTikTokShop":null}`, string(r.Data))
		require.Equal(t, []any{"disconnectTikTokShop"}, r.Errors[0].Path)
		require.True(t, r.Extensions.Idempotent.Replayed)
	})
}
