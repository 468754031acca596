// Package test drives the shipped program from outside, as a process: each file holds it to one promise. What the tests
// have in common, they have from test/program.
package test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
)

func TestMain(m *testing.M) {
	if plan := os.Getenv(attackVariable); plan != "" {
		attackUntilToldToStop(plan)
		return
	}
	dbtest.Main(m)
}

const (
	allScopes = "READ, EDIT_SETTINGS, CONNECT, DISCONNECT, MANAGE_WEBHOOKS"
	aurora    = "aurora.myshopify.com"
	borealis  = "borealis.myshopify.com"
)

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}
