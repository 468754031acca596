package test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/test/program"
)

// TestCertificateIsVerifiedOffline: what the API gives of a disconnect, and the keys that the program publishes, are enough for a program
// without a database. A certificate that was changed is refused.
func TestCertificateIsVerifiedOffline(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		p := program.Start(t, program.Shipped, "DATABASE_URL="+databaseURL, "HANDBACK_CERTIFICATE_KEYS="+program.CertificateKey)
		seller := p.As("")
		seller.Data(disconnectMutation)
		seller.AwaitDisconnection("COMPLETE")
		var accounts struct {
			Accounts []struct {
				Disconnections []struct {
					Restoration struct{ Certificate json.RawMessage }
				}
			}
		}
		require.NoError(t, json.Unmarshal([]byte(seller.Data(`{ accounts { disconnections { restoration { certificate { document signature keyId } } } } }`)), &accounts))
		signed := string(accounts.Accounts[0].Disconnections[0].Restoration.Certificate)
		var file struct{ Document string }
		require.NoError(t, json.Unmarshal([]byte(signed), &file))
		require.Regexp(t, `"versions":\{"commit":"[^"]+","program":"[^"]+","shopifyApi":"20\d\d-\d\d"\}`, file.Document)
		keys := p.Send(http.MethodGet, "/.well-known/jwks.json", "").Body
		p.Stop()

		folder := t.TempDir()
		verify := func(certificate string) *program.Process {
			file, published := filepath.Join(folder, "certificate.json"), filepath.Join(folder, "jwks.json")
			require.NoError(t, os.WriteFile(file, []byte(certificate), 0o600))
			require.NoError(t, os.WriteFile(published, []byte(keys), 0o600))
			return runWith(t, "verify", file, published)
		}
		good := verify(signed)
		require.Zero(t, good.Wait(), good.Stderr.String())
		require.Contains(t, good.Stdout.String(), "Aurora Outfitters (aurora-outfitters.myshopify.com) was disconnected from TikTok Shop USLCDEMO1")
		require.Contains(t, good.Stdout.String(), "the store is as it was.\n")
		changed := verify(strings.Replace(signed, "aurora-outfitters", "borealis-outfitters", 1))
		require.Equal(t, 1, changed.Wait())
		require.Empty(t, changed.Stdout.String())
		require.Regexp(t, `^handback: the signature is not of this document[^\n]*\n$`, changed.Stderr.String())
	})
}

// TestCertificateKey prints another one each time, which the program takes.
func TestCertificateKey(t *testing.T) {
	t.Parallel()
	first, second := runWith(t, "certificate-key"), runWith(t, "certificate-key")
	require.NotEqual(t, first.Stdout.String(), second.Stdout.String())
	keys := strings.TrimSpace(first.Stdout.String()) + ", " + strings.TrimSpace(second.Stdout.String())
	p := program.Start(t, program.Shipped, "HANDBACK_CERTIFICATE_KEYS="+keys)
	require.Equal(t, 2, strings.Count(p.Send(http.MethodGet, "/.well-known/jwks.json", "").Body, `"kid"`))
	p.Stop()
}
