package jobs_test

import (
	"context"
	"database/sql"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/jobs"
	"github.com/handback/handback/models"
	"github.com/handback/handback/secrets"
	"github.com/handback/handback/shopify"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/shopify/sandbox/sandboxtest"
	"github.com/handback/handback/standin"
	"github.com/handback/handback/tiktok"
	tiktoksandbox "github.com/handback/handback/tiktok/sandbox"
	tiktoksandboxtest "github.com/handback/handback/tiktok/sandbox/sandboxtest"
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
	shops  *tiktoksandbox.Sandbox // whose calls are in the same list
	url    string                 // of the database
	keyset *secrets.Keyring
	domain string // of the store
	bulk   int    // how many products are published one by one at most; 0 for as many as ever
	key    int    // of the last mutation
}

// process is what a process of the program has.
type process struct {
	*db.Repository

	wire         *wire
	tikTok       *wire
	client       *shopify.Client
	access       *tiktok.Accounts
	stores       *shopify.Stores
	shopSettings *tiktok.ShopSettings
	engine       *jobs.Transitions
	seller       models.Caller
	tables       *sql.DB // the database, read past the repository
}

// eachLife runs a test on every database, with the clock held.
func eachLife(t *testing.T, test func(t *testing.T, l *life)) {
	t.Helper()
	eachLifeWith(t, sandbox.Options{}, test)
}

func eachLifeWith(t *testing.T, options sandbox.Options, test func(t *testing.T, l *life)) {
	t.Helper()
	t.Parallel()
	meetTypes(t)
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		t.Parallel()
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
		l.hook(func() { l.edit(models.SettingInput{Key: models.KeyAutoPublish, Value: "true"}) })
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
		work := &models.HandoffWork{DisconnectionID: id, StoreID: l.seller.Store.ID}
		require.NoError(t, l.AddHandoffItems(l.ctx, work, []models.HandoffItem{{Task: models.Fulfillment}}))
		page, err := l.HandoffItems(l.ctx, l.seller, models.HandoffFilter{DisconnectionID: id, Count: 1})
		require.NoError(t, err)
		_, err = l.AcknowledgeHandoffItems(l.ctx, l.seller, []string{page.Items[0].ID})
		require.NoError(t, err)
	})
}

var typesMet sync.Once

func newLife(t *testing.T, databaseURL string, options sandbox.Options) *life {
	t.Helper()
	encoded, err := secrets.New()
	require.NoError(t, err)
	keyset, err := secrets.Parse(encoded)
	require.NoError(t, err)
	options.Log = standin.NewLog()
	l := &life{t: t, ctx: t.Context(), box: sandboxtest.Open(t, options), url: databaseURL, keyset: keyset, domain: domain}
	l.shops = tiktoksandboxtest.Open(t, tiktoksandbox.Options{Log: options.Log, ConsentOnce: true})
	l.process = l.newProcess(t, databaseURL)
	l.register()
	return l
}

// newProcess starts a process of the program on a database, without its jobs.
func (l *life) newProcess(t *testing.T, databaseURL string) *process {
	t.Helper()
	repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, repository.Close()) })
	repository.Sealer = l.keyset
	p := &process{Repository: repository, wire: &wire{next: l.box.Transport()}, tikTok: &wire{next: l.shops.Transport()}}
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
	shops := tiktoksandboxtest.Options(l.shops)
	shops.Transport = p.tikTok
	p.access = tiktok.NewAccounts(shops, repository, log)
	p.shopSettings = tiktok.NewShopSettings(p.access, repository, log)
	p.engine = &jobs.Transitions{Repository: repository, Shopify: p.client, TikTok: p.access, Shops: p.shopSettings, Now: repository.Now, Log: log}
	return p
}

// topicsOf are the topics of the events that tell of a disconnect.
func (l *life) topicsOf(disconnectionID string) (topics []models.EventTopic) {
	for _, event := range l.events() {
		if told := event.Disconnection(); told != nil && told.ID == disconnectionID {
			topics = append(topics, event.Topic())
		}
	}
	return topics
}

// countOf is how many events of the topic there are.
func (l *life) countOf(topic models.EventTopic) (count int) {
	for _, event := range l.events() {
		if event.Topic() == topic {
			count++
		}
	}
	return count
}

func (l *life) events() []models.Event {
	page, err := l.Events(l.ctx, l.seller, models.EventPage{Count: models.MaxPage}, models.AccountDetails{})
	require.NoError(l.t, err)
	return page.Events
}
