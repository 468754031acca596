// Package secrets seals what must not be readable in the database: access tokens of the platforms. It encrypts with Tink's
// AES-256-GCM, by the keys of a keyset.
package secrets

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/handback/handback/models"
)

// Keyring seals and opens secrets. Its methods may be called from many goroutines.
type Keyring struct {
	aead tink.AEAD
	keys [][]byte // the ids of all keys, as ciphertexts begin, in the order in which they were added
	// primary is the index of the key that seals.
	primary int
}

// errKeyset is all that is said of a keyset that is wrong: what it holds is not repeated.
var errKeyset = errors.New("it must be a keyset as handback keyset new prints it")

// Parse makes a keyring of a keyset as New prints it. Errors do not repeat the keyset.
func Parse(encoded string) (*Keyring, error) {
	handle, err := decode(encoded)
	if err != nil {
		return nil, err
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, errKeyset
	}
	k := &Keyring{aead: primitive, primary: -1}
	info := handle.KeysetInfo()
	for i, key := range info.GetKeyInfo() {
		// Without Tink's prefix nothing would say which key a ciphertext is of.
		if key.GetOutputPrefixType() != tinkpb.OutputPrefixType_TINK || key.GetStatus() != tinkpb.KeyStatusType_ENABLED {
			return nil, errKeyset
		}
		k.keys = append(k.keys, ciphertextPrefix(key.GetKeyId()))
		if key.GetKeyId() == info.GetPrimaryKeyId() {
			k.primary = i
		}
	}
	return k, nil
}

// ciphertextPrefix is how a ciphertext of the key begins.
func ciphertextPrefix(keyID uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{1}, keyID)
}

func decode(encoded string) (*keyset.Handle, error) {
	binaryKeyset, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return nil, errKeyset
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewBinaryReader(bytes.NewReader(binaryKeyset)))
	if err != nil {
		return nil, errKeyset
	}
	return handle, nil
}

// Seal encrypts a secret by the primary key, bound to a row's column: nowhere else does it open.
func (k *Keyring) Seal(secret models.Secret, table, column, rowID string) (models.Sealed, error) {
	return k.aead.Encrypt([]byte(secret.Reveal()), associatedData(table, column, rowID))
}

// Open decrypts what Seal made of a secret, in the same place.
func (k *Keyring) Open(sealed models.Sealed, table, column, rowID string) (models.Secret, error) {
	text, err := k.aead.Decrypt(sealed, associatedData(table, column, rowID))
	switch {
	case err == nil:
		return models.NewSecret(string(text)), nil
	case !k.has(sealed.KeyID()):
		return models.Secret{}, fmt.Errorf("%s.%s of %s: %w", table, column, rowID, &models.KeyMissingError{KeyIDs: [][]byte{sealed.KeyID()}})
	}
	return models.Secret{}, fmt.Errorf("%s.%s of %s was changed, or sealed in another place", table, column, rowID)
}

// associatedData tells places apart: no name of a table or a column has a NUL.
func associatedData(table, column, rowID string) []byte {
	return []byte(table + "\x00" + column + "\x00" + rowID)
}

// KeyIDs are the ids of all keys that open, as models.Sealed.KeyID has them.
func (k *Keyring) KeyIDs() [][]byte { return k.keys }

// FormerKeyIDs are the ids of the keys that were primary before the present one: what they sealed is to be sealed anew. A key
// that was added and is not primary yet is none of them, so that programs with the keyset before a rotation's last step
// do not undo the work of those with the one after.
func (k *Keyring) FormerKeyIDs() [][]byte { return k.keys[:k.primary] }

func (k *Keyring) has(keyID []byte) bool {
	for _, key := range k.keys {
		if bytes.Equal(key, keyID) {
			return true
		}
	}
	return false
}
