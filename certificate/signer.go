// Package certificate signs what disconnects have restored, and verifies it without a database and without a network.
package certificate

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/handback/handback/models"
)

// encoding is base64url without padding, as JWK and JWS have it.
var encoding = base64.RawURLEncoding.Strict()

// Signer signs by the first of its keys. The public halves of all are to be published: what former keys have signed stays good.
type Signer struct {
	keys []signingKey
}

type signingKey struct {
	private ed25519.PrivateKey
	public  publicKey
}

// publicKey is a JWK of RFC 8037.
type publicKey struct {
	Type  string `json:"kty"`
	Curve string `json:"crv"`
	X     string `json:"x"`
	ID    string `json:"kid"`
	Use   string `json:"use"`
}

// keySet is a JWK Set of RFC 7517.
type keySet struct {
	Keys []publicKey `json:"keys"`
}

// errKeys is all that is said of keys that are wrong: they are not repeated.
var errKeys = errors.New("it must be keys as handback certificate-key prints them, with commas between")

// NewKey makes a private key, as ParseKeys takes it: the seed of RFC 8032.
func NewKey() (string, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", err
	}
	return encoding.EncodeToString(private.Seed()), nil
}

// ParseKeys makes a signer of private keys with commas between. Errors do not repeat them.
func ParseKeys(text string) (*Signer, error) {
	var s Signer
	known := map[string]bool{}
	for one := range strings.SplitSeq(text, ",") {
		seed, err := encoding.DecodeString(strings.TrimSpace(one))
		if err != nil || len(seed) != ed25519.SeedSize {
			return nil, errKeys
		}
		private := ed25519.NewKeyFromSeed(seed)
		public, _ := private.Public().(ed25519.PublicKey)
		key := signingKey{private, newPublicKey(public)}
		if known[key.public.ID] {
			return nil, errors.New("it has a key twice")
		}
		known[key.public.ID] = true
		s.keys = append(s.keys, key)
	}
	return &s, nil
}

func newPublicKey(key ed25519.PublicKey) publicKey {
	x := encoding.EncodeToString(key)
	thumbprint := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + x + `"}`)) // RFC 7638
	return publicKey{Type: "OKP", Curve: "Ed25519", X: x, ID: encoding.EncodeToString(thumbprint[:]), Use: "sig"}
}

// Sign signs the canonical JSON of a document.
func (s *Signer) Sign(document models.CertificateDocument) (*models.Certificate, error) {
	text, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	canonical := jsontext.Value(text)
	if err := canonical.Canonicalize(); err != nil {
		return nil, fmt.Errorf("a certificate is no canonical JSON: %w", err)
	}
	key := s.keys[0]
	return &models.Certificate{
		Document: string(canonical), Signature: encoding.EncodeToString(ed25519.Sign(key.private, canonical)), KeyID: key.public.ID,
	}, nil
}

// PublicKeys are the public halves of all keys, as a JWK Set.
func (s *Signer) PublicKeys() ([]byte, error) {
	set := keySet{Keys: make([]publicKey, len(s.keys))}
	for i, key := range s.keys {
		set.Keys[i] = key.public
	}
	return json.Marshal(set)
}
