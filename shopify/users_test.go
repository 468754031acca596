package shopify_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
	"github.com/handback/handback/shopify"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/shopify/sandbox/sandboxtest"
)

// patience is how long something may take that is done beside a request.
const patience = 30 * time.Second

// visited is a store with people, which a process or two know of.
type visited struct {
	*db.Repository
	t     *testing.T
	box   *sandbox.Sandbox
	users [2]*shopify.Users
	store models.Store
	token string // of the person 42

	mu       sync.Mutex
	now      time.Time
	log      bytes.Buffer
	answered []string // by the token endpoint
}

func eachVisited(t *testing.T, test func(v *visited)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		v := &visited{t: t, now: time.Now().UTC(), box: sandboxtest.Open(t, sandbox.Options{})}
		stores, repository, registered := newStores(t, databaseURL, v.box)
		v.Repository, v.store = repository, stores.SignIn(t.Context(), registered, v.box.SessionToken(domain))
		require.True(t, v.store.Linked)
		v.token = v.box.UserSessionToken(domain, 42)
		repository.Now = v.time
		oauth := shopify.NewOAuth(v.box.APIKey(), v.box.APISecret(), shopify.Options{Transport: v})
		for i := range v.users {
			v.users[i] = shopify.NewUsers(oauth, repository, v.time, slog.New(slog.NewTextHandler(v, nil)))
		}
		test(v)
	})
}

func (v *visited) time() time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.now
}

func (v *visited) pass(by time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.now = v.now.Add(by)
}

// Write takes the log.
func (v *visited) Write(line []byte) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.log.Write(line)
}

// RoundTrip notes what Shopify answers.
func (v *visited) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := v.box.Transport().RoundTrip(r)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(response.Body)
	response.Body = io.NopCloser(bytes.NewReader(text))
	v.mu.Lock()
	defer v.mu.Unlock()
	v.answered = append(v.answered, string(text))
	return response, err
}

// come is a request of the person 42 to one of the processes, and what the person is called then.
func (v *visited) come(process int) string {
	return v.users[process].User(v.t.Context(), v.store, "42", v.token).Actor().Name
}

func (v *visited) asked() int {
	return len(slices.DeleteFunc(v.box.Calls(0), func(call sandbox.Call) bool { return call.Operation != "OnlineTokenExchange" }))
}

// awaitName has the person come until the name is stored, and then until no process has an older one in mind.
func (v *visited) awaitName(name string) {
	v.t.Helper()
	require.Eventually(v.t, func() bool {
		v.come(0)
		v.come(1)
		user, err := v.ShopifyUser(v.t.Context(), v.store.ID, "42")
		return err == nil && user.Name == name
	}, patience, time.Millisecond, name)
	require.Eventually(v.t, func() bool {
		v.pass(15 * time.Second)
		return v.come(0) == name && v.come(1) == name
	}, patience, time.Millisecond, name)
}

// awaitFailure has the person come to a process until it has logged so many times that Shopify did not tell the name.
func (v *visited) awaitFailure(process, times int) {
	v.t.Helper()
	require.Eventually(v.t, func() bool {
		v.come(process)
		return v.logged("could not be learned") == times
	}, patience, time.Millisecond)
}

func TestUserIsNamedAfterFirstRequest(t *testing.T) {
	eachVisited(t, func(v *visited) {
		v.box.NameUser(domain, 42, " Ada ", "Lovelace")
		require.Equal(t, "Shopify user 42", v.come(0), "nobody waits for Shopify")
		require.Eventually(t, func() bool { return v.come(0) == "Ada Lovelace" }, patience, time.Millisecond)
		v.awaitName("Ada Lovelace")
		require.Equal(t, 1, v.asked())
		stranger := v.users[0].User(t.Context(), models.Store{ID: "store_other", Domain: "other.myshopify.com"}, "42", "token")
		require.Equal(t, "Shopify user 42", stranger.Actor().Name)
	})
}

// TestUserIsAskedAboutOnceADay: however many requests there are, to however many processes.
func TestUserIsAskedAboutOnceADay(t *testing.T) {
	eachVisited(t, func(v *visited) {
		v.box.NameUser(domain, 42, "Ada", "Byron")
		var requests sync.WaitGroup
		for i := range 200 {
			requests.Go(func() { v.come(i % 2) })
		}
		requests.Wait()
		v.awaitName("Ada Byron")
		require.Equal(t, 1, v.asked())

		v.box.NameUser(domain, 42, "Ada", "Lovelace")
		v.pass(models.UserNameLife - time.Hour)
		require.Equal(t, "Ada Byron", v.come(0))
		require.Equal(t, 1, v.asked())
		v.pass(time.Hour)
		require.Equal(t, "Ada Byron", v.come(0), "it is good until there is another")
		require.Equal(t, "Ada Byron", v.come(1))
		v.awaitName("Ada Lovelace")
		require.Equal(t, 2, v.asked())
	})
}

// TestUserWithoutShopify: who cannot be asked about has the number, or the name of the day before, and a day later is asked about
// again.
func TestUserWithoutShopify(t *testing.T) {
	eachVisited(t, func(v *visited) {
		v.box.NameUser(domain, 42, "Ada", "Lovelace")
		require.NoError(t, v.box.AddFault(sandbox.Fault{Operation: "OnlineTokenExchange", Kind: sandbox.HTTP500, Times: 1000}))
		require.Equal(t, "Shopify user 42", v.come(0))
		v.awaitFailure(0, 1)
		v.box.ClearFaults()
		asked := v.asked()
		require.Equal(t, "Shopify user 42", v.come(0))
		v.pass(time.Hour)
		require.Equal(t, "Shopify user 42", v.come(1))
		require.Equal(t, asked, v.asked())

		v.pass(models.UserNameLife)
		v.awaitName("Ada Lovelace")
		require.NoError(t, v.box.AddFault(sandbox.Fault{Operation: "OnlineTokenExchange", Kind: sandbox.Unauthorized, Times: 1000}))
		v.pass(models.UserNameLife)
		v.awaitFailure(1, 2)
		require.Equal(t, "Ada Lovelace", v.come(1))
	})
}

// logged counts the lines of the log that say something.
func (v *visited) logged(what string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return bytes.Count(v.log.Bytes(), []byte(what))
}

// TestUserWithoutDatabase: who was known has the name that was, and who was not has the number.
func TestUserWithoutDatabase(t *testing.T) {
	eachVisited(t, func(v *visited) {
		v.box.NameUser(domain, 42, "Ada", "Lovelace")
		v.awaitName("Ada Lovelace")
		v.pass(time.Minute)
		ended, end := context.WithCancel(t.Context())
		end()
		require.Equal(t, "Ada Lovelace", v.users[0].User(ended, v.store, "42", v.token).Actor().Name)
		require.Equal(t, "Shopify user 43", v.users[0].User(ended, v.store, "43", v.token).Actor().Name)
		require.Equal(t, 2, v.logged("could not be learned"))
	})
}

// TestUserOfStoreThatIsNotLinked: the app is let in first.
func TestUserOfStoreThatIsNotLinked(t *testing.T) {
	eachVisited(t, func(v *visited) {
		v.store.Linked = false
		v.come(0)
		user, err := v.ShopifyUser(t.Context(), v.store.ID, "42")
		require.NoError(t, err)
		require.Zero(t, user.AskedAt)
		require.Zero(t, v.asked())
	})
}

// TestUserNamesOfStrangers: what people write as their names is not believed to be one, nor what Shopify would tell of another.
func TestUserNamesOfStrangers(t *testing.T) {
	eachVisited(t, func(v *visited) {
		oauth := shopify.NewOAuth(v.box.APIKey(), v.box.APISecret(), shopify.Options{Transport: v.box.Transport()})
		for _, c := range []struct{ first, last, want string }{
			{"<img src=x>", "Lovelace", "<img src=x> Lovelace"},
			{"Ada\x00\n", "Love\u202elace", "Ada Lovelace"},
			{"ada@example.com", "", ""},
			{"Shopify user", "43", ""},
		} {
			v.box.NameUser(domain, 42, c.first, c.last)
			name, err := oauth.UserName(t.Context(), domain, "42", v.token)
			require.NoError(t, err)
			require.Equal(t, c.want, name)
		}
		name, err := oauth.UserName(t.Context(), domain, "43", v.token)
		require.NoError(t, err)
		require.Empty(t, name, "it is another person's")
		_, err = oauth.UserName(t.Context(), domain, "42", "no token of this app")
		requireKind(t, shopify.Rejected, err)
		require.NotContains(t, err.Error(), "no token of this app")
	})
}

var issuedToken = regexp.MustCompile(`"access_token":"shpua_([A-Z0-9]+)"`)

// TestUserTokenIsThrownAway: with all else that Shopify tells of a person.
func TestUserTokenIsThrownAway(t *testing.T) {
	eachVisited(t, func(v *visited) {
		v.box.NameUser(domain, 42, "Ada", "Lovelace")
		v.come(0)
		v.awaitName("Ada Lovelace")
		require.Len(t, v.answered, 1)
		issued := issuedToken.FindStringSubmatch(v.answered[0])
		require.Len(t, issued, 2, v.answered)
		const email = "user-42@"
		require.Contains(t, v.answered[0], email)
		require.Zero(t, v.logged(issued[1])+v.logged("Lovelace")+v.logged(email)+v.logged(v.token), "%s", v.log.String())
	})
}
