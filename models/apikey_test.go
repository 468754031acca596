package models_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"strconv"
)

func TestRefuseAPIKeyRequest(t *testing.T) {
	read := []models.APIKeyScope{models.ScopeRead}
	for name, test := range map[string]struct {
		name   string
		scopes []models.APIKeyScope
		want   []string
	}{
		"fine":                    {"Rithum", read, nil},
		"one character":           {"R", read, nil},
		"other scripts":           {"渠道 – Ünit №1 👩‍💻", read, nil},
		"100 characters":          {strings.Repeat("ä", 100), read, nil},
		"101 characters":          {strings.Repeat("ä", 101), read, []string{"INVALID_NAME name"}},
		"no name":                 {"", read, []string{"INVALID_NAME name"}},
		"spaces only":             {" \t\u00a0", read, []string{"INVALID_NAME name"}},
		"space before":            {" Rithum", read, []string{"INVALID_NAME name"}},
		"space after":             {"Rithum\u3000", read, []string{"INVALID_NAME name"}},
		"line break within":       {"Rit\nhum", read, []string{"INVALID_NAME name"}},
		"NUL":                     {"Rit\x00hum", read, []string{"INVALID_NAME name"}},
		"line separator":          {"Rit\u2028hum", read, []string{"INVALID_NAME name"}},
		"text turned around":      {"Rit\u202ehum", read, []string{"INVALID_NAME name"}},
		"not UTF-8":               {"Rit\xffhum", read, []string{"INVALID_NAME name"}},
		"no scope":                {"Rithum", nil, []string{"SCOPES_REQUIRED scopes"}},
		"a scope there is not":    {"Rithum", []models.APIKeyScope{"EVERYTHING"}, []string{"SCOPES_REQUIRED scopes"}},
		"neither name nor scopes": {"", []models.APIKeyScope{}, []string{"INVALID_NAME name", "SCOPES_REQUIRED scopes"}},
	} {
		var got []string
		for _, refusal := range models.RefuseAPIKeyRequest(models.APIKeyRequest{Name: test.name, Scopes: test.scopes}, noon) {
			got = append(got, string(refusal.Code)+" "+strings.Join(refusal.Field, "."))
			require.NotEmpty(t, refusal.Message, name)
		}
		require.Equal(t, test.want, got, name)
	}
}

func TestRefuseAnotherAPIKey(t *testing.T) {
	keys := make([]models.APIKey, models.MaxAPIKeys)
	for i := range keys {
		keys[i].Name, keys[i].FoldedName = "Key "+strconv.Itoa(i), "key "+strconv.Itoa(i)
	}
	refusal := func(keys []models.APIKey, folded string) *models.CreateAPIKeyUserError {
		return models.RefuseAnotherAPIKey(keys, models.APIKeyRequest{FoldedName: folded}, noon)
	}
	require.Nil(t, refusal(nil, "another"))
	require.Nil(t, refusal(keys[1:], "another"))
	require.Equal(t, models.TooManyKeys, refusal(keys, "another").Code)
	require.Nil(t, refusal(keys, "another").Field)

	taken := refusal(keys, "key 7")
	require.Equal(t, models.NameTaken, taken.Code, "comes before the number of keys")
	require.Equal(t, []string{"name"}, taken.Field)
	require.Contains(t, taken.Message, "Key 7")

	keys[7].RotatedAt = &noon
	require.Equal(t, models.NameTaken, refusal(keys, "key 7").Code, "a key that was rotated has its name until it ends")
	require.Nil(t, refusal(keys, "another"), "a key that was rotated leaves its place to its successor")
	keys[7].RotatedAt = nil
	keys[8].ExpiresAt = &noon
	require.Nil(t, refusal(keys, "key 8"), "a key that has expired leaves its name and its place")
	require.Equal(t, models.TooManyKeys, refusal(keys, "another").Code, "a key that has expired is in the list still")
}

func TestAPIKeyExpiryMustBeInFuture(t *testing.T) {
	codes := func(expiresAt time.Time) (codes []models.CreateAPIKeyErrorCode) {
		for _, refusal := range models.RefuseAPIKeyRequest(models.APIKeyRequest{Name: "x", Scopes: models.AllAPIKeyScopes, ExpiresAt: &expiresAt}, noon) {
			require.Equal(t, []string{"expiresAt"}, refusal.Field)
			codes = append(codes, refusal.Code)
		}
		return codes
	}
	require.Equal(t, []models.CreateAPIKeyErrorCode{models.InvalidExpiry}, codes(noon.Add(-time.Hour)))
	require.Equal(t, []models.CreateAPIKeyErrorCode{models.InvalidExpiry}, codes(noon))
	require.Empty(t, codes(noon.Add(time.Microsecond)))
}

func TestAPIKeyIsLiveUntilExpiry(t *testing.T) {
	require.True(t, models.APIKey{}.IsLive(noon))
	key := models.APIKey{ExpiresAt: &noon}
	require.True(t, key.IsLive(noon.Add(-time.Microsecond)))
	require.False(t, key.IsLive(noon))
	require.False(t, key.IsLive(noon.Add(time.Hour)))
}

func TestExpiredKeysReplacedBy(t *testing.T) {
	keys := []models.APIKey{{ID: "a", FoldedName: "one"}, {ID: "b", FoldedName: "two"}}
	require.Equal(t, keys[1:], models.ExpiredKeysReplacedBy(keys, models.APIKeyRequest{FoldedName: "two"}))
	require.Empty(t, models.ExpiredKeysReplacedBy(keys, models.APIKeyRequest{FoldedName: "three"}))
	require.Equal(t, "a", keys[0].ID, "the list is as it was")
}

func TestNewAPIKey(t *testing.T) {
	later := noon.Add(time.Hour)
	request := models.APIKeyRequest{Name: "Rithum", FoldedName: "rithum", ExpiresAt: &later, Scopes: []models.APIKeyScope{
		models.ScopeDisconnect, models.ScopeRead, "EVERYTHING", models.ScopeDisconnect,
	}}
	key, secret := models.NewAPIKey(request, "apikey_1", []byte("abcdefghijklmnopqrstuvwxy"), noon)
	require.Equal(t, "hb_mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dz", secret)
	require.Equal(t, models.APIKey{
		ID: "apikey_1", Name: "Rithum", FoldedName: "rithum", Prefix: "hb_mfrggz", CreatedAt: noon, ExpiresAt: &later,
		Scopes: []models.APIKeyScope{models.ScopeRead, models.ScopeDisconnect},
	}, key)
	require.Panics(t, func() { models.NewAPIKey(request, "apikey_1", make([]byte, models.APIKeyRandomBytes-1), noon) })
	require.Len(t, models.AllAPIKeyScopes, 5, "making a key leaves the list of scopes as it is")
}

// TestAPIKeySecretHoldsEveryRandomBit: a secret of 200 bits that differ has 200 neighbours, and all are told apart.
func TestAPIKeySecretHoldsEveryRandomBit(t *testing.T) {
	secrets, random := map[string]bool{}, make([]byte, models.APIKeyRandomBytes)
	for bit := range 8 * len(random) {
		flipped := bytes.Clone(random)
		flipped[bit/8] ^= 1 << (bit % 8)
		key, secret := models.NewAPIKey(models.APIKeyRequest{}, "", flipped, noon)
		require.GreaterOrEqual(t, 5*(len(secret)-len(key.Prefix)), 160, "bits that people do not see")
		require.True(t, models.IsAPIKey(secret), secret)
		secrets[secret] = true
	}
	require.Len(t, secrets, 200)
}

func TestIsAPIKey(t *testing.T) {
	const random = "mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dz"
	for text, want := range map[string]bool{
		"hb_" + random:                          true,
		"hb_" + strings.Repeat("7", 40):         true,
		"":                                      false,
		"hb_":                                   false,
		random:                                  false,
		"hb-" + random:                          false,
		"HB_" + random:                          false,
		"hb_" + strings.ToUpper(random):         false,
		"hb_" + random[1:]:                      false,
		"hb_" + random + "a":                    false,
		" hb_" + random[1:]:                     false,
		"hb_" + random[:20] + "1" + random[21:]: false,
		"hb_" + random[:20] + "\x00" + random[21:]: false,
		"hb_" + random[:39] + "=":                  false,
		"hb_" + random[:38] + "é":                  false,
	} {
		require.Equal(t, want, models.IsAPIKey(text), text)
	}
}

// TestHashAPIKey: keys that were given out must be known for ever. The value is that of sha256sum.
func TestHashAPIKey(t *testing.T) {
	require.Equal(t, "c9fc9dd0f2b2430c0785a5386ede8e112c85707ab851e8693972beb38c1af977", fmt.Sprintf("%x", models.HashAPIKey("hb_mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dz")))
}

func TestFindAPIKey(t *testing.T) {
	keys := []models.APIKey{{ID: "apikey_1"}, {ID: "apikey_2"}}
	key, refusal := models.FindAPIKey(keys, "apikey_2")
	require.Nil(t, refusal)
	require.Equal(t, keys[1], *key)
	for _, id := range []string{"", "apikey_", "apikey_3", "apikey_2\x00"} {
		key, refusal = models.FindAPIKey(keys, id)
		require.Nil(t, key)
		require.Equal(t, models.APIKeyNotFound, refusal.Code)
		require.Equal(t, []string{"id"}, refusal.Field)
	}
}

func TestShouldTouch(t *testing.T) {
	require.True(t, models.ShouldTouch(nil, noon))
	for ago, want := range map[time.Duration]bool{
		-time.Hour: false, 0: false, time.Minute - time.Microsecond: false, time.Minute: true, time.Hour: true,
	} {
		last := noon.Add(-ago)
		require.Equal(t, want, models.ShouldTouch(&last, noon), ago)
	}
}
