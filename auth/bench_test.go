package auth_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

// BenchmarkSessionToken times a seller whose store is known.
func BenchmarkSessionToken(b *testing.B) {
	authenticator, _ := newAuth(open(b, dbtest.URL(b, "sqlite")))
	r := bearer(goodToken())
	b.Run("known", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := authenticator.Caller(r)
			require.NoError(b, err)
		}
	})
	b.Run("new", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := sessions.Verify(goodToken(), start)
			require.NoError(b, err)
		}
	})
}

func BenchmarkAPIKey(b *testing.B) {
	for _, dialect := range dbtest.Dialects {
		b.Run(dialect, func(b *testing.B) {
			repository := open(b, dbtest.URL(b, dialect))
			authenticator, _ := newAuth(repository)
			seller, err := authenticator.Caller(bearer(goodToken()))
			require.NoError(b, err)
			_, secret := createKey(b, repository, seller, "Rithum")
			r := bearer(secret)
			b.ReportAllocs()
			for b.Loop() {
				_, err := authenticator.Caller(r)
				require.NoError(b, err)
			}
		})
	}
}
