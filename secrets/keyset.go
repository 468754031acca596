package secrets

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// New makes a keyset of one key.
func New() (string, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return "", err
	}
	return encode(handle)
}

// Add returns the keyset with a new key at its end. The primary key stays the one it is.
func Add(encoded string) (string, error) {
	return change(encoded, func(keys *keyset.Manager, _ *keyset.Handle) error {
		_, err := keys.Add(aead.AES256GCMKeyTemplate())
		return err
	})
}

// Promote returns the keyset with its last key as the primary one.
func Promote(encoded string) (string, error) {
	return change(encoded, func(keys *keyset.Manager, present *keyset.Handle) error {
		last, err := present.Entry(present.Len() - 1)
		if err != nil {
			return err
		}
		if last.IsPrimary() {
			return errors.New("the last key of the keyset is the primary one already: add one first")
		}
		return keys.SetPrimary(last.KeyID())
	})
}

// Remove returns the keyset without the keys before the primary one.
func Remove(encoded string) (string, error) {
	return change(encoded, func(keys *keyset.Manager, present *keyset.Handle) error {
		for i := range present.Len() {
			entry, err := present.Entry(i)
			switch {
			case err != nil:
				return err
			case entry.IsPrimary() && i == 0:
				return errors.New("the keyset has no key that was primary before: there is nothing to remove")
			case entry.IsPrimary():
				return nil
			}
			if err := keys.Delete(entry.KeyID()); err != nil {
				return err
			}
		}
		return nil
	})
}

// List describes the keys of the keyset, one a line, without what they seal with.
func List(encoded string) (string, error) {
	keyring, err := Parse(encoded)
	if err != nil {
		return "", err
	}
	var lines strings.Builder
	for i, key := range keyring.keys {
		role := "opens"
		if i == keyring.primary {
			role = "primary: seals and opens"
		}
		_, _ = fmt.Fprintf(&lines, "%x %s\n", key[1:], role)
	}
	return strings.TrimSuffix(lines.String(), "\n"), nil
}

func change(encoded string, how func(keys *keyset.Manager, present *keyset.Handle) error) (string, error) {
	if _, err := Parse(encoded); err != nil {
		return "", err
	}
	present, err := decode(encoded)
	if err != nil {
		return "", err
	}
	keys := keyset.NewManagerFromHandle(present)
	if err := how(keys, present); err != nil {
		return "", err
	}
	next, err := keys.Handle()
	if err != nil {
		return "", err
	}
	return encode(next)
}

func encode(handle *keyset.Handle) (string, error) {
	var binaryKeyset bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewBinaryWriter(&binaryKeyset)); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(binaryKeyset.Bytes()), nil
}
