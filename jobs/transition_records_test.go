package jobs_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

func (l *life) requirePhase(id string, phase models.TransitionPhase, problem ...models.ProblemCode) {
	wanted := string(phase) + " "
	for _, code := range problem {
		wanted += string(code)
	}
	require.Equal(l.t, []string{wanted}, l.rows(`SELECT phase || ' ' || problem_code FROM transitions WHERE id = '`+id+`'`))
}

// rows reads the only column of a query.
func (p *process) rows(query string) []string {
	found := []string{}
	rows, err := p.tables.QueryContext(context.Background(), query)
	if err != nil {
		return []string{err.Error()}
	}
	defer rows.Close()
	for rows.Next() {
		var text sql.NullString
		if err := rows.Scan(&text); err != nil {
			return []string{err.Error()}
		}
		found = append(found, text.String)
	}
	if err := rows.Err(); err != nil {
		return []string{err.Error()}
	}
	return found
}

// account is the TikTok Shop account that the store was connected to last.
func (l *life) account(details models.AccountDetails) *models.Account {
	accounts, err := l.Accounts(l.ctx, l.seller, details)
	require.NoError(l.t, err)
	for _, account := range accounts {
		if account.Kind == models.TikTokShop {
			return account
		}
	}
	require.FailNow(l.t, "no shop was connected")
	return nil
}

// disconnection reads the record of a disconnect.
func (l *life) disconnection(id string) *models.Disconnection {
	record, err := l.Disconnection(l.ctx, l.seller, id, models.AccountDetails{Changes: true})
	require.NoError(l.t, err)
	require.NotNil(l.t, record)
	return record
}

// exceptions are those of a disconnect, as setting, entry and reason.
func (l *life) exceptions(id string) []string {
	found, err := l.RestorationExceptions(l.ctx, l.seller, id, 250, 0)
	require.NoError(l.t, err)
	return describe(found)
}

func describe(exceptions []models.RestorationException) []string {
	list := []string{}
	for _, exception := range exceptions {
		entry := ""
		if exception.Entry != nil {
			entry = *exception.Entry
		}
		list = append(list, strings.Join([]string{exception.Key, entry, string(exception.Reason)}, " "))
	}
	return list
}

// requireRestored requires a disconnect to be complete, with these exceptions, and the settings to be those of the snapshot
// but for them: as the records say, as the store says, and as the ledger leads to.
func (l *life) requireRestored(id string, exceptions ...string) {
	record := l.requireEnded(id, exceptions...)
	require.NotNil(l.t, record.Restoration.RestoredDigest)
	require.NotNil(l.t, record.Restoration.VerifiedAt)
	if len(exceptions) == 0 {
		require.Equal(l.t, record.Restoration.SnapshotDigest, *record.Restoration.RestoredDigest)
	}
}

// requireEndedUnread is requireRestored for a store that could not be read back: that it was restored is not said.
func (l *life) requireEndedUnread(id string, exceptions ...string) {
	record := l.requireEnded(id, exceptions...)
	require.Nil(l.t, record.Restoration.RestoredDigest)
	require.Nil(l.t, record.Restoration.VerifiedAt)
}

func (l *life) requireEnded(id string, exceptions ...string) *models.Disconnection {
	l.requirePhase(id, models.PhaseComplete)
	require.Equal(l.t, models.AccountDisconnected, l.account(models.AccountDetails{}).Status)
	require.Equal(l.t, append([]string{}, exceptions...), l.exceptions(id))
	record := l.disconnection(id)
	require.EqualValues(l.t, len(exceptions), record.Restoration.ExceptionCount)
	require.Equal(l.t, models.AuthorizationRevoked, record.Authorization().Status)
	l.requireLedgerLeadsToSettings()
	return record
}

// requireLedgerLeadsToSettings replays the ledger: each change begins where the one before ended, and the last ones are the
// settings.
func (l *life) requireLedgerLeadsToSettings() {
	replayed := map[string]string{}
	for _, line := range l.rows(`SELECT key || '|' || COALESCE(before, '') || '|' || COALESCE(after, '') FROM setting_changes WHERE store_id = '` + l.seller.Store.ID + `' ORDER BY seq`) {
		parts := strings.SplitN(line, "|", 3)
		require.Len(l.t, parts, 3, line)
		require.Equal(l.t, replayed[parts[0]], parts[1], "%s: what was before is not what was written before", parts[0])
		replayed[parts[0]] = parts[2]
	}
	settings := map[string]string{}
	for _, line := range l.rows(`SELECT key || '|' || COALESCE(value, '') FROM settings WHERE store_id = '` + l.seller.Store.ID + `'`) {
		key, value, _ := strings.Cut(line, "|")
		settings[key] = value
	}
	require.Equal(l.t, settings, replayed)
}

// published are the ids of the products on the app's publication, online those of locations that fulfill online orders.
func (l *life) published() []string { return l.trueEntries(models.KeyPublished) }
func (l *life) online() []string    { return l.trueEntries(models.KeyOnlineLocations) }

func (l *life) trueEntries(key string) []string {
	observed, err := l.client.Observe(l.ctx, l.domain)
	require.NoError(l.t, err)
	var members map[string]bool
	require.NoError(l.t, json.Unmarshal([]byte(observed.Value(key)), &members))
	maps.DeleteFunc(members, func(_ string, on bool) bool { return !on })
	return slices.Sorted(maps.Keys(members))
}
