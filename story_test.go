package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/endpoint"
	"github.com/handback/handback/graph"
	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok/sandbox"
	"github.com/handback/handback/tiktok/sandbox/sandboxtest"
)

var update = flag.Bool("update", false, "write the answers of the story anew")

// TestDisconnectStory runs the operations of graph/testdata/story one after the other on the demo store, with the clock and
// the ids held still: both databases give the answers that are kept beside them, byte for byte. They are the
// examples of the README too.
func TestDisconnectStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		server := stillServer(t, databaseURL)
		operations, err := filepath.Glob("graph/testdata/story/*.graphql")
		require.NoError(t, err)
		require.NotEmpty(t, operations)
		variables := map[string]any{}
		for _, file := range operations {
			answer := ask(t, server, readFile(t, file), variables)
			variables["previewToken"] = previewToken(t, answer)
			golden := strings.TrimSuffix(file, ".graphql") + ".json"
			if *update {
				require.NoError(t, os.WriteFile(golden, answer, 0o644))
			}
			require.Equal(t, readFile(t, golden), string(answer), file)
		}
	})
}

// TestDocumentsTellDisconnectStory compares the examples of the README, and the audit trail's in docs/partners.md, with the
// operations and answers that were tested.
func TestDocumentsTellDisconnectStory(t *testing.T) {
	readme := readFile(t, "README.md")
	operations, err := filepath.Glob("graph/testdata/story/[1-4]_*.graphql")
	require.NoError(t, err)
	require.Len(t, operations, 4)
	for _, file := range operations {
		require.Contains(t, readme, readFile(t, file), file)
		var compact bytes.Buffer
		require.NoError(t, json.Compact(&compact, []byte(readFile(t, strings.TrimSuffix(file, ".graphql")+".json"))))
		require.Contains(t, withoutSpace(readme), withoutSpace(compact.String()), "the answer to "+file)
	}
	require.Contains(t, readFile(t, "docs/partners.md"), readFile(t, "graph/testdata/story/5_audit_trail.graphql"))
	require.LessOrEqual(t, strings.Count(readme, "\n"), 120, "lines of README.md")
}

// stillServer serves the demo store with a clock that moves one second a look, and ids that count.
func stillServer(t *testing.T, databaseURL string) *httptest.Server {
	ctx := context.Background()
	repository, err := db.Open(ctx, databaseURL, models.DefaultCatalogue())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, repository.Close()) })
	now, id := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC), 0
	repository.Now = func() time.Time { now = now.Add(time.Second); return now }
	repository.NewID = func() string { id++; return fmt.Sprintf("00000000-0000-7000-8000-%012d", id) }
	repository.NewSalt = func() []byte { return make([]byte, 32) }
	seller, err := openDemoStore(ctx, repository, false)
	require.NoError(t, err)
	schema := endpoint.Schema(graph.NewSchema(&graph.Resolver{
		AccountRepository: repository, SettingRepository: repository, Repository: repository, Keys: repository, Catalogue: repository.Catalogue, TikTok: sandboxtest.Codes{}, SandboxShops: sandbox.ShopsToTry(),
	}))
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	server := httptest.NewServer(endpoint.New(schema, endpoint.Options{
		SignIn: func(*http.Request) (models.Caller, error) { return seller, nil }, Once: repository.Once, Log: log,
	}))
	t.Cleanup(server.Close)
	return server
}

// ask posts an operation and returns the answer, indented, with the digits it came with. What it cost is left out: it
// depends on the time.
func ask(t *testing.T, server *httptest.Server, query string, variables map[string]any) []byte {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(t, err)
	response, err := http.Post(server.URL, "application/json", bytes.NewReader(body))
	require.NoError(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, string(answer))
	answer, extensions, found := bytes.Cut(answer, []byte(`,"extensions":{"cost":{"requested":`))
	require.True(t, found, string(extensions))
	var indented bytes.Buffer
	require.NoError(t, json.Indent(&indented, append(answer, '}'), "", "  "))
	indented.WriteByte('\n')
	return indented.Bytes()
}

func previewToken(t *testing.T, answer []byte) any {
	var parsed struct {
		Data struct {
			Accounts []struct {
				DisconnectPreview struct{ Token string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(answer, &parsed))
	for _, account := range parsed.Data.Accounts {
		if account.DisconnectPreview.Token != "" {
			return account.DisconnectPreview.Token
		}
	}
	return nil
}

func readFile(t *testing.T, name string) string {
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(text)
}

func withoutSpace(text string) string { return strings.Join(strings.Fields(text), "") }
