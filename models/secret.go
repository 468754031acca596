package models

import (
	"bytes"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// redacted stands wherever a secret would be printed.
const redacted = "[redacted]"

// Secret is a text that must be seen by nobody, such as an access token. However it is printed, logged or encoded, also
// as a field of something else, it is redacted; only Reveal tells it. The zero Secret is the empty text.
type Secret struct {
	_ [0]func() // == would compare the pointers
	// text is behind a pointer because fmt asks no methods of fields that are not exported, and prints them as they are.
	text *string
}

// NewSecret makes a secret of a text.
func NewSecret(text string) Secret { return Secret{text: &text} }

// Reveal returns the text itself. It belongs into a request to whom the secret is for, and nowhere else.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsEmpty reports whether there is no text.
func (s Secret) IsEmpty() bool { return s.Reveal() == "" }

// Equal compares two secrets in a time that tells nothing about them but their lengths.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// String implements fmt.Stringer.
func (Secret) String() string { return redacted }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return redacted }

// Format implements fmt.Formatter, for verbs that ask neither String nor GoString.
func (Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

// MarshalJSON implements json.Marshaler.
func (Secret) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }

// MarshalText implements encoding.TextMarshaler.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Sealed is the ciphertext of a secret as the database has it. It opens nothing without the keyset, but is redacted all the
// same: it belongs into its column only.
type Sealed []byte

// sealedKeyID is how many bytes at the beginning of a ciphertext name its key: Tink's version and the key's id.
const sealedKeyID = 5

// KeyID names the key that the secret was sealed with; nil of what was never sealed.
func (s Sealed) KeyID() []byte {
	if len(s) < sealedKeyID {
		return nil
	}
	return bytes.Clone(s[:sealedKeyID])
}

// KeyMissingError says that the keyset lacks keys that something is sealed with.
type KeyMissingError struct {
	KeyIDs [][]byte // as Sealed.KeyID has them
}

// Error names the keys as handback keyset list does.
func (e *KeyMissingError) Error() string {
	names := make([]string, len(e.KeyIDs))
	for i, id := range e.KeyIDs {
		names[i] = hex.EncodeToString(id[min(1, len(id)):])
	}
	return "the keyset lacks what credentials in the database are sealed with: key " + strings.Join(names, ", key ")
}

// String implements fmt.Stringer.
func (Sealed) String() string { return redacted }

// GoString implements fmt.GoStringer.
func (Sealed) GoString() string { return redacted }

// Format implements fmt.Formatter, for verbs that ask neither String nor GoString.
func (Sealed) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

// MarshalJSON implements json.Marshaler.
func (Sealed) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }

// MarshalText implements encoding.TextMarshaler.
func (Sealed) MarshalText() ([]byte, error) { return []byte(redacted), nil }
