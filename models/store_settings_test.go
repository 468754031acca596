package models

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestMapsOfFlagsAreTakenApartAsTheyDecode: what is done on the text gives what decoding gives.
func TestMapsOfFlagsAreTakenApartAsTheyDecode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		member := rapid.OneOf(rapid.Just[any](true), rapid.Just[any](false))
		if rapid.IntRange(0, 3).Draw(t, "sort") == 0 {
			member = rapid.OneOf(member, rapid.Just[any]("true"), rapid.Just[any](map[string]any{"a": true}), rapid.Just[any](nil))
		}
		id := rapid.OneOf(rapid.StringMatching(`gid://shopify/Product/[0-9]{1,9}`), rapid.String())
		members := rapid.MapOfN(id, member, 0, 8).Draw(t, "members")
		value := mustValue(members)
		decoded, _ := value.decoded().(map[string]any)
		wanted, areFlags := entries{}, true
		for name, member := range decoded {
			wanted[name] = mustValue(member)
			_, isFlag := member.(bool)
			areFlags = areFlags && isFlag
		}
		if flags, ok := flagsOf(value); ok {
			require.True(t, areFlags)
			require.Equal(t, wanted, flags)
		}
		ids := slices.Collect(maps.Keys(decoded))
		require.Equal(t, mustValue(trueOf(ids)), AllTrue(ids))
	})
}

func TestMapsOfFlagsAreTakenApart(t *testing.T) {
	flags, ok := flagsOf(`{"gid://shopify/Product/1":true,"gid://shopify/Product/2":false}`)
	require.True(t, ok)
	require.Equal(t, entries{"gid://shopify/Product/1": "true", "gid://shopify/Product/2": "false"}, flags)
	flags, ok = flagsOf(`{}`)
	require.True(t, ok)
	require.Empty(t, flags)
	for _, value := range []Value{"", "true", `["a"]`, `{"a":1}`, `{"a":{"b":true}}`, `{"\"":true}`} {
		_, ok := flagsOf(value)
		require.False(t, ok, value)
	}
}
