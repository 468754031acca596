package test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/test/program"
)

// exampleConnector is the partner's connector of the examples, with its file.
type exampleConnector struct {
	t         *testing.T
	url, key  string
	stateFile string
}

// connectorState is what its file has.
type connectorState struct {
	Cursor  string
	Pushing bool
	Taken   map[string]string
}

// start runs the connector until it is killed.
func (c exampleConnector) start() (kill func()) {
	c.t.Helper()
	file, err := program.Connector()
	require.NoError(c.t, err)
	cmd := exec.Command(file, "-api", c.url, "-state", c.stateFile, "-interval", "20ms")
	cmd.Env = append(os.Environ(), "KEY="+c.key)
	require.NoError(c.t, cmd.Start())
	kill = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	c.t.Cleanup(kill)
	return kill
}

func (c exampleConnector) state() (s connectorState) {
	c.t.Helper()
	text, err := os.ReadFile(c.stateFile)
	if !os.IsNotExist(err) {
		require.NoError(c.t, err)
		require.NoError(c.t, json.Unmarshal(text, &s), "%s", text)
	}
	return s
}

func (c exampleConnector) await(condition func(connectorState) bool) {
	c.t.Helper()
	require.Eventually(c.t, func() bool { return condition(c.state()) }, program.Patience, 10*time.Millisecond)
}

// TestExampleConnectorSurvivesKills: killed at any moment of a disconnect it stops pushing, takes over each open order once, and says so.
func TestExampleConnectorSurvivesKills(t *testing.T) {
	t.Parallel()
	platforms := program.ServeShopify(t, sandbox.Options{})
	p := program.Start(t, program.Shipped, platforms.DemoEnv())
	orders, err := platforms.TikTok.AddOrders("USLCDEMO1", "AWAITING_SHIPMENT", 600, 48*time.Hour)
	require.NoError(t, err)
	_, key := p.As("").CreateKey("Connector", "READ, DISCONNECT")
	connector := exampleConnector{t, p.URL, key, filepath.Join(t.TempDir(), "connector.json")}
	kill := connector.start()
	connector.await(func(s connectorState) bool { return s.Pushing })

	disconnectDemo(p)
	for range 12 {
		time.Sleep(rand.N(60 * time.Millisecond))
		kill()
		kill = connector.start()
	}
	connector.await(func(s connectorState) bool { return !s.Pushing && len(s.Taken) == len(orders) })

	const unacknowledged = `{ accounts { disconnections { handoff(first: 1) { totalCount unacknowledgedCount nodes { acknowledgedBy { kind name } } } } } }`
	require.Eventually(t, func() bool {
		return jsonAt(t, p.Query(unacknowledged), "accounts", 0, "disconnections", 0, "handoff", "unacknowledgedCount") == 0.0
	}, program.Patience, 10*time.Millisecond)
	require.Contains(t, p.Query(unacknowledged), `"nodes":[{"acknowledgedBy":{"kind":"PARTNER","name":"Connector"}}]`)
	require.ElementsMatch(t, orders, slices.Collect(maps.Values(connector.state().Taken)))

	awaitGivenBack(t, p)
	require.Contains(t, p.Query(connectMutation), `"userErrors":[]`)
	connector.await(func(s connectorState) bool { return s.Pushing })
	kill()
	p.Stop()
}
