package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// open opens a database for the length of a test.
func open(tb testing.TB, databaseURL string, catalogue models.Catalogue) *db.Repository {
	tb.Helper()
	repository, err := db.Open(context.Background(), databaseURL, catalogue)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, repository.Close()) })
	return repository
}

// register takes in a US store with the catalogue's first settings, and returns its seller.
func register(tb testing.TB, repository *db.Repository, domain string) models.Caller {
	tb.Helper()
	store, err := repository.RegisterStore(context.Background(), models.Registration{
		Store:    models.Store{Domain: domain, Name: domain, Region: "US"},
		Business: models.BusinessAccount{Name: domain, ExternalID: "bc-" + domain},
		Settings: repository.Catalogue.Before(),
	})
	require.NoError(tb, err)
	return models.Caller{Store: store, Actor: models.Actor{Kind: models.ActorSeller, Name: "Seller of " + domain}}
}

// owner is the authorization of an active US shop's main owner.
func owner(shopCode string) *models.Authorization {
	return &models.Authorization{
		ShopCode: shopCode, ShopName: "Shop " + shopCode, Region: "US", Role: models.ShopOwner, Seller: models.SellerActive,
	}
}

func connect(tb testing.TB, repository *db.Repository, seller models.Caller, shopCode string) *models.ConnectTikTokShopResult {
	tb.Helper()
	result, err := repository.ConnectTikTokShop(context.Background(), seller, owner(shopCode))
	require.NoError(tb, err)
	result.Account, err = repository.Account(context.Background(), seller, result.Account.ID, models.AccountDetails{Preview: true, Snapshot: true})
	require.NoError(tb, err)
	return result
}

// requireRefusals fails unless the error is refusals of these codes.
func requireRefusals[Code ~string](tb require.TestingT, err error, codes ...Code) {
	got := []Code{}
	for _, refusal := range models.RefusalsIn[Code](err) {
		got = append(got, refusal.Code)
	}
	require.Equal(tb, codes, got, "%v", err)
}

// refused is nil for a refusal, and only then.
func refused(err error) error {
	if refusal, ok := errors.AsType[interface {
		error
		Refused()
	}](err); ok && refusal != nil {
		return nil
	}
	return fmt.Errorf("not refused: %w", err)
}

func disconnect(tb testing.TB, repository *db.Repository, seller models.Caller) *models.DisconnectTikTokShopResult {
	tb.Helper()
	result, err := repository.DisconnectTikTokShop(context.Background(), seller, models.DisconnectRequest{Confirm: true})
	require.NoError(tb, err)
	return result
}

const (
	operationTime = 8 * time.Second // what the API gives an operation
	answerTime    = time.Minute     // when its client must have the answer: 10 seconds are promised, and machines may be slow
)

// facts are what the tables say of the only store in a database, whichever of them is asked.
type facts struct {
	Connected   int // TikTok Shop accounts
	OpenEpochs  int
	Records     int // of disconnects
	Entries     int // of the audit trail
	Ledger      int // of written settings
	NotInLedger int // settings with a value that the ledger does not lead to
	Digest      string
}

// readFacts reads the facts past the repository.
func readFacts(tb testing.TB, conn *sql.DB) (f facts) {
	tb.Helper()
	row := conn.QueryRow(`SELECT
		(SELECT count(*) FROM accounts WHERE kind = 'TIKTOK_SHOP' AND status = 'CONNECTED'),
		(SELECT count(*) FROM epochs) - (SELECT count(*) FROM disconnections), (SELECT count(*) FROM disconnections),
		(SELECT count(*) FROM audit_entries), (SELECT count(*) FROM setting_changes),
		(SELECT count(*) FROM settings s WHERE s.value IS DISTINCT FROM
			(SELECT c.after FROM setting_changes c WHERE c.store_id = s.store_id AND c.key = s.key ORDER BY c.seq DESC LIMIT 1))`)
	require.NoError(tb, row.Scan(&f.Connected, &f.OpenEpochs, &f.Records, &f.Entries, &f.Ledger, &f.NotInLedger))
	rows, err := conn.Query(`SELECT key, value FROM settings WHERE scope <> 'ADS' AND value IS NOT NULL ORDER BY key`)
	require.NoError(tb, err)
	defer rows.Close()
	var settings []models.SnapshotSetting
	for rows.Next() {
		var s models.SnapshotSetting
		require.NoError(tb, rows.Scan(&s.Key, &s.Value))
		settings = append(settings, s)
	}
	require.NoError(tb, rows.Err())
	f.Digest = models.Digest(settings)
	return f
}

// direct opens a way of the test's own to the database.
func direct(tb testing.TB, databaseURL string) *sql.DB {
	tb.Helper()
	driver, address := "pgx", databaseURL
	if path, ok := strings.CutPrefix(databaseURL, "sqlite:"); ok {
		driver, address = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	conn, err := sql.Open(driver, address)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, conn.Close()) })
	return conn
}

// operationContext returns a context as the API sets it, with the time that a slow machine takes: what ends before it does
// so by itself, by the time a lock or an answer of the database is waited for.
func operationContext(tb testing.TB) context.Context {
	tb.Helper()
	return contextOf(tb, answerTime)
}

func contextOf(tb testing.TB, timeout time.Duration) context.Context {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	tb.Cleanup(cancel)
	return ctx
}

// answer is how a write ended.
type answer struct {
	err     error
	refused string                // the refusal's code
	record  *models.Disconnection // with a disconnect, or the refusal of one
	took    time.Duration
}

// answerOf takes a refusal for no failure.
func answerOf[Code ~string](err error, start time.Time) answer {
	a := answer{err: err, took: time.Since(start)}
	if refusals := models.RefusalsIn[Code](err); refusals != nil {
		a.err, a.refused = nil, string(refusals[0].Code)
	}
	return a
}

type write func(ctx context.Context, r *db.Repository, seller models.Caller) answer

func connecting(ctx context.Context, r *db.Repository, seller models.Caller) answer {
	start := time.Now()
	_, err := r.ConnectTikTokShop(ctx, seller, owner("shop of "+seller.Store.Domain))
	return answerOf[models.ConnectTikTokShopErrorCode](err, start)
}

func disconnecting(ctx context.Context, r *db.Repository, seller models.Caller) answer {
	start := time.Now()
	result, err := r.DisconnectTikTokShop(ctx, seller, models.DisconnectRequest{Confirm: true})
	a := answerOf[models.DisconnectTikTokShopErrorCode](err, start)
	if refusal, ok := errors.AsType[*models.DisconnectRefusal](err); ok {
		a.record = refusal.Disconnection
	} else if err == nil {
		a.record = result.Disconnection
	}
	return a
}

func editing(ctx context.Context, r *db.Repository, seller models.Caller) answer {
	start := time.Now()
	_, err := r.UpdateSettings(ctx, seller, []models.SettingInput{{Key: "order.tags", Value: `["edited"]`}})
	return answerOf[models.UpdateSettingsErrorCode](err, start)
}

func reading(ctx context.Context, r *db.Repository, seller models.Caller) answer {
	start := time.Now()
	_, err := r.Overview(ctx, seller, models.AccountDetails{Preview: true})
	return answer{err: err, took: time.Since(start)}
}

// callAtOnce carries out the calls at the same time.
func callAtOnce(ctx context.Context, r *db.Repository, seller models.Caller, calls ...write) []answer {
	answers, done := make([]answer, len(calls)), make(chan bool)
	for i, call := range calls {
		go func() {
			answers[i] = call(ctx, r, seller)
			done <- true
		}()
	}
	for range calls {
		<-done
	}
	return answers
}

// requireTryAgain fails unless the answer was in time and said that nothing was done.
func requireTryAgain(tb testing.TB, a answer) {
	tb.Helper()
	require.ErrorIs(tb, a.err, models.ErrTryAgain)
	require.NotErrorIs(tb, a.err, models.ErrOutcomeUnknown)
	require.Less(tb, a.took, answerTime)
}

// requireDone fails unless the answer says that it was all done.
func requireDone(tb testing.TB, a answer) {
	tb.Helper()
	require.NoError(tb, a.err)
	require.Empty(tb, a.refused)
}

// requireReady waits until the repository is ready: a busy machine may need more than a second for an answer.
func requireReady(t *testing.T, repository *db.Repository) {
	t.Helper()
	require.Eventually(t, func() bool { return repository.Ready(t.Context()) == nil }, answerTime, 10*time.Millisecond)
}

var everything = models.AccountDetails{Snapshot: true, Preview: true, Disconnections: true, Changes: true}

// tester is what *testing.T and *rapid.T have in common.
type tester interface {
	require.TestingT
	Helper()
}

// tables are a database's tables, read and written past the repository.
type tables struct {
	*sql.DB
	dialect string
}

func openTables(tb testing.TB, databaseURL string) tables {
	tb.Helper()
	dialect, driver, address := "postgres", "pgx", databaseURL
	if path, ok := strings.CutPrefix(databaseURL, "sqlite:"); ok {
		dialect, driver, address = "sqlite", "sqlite", "file:"+path+"?_pragma=busy_timeout(4000)&_pragma=foreign_keys(1)&_pragma=synchronous(0)"
	}
	conns, err := sql.Open(driver, address)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, conns.Close()) })
	return tables{conns, dialect}
}

// write runs a statement on each database in its own words: ? stands for a parameter.
func (d tables) write(statement string, args ...any) error {
	_, err := d.Exec(d.numbered(statement), args...)
	return err
}

func (d tables) numbered(statement string) string {
	for i := 1; d.dialect == "postgres" && strings.Contains(statement, "?"); i++ {
		statement = strings.Replace(statement, "?", fmt.Sprintf("$%d", i), 1)
	}
	return statement
}

// rows returns a statement's rows as text, exactly.
func (d tables) rows(t tester, statement string, args ...any) []string {
	t.Helper()
	rows, err := d.Query(d.numbered(statement), args...)
	require.NoError(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	list := []string{}
	for rows.Next() {
		values, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		require.NoError(t, rows.Scan(targets...))
		list = append(list, textOf(columns, values))
	}
	require.NoError(t, rows.Err())
	return list
}

func textOf(columns []string, values []any) string {
	var text strings.Builder
	for i, value := range values {
		if when, ok := value.(time.Time); ok {
			value = when.UTC().Format(time.RFC3339Nano)
		}
		fmt.Fprintf(&text, "%s=%#v ", columns[i], value)
	}
	return text.String()
}

// content is the rows of one store, by table.
type content map[string][]string

// of reads everything that is kept of a store. On PostgreSQL a row comes with the transaction that wrote it, so that
// a row written again differs even when its columns do not.
func (d tables) of(t tester, storeID string) content {
	t.Helper()
	writer := ""
	if d.dialect == "postgres" {
		writer = "xmin::text AS writer, "
	}
	all := content{"stores": d.rows(t, "SELECT "+writer+"* FROM stores WHERE id = ?", storeID)}
	for table, order := range map[string]string{
		"accounts": "id", "epochs": "id", "audit_entries": "seq", "disconnections": "entry_seq", "settings": "key", "setting_changes": "seq",
		"api_keys": "id",
	} {
		all[table] = d.rows(t, "SELECT "+writer+"* FROM "+table+" WHERE store_id = ? ORDER BY "+order, storeID)
	}
	return all
}

// ads reads what belongs to TikTok for Business.
func (d tables) ads(t tester, storeID string) content {
	t.Helper()
	all := d.of(t, storeID)
	mine := content{}
	for _, row := range all["settings"] {
		if strings.Contains(row, `scope="ADS"`) {
			mine["settings"] = append(mine["settings"], row)
		}
	}
	for _, row := range all["accounts"] {
		if strings.Contains(row, `kind="TIKTOK_FOR_BUSINESS"`) {
			mine["accounts"] = append(mine["accounts"], row)
		}
	}
	return mine
}

func update(t *testing.T, repository interface {
	UpdateSettings(context.Context, models.Caller, []models.SettingInput) ([]models.Setting, error)
}, seller models.Caller, inputs ...models.SettingInput) []models.Setting {
	t.Helper()
	settings, err := repository.UpdateSettings(t.Context(), seller, inputs)
	require.NoError(t, err)
	return settings
}

// partner asks for a key that may read.
func partner(name string) models.APIKeyRequest {
	return models.APIKeyRequest{Name: name, Scopes: []models.APIKeyScope{models.ScopeRead}}
}

func createKey(tb testing.TB, repository *db.Repository, seller models.Caller, request models.APIKeyRequest) (models.APIKey, string) {
	tb.Helper()
	result, err := repository.CreateAPIKey(context.Background(), seller, request)
	require.NoError(tb, err)
	return result.Key, result.Secret
}

func listKeys(tb testing.TB, repository *db.Repository, seller models.Caller) []models.APIKey {
	tb.Helper()
	keys, err := repository.APIKeys(context.Background(), seller)
	require.NoError(tb, err)
	return keys
}

// use comes with the secret, as a partner does.
func use(tb testing.TB, repository *db.Repository, secret string) (models.Caller, bool) {
	tb.Helper()
	caller, found, err := repository.CallerByAPIKey(context.Background(), models.HashAPIKey(secret))
	require.NoError(tb, err)
	return caller, found
}

// awaitLastUsed waits until it is written down that the key was used.
func awaitLastUsed(tb testing.TB, repository *db.Repository, seller models.Caller, id string) {
	tb.Helper()
	require.Eventually(tb, func() bool {
		keys, err := repository.APIKeys(context.Background(), seller)
		return err == nil && slices.ContainsFunc(keys, func(k models.APIKey) bool { return k.ID == id && k.LastUsedAt != nil })
	}, answerTime, time.Millisecond)
}
