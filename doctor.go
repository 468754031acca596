package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/handback/handback/cli"
	"github.com/handback/handback/db"
	"github.com/handback/handback/endpoint"
	"github.com/handback/handback/graph"
	"github.com/handback/handback/models"
	"github.com/handback/handback/secrets"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/telemetry"
	"github.com/handback/handback/tiktok"
	tiktoksandbox "github.com/handback/handback/tiktok/sandbox"
	"github.com/handback/handback/web"
)

// checks are what doctor looks at. A configuration that is not understood is told by the first, and the others say that they know none.
var checks = []cli.Check{
	{Name: "configuration", Do: func(ctx context.Context) (string, error) {
		c, err := readConfig()
		if err == nil {
			err = c.checkStart(ctx)
		}
		return c.mode() + ", on " + c.database(), err
	}},
	configured("database", config.checkDatabase),
	configured("keyset", config.checkKeysetOpens),
	configured("certificate keys", func(c config, _ context.Context) (string, error) {
		switch {
		case c.CertificateKeys == "" && c.sandboxed():
			return "the demo has its own", nil
		case c.CertificateKeys == "":
			return "", errors.New("HANDBACK_CERTIFICATE_KEYS is not set, so disconnects have no certificates: handback certificate-key prints a key")
		}
		return "good", nil
	}),
	configured("Shopify and the clock", func(c config, ctx context.Context) (string, error) {
		return c.reach(ctx, "https://"+web.ShopifyAdminHost)
	}),
	configured("TikTok and the clock", func(c config, ctx context.Context) (string, error) {
		found, err := c.reach(ctx, tiktok.APIOrigin)
		if !c.sandboxed() && c.TikTokAppKey == "" {
			err = errors.Join(errors.New("TIKTOK_APP_KEY and TIKTOK_APP_SECRET are not set, so no shop can be connected: set them"), err)
		}
		return found, err
	}),
}

// checkStart fails where a start would because of the configuration, beyond what readConfig refuses. It looks by what a start uses, and
// makes nothing that stays.
func (c config) checkStart(ctx context.Context) error {
	log, err := telemetry.NewLogger(io.Discard, c.LogFormat)
	if err != nil {
		return err
	}
	_, flush, err := telemetry.StartTraces(ctx, log)
	flush()
	_, documents := c.trustedDocuments(endpoint.Schema(graph.NewSchema(&graph.Resolver{})))
	_, origins := rejectCrossOrigin(c.AllowedOrigins, http.NotFoundHandler())
	_, _, certificates := c.openCertificates()
	return errors.Join(err, c.checkListening(ctx), documents, origins, certificates, c.checkSandboxFiles())
}

// checkListening fails where an address cannot be listened on. That of a program that runs is taken, which is no fault.
func (c config) checkListening(ctx context.Context) error {
	clients, port, err := tryListening(ctx, "ADDR", c.Addr)
	if err != nil {
		return err
	}
	defer clients.Close()
	ops, _, err := tryListening(ctx, "OPS_ADDR", c.opsAddr(port))
	if err != nil {
		return err
	}
	return ops.Close()
}

// tryListening listens on the address, or on another port of its host where the address is taken. port is the address's.
func tryListening(ctx context.Context, variable, addr string) (listener net.Listener, port int, err error) {
	var config net.ListenConfig
	if listener, err = config.Listen(ctx, "tcp", addr); err == nil {
		return listener, listener.Addr().(*net.TCPAddr).Port, nil
	}
	host, name, _ := net.SplitHostPort(addr) // which was checked
	port, unknown := net.DefaultResolver.LookupPort(ctx, "tcp", name)
	if unknown == nil && !errors.Is(err, fs.ErrPermission) {
		if listener, free := config.Listen(ctx, "tcp", net.JoinHostPort(host, "0")); free == nil {
			return listener, port, nil
		}
	}
	return nil, 0, fmt.Errorf("cannot listen on %s: %w", variable, innermost(err))
}

// checkSandboxFiles looks at what stand-ins within the process keep.
func (c config) checkSandboxFiles() error {
	if _, remote := c.remoteSandbox(); remote || !c.sandboxed() {
		return nil
	}
	err := cmp.Or(sandbox.CheckFile(c.sandboxFile()), tiktoksandbox.CheckFile(c.tikTokFile()))
	switch {
	case err == nil:
		return nil
	case c.SandboxFile == "" && errors.Is(err, fs.ErrNotExist): // the embedded database's folder, of which its own check tells
		return nil
	}
	return fmt.Errorf("cannot open SANDBOX_FILE, or the file of TikTok's stand-in beside it: %w", innermost(err))
}

var errNotConfigured = errors.New("not looked at, because the configuration is not understood")

// configured is a check of what the environment says.
func configured(name string, do func(config, context.Context) (string, error)) cli.Check {
	return cli.Check{Name: name, Do: func(ctx context.Context) (string, error) {
		c, err := readConfig()
		if err != nil {
			return "", errNotConfigured
		}
		return do(c, ctx)
	}}
}

// checkDatabase asks what /readyz does, of a database that is up to date.
func (c config) checkDatabase(ctx context.Context) (string, error) {
	version, err := c.checkSchema(ctx)
	if err != nil {
		return "", err
	}
	repository, err := c.openUnchanged(ctx)
	if err != nil {
		return "", err
	}
	defer repository.Close()
	if err := repository.Ready(ctx); err != nil {
		return "", fmt.Errorf("%s, but the program would not be ready: %s", version, strings.TrimPrefix(err.Error(), models.ErrTryAgain.Error()+": "))
	}
	return version + ", and takes writes", nil
}

func (c config) checkKeysetOpens(ctx context.Context) (string, error) {
	switch {
	case c.Keyset == "" && c.sandboxed():
		return "the demo has its own", c.checkKeysetFile()
	case c.Keyset == "":
		return "", errors.New(cli.KeysetVariable + " is not set, so no store can be connected: handback keyset new prints one")
	}
	repository, err := c.openUnchanged(ctx)
	if err != nil {
		return "", err
	}
	defer repository.Close()
	return "opens all that is sealed", errors.Join(c.giveKeyset(repository), repository.CheckKeyset(ctx))
}

// checkKeysetFile looks at the demo's, unless none was made yet.
func (c config) checkKeysetFile() error {
	if c.database() == "postgresql" {
		return nil
	}
	if _, err := os.Stat(c.keysetFile()); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	_, err := secrets.OpenFile(c.keysetFile())
	return err
}

// mostClockSkew is how far the clock may be off: session tokens are good for a minute, and TikTok takes calls of five.
const mostClockSkew = 10 * time.Second

// reach asks a platform for nothing, and compares the time that it says with the clock of this machine.
func (c config) reach(ctx context.Context, origin string) (string, error) {
	if c.sandboxed() {
		return "a stand-in answers", nil
	}
	ctx, cancel := context.WithTimeout(ctx, healthcheckTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, origin, http.NoBody)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return "", fmt.Errorf("%s does not answer (%w): let the program reach it, by HTTPS_PROXY if need be", origin, innermost(err))
	}
	defer func() { _ = answer.Body.Close() }()
	said, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return origin + " answers, and does not say the time", nil
	}
	if off := time.Since(said).Round(time.Second); off.Abs() > mostClockSkew {
		return "", fmt.Errorf("the clock of this machine is %v off what %s says: set it right, as by NTP, or sign-in and calls fail", off, origin)
	}
	return origin + " answers, and has the same time", nil
}

// storeChecks are what doctor looks at of a store.
func storeChecks(domain string) []cli.Check {
	return []cli.Check{
		configured("access to the store", ofStore(domain, checkScopes)),
		configured("access to the shop", ofStore(domain, checkShop)),
	}
}

// ofStore is a check of a store, at platforms that are reached over the network.
func ofStore(domain string, check func(context.Context, *db.Repository, *platforms, models.Store) (string, error)) func(config, context.Context) (string, error) {
	return func(c config, ctx context.Context) (string, error) {
		if _, remote := c.remoteSandbox(); c.sandboxed() && !remote {
			return "a stand-in answers", nil
		}
		repository, err := c.openUnchanged(ctx)
		if err != nil {
			return "", err
		}
		defer repository.Close()
		store, err := repository.StoreByDomain(ctx, domain)
		if err == nil && store.ID == "" {
			err = models.ErrStoreNotFound
		}
		if err = errors.Join(err, c.giveKeyset(repository)); err != nil {
			return "", err
		}
		platforms, err := openPlatforms(c, repository, slog.New(slog.DiscardHandler))
		if err != nil {
			return "", err
		}
		defer func() { _ = platforms.close() }()
		return check(ctx, repository, platforms, store)
	}
}

func checkScopes(ctx context.Context, _ *db.Repository, platforms *platforms, store models.Store) (string, error) {
	lacking, err := platforms.stores.LacksScopes(ctx, store.Domain)
	if missing, ok := errors.AsType[*models.KeyMissingError](err); ok {
		return "", missingKey(missing)
	}
	if err != nil {
		return "", fmt.Errorf("the app is not let in by Shopify (%w): have the store's owner open the app in the Shopify admin", err)
	}
	if lacking != "" {
		return "", fmt.Errorf("the store has not granted %s: have its owner open the app in the Shopify admin and allow it", lacking)
	}
	return "Shopify lets the app in, with every permission", nil
}

func missingKey(missing *models.KeyMissingError) error {
	return fmt.Errorf("%w: put the keyset that has it into %s, and have the owner open the app only if there is none any more", missing, cli.KeysetVariable)
}

func checkShop(ctx context.Context, repository *db.Repository, platforms *platforms, store models.Store) (string, error) {
	account, connected, err := repository.ConnectedShop(ctx, store)
	switch {
	case err != nil || !connected:
		return "no shop is connected", err
	case platforms.accounts == nil:
		return "", errors.New("TIKTOK_APP_KEY and TIKTOK_APP_SECRET are not set: set them, or the shop can neither be read nor let go")
	}
	authorized := false
	known, err := repository.TikTokCredentials(ctx, account.ID)
	if err == nil {
		authorized, err = platforms.accounts.Client().IsAuthorized(ctx, account.ID, known.ShopID)
	}
	if missing, ok := errors.AsType[*models.KeyMissingError](err); ok {
		return "", missingKey(missing)
	}
	if errors.Is(err, models.ErrAccessLost) || err == nil && !authorized {
		return "", errors.New("TikTok lets the app into " + account.Name + " no more: have its owner connect it again, or disconnect; the store goes back either way")
	}
	if err != nil {
		return "", fmt.Errorf("TikTok does not say whether the app is let into %s (%w): try again later", account.Name, err)
	}
	return "TikTok lets the app into " + account.Name, nil
}
