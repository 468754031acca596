package models_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// TestSecretIsNeverPrinted by any verb of fmt, any handler of slog or by JSON, alone or within something else.
func TestSecretIsNeverPrinted(t *testing.T) {
	const planted = "planted-access-token"
	secret, sealed := models.NewSecret(planted), models.Sealed(planted)
	type hidden struct {
		secret models.Secret
		note   string
	}
	type shown struct {
		Secret  models.Secret
		Pointer *models.Secret
		Sealed  models.Sealed
	}
	values := []any{
		secret, &secret, sealed, &sealed, hidden{secret, "note"}, &hidden{secret, "note"}, shown{secret, &secret, sealed}, []models.Secret{secret}, []models.Sealed{sealed},
		map[string]models.Secret{"a": secret}, []any{secret, sealed}, fmt.Errorf("with %v and %s", secret, sealed), errors.Join(fmt.Errorf("%+v", shown{secret, &secret, sealed})),
	}
	for _, value := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%t", "%c", "%U", "%z", "%08.3f"} {
			requireWithout(t, fmt.Sprintf(verb, value), planted)
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("text", "value", value)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("JSON", "value", value)
		requireWithout(t, log.String(), planted)
		encoded, err := json.Marshal(value)
		require.NoError(t, err)
		requireWithout(t, string(encoded), planted)
	}
}

func requireWithout(t *testing.T, text, planted string) {
	t.Helper()
	numbers := fmt.Sprint([]byte(planted)) //nolint:staticcheck // the numbers of the bytes are wanted
	for _, form := range []string{planted, hex.EncodeToString([]byte(planted)), base64.StdEncoding.EncodeToString([]byte(planted)), numbers[1 : len(numbers)-1]} {
		require.NotContains(t, text, form)
	}
}

func TestSecretRevealsWhatItWasMadeOf(t *testing.T) {
	secret := models.NewSecret("token")
	require.Equal(t, "token", secret.Reveal())
	require.True(t, secret.Equal(models.NewSecret("token")))
	require.False(t, secret.Equal(models.NewSecret("Token")))
	require.False(t, secret.IsEmpty())
	require.True(t, models.Secret{}.IsEmpty())
	require.True(t, models.Secret{}.Equal(models.NewSecret("")))
}

func TestSealedNamesItsKey(t *testing.T) {
	require.Equal(t, []byte("\x01abcd"), models.Sealed("\x01abcdefgh").KeyID())
	require.Nil(t, models.Sealed("\x01abc").KeyID())
}
