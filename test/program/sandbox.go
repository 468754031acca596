package program

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/standin"
	tiktoksandbox "github.com/handback/handback/tiktok/sandbox"
)

// Shopify is a stand-in for Shopify outside the program, and for TikTok, which several processes share and which outlives them.
type Shopify struct {
	*sandbox.Sandbox
	TikTok *tiktoksandbox.Sandbox
	URL    string

	mu        sync.Mutex
	count     int
	intercept func(n int, done bool)
	toTikTok  func(call string, done bool)
	hosts     map[string]bool
	tokens    map[string]bool
}

// ServeShopify serves a stand-in until the test ends. The app's credentials are those of WithSignIn.
func ServeShopify(t testing.TB, options sandbox.Options) *Shopify {
	t.Helper()
	served, err := serveShopify(options, t.Cleanup)
	require.NoError(t, err)
	return served
}

func serveShopify(options sandbox.Options, cleanup func(func())) (*Shopify, error) {
	options.APIKey, options.APISecret, options.Log = AppKey, AppSecret, standin.NewLog()
	stores, err := sandbox.New(options)
	if err != nil {
		return nil, err
	}
	shops, err := tiktoksandbox.New(tiktoksandbox.Options{AppKey: AppKey, AppSecret: AppSecret, Log: options.Log})
	if err != nil {
		return nil, err
	}
	s := &Shopify{Sandbox: stores, TikTok: shops, hosts: map[string]bool{}, tokens: map[string]bool{}}
	server := httptest.NewServer(s)
	s.URL = server.URL
	cleanup(server.Close)
	return s, nil
}

// Env is the variable that leads a program in which sellers sign in to the stand-in.
func (s *Shopify) Env() string { return "SANDBOX=" + s.URL }

// DemoEnv is the variable that leads the demo there.
func (s *Shopify) DemoEnv() string {
	return "SANDBOX=" + strings.Replace(s.URL, "//", "//"+AppKey+":"+AppSecret+"@", 1)
}

// Intercept has moment called around each call from now on: before it is carried out, and when it is done and not answered yet.
// n counts calls from 1.
func (s *Shopify) Intercept(moment func(n int, done bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count, s.intercept = 0, moment
}

// InterceptTikTok has moment called around each call to TikTok from now on, as Intercept does. call is its method and path. A panic with
// http.ErrAbortHandler before it is carried out keeps TikTok from ever hearing of it.
func (s *Shopify) InterceptTikTok(moment func(call string, done bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.toTikTok = moment
}

// Count is how many calls there were since Intercept.
func (s *Shopify) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

var accessToken = regexp.MustCompile(`(?:shp[a-z]{2}|TTP|GCP)_[\w-]+`)

// ServeHTTP answers as the sandbox does, and takes note of the host that was asked and of the tokens that are given away.
func (s *Shopify) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.count++
	n, moment, toTikTok := s.count, s.intercept, s.toTikTok
	if !strings.Contains(r.Host, "tiktok") || toTikTok == nil {
		toTikTok = func(string, bool) {}
	}
	s.hosts[r.Host] = true
	s.mu.Unlock()
	if moment != nil {
		moment(n, false)
	}
	toTikTok(r.Method+" "+r.URL.Path, false)
	answer := httptest.NewRecorder()
	defer func() { // a cut connection is a panic
		s.mu.Lock()
		for _, token := range accessToken.FindAllString(answer.Body.String(), -1) {
			s.tokens[token] = true
		}
		s.mu.Unlock()
	}()
	if strings.Contains(r.Host, "tiktok") {
		s.TikTok.ServeHTTP(answer, r)
	} else {
		s.Sandbox.ServeHTTP(answer, r)
	}
	toTikTok(r.Method+" "+r.URL.Path, true)
	if moment != nil {
		moment(n, true)
	}
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// Hosts are those that programs have asked.
func (s *Shopify) Hosts() []string { return s.sorted(s.hosts) }

// Tokens are all that were ever given to programs.
func (s *Shopify) Tokens() []string { return s.sorted(s.tokens) }

func (s *Shopify) sorted(set map[string]bool) (list []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for text := range set {
		list = append(list, text)
	}
	slices.Sort(list)
	return list
}

// World is what the demo store has at Shopify, as its owner sees it, without ids that are other ones each time.
func (s *Shopify) World(t testing.TB) string {
	t.Helper()
	return WorldBy(t, func(query string) string {
		body, err := json.Marshal(map[string]string{"query": query})
		require.NoError(t, err)
		request := httptest.NewRequest(http.MethodPost, "/sandbox/shopify/admin/api/2026-10/graphql.json", strings.NewReader(string(body)))
		request.Header.Set("X-Sandbox-Shop", DemoDomain)
		answer := httptest.NewRecorder()
		s.Control().ServeHTTP(answer, request)
		return answer.Body.String()
	})
}

var publicationID = regexp.MustCompile(`gid://shopify/Publication/\d+`)

// WorldBy is World as read by a way to the store's admin.
func WorldBy(t testing.TB, admin func(query string) string) string {
	t.Helper()
	published := "" // there is no publication of the app before it is let in
	if publications := publicationID.FindAllString(admin(`{ publications(first: 50, catalogType: APP) { nodes { id } } }`), -1); len(publications) > 1 {
		published = `publishedOnPublication(publicationId: "` + publications[len(publications)-1] + `")`
	}
	text := admin(`{
		publications(first: 50, catalogType: APP) { nodes { autoPublish } }
		locations(first: 250, includeInactive: true, sortKey: ID) { nodes { id isActive fulfillsOnlineOrders } }
		webhookSubscriptions(first: 250) { nodes { topic uri } }
		channels(first: 50) { nodes { handle accountId accountName specificationHandle } }
		orderAttributionDefinitions(first: 50) { nodes { handle } }
		products(first: 250, sortKey: ID) { nodes { id status ` + published + ` } }
	}`)
	var answer struct {
		Data   map[string]json.RawMessage
		Errors json.RawMessage
	}
	require.NoError(t, json.Unmarshal([]byte(text), &answer), text)
	require.Empty(t, string(answer.Errors), text)
	whole, err := json.MarshalIndent(answer.Data, "", " ")
	require.NoError(t, err)
	return string(whole)
}

// shared are stand-ins by the name of the database, until the tests end: processes of one PostgreSQL database come and go, in
// folders of their own, and their store stays.
var shared = struct {
	sync.Mutex
	byDatabase map[string]*Shopify
}{byDatabase: map[string]*Shopify{}}

// ShopifyOf is the stand-in that all programs of a PostgreSQL database share, on whatever way they come to it. Those of an
// embedded database have one in the process, with a file beside the database, unless a test gives them this one.
func ShopifyOf(databaseURL string) *Shopify {
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
