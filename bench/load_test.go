package main

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
)

// newStubServer is a server that answers by a function of the operation's body and the session token.
func newStubServer(t *testing.T, answer func(body, token string) (status int, text string)) *server {
	t.Helper()
	of := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body strings.Builder
		_ = r.Write(&body)
		status, text := answer(body.String(), r.Header.Get("Authorization"))
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
	}))
	t.Cleanup(of.Close)
	return &server{client: &fasthttp.HostClient{Addr: strings.TrimPrefix(of.URL, "http://"), MaxConns: 64}}
}

const done = `{"data":{"disconnectTikTokShop":{"userErrors":[]}}}`

func TestOperationsAlternateInEachRound(t *testing.T) {
	var mu sync.Mutex
	asked := map[string][]string{}
	server := newStubServer(t, func(body, token string) (int, string) {
		mu.Lock()
		defer mu.Unlock()
		for _, o := range mutations {
			if strings.Contains(body, `"operationName":"`+o.name+`"`) {
				asked[token] = append(asked[token], o.name)
			}
		}
		return http.StatusOK, done
	})
	tokens := make([][]byte, 10)
	for i := range tokens {
		tokens[i] = []byte("Bearer " + string(rune('a'+i)))
	}
	c := newStorePool(1, 9, everyStore)
	l := load{server: server, sequence: mutations, stores: c.toCycle(), tokens: tokens, clients: 3, duration: 100 * time.Millisecond}
	var m measurement
	require.NoError(t, l.run(context.Background(), &m))
	require.Len(t, asked, 9)
	count := 0
	for _, names := range asked {
		for i, name := range names {
			require.Equal(t, mutations[i%2].name, name, "no other client comes in between")
		}
		require.Zero(t, len(names)%2)
		count += len(names)
	}
	require.EqualValues(t, count, m.latency.TotalCount(), "each request counts")
	require.InDelta(t, len(done), m.bytesEach(), 0)
	require.Len(t, c.connected, 9, "all stores are there again")
	require.Empty(t, c.disconnected)
}

func TestLoadEndsAtFirstFailure(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		text   string
	}{
		"a status":  {http.StatusServiceUnavailable, done},
		"a refusal": {http.StatusOK, `{"data":{"disconnectTikTokShop":{"userErrors":[{"code":"NOT_CONNECTED"}]}}}`},
		"an error":  {http.StatusOK, `{"errors":[{"message":"try again"}],"data":null}`},
	} {
		server := newStubServer(t, func(string, string) (int, string) { return test.status, test.text })
		l := load{server: server, sequence: mutations[:1], stores: singleStore(1), tokens: [][]byte{nil, nil}, clients: 4, duration: time.Minute}
		began := time.Now()
		require.ErrorIs(t, l.run(context.Background(), &measurement{}), errUnsuccessful, name)
		require.Less(t, time.Since(began), 10*time.Second, name)
	}
}

func TestLoadEndsWithoutStores(t *testing.T) {
	var tokens sync.Map
	server := newStubServer(t, func(_, token string) (int, string) {
		_, twice := tokens.LoadOrStore(token, true)
		if twice {
			return http.StatusConflict, "twice"
		}
		return http.StatusOK, done
	})
	l := load{server: server, sequence: mutations[:1], stores: newStorePool(1, 3, everyStore).toDisconnect(), tokens: [][]byte{nil, []byte("x"), []byte("y"), []byte("z")}, clients: 2, duration: time.Minute}
	var m measurement
	require.NoError(t, l.run(context.Background(), &m))
	require.EqualValues(t, 3, m.latency.TotalCount())
}

func TestLoadKeepsRate(t *testing.T) {
	server := newStubServer(t, func(string, string) (int, string) { return http.StatusOK, done })
	l := load{server: server, sequence: mutations[:1], stores: singleStore(1), tokens: [][]byte{nil, nil}, clients: 4, duration: 200 * time.Millisecond, rate: 100}
	var m measurement
	require.NoError(t, l.run(context.Background(), &m))
	require.EqualValues(t, 20, m.latency.TotalCount())
}

func TestWaitingForAFreeClientCounts(t *testing.T) {
	server := newStubServer(t, func(string, string) (int, string) {
		time.Sleep(20 * time.Millisecond)
		return http.StatusOK, done
	})
	l := load{server: server, sequence: mutations[:1], stores: singleStore(1), tokens: [][]byte{nil, nil}, clients: 1, duration: 100 * time.Millisecond, rate: 100}
	var m measurement
	require.NoError(t, l.run(context.Background(), &m))
	require.Greater(t, m.latency.Max(), int64(80_000), "the last of ten had to wait for those before")
}

func TestScheduledStartIncludesQueueing(t *testing.T) {
	p := &pacer{begin: time.Now().Add(-time.Second), rate: 10}
	began, ok := p.next(2 * time.Second)
	require.True(t, ok)
	require.Equal(t, p.begin, began)
	began, ok = p.next(2 * time.Second)
	require.True(t, ok)
	require.Equal(t, p.begin.Add(100*time.Millisecond), began)
	_, ok = p.next(150 * time.Millisecond)
	require.False(t, ok, "its turn is after the end")
}

func TestEditsDiffer(t *testing.T) {
	r := rand.New(rand.NewPCG(seed, 0))
	template, err := percent.template((&server{}).Contender)
	require.NoError(t, err)
	bodies := map[string]bool{}
	for range 20 {
		bodies[string(template.varied(r).bodyOf(1))] = true
	}
	require.Greater(t, len(bodies), 10)

	template, err = operationOf(connecting).template((&server{}).Contender)
	require.NoError(t, err)
	require.Contains(t, string(template.varied(r).bodyOf(7)), codeOf(7), "the others differ by store")
}

func TestDemoHasNoSignIn(t *testing.T) {
	tokens, err := (&sessions{nobody: true}).tokensUpTo(3)
	require.NoError(t, err)
	require.Equal(t, make([][]byte, 4), tokens)
	tokens, err = (&sessions{}).tokensUpTo(3)
	require.NoError(t, err)
	require.NotEqual(t, tokens[2], tokens[3])
}
