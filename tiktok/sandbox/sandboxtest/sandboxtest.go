// Package sandboxtest has what tests that use the sandbox share.
package sandboxtest

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok"
	"github.com/handback/handback/tiktok/sandbox"
)

// Exchanges names a folder for every exchange that tests have with a sandbox, a file each test that ends in Suffix. The module
// conformance checks them.
const (
	Exchanges = "SANDBOX_EXCHANGES"
	Suffix    = ".tiktok"
)

// Open opens a sandbox that is closed when the test ends. Its exchanges are checked by make conformance.
func Open(t testing.TB, options sandbox.Options) *sandbox.Sandbox {
	t.Helper()
	if options.Exchanges == nil {
		options.Exchanges = exchanges(t)
	}
	s, err := sandbox.New(options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// Accounts are those of an app at the sandbox, whose tokens the storage keeps.
func Accounts(box *sandbox.Sandbox, storage tiktok.Storage) *tiktok.Accounts {
	return tiktok.NewAccounts(Options(box), storage, slog.New(slog.DiscardHandler))
}

// Options are those of a client of the sandbox.
func Options(box *sandbox.Sandbox) tiktok.Options {
	return tiktok.Options{
		AppKey: box.AppKey(), AppSecret: models.NewSecret(box.AppSecret()), Transport: box.Transport(), Interval: time.Microsecond, StandIn: true,
	}
}

// Codes says what the sandbox's codes stand for, without tokens: for tests that ask TikTok for nothing else.
type Codes struct{}

// Authorizations opens a sandbox for the code alone.
func (Codes) Authorizations(ctx context.Context, code string) ([]models.Authorization, error) {
	box, err := sandbox.New(sandbox.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = box.Close() }()
	consented, err := Accounts(box, nil).Authorizations(ctx, code)
	for i := range consented {
		consented[i].Credentials = models.TikTokCredentials{}
	}
	return consented, err
}

// Authorization is what the sandbox's code of a single shop stands for.
func (c Codes) Authorization(t require.TestingT, code string) *models.Authorization {
	consented, err := c.Authorizations(context.Background(), code)
	require.NoError(t, err)
	require.Len(t, consented, 1)
	return &consented[0]
}

// Authorization is what a code is for, a single shop; nil when it is for none.
func Authorization(t require.TestingT, accounts *tiktok.Accounts, code string) *models.Authorization {
	consented, err := accounts.Authorizations(context.Background(), code)
	require.NoError(t, err)
	if len(consented) == 0 {
		return nil
	}
	require.Len(t, consented, 1)
	return &consented[0]
}

func exchanges(t testing.TB) io.Writer {
	folder := os.Getenv(Exchanges)
	if folder == "" {
		return nil
	}
	name := strings.NewReplacer("/", "_", "*", "_").Replace(t.Name())
	file, err := os.CreateTemp(folder, filepath.Base(name)+"-*"+Suffix)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, file.Close()) })
	return file
}

// AuthorizeURL implements graph.TikTok, with the address of a page that nobody serves.
func (Codes) AuthorizeURL(state string) (string, error) {
	return tiktok.AuthOrigin + "/oauth/authorize?state=" + state, nil
}
