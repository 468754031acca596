package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnswersAreComparedAsJSON(t *testing.T) {
	for _, test := range []struct {
		wanted, got string
		same        bool
	}{
		{`{"a":1,"b":[true,null]}`, ` { "b": [true, null], "a": 1 } `, true},
		{`{"a":"\u003c"}`, `{"a":"<"}`, true},
		{`{"a":0.50}`, `{"a":0.5}`, false}, // digits are kept
		{`{"a":1e3}`, `{"a":1000}`, false},
		{`[1,2]`, `[2,1]`, false},
		{`{"a":null}`, `{}`, false},
		{`{"a":""}`, `{"a":null}`, false},
	} {
		err := sameJSON("test", json.RawMessage(test.wanted), json.RawMessage(test.got))
		require.Equal(t, test.same, err == nil, "%s %s", test.wanted, test.got)
	}
	require.Error(t, sameJSON("test", json.RawMessage(`{}`), json.RawMessage(`{`)))
}

func TestVolatileFieldsAreNormalized(t *testing.T) {
	one, err := stripVolatile(json.RawMessage(`{"disconnection":{"id":"d1","at":"2026-03-02T09:00:00.5Z","digest":"x"},"account":{"id":"a"}}`))
	require.NoError(t, err)
	other, err := stripVolatile(json.RawMessage(`{"disconnection":{"id":"d2","at":"2026-03-02T09:00:01Z","digest":"x"},"account":{"id":"a"}}`))
	require.NoError(t, err)
	require.NoError(t, sameJSON("test", one, other))

	for _, different := range []string{
		`{"disconnection":{"id":"d2","at":"2026-03-02T09:00:01Z","digest":"y"},"account":{"id":"a"}}`,
		`{"disconnection":{"id":"d2","at":"2026-03-02T09:00:01Z","digest":"x"},"account":{"id":"b"}}`,
		`{"disconnection":{"id":"","at":"2026-03-02T09:00:01Z","digest":"x"},"account":{"id":"a"}}`,
		`{"disconnection":{"id":"d2","at":null,"digest":"x"},"account":{"id":"a"}}`,
		`{"disconnection":null,"account":{"id":"a"}}`,
	} {
		other, err := stripVolatile(json.RawMessage(different))
		require.NoError(t, err)
		require.Error(t, sameJSON("test", one, other), different)
	}
}
