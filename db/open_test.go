package db_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"handback/db/dbtest"
)

func TestOpenSetsSessionTimeouts(t *testing.T) {
	t.Parallel()
	b := newProxiedStore(t)
	b.proxy.At(1, dbtest.BeforeRequest, func() {})
	requireDone(t, disconnecting(operationContext(t), b.proxied, b.seller))
	for _, limit := range []string{
		"tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "client_connection_check_interval",
		"idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout",
	} {
		require.Contains(t, b.proxy.Fired(), limit)
	}
}
