package test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/certificate"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/shopify"
	"github.com/handback/handback/test/program"
)

// TestAppSecretIsChangedWithoutAnInterruption: while Shopify signs with either secret, both are taken; when the former is taken away,
// only the new one is.
func TestAppSecretIsChangedWithoutAnInterruption(t *testing.T) {
	t.Parallel()
	const former, present = program.AppSecret, "planted-second-secret-of-the-app"
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		for _, step := range []struct {
			environment []string
			taken       map[string]bool // by the secret that signs
		}{
			{nil, map[string]bool{former: true, present: false}},
			{[]string{"SHOPIFY_API_SECRET=" + present, "SHOPIFY_API_SECRET_FORMER=" + former}, map[string]bool{former: true, present: true}},
			{[]string{"SHOPIFY_API_SECRET=" + present}, map[string]bool{former: false, present: true}},
		} {
			environment := append(program.WithSignIn("DATABASE_URL="+databaseURL, program.ShopifyOf(databaseURL).Env()), step.environment...)
			p := program.Start(t, program.Shipped, environment...)
			for secret, taken := range step.taken {
				status := map[bool]int{true: http.StatusOK, false: http.StatusUnauthorized}[taken]
				require.Equal(t, status, p.As(program.SessionTokenBy(secret, borealis, "42")).Call(`{ store { id } }`).Status)
				require.Equal(t, status, notifyBy(p, secret).Status)
			}
			p.Kill()
		}
	})
}

// notifyBy sends what Shopify would, signed with a secret.
func notifyBy(p *program.Process, secret string) program.Response {
	const body = `{"id":1}`
	return p.Send(http.MethodPost, "/webhooks/shopify", body, "Content-Type", "application/json", "X-Shopify-Topic", "locations/update",
		"X-Shopify-Shop-Domain", borealis, "X-Shopify-Api-Version", "2026-01", "X-Shopify-Webhook-Id", "id-"+secret[:12],
		"X-Shopify-Hmac-Sha256", shopify.SignNotification(secret, []byte(body)))
}

// TestCertificateKeyIsChangedWithoutAnInterruption goes through the steps of docs/certificate.md: what an instance of one step has signed
// is verified by the keys that an instance of the step before or after it publishes.
func TestCertificateKeyIsChangedWithoutAnInterruption(t *testing.T) {
	t.Parallel()
	const former = program.CertificateKey
	present := strings.TrimSpace(runWith(t, "certificate-key").Stdout.String())
	databaseURL := dbtest.URL(t, "sqlite")
	var signed, published []string
	for i, keys := range []string{former, former + "," + present, present + "," + former, present} {
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL, "HANDBACK_CERTIFICATE_KEYS="+keys)
		if i == 0 {
			p.Query(disconnectMutation)
			awaitGivenBack(t, p)
			p.As("").AwaitAuthorizationsEnd()
		}
		signed = append(signed, certificateOf(t, p))
		published = append(published, p.Send(http.MethodGet, "/.well-known/jwks.json", "").Body)
		p.Stop()
	}
	verified := func(step, by int) error {
		_, err := certificate.Verify([]byte(signed[step]), []byte(published[by]))
		return err
	}
	for step := range signed {
		for by := max(step-1, 0); by <= min(step+1, len(published)-1); by++ {
			require.NoError(t, verified(step, by), "step %d, by the keys of step %d", step+1, by+1)
		}
	}
	require.Error(t, verified(2, 0), "which is why the new key is published first")
	require.Error(t, verified(0, 3), "the former key is gone")
}

// certificateOf is the certificate of the only disconnect.
func certificateOf(t *testing.T, p *program.Process) string {
	t.Helper()
	var data struct {
		Accounts []struct {
			Disconnections []struct {
				Restoration struct{ Certificate json.RawMessage }
			}
		}
	}
	text := p.Query(`{ accounts { disconnections { restoration { certificate { document signature keyId } } } } }`)
	require.NoError(t, json.Unmarshal([]byte(text), &data))
	return string(data.Accounts[0].Disconnections[0].Restoration.Certificate)
}

// TestDatabasePasswordIsChangedWithoutAnInterruption: two roles take turns, as docs/operations.md says. A program with the one serves until
// another one with the other role does, and the former password opens nothing afterwards.
func TestDatabasePasswordIsChangedWithoutAnInterruption(t *testing.T) {
	t.Parallel()
	databaseURL := dbtest.EmptyURL(t, "postgres")
	operator := program.OpenDatabase(t, databaseURL)
	do := func(statements ...string) {
		t.Helper()
		for _, statement := range statements {
			_, err := operator.Exec(statement)
			require.NoError(t, err, statement)
		}
	}
	do(`CREATE ROLE `+dbtest.PasswordRole, `CREATE ROLE rotated_owner`, `ALTER SCHEMA public OWNER TO rotated_owner`)
	as := func(role, password string) string {
		address, err := url.Parse(databaseURL)
		require.NoError(t, err)
		address.User = url.UserPassword(role, password)
		return "DATABASE_URL=" + address.String()
	}
	for _, role := range []string{"rotated_a", "rotated_b"} {
		do(fmt.Sprintf(`CREATE ROLE %s LOGIN IN ROLE rotated_owner, %s`, role, dbtest.PasswordRole), `ALTER ROLE `+role+` SET role = 'rotated_owner'`)
	}
	do(`ALTER ROLE rotated_a PASSWORD 'planted-first'`)
	former := program.Start(t, program.Shipped, as("rotated_a", "planted-first"))
	former.Query(editShopSetting(1).query)

	do(`ALTER ROLE rotated_b PASSWORD 'planted-second'`)
	present := program.Start(t, program.Shipped, as("rotated_b", "planted-second"))
	present.Query(editShopSetting(2).query)
	former.Query(editShopSetting(3).query)
	former.Stop()

	do(`ALTER ROLE rotated_a PASSWORD NULL`, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'rotated_a'`)
	present.Query(editShopSetting(4).query)
	late := program.Prepare(t, shippedFile(t), as("rotated_a", "planted-first"))
	late.Begin()
	require.Equal(t, 1, late.Wait())
	require.NotContains(t, late.Stderr.String(), "planted")
	present.Stop()
	program.Examine(t, databaseURL)
}

func shippedFile(t *testing.T) string {
	t.Helper()
	file, err := program.Shipped()
	require.NoError(t, err)
	return file
}
