package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/endpoint"
	"github.com/handback/handback/models"
	"github.com/handback/handback/test/program"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// TestPanicOfPeriodicJobIsLogged, and ends nothing.
func TestPanicOfPeriodicJobIsLogged(t *testing.T) {
	var text bytes.Buffer
	var none *db.Repository
	doOnce(t.Context(), slog.New(slog.NewTextHandler(&text, nil)), "old keys are still there", func(ctx context.Context) error {
		_, err := none.ForgetIdempotencyKeys(ctx)
		return err
	})
	require.Contains(t, text.String(), "level=ERROR msg=panic error=runtime.errorString")
	require.Contains(t, text.String(), "doOnce")
}

// TestSlowBodies do not hold a connection. The times are the program's, but shorter.
func TestSlowBodies(t *testing.T) {
	t.Parallel()
	handler, _ := rehearsed(t, config{})
	server := httptest.NewUnstartedServer(handler)
	server.Config = newServer(handler, nil, slog.New(slog.DiscardHandler))
	require.Equal(t, []time.Duration{5 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute},
		[]time.Duration{server.Config.ReadHeaderTimeout, server.Config.ReadTimeout, server.Config.WriteTimeout, server.Config.IdleTimeout})
	server.Config.Handler, server.Config.IdleTimeout = endpoint.CutSlowBodies(endpoint.BodyTime{Grace: 300 * time.Millisecond, Whole: readTime}, handler), 300*time.Millisecond
	server.Start()
	defer server.Close()
	host := server.Listener.Addr().String()
	for _, length := range []string{"Content-Length: 1000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"} {
		answer, took := program.SendSlowly(t, host, program.PostHead+length)
		require.Less(t, took, program.Patience)
		require.Contains(t, answer, "408 Request Timeout")
		require.Contains(t, answer, "REQUEST_TIMEOUT")
		require.Contains(t, answer, "Connection: close")
	}
	conn, err := net.Dial("tcp", host)
	require.NoError(t, err)
	defer conn.Close()
	program.RequireServed(t, conn)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(program.Patience)))
	_, err = conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF, "an idle connection is kept")
}

// TestSecretsAreMadeWhereTheyCanBeKept: not with a keyset that ends with the process.
func TestSecretsAreMadeWhereTheyCanBeKept(t *testing.T) {
	databaseURL := dbtest.URL(t, "sqlite")
	repository, err := db.Open(t.Context(), databaseURL, models.DefaultCatalogue())
	require.NoError(t, err)
	defer repository.Close()
	for _, test := range []struct {
		config  config
		passing bool
	}{
		{config{ShopifyAPISecret: program.AppSecret}, true},
		{config{ShopifyAPISecret: program.AppSecret, Keyset: program.Keyset}, false},
		{config{ShopifyAPISecret: program.AppSecret, Sandbox: "true", DatabaseURL: databaseURL}, false},
		{config{DatabaseURL: databaseURL}, false},
	} {
		require.NoError(t, useKeyset(t.Context(), test.config, repository))
		require.Equal(t, test.passing, repository.PassingSealer)
	}
}
