package models

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIdempotencyKeys(t *testing.T) {
	for _, key := range []string{"k", " ", "0d4e8bb5-3f63-4f3c-9f0f-6b6c54a0a1f5", strings.Repeat("é", MaxIdempotencyKey)} {
		require.NoError(t, CheckIdempotencyKey(key), key)
	}
	for _, key := range []string{"", strings.Repeat("k", MaxIdempotencyKey+1), "k\x00", "k\xff"} {
		var rejected *BadInput
		require.ErrorAs(t, CheckIdempotencyKey(key), &rejected, key)
		require.Equal(t, "key", rejected.Argument)
	}
}
