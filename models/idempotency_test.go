package models

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIdempotencyKeys(t *testing.T) {
	for _, key := range []string{"k", " ", "0d4e8bb5-3f63-4f3c-9f0f-6b6c54a0a1f5", strings.Repeat("é", MaxIdempotencyKey)} {
		require.NoError(t, RefuseIdempotencyKey(key), key)
	}
	for _, key := range []string{"", strings.Repeat("k", MaxIdempotencyKey+1), "k\x00", "k\xff"} {
		var refused *BadInput
		require.ErrorAs(t, RefuseIdempotencyKey(key), &refused, key)
		require.Equal(t, "key", refused.Argument)
	}
}
