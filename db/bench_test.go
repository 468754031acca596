package db_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// benchmark times an operation on a connected store, on each database and with more and more settings.
func benchmark(b *testing.B, operation func(b *testing.B, repository *db.Repository, seller models.Caller)) {
	b.Helper()
	for _, dialect := range dbtest.Dialects {
		for _, settings := range []int{10, 45, 200, 1000} {
			b.Run(fmt.Sprintf("%s/settings=%d", dialect, settings), func(b *testing.B) {
				repository := open(b, dbtest.URL(b, dialect), manySettings(settings))
				seller := register(b, repository, "bench.myshopify.com")
				connect(b, repository, seller, "bench")
				b.ReportAllocs()
				operation(b, repository, seller)
			})
		}
	}
}

func BenchmarkAccounts(b *testing.B) {
	benchmark(b, func(b *testing.B, repository *db.Repository, seller models.Caller) {
		for b.Loop() {
			accounts, err := repository.Accounts(b.Context(), seller, models.AccountDetails{})
			require.NoError(b, err)
			require.Len(b, accounts, 2)
		}
	})
}

func BenchmarkOverview(b *testing.B) {
	benchmark(b, func(b *testing.B, repository *db.Repository, seller models.Caller) {
		for b.Loop() {
			overview, err := repository.Overview(b.Context(), seller, models.AccountDetails{})
			require.NoError(b, err)
			require.Equal(b, models.ChannelConnected, overview.TikTokShop.Status)
		}
	})
}

func BenchmarkSettings(b *testing.B) {
	benchmark(b, func(b *testing.B, repository *db.Repository, seller models.Caller) {
		for b.Loop() {
			settings, err := repository.Settings(b.Context(), seller, models.SettingFilter{})
			require.NoError(b, err)
			require.Len(b, settings, len(repository.Catalogue))
		}
	})
}

func BenchmarkPreview(b *testing.B) {
	benchmark(b, func(b *testing.B, repository *db.Repository, seller models.Caller) {
		for b.Loop() {
			overview, err := repository.Overview(b.Context(), seller, models.AccountDetails{Preview: true})
			require.NoError(b, err)
			require.NotEmpty(b, overview.TikTokShop.Accounts[0].DisconnectPreview.Changes)
		}
	})
}

func BenchmarkDisconnect(b *testing.B) {
	benchmark(b, func(b *testing.B, repository *db.Repository, seller models.Caller) {
		for b.Loop() {
			disconnect(b, repository, seller)
			b.StopTimer()
			connect(b, repository, seller, "bench")
			b.StartTimer()
		}
	})
}
