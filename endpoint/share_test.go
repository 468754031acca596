package endpoint

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// TestAnswersOfOneStoreLeaveRoom: while the answers of one store take all that one may have, another store is answered, and that one is
// told the truth of its mutation.
func TestAnswersOfOneStoreLeaveRoom(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	s := serve(t, repository, seller, nil)
	own, other := s.endpoint.capacity.answersOf(seller.Store.ID), s.endpoint.capacity.answersOf("another")
	require.True(t, own.tryAcquire(storeAnswers))
	require.True(t, other.tryAcquire(answerBytes), "another store has no room")
	other.release(answerBytes)

	require.Equal(t, codeTryAgain, s.post(`{ settings { key } }`, nil).code())
	const edit = `mutation { updateSettings(settings: [{ key: "order.tags", value: ["a"] }, { key: "nothing", value: 1 }]) { settings { key } userErrors { code } } }`
	refused := s.post(edit, nil)
	require.Equal(t, codeAnswerDropped, refused.code())
	require.Contains(t, refused.text, "Refused: updateSettings (UNKNOWN_SETTING).")
	done := s.post(strings.Replace(edit, `, { key: "nothing", value: 1 }`, "", 1), nil)
	require.Equal(t, codeAnswerDropped, done.code())
	require.NotContains(t, done.text, "Refused")
	require.NotContains(t, done.text, "too long")

	own.release(storeAnswers)
	require.Contains(t, s.post(`{ settings(key: "order.tags") { value } }`, nil).text, `["a"]`)
	require.True(t, s.endpoint.capacity.answers.TryAcquire(answersBytes), "all was given back")
}

// TestSignInsOfOneCredentialLeaveRoom: however many requests show one credential, the look-ups of others go on.
func TestSignInsOfOneCredentialLeaveRoom(t *testing.T) {
	repository, seller := openStore(t, dbtest.URL(t, "sqlite"))
	held, release := &atomic.Int64{}, make(chan struct{})
	s := serve(t, repository, seller, func(o *Options) {
		o.SignIn = func(r *http.Request) (models.Caller, error) {
			if r.Header.Get("Authorization") == "Bearer flood" {
				held.Add(1)
				select {
				case <-release:
				case <-r.Context().Done():
				}
			}
			return seller, nil
		}
	})
	ask := func(credential string) int {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"query":"{ store { name } }"}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+credential)
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, r)
		return answer.Code
	}
	var flood sync.WaitGroup
	for range 3 * maxInFlight {
		flood.Go(func() { ask("flood") })
	}
	require.Eventually(t, func() bool { return held.Load() == credentialSignIns }, time.Minute, time.Millisecond)
	require.Equal(t, http.StatusOK, ask("another"))
	require.EqualValues(t, credentialSignIns, held.Load())
	close(release)
	flood.Wait()
}

// TestAnswersThatAreNotReadAreCut, and those that are read slowly but steadily are sent whole.
func TestAnswersThatAreNotReadAreCut(t *testing.T) {
	for name, test := range map[string]struct {
		pause time.Duration // of the reader, before each piece
		whole bool
	}{
		"not read": {time.Hour, false}, "read slowly": {time.Second, true}, "read at once": {0, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const length = 8 * pieceBytes
				took := make(chan time.Duration)
				server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					began := time.Now()
					response := responseWriter{ResponseWriter: w}
					response.send([][]byte{make([]byte, length)}, length)
					took <- time.Since(began)
				})}
				client, conn := net.Pipe()
				listener := make(pipeListener, 1)
				listener <- conn
				go func() { _ = server.Serve(listener) }()
				go func() { _, _ = client.Write([]byte("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")) }()
				var reader sync.WaitGroup
				reader.Go(func() {
					buffer := make([]byte, pieceBytes)
					for {
						time.Sleep(test.pause)
						if _, err := client.Read(buffer); err != nil {
							return
						}
					}
				})
				if lasted := <-took; !test.whole {
					require.Equal(t, answerPieceTime, lasted)
				} else {
					require.Less(t, lasted, answerTime)
				}
				require.NoError(t, client.Close())
				require.NoError(t, server.Close())
				reader.Wait()
			})
		})
	}
}
