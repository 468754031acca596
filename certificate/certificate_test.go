package certificate_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/certificate"
	"github.com/handback/handback/models"
)

// vector is the key pair of RFC 8037, appendix A.
const vector = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"

var update = flag.Bool("update", false, "write the fixtures in testdata")

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// document is of a store with text that JSON writes in several ways.
func document() models.CertificateDocument {
	settings := []models.SnapshotSetting{{Key: "order.tags", Value: `["a\u2028 <é> & \"b\""]`}, {Key: "price", Value: "1.50"}}
	digest := models.Digest(settings)
	record := &models.Disconnection{
		ID: "disconnection_1", Account: &models.Account{Name: "TikTok Shop \u2028 <A>", ExternalID: "A", Region: "US"},
		DisconnectedAt: noon, DisconnectedBy: models.Actor{Kind: models.ActorSeller, Name: "Aurora"},
		Transition:  &models.Transition{CompletedAt: &noon},
		Restoration: models.Restoration{SnapshotDigest: digest, RestoredDigest: &digest, VerifiedAt: &noon},
	}
	snapshot := models.Snapshot{TakenAt: noon, Digest: digest, Settings: settings}
	details := models.CertificateDetails{
		Ads:      models.AdsDigests{Before: models.Digest(nil), After: models.Digest(nil)},
		Versions: &models.Versions{Program: "v1.2.3", Commit: "0123abc", ShopifyAPI: "2026-10"},
	}
	return models.Certify(models.Store{Name: "Aurora", Domain: "aurora.myshopify.com"}, record, snapshot, details, nil, &models.HandoffPage{})
}

func sign(t *testing.T, keys string) (file, published []byte) {
	t.Helper()
	signer, err := certificate.ParseKeys(keys)
	require.NoError(t, err)
	signed, err := signer.Sign(document())
	require.NoError(t, err)
	file, err = json.Marshal(map[string]string{"document": signed.Document, "signature": signed.Signature, "keyId": signed.KeyID})
	require.NoError(t, err)
	published, err = signer.PublicKeys()
	require.NoError(t, err)
	return file, published
}

func TestKeyIDIsTheThumbprint(t *testing.T) {
	_, published := sign(t, vector)
	require.JSONEq(t, `{"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
		"kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"}]}`, string(published))
}

// TestVerify by the key that has signed, whichever is first now, and by nothing else.
func TestVerify(t *testing.T) {
	other, err := certificate.NewKey()
	require.NoError(t, err)
	file, published := sign(t, vector)
	_, rotated := sign(t, other+", "+vector)
	_, others := sign(t, other)
	for name, keys := range map[string][]byte{"its key": published, "after a rotation": rotated} {
		stated, err := certificate.Verify(file, keys)
		require.NoError(t, err, name)
		require.Equal(t, document(), stated, name)
	}
	page := `<!doctype html><p>{}</p><script type="application/json" id="certificate">` + strings.ReplaceAll(string(file), "<", `\u003c`) + "</script>\n</html>\n"
	stated, err := certificate.Verify([]byte(page), published)
	require.NoError(t, err)
	require.Equal(t, document(), stated)
	for wanted, verify := range map[string]func() error{
		"none of the keys": func() error { return failed(certificate.Verify(file, others)) },
		"not understood":   func() error { return failed(certificate.Verify(file, []byte("{"))) },
		"no certificate":   func() error { return failed(certificate.Verify([]byte("{}"), published)) },
		"was changed": func() error {
			return failed(certificate.Verify([]byte(strings.Replace(string(file), "aurora.myshopify.com", "borealis.myshopify.com", 1)), published))
		},
	} {
		require.ErrorContains(t, verify(), wanted)
	}
}

func failed(_ models.CertificateDocument, err error) error { return err }

// TestVerifyRecomputesTheDigest: a signature does not make a document true that contradicts itself.
func TestVerifyRecomputesTheDigest(t *testing.T) {
	signer, err := certificate.ParseKeys(vector)
	require.NoError(t, err)
	published, err := signer.PublicKeys()
	require.NoError(t, err)
	another := strings.Repeat("0", 64)
	long := document()
	long.Recorded.Settings[0].Value = nil // where only the sum of the value is there
	require.True(t, long.Holds())
	for name, contradict := range map[string]func(*models.CertificateDocument){
		"recorded": func(d *models.CertificateDocument) { d.Recorded.Settings[0].Value = new("1") },
		"ads":      func(d *models.CertificateDocument) { d.Ads.DigestAfter = another },
		"restored": func(d *models.CertificateDocument) { d.Restored.Digest = &another },
		"format":   func(d *models.CertificateDocument) { d.Format = "handback-certificate-0" },
	} {
		stated := document()
		contradict(&stated)
		signed, err := signer.Sign(stated)
		require.NoError(t, err)
		file, err := json.Marshal(signed)
		require.NoError(t, err)
		_, err = certificate.Verify(file, published)
		require.Error(t, err, name)
	}
}

func TestParseKeysRepeatsNothing(t *testing.T) {
	for _, keys := range []string{"", "secret", vector + ",", vector + "," + vector, vector + "=", vector[1:]} {
		_, err := certificate.ParseKeys(keys)
		require.Error(t, err, keys)
		require.NotContains(t, err.Error(), vector[1:20])
		require.NotContains(t, err.Error(), "secret")
	}
}

// TestFixtures: what other verifiers are tried with is what is signed today. go test ./certificate -update writes them.
func TestFixtures(t *testing.T) {
	file, published := sign(t, vector)
	for name, content := range map[string][]byte{"certificate.json": file, "keys.json": published} {
		path := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.WriteFile(path, append(content, '\n'), 0o600))
		}
		golden, err := os.ReadFile(path)
		require.NoError(t, err)
		require.JSONEq(t, string(golden), string(content), name)
	}
}
