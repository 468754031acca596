package certificate

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/handback/handback/models"
)

// In the page that the admin has sellers keep, a certificate stands between these.
var pageBegin, pageEnd = []byte(`<script type="application/json" id="certificate">`), []byte("</script>")

// Verify reports what a certificate states, when one of the published keys has signed it and what it states fits together. file is the
// JSON of a Certificate as the API answers it, or the admin's page with it, keys the JWK Set that PublicKeys gives.
func Verify(file, keys []byte) (models.CertificateDocument, error) {
	var certificate struct{ Document, Signature, KeyID string }
	var document models.CertificateDocument
	if _, inPage, found := bytes.Cut(file, pageBegin); found {
		file, _, _ = bytes.Cut(inPage, pageEnd)
	}
	if err := json.Unmarshal(file, &certificate); err != nil || certificate.Document == "" {
		return document, errors.New("the file is no certificate: it must be JSON with document, signature and keyId, or the page with it")
	}
	key, err := findKey(keys, certificate.KeyID)
	if err != nil {
		return document, err
	}
	signature, err := encoding.DecodeString(certificate.Signature)
	if err != nil || !ed25519.Verify(key, []byte(certificate.Document), signature) {
		return document, errors.New("the signature is not of this document: it was changed, or signed by somebody else")
	}
	if err := json.Unmarshal([]byte(certificate.Document), &document); err != nil || document.Format != models.CertificateFormat {
		return document, errors.New("the document is of a format that this program does not know")
	}
	if !document.Holds() {
		return document, errors.New("the digests are not those of the settings: what the certificate states does not fit together")
	}
	return document, nil
}

func findKey(set []byte, id string) (ed25519.PublicKey, error) {
	var published keySet
	if err := json.Unmarshal(set, &published); err != nil {
		return nil, errors.New("the keys are not understood: they must be a JSON Web Key Set")
	}
	for _, key := range published.Keys {
		x, err := encoding.DecodeString(key.X)
		if err == nil && len(x) == ed25519.PublicKeySize && newPublicKey(x).ID == id { // the thumbprint says which key it is, not its name
			return x, nil
		}
	}
	return nil, fmt.Errorf("none of the keys is the one that has signed: %q", id)
}
