package secrets_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"

	"github.com/handback/handback/models"
	"github.com/handback/handback/secrets"
)

func newKeyset(t *testing.T) string {
	t.Helper()
	encoded, err := secrets.New()
	require.NoError(t, err)
	return encoded
}

func parse(t *testing.T, encoded string) *secrets.Keyring {
	t.Helper()
	keyring, err := secrets.Parse(encoded)
	require.NoError(t, err)
	return keyring
}

// TestSealedOpensInItsPlaceOnly: a row's token copied to another row, column or table is no token there.
func TestSealedOpensInItsPlaceOnly(t *testing.T) {
	keyring := parse(t, newKeyset(t))
	sealed, err := keyring.Seal(models.NewSecret("token"), "credentials", "access_token", "store_1")
	require.NoError(t, err)
	require.NotContains(t, string([]byte(sealed)), "token")
	opened, err := keyring.Open(sealed, "credentials", "access_token", "store_1")
	require.NoError(t, err)
	require.Equal(t, "token", opened.Reveal())
	for _, place := range [][3]string{
		{"credentials", "access_token", "store_2"}, {"credentials", "refresh_token", "store_1"}, {"others", "access_token", "store_1"}, {"credentials", "access", "_tokenstore_1"}, {"", "", ""},
	} {
		_, err := keyring.Open(sealed, place[0], place[1], place[2])
		require.ErrorContains(t, err, "was changed, or sealed in another place", place)
	}
	for i := range sealed {
		changed := slices.Clone(sealed)
		changed[i] ^= 1
		_, err := keyring.Open(changed, "credentials", "access_token", "store_1")
		require.Error(t, err, "byte %d", i)
	}
	_, err = keyring.Open(nil, "credentials", "access_token", "store_1")
	require.Error(t, err)
}

func TestSealedTwiceIsNeverTheSame(t *testing.T) {
	keyring := parse(t, newKeyset(t))
	one, err := keyring.Seal(models.NewSecret("token"), "t", "c", "r")
	require.NoError(t, err)
	two, err := keyring.Seal(models.NewSecret("token"), "t", "c", "r")
	require.NoError(t, err)
	require.False(t, bytes.Equal(one, two))
}

func TestOpenSaysThatTheKeyIsMissing(t *testing.T) {
	sealed, err := parse(t, newKeyset(t)).Seal(models.NewSecret("planted"), "t", "c", "r")
	require.NoError(t, err)
	_, err = parse(t, newKeyset(t)).Open(sealed, "t", "c", "r")
	require.EqualError(t, err, "t.c of r: the keyset lacks what credentials in the database are sealed with: key "+hex.EncodeToString(sealed.KeyID()[1:]))
}

// TestParseRejectsWhatIsNoKeyset in one sentence that repeats nothing of it.
func TestParseRejectsWhatIsNoKeyset(t *testing.T) {
	good := newKeyset(t)
	raw, err := base64.StdEncoding.DecodeString(good)
	require.NoError(t, err)
	for name, encoded := range map[string]string{
		"nothing": "", "no base64": "planted-planted", "half of one": good[:len(good)/2], "no padding": good[:len(good)-1], "another alphabet": base64.URLEncoding.EncodeToString(append(raw, 0xff, 0xfe)),
		"bytes behind it": base64.StdEncoding.EncodeToString(append(slices.Clone(raw), 0xff)), "base64 of text": base64.StdEncoding.EncodeToString([]byte("planted-planted")),
		"keys for signatures": encodeTemplate(t, mac.HMACSHA256Tag256KeyTemplate()), "no prefix": encodeTemplate(t, aead.AES256GCMNoPrefixKeyTemplate()),
		"a disabled key": encodeDisabled(t),
	} {
		_, err := secrets.Parse(encoded)
		require.EqualError(t, err, "it must be a keyset as handback keyset new prints it", name)
	}
}

func encodeTemplate(t *testing.T, template *tinkpb.KeyTemplate) string {
	t.Helper()
	handle, err := keyset.NewHandle(template)
	require.NoError(t, err)
	return encodeHandle(t, handle)
}

func encodeDisabled(t *testing.T) string {
	t.Helper()
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	require.NoError(t, err)
	keys := keyset.NewManagerFromHandle(handle)
	id, err := keys.Add(aead.AES256GCMKeyTemplate())
	require.NoError(t, err)
	require.NoError(t, keys.Disable(id))
	handle, err = keys.Handle()
	require.NoError(t, err)
	return encodeHandle(t, handle)
}

func encodeHandle(t *testing.T, handle *keyset.Handle) string {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, insecurecleartextkeyset.Write(handle, keyset.NewBinaryWriter(&text)))
	return base64.StdEncoding.EncodeToString(text.Bytes())
}
