package db_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
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

// TestAccountHistoryHasPages: each account is on one of them, in the order of the list, and none of another store's.
func TestAccountHistoryHasPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, manySettings(4))
		seller, other := register(t, repository, "pages.myshopify.com"), register(t, repository, "other.myshopify.com")
		connect(t, repository, other, "theirs")
		for _, shop := range []string{"one", "two", "three", "four", "two"} {
			connect(t, repository, seller, shop)
			disconnect(t, repository, seller)
		}
		listed, err := repository.Accounts(t.Context(), seller, everything)
		require.NoError(t, err)
		require.Len(t, listed, 5)
		for _, count := range []int{1, 2, 5, models.MaxPage} {
			walked := []*models.Account{}
			for page := (models.AccountPage{Count: count}); ; {
				history, err := repository.AccountHistory(t.Context(), seller, page, everything)
				require.NoError(t, err)
				require.LessOrEqual(t, len(history.Accounts), count)
				walked = append(walked, history.Accounts...)
				if !history.More {
					break
				}
				page.After = models.ParseAccountPosition(walked[len(walked)-1].Position().String())
			}
			require.Equal(t, listed, walked, "with all details")
		}
		past, err := repository.AccountHistory(t.Context(), seller, models.AccountPage{Count: 1, After: listed[4].Position()}, everything)
		require.NoError(t, err)
		require.Equal(t, &models.AccountHistory{Accounts: []*models.Account{}}, past)
	})
}

// TestListedAccountsAreLimited: the list has those that are in use, and those that were connected last.
func TestListedAccountsAreLimited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, manySettings(4))
		seller, conn := register(t, repository, "many.myshopify.com"), direct(t, databaseURL)
		first := connect(t, repository, seller, "first").Account
		disconnect(t, repository, seller)
		for i := range models.MaxListedAccounts {
			at := first.ConnectedAt.Add(time.Duration(i+1) * time.Second).Format("2006-01-02 15:04:05.999999999-07:00") // as SQLite keeps it
			_, err := conn.Exec(`INSERT INTO accounts (id, store_id, kind, name, external_id, region, status, connected_at, disconnected_at)
				VALUES ($1, $2, 'TIKTOK_SHOP', 'Shop', $1, 'US', 'DISCONNECTED', $3, $3)`, fmt.Sprintf("account_%04d", i), seller.Store.ID, at)
			require.NoError(t, err)
		}
		listed, err := repository.Accounts(t.Context(), seller, models.AccountDetails{Disconnections: true})
		require.NoError(t, err)
		require.Len(t, listed, models.MaxListedAccounts)
		require.Equal(t, "account_0249", listed[0].ID)
		require.Equal(t, "account_0001", listed[248].ID)
		require.Equal(t, models.TikTokForBusiness, listed[249].Kind, "it was connected before all others, and still is")
		page := models.AccountPage{Count: models.MaxPage}
		history, err := repository.AccountHistory(t.Context(), seller, page, models.AccountDetails{})
		require.NoError(t, err)
		require.True(t, history.More)
		page.After = history.Accounts[len(history.Accounts)-1].Position()
		history, err = repository.AccountHistory(t.Context(), seller, page, models.AccountDetails{Disconnections: true})
		require.NoError(t, err)
		require.False(t, history.More)
		require.Len(t, history.Accounts, 2)
		require.Equal(t, first.ID, history.Accounts[0].ID)
		require.Len(t, history.Accounts[0].Disconnections, 1)
	})
}

// countedRows is a budget that counts the rows which are read for an answer, and those that are charged besides.
type countedRows struct{ rows, bytes, chargedRows, chargedBytes int }

func (c *countedRows) Consume(bytes int) error {
	c.rows++
	c.bytes += bytes
	return nil
}

func (c *countedRows) Charge(rows, bytes int) {
	c.chargedRows += rows
	c.chargedBytes += bytes
}

func (*countedRows) Err() error { return nil }

// TestDisconnectionHistoryHasPages: each record is on one of them, with what it changed, and none of another account or store; and what
// is read for a page, or for the list, does not grow with the records that are not on it.
func TestDisconnectionHistoryHasPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, manySettings(4))
		seller, other := register(t, repository, "records.myshopify.com"), register(t, repository, "other.myshopify.com")
		connect(t, repository, other, "theirs")
		theirs := disconnect(t, repository, other).Disconnection.ID
		whole := models.AccountDetails{Changes: true, ChangeDetail: models.ChangeDetail{Values: models.WholeValues}}
		read := func(page models.DisconnectionPage, account string) (*models.DisconnectionHistory, countedRows) {
			var counted countedRows
			details := whole
			details.DisconnectionPages = []models.DisconnectionPage{page}
			found, err := repository.Account(models.WithReadBudget(t.Context(), &counted), seller, account, details)
			require.NoError(t, err)
			return found.DisconnectionPage(page), counted
		}
		var shop, another string
		records := []string{} // of the shop, newest first
		again := func(times int) {
			for range times {
				shop = connect(t, repository, seller, "shop").Account.ID
				records = slices.Insert(records, 0, disconnect(t, repository, seller).Disconnection.ID)
				another = connect(t, repository, seller, "another").Account.ID
				disconnect(t, repository, seller)
			}
		}
		again(3)
		_, before := read(models.DisconnectionPage{Count: 2}, shop)
		again(models.MaxListedDisconnections - 1)
		_, after := read(models.DisconnectionPage{Count: 2}, shop)
		require.Equal(t, before, after)

		for _, count := range []int{1, 7, len(records), models.MaxPage} {
			require.Equal(t, records, walkRecords(t, count, shop, func(page models.DisconnectionPage) *models.DisconnectionHistory {
				history, _ := read(page, shop)
				return history
			}))
		}
		for _, after := range []string{theirs, "disconnection_unknown"} {
			history, counted := read(models.DisconnectionPage{Count: 2, After: after}, shop)
			require.Empty(t, history.Records)
			require.False(t, history.More)
			require.Equal(t, 1, counted.rows, "the account's")
		}

		whole.Disconnections = true
		page := models.DisconnectionPage{Count: 1, After: records[0]}
		whole.DisconnectionPages = []models.DisconnectionPage{page, {Count: 3}}
		accounts, err := repository.Accounts(t.Context(), seller, whole)
		require.NoError(t, err)
		for _, account := range accounts[:2] {
			require.Len(t, account.Disconnections, models.MaxListedDisconnections)
			require.Len(t, account.DisconnectionPage(models.DisconnectionPage{Count: 3}).Records, 3)
		}
		require.Equal(t, another, accounts[0].ID)
		require.Equal(t, records[1], accounts[1].DisconnectionPage(page).Records[0].ID)
		require.Equal(t, records[0], accounts[1].Disconnections[0].ID)
	})
}

// walkRecords goes from page to page of so many records of an account, and returns the ids of all.
func walkRecords(t *testing.T, count int, account string, read func(models.DisconnectionPage) *models.DisconnectionHistory) []string {
	t.Helper()
	walked := []string{}
	for page := (models.DisconnectionPage{Count: count}); ; {
		history := read(page)
		for _, record := range history.Records {
			require.Equal(t, account, record.Account.ID)
			require.Len(t, record.Restoration.Changes, 4)
			walked = append(walked, record.ID)
		}
		if !history.More {
			return walked
		}
		require.Len(t, history.Records, count)
		page.After = walked[len(walked)-1]
	}
}
