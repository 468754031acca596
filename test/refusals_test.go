package test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// TestRefusalsAreSeen: operators see in the log and in the metrics what was refused and why, without the seller's help. That
// a snapshot is damaged is an error in the log: nobody but an operator can put it right.
func TestRefusalsAreSeen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL)
		damaged := `handback_refusals_total{code="SNAPSHOT_DAMAGED",mutation="disconnectTikTokShop"} `
		require.Contains(t, p.Metrics(), damaged+"0\n", "the first one is no increase")
		p.Query(`mutation Hasty { disconnectTikTokShop(confirm: false) { userErrors { message } } }`)
		_, err := program.OpenDatabase(t, databaseURL).ExecContext(context.Background(), `UPDATE epochs SET snapshot = '{}'`)
		require.NoError(t, err)
		for i, query := range []string{`{ accounts { disconnectPreview { token } } }`, `{ overview { tikTokShop { accounts { disconnectPreview { token } } } } }`} {
			preview := p.Send(http.MethodPost, "/graphql", `{"query":"`+query+`"}`, "X-Request-Id", fmt.Sprintf("preview-%d", i))
			require.Contains(t, preview.Body, `"disconnectPreview":null`)
		}
		require.Contains(t, p.Query(`{ accounts { id name } }`), "USLCDEMO1", "whoever does not ask for the preview meets no damage")
		answer := p.Send(http.MethodPost, "/graphql", `{"query":"mutation Disconnect { disconnectTikTokShop(confirm: true) { userErrors { code } } }"}`, "X-Request-Id", "seen-by-the-seller")
		require.Contains(t, answer.Body, `"SNAPSHOT_DAMAGED"`)
		metrics := p.Metrics()
		require.Contains(t, metrics, damaged+"1\n")
		require.Contains(t, metrics, `handback_refusals_total{code="CONFIRMATION_REQUIRED",mutation="disconnectTikTokShop"} 1`+"\n")
		p.Stop("SNAPSHOT_DAMAGED")
		for _, id := range []string{"preview-0", "preview-1"} {
			require.Regexp(t, `level=ERROR msg="the snapshot of a connected account is damaged[^\n]* code=SNAPSHOT_DAMAGED request_id=`+id+` account=account_\S+\n`, p.Stderr.String())
		}
		require.Equal(t, 2, strings.Count(p.Stderr.String(), "snapshot of a connected account"))
		require.Regexp(t, `level=INFO msg=operation [^\n]* operation=Hasty [^\n]*refusals=disconnectTikTokShop:CONFIRMATION_REQUIRED\n`, p.Stderr.String())
		require.Regexp(t, `level=ERROR msg=operation request_id=seen-by-the-seller [^\n]*refusals=disconnectTikTokShop:SNAPSHOT_DAMAGED\n`, p.Stderr.String())
	})
}
