package db_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"handback/db"
	"handback/db/dbtest"
	"handback/models"
)

// TestAUseIsNotedOnceAMinute comes with a key very often, to two programs at the same time, and counts the writes.
func TestAUseIsNotedOnceAMinute(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		maker := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, maker, "often.myshopify.com")
		_, secret := createKey(t, maker, seller, partner("Rithum"))
		past := openTables(t, databaseURL)
		require.NoError(t, past.countNotes())
		for minute := range 3 {
			for _, within := range []time.Duration{0, time.Minute - time.Microsecond} {
				now := start.Add(time.Duration(minute)*time.Minute + within)
				useOften(t, databaseURL, secret, now)
				require.Equal(t, start.Add(time.Duration(minute)*time.Minute), *listKeys(t, maker, seller)[0].LastUsedAt)
				require.Len(t, past.rows(t, `SELECT at FROM noted`), minute+1)
			}
		}
	})
}

// useOften comes with the secret to two programs at one moment, and ends them.
func useOften(t *testing.T, databaseURL, secret string, now time.Time) {
	t.Helper()
	var calls sync.WaitGroup
	for range 2 {
		repository, err := db.Open(context.Background(), databaseURL, models.DefaultCatalogue())
		require.NoError(t, err)
		defer func() { require.NoError(t, repository.Close()) }()
		repository.Now = func() time.Time { return now }
		for range 20 {
			calls.Go(func() {
				_, found, err := repository.CallerByAPIKey(context.Background(), models.HashAPIKey(secret))
				assert.NoError(t, err) //nolint:testifylint // this is not the goroutine of the test
				assert.True(t, found)
			})
		}
	}
	calls.Wait()
}

// countNotes makes the database keep a row for each write of a key's last use.
func (d tables) countNotes() error {
	if d.dialect == "sqlite" {
		return d.write(`CREATE TABLE noted (at text); CREATE TRIGGER note AFTER UPDATE ON api_keys BEGIN
			INSERT INTO noted VALUES (NEW.last_used_at); END`)
	}
	return errors.Join(d.write(`CREATE TABLE noted (at text)`),
		d.write(`CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO noted VALUES (NEW.last_used_at::text); RETURN NEW; END $$`),
		d.write(`CREATE TRIGGER note BEFORE UPDATE ON api_keys FOR EACH ROW EXECUTE FUNCTION note()`))
}

// TestNobodyWaitsForTheNoteOfAUse holds what the note needs: the key opens the store all the same, over and over, one
// note waits however often, and it is written although the request is over and the program ends.
func TestNobodyWaitsForTheNoteOfAUse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		maker := open(t, databaseURL, models.DefaultCatalogue())
		seller := register(t, maker, "held.myshopify.com")
		_, secret := createKey(t, maker, seller, partner("Rithum"))
		repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
		require.NoError(t, err)
		heard := listen(t, repository)

		release := openTables(t, databaseURL).hold(t)
		statements := heard.during(func() {
			for range 10 {
				ctx, cancel := context.WithCancel(context.Background())
				caller, found, err := repository.CallerByAPIKey(ctx, models.HashAPIKey(secret))
				cancel()
				require.NoError(t, err)
				require.True(t, found)
				require.Equal(t, seller.Store, caller.Store)
			}
			closed := make(chan error)
			go func() { closed <- repository.Close() }()
			require.Nil(t, listKeys(t, maker, seller)[0].LastUsedAt)
			release()
			require.NoError(t, <-closed)
		})
		require.NotNil(t, listKeys(t, maker, seller)[0].LastUsedAt, "closing did not wait for the note")
		updates := slices.DeleteFunc(statements, func(s string) bool { return !strings.HasPrefix(s, "UPDATE") })
		require.Len(t, updates, 1)
	})
}

// hold keeps others from writing to the keys.
func (d tables) hold(t *testing.T) (release func()) {
	t.Helper()
	conn, err := d.Conn(context.Background())
	require.NoError(t, err)
	for _, statement := range map[string][]string{
		"sqlite": {"BEGIN IMMEDIATE"}, "postgres": {"BEGIN", "SELECT id FROM api_keys FOR UPDATE"},
	}[d.dialect] {
		_, err := conn.ExecContext(context.Background(), statement)
		require.NoError(t, err)
	}
	return func() {
		_, err := conn.ExecContext(context.Background(), "ROLLBACK")
		require.NoError(t, err)
		require.NoError(t, conn.Close())
	}
}

// TestANoteThatFailsIsTriedAgain: whoever comes with the key is none the wiser.
func TestANoteThatFailsIsTriedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, past := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller := register(t, repository, "fails.myshopify.com")
		_, secret := createKey(t, repository, seller, partner("Rithum"))
		mend := past.refuseNotes(t)
		for range 3 {
			_, found := use(t, repository, secret)
			require.True(t, found)
		}
		require.Nil(t, listKeys(t, repository, seller)[0].LastUsedAt)
		mend()
		require.Eventually(t, func() bool { // the failed note may be under way still
			use(t, repository, secret)
			return listKeys(t, repository, seller)[0].LastUsedAt != nil
		}, answerTime, time.Millisecond)
	})
}

// refuseNotes makes every write of a key's last use fail.
func (d tables) refuseNotes(t *testing.T) (mend func()) {
	t.Helper()
	if d.dialect == "sqlite" {
		require.NoError(t, d.write(`CREATE TRIGGER refuse BEFORE UPDATE ON api_keys BEGIN SELECT RAISE(ABORT, 'refused'); END`))
		return func() { require.NoError(t, d.write(`DROP TRIGGER refuse`)) }
	}
	require.NoError(t, d.write(`CREATE TRIGGER refuse BEFORE UPDATE ON api_keys FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()`))
	return func() { require.NoError(t, d.write(`DROP TRIGGER refuse ON api_keys`)) }
}
