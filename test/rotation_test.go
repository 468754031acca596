package test

import (
	"encoding/json"
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

const refusedSignature = "notifications with a wrong signature were refused" // in the log

// replaceInTurn starts a process for each environment. The one before goes on until the next one serves, and check asks both then; files of
// the embedded database belong to one process, so that one is replaced first there.
func replaceInTurn(t *testing.T, databaseURL string, environments [][]string, check func(step int, p *program.Process)) {
	t.Helper()
	var former *program.Process
	for step, environment := range environments {
		if former != nil && program.IsSQLite(databaseURL) {
			former.Stop(refusedSignature)
		}
		present := program.Start(t, program.Shipped, environment...)
		check(step, present)
		if former != nil && !program.IsSQLite(databaseURL) {
			check(step-1, former)
			check(step, present)
			former.Stop(refusedSignature)
		}
		former = present
	}
	former.Stop(refusedSignature)
}

// TestAppSecretIsChangedWithoutAnInterruption: while Shopify signs with either secret, both are taken; when the former is taken away,
// only the new one is.
func TestAppSecretIsChangedWithoutAnInterruption(t *testing.T) {
	t.Parallel()
	const former, present = program.AppSecret, "planted-second-secret-of-the-app"
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		steps := []struct {
			environment []string
			taken       map[string]bool // by the secret that signs
		}{
			{nil, map[string]bool{former: true, present: false}},
			{[]string{"SHOPIFY_API_SECRET=" + present, "SHOPIFY_API_SECRET_FORMER=" + former}, map[string]bool{former: true, present: true}},
			{[]string{"SHOPIFY_API_SECRET=" + present}, map[string]bool{former: false, present: true}},
		}
		var environments [][]string
		for _, step := range steps {
			environments = append(environments, append(program.WithSignIn("DATABASE_URL="+databaseURL, program.ShopifyOf(databaseURL).Env()), step.environment...))
		}
		replaceInTurn(t, databaseURL, environments, func(step int, p *program.Process) {
			for secret, taken := range steps[step].taken {
				status := map[bool]int{true: http.StatusOK, false: http.StatusUnauthorized}[taken]
				require.Equal(t, status, p.As(program.SessionTokenBy(secret, borealis, "42")).Call(`{ store { id } }`).Status)
				require.Equal(t, status, notifyBy(p, secret).Status)
			}
		})
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
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		var environments [][]string
		for _, keys := range []string{former, former + "," + present, present + "," + former, present} {
			environments = append(environments, []string{"DATABASE_URL=" + databaseURL, "HANDBACK_CERTIFICATE_KEYS=" + keys})
		}
		signed, published := make([]string, len(environments)), make([]string, len(environments))
		replaceInTurn(t, databaseURL, environments, func(step int, p *program.Process) {
			if step == 0 && signed[0] == "" {
				p.Query(disconnectMutation)
				awaitGivenBack(t, p)
				p.As("").AwaitAuthorizationsEnd()
			}
			signed[step] = certificateOf(t, p)
			published[step] = p.Send(http.MethodGet, "/.well-known/jwks.json", "").Body
		})
		requireVerified(t, signed, published)
	})
}

// requireVerified has what was signed in each step verified by what is published in that step and its neighbours.
func requireVerified(t *testing.T, signed, published []string) {
	t.Helper()
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

// TestDatabasePasswordIsChangedWithoutAnInterruption: two roles take turns, as docs/operations.md says, beginning with a database that one
// role has made and owns. A program with the one serves until another one with the other role does, and the former password opens
// nothing afterwards.
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
	as := func(role, password string) string {
		address, err := url.Parse(databaseURL)
		require.NoError(t, err)
		address.User = url.UserPassword(role, password)
		return "DATABASE_URL=" + address.String()
	}
	edits := 0
	edit := func(processes ...*program.Process) {
		t.Helper()
		for _, p := range processes {
			edits++
			p.Query(editShopSetting(edits).query)
		}
	}
	do(`CREATE ROLE `+dbtest.PasswordRole, `CREATE ROLE rotated LOGIN PASSWORD 'planted-alone' IN ROLE `+dbtest.PasswordRole, `ALTER SCHEMA public OWNER TO rotated`)
	former := program.Start(t, program.Shipped, as("rotated", "planted-alone"))
	edit(former)

	steps := rotationSteps(t)
	require.Contains(t, steps, "REASSIGN OWNED BY rotated TO rotated_owner")
	do(steps...)
	do(`GRANT ` + dbtest.PasswordRole + ` TO rotated_a, rotated_b`)
	edit(former)
	for _, next := range []struct{ former, password, role string }{{"rotated", "planted-alone", "rotated_a"}, {"rotated_a", "planted-of-rotated_a", "rotated_b"}, {"rotated_b", "planted-of-rotated_b", "rotated_a"}} {
		password := "planted-of-" + next.role
		do(`ALTER ROLE ` + next.role + ` PASSWORD '` + password + `'`)
		present := program.Start(t, program.Shipped, as(next.role, password))
		edit(present, former, present)
		former.Stop()

		do(`ALTER ROLE `+next.former+` PASSWORD NULL`, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '`+next.former+`'`)
		edit(present)
		late := program.Prepare(t, shippedFile(t), as(next.former, next.password))
		late.Begin()
		require.Equal(t, 1, late.Wait())
		require.NotContains(t, late.Stderr.String(), "planted")
		former = present
	}
	former.Stop()
	program.Examine(t, databaseURL)
}

// rotationSteps are the statements of docs/operations.md, with the roles of this test.
func rotationSteps(t *testing.T) []string {
	t.Helper()
	_, section, _ := strings.Cut(program.ReadFile(t, "docs/operations.md"), "## The database's password")
	_, statements, _ := strings.Cut(section, "```sql\n")
	statements, _, _ = strings.Cut(statements, ";\n```")
	return strings.Split(strings.ReplaceAll(strings.ReplaceAll(statements, "handback", "rotated"), "…", "planted-of-rotated_a"), ";\n")
}

func shippedFile(t *testing.T) string {
	t.Helper()
	file, err := program.Shipped()
	require.NoError(t, err)
	return file
}
