package secrets_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/secrets"
)

// TestRotationOpensAtEachStepWhatNeighboursSeal: programs with the keyset of one step run beside those with the next.
func TestRotationOpensAtEachStepWhatNeighboursSeal(t *testing.T) {
	steps := []string{newKeyset(t)}
	for _, next := range []func(string) (string, error){secrets.Add, secrets.Promote, secrets.Remove} {
		encoded, err := next(steps[len(steps)-1])
		require.NoError(t, err)
		steps = append(steps, encoded)
	}
	require.Len(t, steps[0], 144)
	for i := range len(steps) - 1 {
		one, other := parse(t, steps[i]), parse(t, steps[i+1])
		if i == 2 { // nothing is sealed by the former key any more
			require.Equal(t, one.KeyIDs()[1:], other.KeyIDs())
			one, other = other, one
		}
		sealed, err := other.Seal(models.NewSecret("token"), "t", "c", "r")
		require.NoError(t, err)
		_, err = one.Open(sealed, "t", "c", "r")
		require.NoError(t, err, "step %d", i)
		sealed, err = one.Seal(models.NewSecret("token"), "t", "c", "r")
		require.NoError(t, err)
		_, err = other.Open(sealed, "t", "c", "r")
		require.NoError(t, err, "step %d", i)
	}
}

// TestFormerKeysAreThoseBeforeThePrimary: a key that is added and not yet primary seals nothing, and is none of them.
func TestFormerKeysAreThoseBeforeThePrimary(t *testing.T) {
	added, err := secrets.Add(newKeyset(t))
	require.NoError(t, err)
	require.Empty(t, parse(t, added).FormerKeyIDs())
	promoted, err := secrets.Promote(added)
	require.NoError(t, err)
	keyring := parse(t, promoted)
	require.Equal(t, keyring.KeyIDs()[:1], keyring.FormerKeyIDs())
	sealed, err := keyring.Seal(models.NewSecret("token"), "t", "c", "r")
	require.NoError(t, err)
	require.Equal(t, keyring.KeyIDs()[1], sealed.KeyID())
	removed, err := secrets.Remove(promoted)
	require.NoError(t, err)
	require.Empty(t, parse(t, removed).FormerKeyIDs())
}

func TestKeysetStepsThatChangeNothingAreRefused(t *testing.T) {
	encoded := newKeyset(t)
	_, err := secrets.Promote(encoded)
	require.EqualError(t, err, "the last key of the keyset is the primary one already: add one first")
	_, err = secrets.Remove(encoded)
	require.EqualError(t, err, "the keyset has no key that was primary before: there is nothing to remove")
	for _, step := range []func(string) (string, error){secrets.Add, secrets.Promote, secrets.Remove, secrets.List} {
		_, err = step("planted")
		require.ErrorContains(t, err, "it must be a keyset")
		require.NotContains(t, err.Error(), "planted")
	}
}

func TestListTellsIDsAndNoKeys(t *testing.T) {
	encoded, err := secrets.Add(newKeyset(t))
	require.NoError(t, err)
	list, err := secrets.List(encoded)
	require.NoError(t, err)
	require.Regexp(t, `^[0-9a-f]{8} primary: seals and opens\n[0-9a-f]{8} opens$`, list)
	require.Less(t, len(list), 60)
	require.NotContains(t, list, encoded)
}
