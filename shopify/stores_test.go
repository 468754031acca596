package shopify_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"github.com/handback/handback/secrets"
	"github.com/handback/handback/shopify"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/shopify/sandbox/sandboxtest"
)

const domain = "tokens.myshopify.com"

// newStores makes the stores of a repository that knows one, whose app is a sandbox's.
func newStores(t *testing.T, databaseURL string, box *sandbox.Sandbox) (*shopify.Stores, *db.Repository, models.Store) {
	t.Helper()
	repository := openRepository(t, databaseURL)
	registered, err := repository.RegisterStore(t.Context(), models.Registration{
		Store: models.Store{Domain: domain, Name: "Tokens", Region: "US"}, Business: models.BusinessAccount{Name: "Tokens", ExternalID: "bc-1"},
	})
	require.NoError(t, err)
	options := shopify.Options{Transport: box.Transport()}
	oauth := shopify.NewOAuth(box.APIKey(), box.APISecret(), options)
	tokens := shopify.NewTokenKeeper(repository, oauth)
	options.Tokens = tokens
	return shopify.NewStores(shopify.New(options), oauth, tokens, repository, slog.New(slog.DiscardHandler)), repository, registered
}

// openRepository opens a database with a keyset of its own.
func openRepository(t *testing.T, databaseURL string) *db.Repository {
	t.Helper()
	keyset, err := secrets.New()
	require.NoError(t, err)
	keyring, err := secrets.Parse(keyset)
	require.NoError(t, err)
	repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, repository.Close()) })
	repository.Sealer = keyring
	return repository
}

// TestSignInLinksStore: what the store says of itself is known from then on, and its settings are those that it has.
func TestSignInLinksStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		box := sandboxtest.Open(t, sandbox.Options{})
		stores, i, registered := newStores(t, databaseURL, box)
		require.False(t, registered.Linked)
		registered.Name, registered.Region = domain, "" // as a real store is registered

		linked := stores.SignIn(t.Context(), registered, box.SessionToken(domain))

		require.True(t, linked.Linked)
		require.Equal(t, []string{"Tokens", "US"}, []string{linked.Name, linked.Region}, "as the store says")
		known, err := i.StoreByDomain(t.Context(), domain)
		require.NoError(t, err)
		require.Equal(t, linked, known)
		settings, err := i.Settings(t.Context(), models.Caller{Store: known, Actor: known.Seller()}, models.SettingFilter{Values: models.WholeValues})
		require.NoError(t, err)
		values := map[string]models.Value{}
		for _, setting := range settings {
			require.NotNil(t, setting.ObservedAt, setting.Key)
			require.Equal(t, models.ShopifyAdmin, setting.UpdatedBy, setting.Key)
			values[setting.Key] = setting.Value
		}
		catalogue := models.DefaultCatalogue()
		for _, key := range []string{models.KeyAutoPublish, models.KeyOnlineLocations, models.KeyWebhookTopics, models.KeyReturnPolicy} {
			require.Equal(t, catalogue.Definition(key).Before, values[key], key)
		}
		require.NotContains(t, values, models.KeyChannel)
	})
}

// TestSignInWithoutShopify: a seller whose store cannot be asked is signed in all the same, and the store is not asked by each
// request.
func TestSignInWithoutShopify(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		box := sandboxtest.Open(t, sandbox.Options{})
		stores, _, registered := newStores(t, databaseURL, box)

		require.Equal(t, registered, stores.SignIn(t.Context(), registered, "no token of this app"))

		asked := len(box.Calls(0))
		require.Equal(t, registered, stores.SignIn(t.Context(), registered, box.SessionToken(domain)))
		require.Len(t, box.Calls(0), asked, "it waits for a while")
	})
}

// TestSignInLinksLargeStore: it takes longer to be read than a seller waits, and is linked without.
func TestSignInLinksLargeStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		box := sandboxtest.Open(t, sandbox.Options{})
		stores, i, registered := newStores(t, databaseURL, box)
		require.NoError(t, box.AddFault(sandbox.Fault{Platform: "shopify", Operation: "ProductPublications", Kind: "SLOW", Times: 1}))

		linked := stores.SignIn(t.Context(), registered, box.SessionToken(domain))

		require.True(t, linked.Linked)
		require.NoError(t, stores.Reconcile(t.Context(), domain))
		settings, err := i.Settings(t.Context(), models.Caller{Store: linked, Actor: linked.Seller()}, models.SettingFilter{Key: models.KeyOnlineLocations})
		require.NoError(t, err)
		require.Len(t, settings, 1)
	})
}

func TestAccessNamesScopesThatAreMissing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		box := sandboxtest.Open(t, sandbox.Options{})
		stores, _, registered := newStores(t, databaseURL, box)
		linked := stores.SignIn(t.Context(), registered, box.SessionToken(domain))
		require.NoError(t, stores.Access(t.Context(), linked))

		box.Grant(domain, "read_products", "write_publications", "read_product_listings", "write_resource_feedbacks")

		var problem *models.PlatformError
		require.ErrorAs(t, stores.Access(t.Context(), linked), &problem)
		require.Equal(t, models.ShopifyScopeMissing, problem.Code)
		require.Equal(t, "read_locations, write_locations, read_legal_policies", problem.Detail)
		box.Uninstall(domain)
		require.ErrorAs(t, stores.Access(t.Context(), linked), &problem)
		require.Equal(t, models.ShopifyAccessLost, problem.Code)
	})
}

func TestResourceNamesOfLinkedStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		box := sandboxtest.Open(t, sandbox.Options{})
		stores, _, registered := newStores(t, databaseURL, box)
		ids := []string{"gid://shopify/ProductVariant/9001", "gid://shopify/Product/7001", "gid://shopify/Product/1", "gid://shopify/Location/1001"}
		none, err := stores.ResourceNames(t.Context(), registered, ids)
		require.NoError(t, err)
		require.Empty(t, none, "the app was not let in")

		linked := stores.SignIn(t.Context(), registered, box.SessionToken(domain))
		names, err := stores.ResourceNames(t.Context(), linked, ids)

		require.NoError(t, err)
		admin := "https://admin.shopify.com/store/" + strings.TrimSuffix(domain, ".myshopify.com")
		require.Equal(t, []models.ResourceName{
			{ID: "gid://shopify/Location/1001", Name: "Main warehouse", URL: admin + "/settings/locations/1001"},
			{ID: "gid://shopify/Product/7001", Name: "Ridge jacket", URL: admin + "/products/7001"},
			{ID: "gid://shopify/ProductVariant/9001", Name: "Ridge jacket", URL: admin + "/products/7001/variants/9001"},
		}, names)
	})
}
