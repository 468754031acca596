package endpoint_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

const disconnectMutation = `mutation { disconnectTikTokShop(confirm: true) {
	disconnection { id } overview { tikTokShop { accounts { snapshot { digest } } } } userErrors { code } } }`

func TestDisconnectWithLostConnectionSaysTryAgain(t *testing.T) {
	t.Parallel()
	url := dbtest.Postgres(t)
	seller, proxy := connectedSeller(t, openRepository(t, url)), dbtest.NewProxy(t, url)
	c := serve(t, openRepository(t, proxy.URL()), seller)
	proxy.At(5, dbtest.AfterAnswer, proxy.Cut)
	r := c.post(t, disconnectMutation)
	require.NotEmpty(t, proxy.Fired())
	c.requireFault(t, r, "TRY_AGAIN", "EOF", "disconnectTikTokShop")
	require.Nil(t, r.Data["disconnectTikTokShop"])
	require.NotContains(t, r.text, "127.0.0.1")

	again := c.post(t, disconnectMutation)
	require.Empty(t, again.Errors, again.text)
	require.Empty(t, again.Data["disconnectTikTokShop"].UserErrors)
	require.NotNil(t, again.Data["disconnectTikTokShop"].Disconnection)
}

func TestDisconnectWithLostCommitSaysOutcomeUnknown(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		moment dbtest.Moment
		again  string
	}{
		"after it was done":  {dbtest.AfterAnswer, string(models.AlreadyDisconnected)},
		"before it was done": {dbtest.BeforeRequest, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := dbtest.Postgres(t)
			seller, proxy := connectedSeller(t, openRepository(t, url)), dbtest.NewProxy(t, url)
			c := serve(t, openRepository(t, proxy.URL()), seller)
			proxy.When(dbtest.IsCommit, test.moment, proxy.Cut)
			r := c.post(t, disconnectMutation)
			c.requireFault(t, r, "OUTCOME_UNKNOWN", "answer to the commit was lost", "disconnectTikTokShop")
			require.Nil(t, r.Data["disconnectTikTokShop"])

			again := c.post(t, disconnectMutation)
			require.Empty(t, again.Errors, again.text)
			payload := again.Data["disconnectTikTokShop"]
			require.NotNil(t, payload.Disconnection)
			var refused string
			for _, userError := range payload.UserErrors {
				refused += userError.Code
			}
			require.Equal(t, test.again, refused)
		})
	}
}

func TestDisconnectIsAnsweredInTime(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds")
	}
	t.Parallel()
	url := dbtest.Postgres(t)
	seller, proxy := connectedSeller(t, openRepository(t, url)), dbtest.NewProxy(t, url)
	c := serve(t, openRepository(t, proxy.URL()), seller)
	proxy.At(5, dbtest.BeforeRequest, proxy.BlackHole)
	r := c.post(t, disconnectMutation)
	require.Greater(t, r.took, 7*time.Second)
	require.Less(t, r.took, patience)
	c.requireFault(t, r, "TRY_AGAIN", "context deadline exceeded", "disconnectTikTokShop")
}

func TestDisconnectOfLockedStoreSaysTryAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds")
	}
	t.Parallel()
	url := dbtest.Postgres(t)
	repository := openRepository(t, url)
	seller := connectedSeller(t, repository)
	c := serve(t, repository, seller)
	holder, err := pgx.Connect(context.Background(), url)
	require.NoError(t, err)
	defer holder.Close(context.Background())
	_, err = holder.Exec(context.Background(), "BEGIN; SELECT id FROM stores FOR UPDATE")
	require.NoError(t, err)
	r := c.post(t, disconnectMutation)
	c.requireFault(t, r, "TRY_AGAIN", "55P03", "disconnectTikTokShop")
	require.Nil(t, r.Data["disconnectTikTokShop"])
}

func TestInternalErrorsHideTheirCause(t *testing.T) {
	t.Parallel()
	const secret = "relation accounts lies in ruins at db.internal"
	for cause, fail := range map[string]func() error{
		secret:          func() error { return errors.New(secret) },
		nilDereferenced: dereferenceNil,
	} {
		t.Run(cause, func(t *testing.T) {
			repository := openRepository(t, dbtest.URL(t, "sqlite"))
			seller := connectedSeller(t, repository)
			c := serve(t, faulty{Repository: repository, disconnect: fail, overview: fail}, seller)
			r := c.post(t, disconnectMutation)
			c.requireFault(t, r, "INTERNAL", cause, "disconnectTikTokShop")
			require.NotContains(t, r.text, "goroutine")
			require.Nil(t, r.Data["disconnectTikTokShop"])

			r = c.post(t, `{ overview { tikTokShop { status } } }`)
			c.requireFault(t, r, "INTERNAL", cause, "overview")
		})
	}
}

func TestDisconnectIsReportedWhenOverviewFails(t *testing.T) {
	t.Parallel()
	const secret = "driver: bad connection to db.internal"
	for code, fault := range map[string]error{
		"TRY_AGAIN": errors.Join(models.ErrTryAgain, errors.New(secret)),
		"INTERNAL":  errors.New(secret),
	} {
		t.Run(code, func(t *testing.T) {
			repository := openRepository(t, dbtest.URL(t, "sqlite"))
			seller := connectedSeller(t, repository)
			c := serve(t, faulty{Repository: repository, overview: func() error { return fault }}, seller)
			r := c.post(t, disconnectMutation)
			c.requireFault(t, r, code, secret, "disconnectTikTokShop", "overview")
			require.NotContains(t, r.Errors[0].Message, "Nothing was done")
			payload := r.Data["disconnectTikTokShop"]
			require.NotNil(t, payload)
			require.NotNil(t, payload.Disconnection)
			require.Nil(t, payload.Overview)
			require.Empty(t, payload.UserErrors)

			record, err := repository.Disconnection(context.Background(), seller, payload.Disconnection.ID, models.AccountDetails{})
			require.NoError(t, err)
			require.NotNil(t, record)
		})
	}
}
