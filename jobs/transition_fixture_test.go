package jobs_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"handback/db"
	"handback/db/dbtest"
	"handback/jobs"
	"handback/models"
	"handback/secrets"
	"handback/shopify"
	"handback/shopify/sandbox"
	"handback/shopify/sandbox/sandboxtest"
	"handback/tiktok"
)

const (
	domain      = "aurora-outfitters.myshopify.com"
	webhookURI  = "https://example.com/webhooks"
	shopCode    = "sandbox:US:owner:USLCDEMO1"
	anotherCode = "sandbox:US:owner:USLCDEMO2"
)

// life is a store at Shopify that the app was let into, and all that connects and disconnects it. Its clock is held: waiting
// takes no time.
type life struct {
	*process

	t      require.TestingT
	ctx    context.Context // the test's
	box    *sandbox.Sandbox
	url    string // of the database
	keyset *secrets.Keyring
	domain string // of the store
	bulk   int    // how many products are published one by one at most; 0 for as many as ever
	key    int    // of the last mutation
}

// process is what a process of the program has.
type process struct {
	*db.Repository

	wire   *wire
	client *shopify.Client
	stores *shopify.Stores
	engine *jobs.Transitions
	seller models.Caller
	tables *sql.DB // the database, read past the repository
}

// eachLife runs a test on every database, with the clock held.
func eachLife(t *testing.T, test func(t *testing.T, l *life)) {
	t.Helper()
	eachLifeWith(t, sandbox.Options{}, test)
}

func eachLifeWith(t *testing.T, options sandbox.Options, test func(t *testing.T, l *life)) {
	t.Helper()
	meetTypes(t)
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		migrated(t, databaseURL)
		synctest.Test(t, func(t *testing.T) { test(t, newLife(t, databaseURL, options)) })
	})
}

// migrated makes the file of an embedded database one that has its schema, which takes long to be made with the race detector.
func migrated(t *testing.T, databaseURL string) {
	t.Helper()
	if path, ok := strings.CutPrefix(databaseURL, "sqlite:"); ok {
		require.NoError(t, os.WriteFile(path, emptyDatabase(t), 0o600))
	}
}

// emptyDatabase is the file of an embedded database that has its schema and nothing else.
func emptyDatabase(t *testing.T) []byte {
	t.Helper()
	emptyDatabaseMade.Do(func() {
		url := dbtest.URL(t, "sqlite")
		repository, err := db.Open(t.Context(), url, models.DefaultCatalogue())
		require.NoError(t, err)
		require.NoError(t, repository.Close())
		emptyDatabaseFile, err = os.ReadFile(strings.TrimPrefix(url, "sqlite:"))
		require.NoError(t, err)
	})
	return emptyDatabaseFile
}

var (
	emptyDatabaseMade sync.Once
	emptyDatabaseFile []byte
)

// meetTypes makes GORM meet the types of rows before a clock is held: it has a channel for each, for the whole program, and one
// that is made while a clock is held may be used by that test alone.
func meetTypes(t *testing.T) {
	t.Helper()
	typesMet.Do(func() {
		url := dbtest.URL(t, "sqlite")
		migrated(t, url)
		l := newLife(t, url, sandbox.Options{})
		l.connect()
		l.edit(models.SettingInput{Key: models.KeyAutoPublish, Value: "false"})
		l.reconcile()
		everything := models.AccountDetails{Snapshot: true, Preview: true, Disconnections: true, Setup: true, Changes: true}
		l.account(everything)
		l.during("LocationEdit", func() { l.box.Uninstall(domain) })
		id := l.disconnect()
		l.account(everything)
		l.retry(id)
		l.accept(id)
		l.account(everything)
		require.NotEmpty(t, l.exceptions(id))
		l.disconnection(id)
	})
}

var typesMet sync.Once

func newLife(t *testing.T, databaseURL string, options sandbox.Options) *life {
	t.Helper()
	encoded, err := secrets.New()
	require.NoError(t, err)
	keyset, err := secrets.Parse(encoded)
	require.NoError(t, err)
	l := &life{t: t, ctx: t.Context(), box: sandboxtest.Open(t, options), url: databaseURL, keyset: keyset, domain: domain}
	l.process = l.newProcess(t, databaseURL)
	l.register()
	return l
}

// register has the seller of a store open the app for the first time.
func (l *life) register() {
	registration, err := shopify.Sandbox{Catalogue: l.Catalogue}.Registration(l.ctx, l.domain)
	require.NoError(l.t, err)
	store, err := l.RegisterStore(l.ctx, registration)
	require.NoError(l.t, err)
	l.signIn(store)
}

// newProcess starts a process of the program on a database, without its jobs.
func (l *life) newProcess(t *testing.T, databaseURL string) *process {
	t.Helper()
	repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, repository.Close()) })
	repository.Sealer = l.keyset
	p := &process{Repository: repository, wire: &wire{next: l.box.Transport()}}
	driver, source := "pgx", databaseURL
	if path, ok := strings.CutPrefix(databaseURL, "sqlite:"); ok {
		driver, source = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	p.tables, err = sql.Open(driver, source)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.tables.Close()) })
	options := shopify.Options{Transport: p.wire, WebhookURI: webhookURI, BulkWrites: l.bulk}
	oauth := shopify.NewOAuth(l.box.APIKey(), l.box.APISecret(), options)
	tokens := shopify.NewTokenKeeper(repository, oauth)
	options.Tokens = tokens
	p.client = shopify.New(options)
	log := slog.New(slog.DiscardHandler)
	p.stores = shopify.NewStores(p.client, oauth, tokens, repository, log)
	p.engine = &jobs.Transitions{Repository: repository, Shopify: p.client, TikTok: tiktok.Sandbox{}, Now: repository.Now, Log: log}
	return p
}

// signIn has the seller open the app, which lets it into the store.
func (l *life) signIn(store models.Store) {
	store = l.stores.SignIn(l.ctx, store, l.box.SessionToken(l.domain))
	require.True(l.t, store.Linked)
	l.seller = models.Caller{Store: store, Actor: store.Seller(), ID: "seller"}
}

// once carries out a mutation with an idempotency key, whose answer waits for nothing.
func (l *life) once(mutation func(ctx context.Context) error) error {
	l.key++
	request := models.IdempotentRequest{Key: strconv.Itoa(l.key), Digest: strconv.Itoa(l.key)}
	_, _, err := l.Once(l.ctx, l.seller, request, func(ctx context.Context) ([]byte, error) { return []byte("{}"), mutation(ctx) })
	return err
}

// beginConnecting asks for connecting, and returns the transition that does it.
func (l *life) beginConnecting(code string) string {
	authorization, err := tiktok.Sandbox{}.Authorization(l.ctx, code)
	require.NoError(l.t, err)
	var begun *models.ConnectTikTokShopResult
	require.NoError(l.t, l.once(func(ctx context.Context) (err error) {
		begun, err = l.ConnectTikTokShop(ctx, l.seller, authorization)
		return err
	}))
	require.Equal(l.t, models.AccountConnecting, begun.Account.Status)
	return begun.Account.Transition.ID
}

// beginDisconnecting asks for disconnecting, and returns the transition that does it, which is the disconnection, too.
func (l *life) beginDisconnecting() string {
	var begun *models.DisconnectTikTokShopResult
	require.NoError(l.t, l.once(func(ctx context.Context) (err error) {
		begun, err = l.DisconnectTikTokShop(ctx, l.seller, models.DisconnectRequest{Confirm: true})
		return err
	}))
	if begun.Disconnection.Transition.Open() {
		require.Equal(l.t, models.AccountDisconnecting, begun.Account.Status)
	}
	return begun.Disconnection.ID
}

// beginEdit edits settings, and returns the transition that writes them to the store, "" when none does.
func (l *life) beginEdit(inputs ...models.SettingInput) string {
	require.NoError(l.t, l.once(func(ctx context.Context) error {
		_, err := l.UpdateSettings(ctx, l.seller, inputs)
		return err
	}))
	open := l.rows(`SELECT id FROM transitions WHERE closed_at IS NULL AND store_id = '` + l.seller.Store.ID + `'`)
	return strings.Join(open, ",")
}

func (l *life) connect() string {
	id := l.beginConnecting(shopCode)
	l.carryOut(id)
	l.requirePhase(id, models.PhaseComplete)
	return id
}

func (l *life) disconnect() string {
	id := l.beginDisconnecting()
	l.carryOut(id)
	return id
}

func (l *life) edit(inputs ...models.SettingInput) {
	if id := l.beginEdit(inputs...); id != "" {
		l.carryOut(id)
		l.requirePhase(id, models.PhaseComplete)
	}
}

// maxRuns is how often a transition is gone on with, before it counts as one that never ends.
const maxRuns = 30

// carryOut goes on with the transition, as often as it wants to be gone on with.
func (l *life) carryOut(id string) {
	for range maxRuns {
		again, err := l.engine.Run(l.ctx, id)
		require.NoError(l.t, err)
		if again == nil {
			return
		}
		time.Sleep(time.Until(*again))
	}
	require.FailNow(l.t, "it does not end", "%v", l.rows(`SELECT phase || ' ' || problem_code || ' ' || problem_detail FROM transitions WHERE id = '`+id+`'`))
}

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

// ask plays the merchant, who may do everything and is not listed among the calls.
func (l *life) ask(query string) json.RawMessage {
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(l.t, err)
	answered := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, "/sandbox/shopify/admin/api/2026-10/graphql.json", bytes.NewReader(body))
	request.Header.Set("X-Sandbox-Shop", l.domain)
	l.box.Control().ServeHTTP(answered, request)
	var answer struct {
		Data   map[string]json.RawMessage `json:"data"`
		Errors json.RawMessage            `json:"errors"`
	}
	require.NoError(l.t, json.Unmarshal(answered.Body.Bytes(), &answer), answered.Body.String())
	require.Empty(l.t, answer.Errors, "%s", answered.Body)
	text, err := json.Marshal(answer.Data)
	require.NoError(l.t, err)
	return text
}

// change plays the merchant who changes something, which must be allowed.
func (l *life) change(mutation string) {
	answer := l.ask("mutation { " + mutation + " }")
	require.Contains(l.t, string(answer), `rrors":[]`, "%s", mutation)
}

func gid(kind string, number int) string { return fmt.Sprintf("gid://shopify/%s/%d", kind, number) }

func (l *life) deleteProduct(number int) {
	l.change(fmt.Sprintf(`productDelete(input: {id: %q}) { userErrors { message } }`, gid("Product", number)))
}

func (l *life) publish(number int, on bool) {
	verb := map[bool]string{true: "publishablePublish", false: "publishableUnpublish"}[on]
	l.change(fmt.Sprintf(`%s(id: %q, input: [{publicationId: %q}]) { userErrors { message } }`, verb, gid("Product", number), l.publication()))
}

func (l *life) setLocation(number int, online bool) {
	l.change(fmt.Sprintf(`locationEdit(id: %q, input: {fulfillsOnlineOrders: %t}) { userErrors { message } }`, gid("Location", number), online))
}

func (l *life) setAutoPublish(on bool) {
	l.change(fmt.Sprintf(`publicationUpdate(id: %q, input: {autoPublish: %t}) { userErrors { message } }`, l.publication(), on))
}

// publication is the app's, which has to be installed.
func (l *life) publication() string {
	var answer struct {
		Installation struct {
			App struct {
				ID string `json:"id"`
			} `json:"app"`
		} `json:"currentAppInstallation"`
		Publications struct {
			Nodes []struct {
				ID      string          `json:"id"`
				Catalog json.RawMessage `json:"catalog"`
			} `json:"nodes"`
		} `json:"publications"`
	}
	require.NoError(l.t, json.Unmarshal(l.ask(`{ currentAppInstallation { app { id } } `+publicationsQuery+` }`), &answer))
	for _, publication := range answer.Publications.Nodes {
		if strings.Contains(string(publication.Catalog), `"`+answer.Installation.App.ID+`"`) {
			return publication.ID
		}
	}
	require.FailNow(l.t, "the app has no publication")
	return ""
}

const publicationsQuery = `publications(first: 50) { nodes { id autoPublish catalog { ... on AppCatalog { apps(first: 5) { nodes { id } } } } products(first: 250) { nodes { id } } } }`

const stateQuery = `{
  products(first: 250) { nodes { id title status } }
  locations(first: 250, includeInactive: true) { nodes { id name isActive fulfillsOnlineOrders isFulfillmentService } }
  webhookSubscriptions(first: 250) { nodes { topic uri format } }
  channels(first: 50) { nodes { handle accountId accountName specificationHandle } }
  ` + publicationsQuery + `
}`

// atShopify is what the merchant sees of the store: a line for each thing there is.
func (l *life) atShopify() []string {
	var lists map[string]struct {
		Nodes []map[string]json.RawMessage `json:"nodes"`
	}
	require.NoError(l.t, json.Unmarshal(l.ask(stateQuery), &lists))
	var lines []string
	for name, list := range lists {
		for _, node := range list.Nodes {
			text, err := json.Marshal(node)
			require.NoError(l.t, err)
			lines = append(lines, name+" "+string(text))
		}
	}
	slices.Sort(lines)
	return lines
}

// wire counts the calls that a process makes, and lets a test do something before or after one of them.
type wire struct {
	next http.RoundTripper

	mu     sync.Mutex
	made   []string // operations
	before func(n int, operation string)
	after  func(n int, operation string)
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var call struct {
		Operation string `json:"operationName"`
	}
	_ = json.Unmarshal(body, &call) // others are named by nothing
	w.mu.Lock()
	w.made = append(w.made, call.Operation)
	n, before, after := len(w.made), w.before, w.after
	w.mu.Unlock()
	if before != nil {
		before(n, call.Operation)
	}
	response, err := w.next.RoundTrip(r)
	if after != nil {
		after(n, call.Operation)
	}
	return response, err
}

// watch counts from one again, and has something done before and after each call.
func (w *wire) watch(before, after func(n int, operation string)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.made, w.before, w.after = nil, before, after
}

// operations are those that were called since watch.
func (w *wire) operations() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.made)
}
