package test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// TestPgBouncerInTransactionMode: the program needs no setting for it, and one of many disconnects at once wins.
func TestPgBouncerInTransactionMode(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.Postgres(t)
	p := program.Start(t, program.Shipped, "DATABASE_URL="+dbtest.PgBouncer(t, databaseURL, "transaction"))
	program.RequireDemoStore(t, p.Query)

	const callers = 12
	answers := make([]string, callers)
	program.Concurrently(callers, func(i int) {
		answers[i] = p.Query(`mutation { disconnectTikTokShop(confirm: true) { userErrors { code } } }`)
	})
	require.Equal(t, 1, strings.Count(strings.Join(answers, "\n"), `"userErrors":[]`), answers)

	p.As("").AwaitShop("DISCONNECTED")

	const keyed = `mutation { connectTikTokShop(authorizationCode: "sandbox:US:owner:again") @idempotent(key: "again") { account { id } userErrors { code } } }`
	program.Concurrently(callers, func(i int) { answers[i] = p.Query(keyed) })
	for _, answer := range answers {
		require.Contains(t, answer, `"userErrors":[]`)
		require.Equal(t, accountIn(answers[0]), accountIn(answer))
	}
	p.Stop()
	program.Examine(t, databaseURL)
}

// accountIn cuts out the account, because what a call cost differs.
func accountIn(answer string) string {
	_, account, _ := strings.Cut(answer, `"account":`)
	account, _, _ = strings.Cut(account, "}")
	return account
}
