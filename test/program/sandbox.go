package program

import (
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"handback/shopify/sandbox"
)

// Shopify is a stand-in for Shopify outside the program, which several processes share and which outlives them.
type Shopify struct {
	*sandbox.Sandbox
	URL string
}

// ServeShopify serves a stand-in until the test ends. The app's credentials are those of WithSignIn, unless the options have
// others.
func ServeShopify(t *testing.T, options sandbox.Options) Shopify {
	t.Helper()
	served, err := serveShopify(options, t.Cleanup)
	require.NoError(t, err)
	return served
}

func serveShopify(options sandbox.Options, cleanup func(func())) (Shopify, error) {
	if options.APIKey == "" {
		options.APIKey, options.APISecret = AppKey, AppSecret
	}
	stores, err := sandbox.New(options)
	if err != nil {
		return Shopify{}, err
	}
	server := httptest.NewServer(stores)
	cleanup(server.Close)
	return Shopify{stores, server.URL}, nil
}

// Env is the variable that leads a program in which sellers sign in to the stand-in.
func (s Shopify) Env() string { return "SANDBOX=" + s.URL }

// DemoEnv is the variable that leads the demo there.
func (s Shopify) DemoEnv() string {
	return "SANDBOX=" + strings.Replace(s.URL, "//", "//"+s.APIKey()+":"+s.APISecret()+"@", 1)
}

// shared are stand-ins by the name of the database, until the tests end: processes of one PostgreSQL database come and go, in
// folders of their own, and their store stays.
var shared = struct {
	sync.Mutex
	byDatabase map[string]Shopify
}{byDatabase: map[string]Shopify{}}

// ShopifyOf is the stand-in that all programs of a PostgreSQL database share, on whatever way they come to it. Those of an
// embedded database have one in the process, with a file beside the database, unless a test gives them this one.
func ShopifyOf(databaseURL string) Shopify {
	name, _, _ := strings.Cut(databaseURL, "?")
	if !IsSQLite(name) {
		name = path.Base(name)
	}
	shared.Lock()
	defer shared.Unlock()
	found, ok := shared.byDatabase[name]
	if !ok {
		var err error
		if found, err = serveShopify(sandbox.Options{}, func(func()) {}); err != nil {
			panic(err) // one in memory cannot fail
		}
		shared.byDatabase[name] = found
	}
	return found
}

// withShopify leads programs of a PostgreSQL database to the stand-in that they share, unless they have another one or none.
func withShopify(env []string) []string {
	values := map[string]string{}
	for _, variable := range env {
		name, value, _ := strings.Cut(variable, "=")
		values[name] = value
	}
	databaseURL, demo, wanted := values["DATABASE_URL"], values["SHOPIFY_API_SECRET"] == "", values["SANDBOX"]
	switch {
	case !strings.HasPrefix(databaseURL, "postgres"):
		return env
	case demo && wanted == "":
		return append(slices.Clone(env), ShopifyOf(databaseURL).DemoEnv())
	case !demo && wanted == "true":
		return append(slices.Clone(env), ShopifyOf(databaseURL).Env())
	}
	return env
}
