package db_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

func rotateKey(tb testing.TB, repository *db.Repository, seller models.Caller, request models.RotationRequest) *models.RotateAPIKeyResult {
	tb.Helper()
	result, err := repository.RotateAPIKey(context.Background(), seller, request)
	require.NoError(tb, err)
	return result
}

// requireRotationRefused tries to rotate a key.
func requireRotationRefused(tb testing.TB, repository *db.Repository, seller models.Caller, request models.RotationRequest, code models.RotateAPIKeyErrorCode) {
	tb.Helper()
	result, err := repository.RotateAPIKey(context.Background(), seller, request)
	require.Nil(tb, result)
	requireRefusals(tb, err, code)
}

// requireExpired comes with the secret of a key whose time is over.
func requireExpired(tb testing.TB, repository *db.Repository, secret string, at time.Time) {
	tb.Helper()
	_, found, err := repository.CallerByAPIKey(context.Background(), models.HashAPIKey(secret))
	var expired *models.APIKeyExpired
	require.ErrorAs(tb, err, &expired)
	require.Equal(tb, at, expired.At)
	require.False(tb, found)
}

// TestExpiredAPIKeyIsRejected: to the microsecond; it stays in the list, and gives its name up to another key.
func TestExpiredAPIKeyIsRejected(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "expires.myshopify.com")
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		repository.Now = func() time.Time { return now }
		end := now.Add(time.Hour + 500*time.Microsecond)
		request := partner("Rithum")
		request.ExpiresAt = &end
		key, secret := createKey(t, repository, seller, request)
		forever, foreverSecret := createKey(t, repository, seller, partner("For ever"))
		require.Equal(t, end, *key.ExpiresAt)
		require.Equal(t, []models.APIKey{forever, key}, listKeys(t, repository, seller))

		now = end.Add(-time.Microsecond)
		_, found := use(t, repository, secret)
		require.True(t, found)
		awaitLastUsed(t, repository, seller, key.ID)
		_, err := repository.CreateAPIKey(t.Context(), seller, partner("rithum"))
		requireRefusals(t, err, models.NameTaken)

		now = end
		requireExpired(t, repository, secret, end)
		_, found = use(t, repository, foreverSecret)
		require.True(t, found)
		require.Len(t, listKeys(t, repository, seller), 2)
		again, secretAgain := createKey(t, repository, seller, partner("rithum"))
		keys := listKeys(t, repository, seller)
		require.Equal(t, []string{again.ID, forever.ID}, []string{keys[0].ID, keys[1].ID})
		_, found = use(t, repository, secretAgain)
		require.True(t, found)
		_, found = use(t, repository, secret)
		require.False(t, found, "it was revoked")
	})
}

func TestBothKeysOfARotationAreLive(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller, neighbour := register(t, repository, "rotates.myshopify.com"), register(t, repository, "next.myshopify.com")
		untouched := rawTables.of(t, neighbour.Store.ID)
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		repository.Now = func() time.Time { return now }
		old, oldSecret := createKey(t, repository, seller, models.APIKeyRequest{Name: "Rithum", Scopes: models.AllAPIKeyScopes[1:3]})
		now = now.Add(time.Hour)
		rotated, end := rotateKey(t, repository, seller, models.RotationRequest{ID: old.ID}), now.Add(models.RotationOverlap)
		key, secret := rotated.Key, rotated.Secret
		require.NotEqual(t, old.ID, key.ID)
		require.NotEqual(t, oldSecret, secret)
		old.ExpiresAt, old.RotatedAt = &end, &now
		require.Equal(t, old, rotated.Predecessor)
		require.Equal(t, models.APIKey{ID: key.ID, Name: "Rithum", FoldedName: "rithum", Prefix: secret[:9], Scopes: old.Scopes, CreatedAt: now}, key)
		require.Equal(t, []models.APIKey{key, old}, listKeys(t, repository, seller))
		trail, err := repository.AuditTrail(t.Context(), seller, models.AuditPage{Count: 1}, models.AccountDetails{})
		require.NoError(t, err)
		require.Equal(t, models.APIKeyRotated, trail.Entries[0].Action)
		require.Equal(t, &models.AuditedAPIKey{ID: key.ID, Name: "Rithum"}, trail.Entries[0].APIKey)

		for id, secret := range map[string]string{old.ID: oldSecret, key.ID: secret} {
			caller, found := use(t, repository, secret)
			require.True(t, found)
			require.Equal(t, id, caller.ID)
			require.Equal(t, old.Scopes, caller.Scopes)
			awaitLastUsed(t, repository, seller, id)
		}
		requireRotationRefused(t, repository, seller, models.RotationRequest{ID: old.ID}, models.AlreadyRotated)
		requireRotationRefused(t, repository, seller, models.RotationRequest{ID: key.ID}, models.RotationInProgress)

		now = end
		requireExpired(t, repository, oldSecret, end)
		_, found := use(t, repository, secret)
		require.True(t, found)
		keys := listKeys(t, repository, seller)
		require.Len(t, keys, 1, "a key that ended after its rotation is in no list")
		require.Equal(t, key.ID, keys[0].ID)
		_, err = repository.RevokeAPIKey(t.Context(), seller, old.ID)
		requireRefusals(t, err, models.APIKeyNotFound)
		rotateKey(t, repository, seller, models.RotationRequest{ID: key.ID}) // the next rotation
		require.Equal(t, untouched, rawTables.of(t, neighbour.Store.ID))
	})
}

// TestRotationOverlapEnds: by a time given, or by revoking either key.
func TestRotationOverlapEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "ends.myshopify.com")
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		repository.Now = func() time.Time { return now }
		soon, late := now.Add(time.Minute), now.Add(100*time.Hour)
		old, oldSecret := createKey(t, repository, seller, partner("Rithum"))
		first := rotateKey(t, repository, seller, models.RotationRequest{ID: old.ID, PredecessorExpiresAt: &soon, ExpiresAt: &late})
		require.Equal(t, []*time.Time{&soon, &late}, []*time.Time{first.Predecessor.ExpiresAt, first.Key.ExpiresAt})
		now = soon
		requireExpired(t, repository, oldSecret, soon)

		second := rotateKey(t, repository, seller, models.RotationRequest{ID: first.Key.ID})
		require.Equal(t, soon.Add(100*time.Hour-time.Minute+time.Minute), *second.Key.ExpiresAt, "as long a life as the one before")
		revokeKey(t, repository, seller, first.Key.ID)
		_, found := use(t, repository, first.Secret)
		require.False(t, found)
		_, found = use(t, repository, second.Secret)
		require.True(t, found)

		third := rotateKey(t, repository, seller, models.RotationRequest{ID: second.Key.ID})
		revokeKey(t, repository, seller, third.Key.ID)
		_, found = use(t, repository, second.Secret)
		require.True(t, found, "until its own end")
		_, err := repository.CreateAPIKey(t.Context(), seller, partner("Rithum"))
		requireRefusals(t, err, models.NameTaken)
		revokeKey(t, repository, seller, second.Key.ID)
		createKey(t, repository, seller, partner("Rithum"))
	})
}

// TestRotateAtKeyLimit: a limit on keys must not keep a seller from changing a secret.
func TestRotateAtKeyLimit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "full.myshopify.com")
		for i := range models.MaxAPIKeys {
			createKey(t, repository, seller, partner("Partner "+string(rune('一'+i))))
		}
		for _, key := range listKeys(t, repository, seller) {
			rotateKey(t, repository, seller, models.RotationRequest{ID: key.ID})
		}
		require.Len(t, listKeys(t, repository, seller), 2*models.MaxAPIKeys)
		_, err := repository.CreateAPIKey(t.Context(), seller, partner("One more"))
		requireRefusals(t, err, models.TooManyKeys)
	})
}

func TestRefusedRotationsLeaveNoTrace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller, neighbour := register(t, repository, "refused.myshopify.com"), register(t, repository, "next.myshopify.com")
		mine, _ := createKey(t, repository, seller, partner("mine"))
		theirs, _ := createKey(t, repository, neighbour, partner("theirs"))
		gone, _ := createKey(t, repository, seller, partner("gone"))
		revokeKey(t, repository, seller, gone.ID)
		before, theirsBefore := rawTables.of(t, seller.Store.ID), rawTables.of(t, neighbour.Store.ID)
		_, unknown := repository.RotateAPIKey(t.Context(), seller, models.RotationRequest{ID: "apikey_00000000-0000-7000-8000-000000000000"})
		requireRefusals(t, unknown, models.RotateAPIKeyNotFound)
		for _, id := range []string{theirs.ID, gone.ID, "", "\x00", mine.ID + "\x00"} {
			result, err := repository.RotateAPIKey(t.Context(), seller, models.RotationRequest{ID: id})
			require.Nil(t, result, id)
			require.Equal(t, unknown, err, id)
		}
		yesterday := time.Now().Add(-24 * time.Hour)
		for _, request := range []models.RotationRequest{{ID: mine.ID, ExpiresAt: &yesterday}, {ID: mine.ID, PredecessorExpiresAt: &yesterday}} {
			requireRotationRefused(t, repository, seller, request, models.RotateAPIKeyInvalidExpiry)
		}
		require.Equal(t, before, rawTables.of(t, seller.Store.ID))
		require.Equal(t, theirsBefore, rawTables.of(t, neighbour.Store.ID))
	})
}

// TestConcurrentRotationsAreSerialized lets two programs rotate one key at the same moment.
func TestConcurrentRotationsAreSerialized(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		first, second := open(t, databaseURL, models.DefaultCatalogue()), open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, first, "race.myshopify.com")
		key, _ := createKey(t, first, seller, partner("Rithum"))
		gate, results, errs := make(chan struct{}), make([]*models.RotateAPIKeyResult, 6), make([]error, 6)
		var calls sync.WaitGroup
		for i, repository := range slices.Repeat([]*db.Repository{first, second}, 3) {
			calls.Go(func() {
				<-gate
				results[i], errs[i] = repository.RotateAPIKey(context.Background(), seller, models.RotationRequest{ID: key.ID})
			})
		}
		close(gate)
		calls.Wait()
		made := 0
		for i, result := range results {
			if errs[i] == nil {
				made++
				continue
			}
			requireRefusals(t, errs[i], models.AlreadyRotated)
			require.Nil(t, result)
		}
		require.Equal(t, 1, made)
		require.Len(t, listKeys(t, first, seller), 2)
	})
}

// TestAuditEntriesNameTheAPIKey: that a seller made or revoked, and that a partner's program came with.
func TestAuditEntriesNameTheAPIKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, repository, "named.myshopify.com")
		key, secret := createKey(t, repository, seller, models.APIKeyRequest{Name: "Rithum", Scopes: models.AllAPIKeyScopes})
		program, _ := use(t, repository, secret)
		update(t, repository, program, models.SettingInput{Key: "order.tags", Value: `["api"]`})
		connect(t, repository, program, "1")
		disconnect(t, repository, program)
		update(t, repository, seller, models.SettingInput{Key: "order.tags", Value: `["hand"]`})
		revokeKey(t, repository, seller, key.ID)
		trail, err := repository.AuditTrail(t.Context(), seller, models.AuditPage{Count: 10}, models.AccountDetails{})
		require.NoError(t, err)
		named := &models.AuditedAPIKey{ID: key.ID, Name: "Rithum"}
		for i, want := range []*models.AuditedAPIKey{named, nil, named, named, named, named, nil, nil} {
			require.Equal(t, want, trail.Entries[i].APIKey, trail.Entries[i].Action)
			one, err := repository.AuditEntry(t.Context(), seller, trail.Entries[i].ID, models.AccountDetails{})
			require.NoError(t, err)
			require.Equal(t, want, one.APIKey)
		}
	})
}
