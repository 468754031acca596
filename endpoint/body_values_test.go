package endpoint

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// manyOnes is a list of so many numbers.
func manyOnes(count int) json.RawMessage {
	return json.RawMessage("[" + strings.Repeat("1,", count-1) + "1]")
}

// TestValuesOfOneStoreLeaveRoom: while the bodies of one store have all the values that one may have, another store's are read.
func TestValuesOfOneStoreLeaveRoom(t *testing.T) {
	s := serve(t, newBlocked(), sellerOfA, func(o *Options) {
		o.SignIn = func(r *http.Request) (models.Caller, error) {
			return models.Caller{Store: models.Store{ID: r.Header.Get("Test-Store")}, Actor: sellerOfA.Actor}, nil
		}
	})
	one := s.endpoint.capacity.valuesOf("one")
	require.True(t, one.tryAcquire(storeValues), "the longest body that is read has room")
	require.False(t, one.tryAcquire(1))
	many := map[string]any{"many": manyOnes(300_000)}
	require.Equal(t, http.StatusOK, s.post(`{ __typename }`, many, "Test-Store", "another").Code)
	one.release(storeValues)
	require.Equal(t, http.StatusOK, s.post(`{ __typename }`, many, "Test-Store", "one").Code)
	require.True(t, one.tryAcquire(storeValues), "all was given back")
	require.True(t, s.endpoint.capacity.values.TryAcquire(valuesBytes-storeValues), "all was given back")
}

// TestUndeclaredVariablesAreNotHeld while the operation is carried out, which does not read them.
func TestUndeclaredVariablesAreNotHeld(t *testing.T) {
	const declared, undeclared = 10_000, 200_000
	b := newBlocked()
	s := serve(t, b, sellerOfA, nil)
	var request sync.WaitGroup
	request.Go(func() {
		const query = `query($kinds: [ActorKind!]) { settings { key } auditTrail(actorKinds: $kinds) @skip(if: true) { nodes { id } } }`
		kinds := json.RawMessage(`["SELLER"` + strings.Repeat(`,"SELLER"`, declared-1) + `]`)
		require.Equal(t, http.StatusOK, s.post(query, map[string]any{"kinds": kinds, "others": map[string]any{"many": manyOnes(undeclared)}}).Code)
	})
	<-b.entered
	values := s.endpoint.capacity.values
	require.True(t, values.TryAcquire(valuesBytes-2*declared*valueBytes))
	require.False(t, values.TryAcquire(2*declared*valueBytes), "those that the operation declares are held")
	b.free <- struct{}{}
	request.Wait()
	require.True(t, values.TryAcquire(2*declared*valueBytes), "all was given back")
}

// TestValuesAreCountedAsTheirTextIs: what is given back is what was held.
func TestValuesAreCountedAsTheirTextIs(t *testing.T) {
	for _, text := range []string{`1`, `null`, `"a,[{"`, `[]`, `{}`, `[1,[2,3],{}]`, `{"a":{"b":[null,true]},"c":[{"d":"\",\""}]}`} {
		counted, rejection := measureJSON([]byte(`{"of":` + text + `}`))
		require.Nil(t, rejection)
		value, err := readObject(`{"of":` + text + `}`)
		require.NoError(t, err)
		require.Equal(t, counted, countValues(value["of"]), text)
	}
}
