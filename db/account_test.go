package db_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
	"handback/models"
)

// TestAccountIsConsistentDuringDisconnect reads a shop while it is connected and disconnected over and over: its status, its
// snapshot, its preview and its records must agree with one another in every answer.
func TestAccountIsConsistentDuringDisconnect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "moment.myshopify.com")
		shop := connect(t, repository, seller, "shop").Account.ID
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range 40 {
				disconnect(t, repository, seller)
				connect(t, repository, seller, "shop")
			}
		}()
		for over := false; !over; {
			select {
			case <-done:
				over = true
			default:
			}
			account, err := repository.Account(context.Background(), seller, shop, everything)
			require.NoError(t, err)
			require.Equal(t, account.ConnectedAt, account.Snapshot.TakenAt)
			if account.Connected() {
				require.NotEmpty(t, account.DisconnectPreview.Changes)
				for _, record := range account.Disconnections {
					require.False(t, record.DisconnectedAt.After(account.ConnectedAt))
				}
			} else {
				require.Nil(t, account.DisconnectPreview)
				require.Equal(t, *account.DisconnectedAt, account.Disconnections[0].DisconnectedAt)
				require.NotEmpty(t, account.Disconnections[0].Restoration.Changes)
			}
		}
	})
}
