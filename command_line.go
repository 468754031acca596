package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/handback/handback/certificate"
	"github.com/handback/handback/cli"
	"github.com/handback/handback/db"
	"github.com/handback/handback/graph"
	"github.com/handback/handback/models"
	"github.com/handback/handback/secrets"
	"github.com/handback/handback/telemetry"
	"github.com/handback/handback/tiktok"
	"github.com/handback/handback/web"
)

// commandLine is what the arguments that the program is started with have done.
func commandLine(stdout, stderr *telemetry.AsyncWriter) cli.Program {
	return cli.Program{
		Version: readBuildInfo().String(), Variables: variables(),
		Serve: func(ctx context.Context) error {
			if err := run(ctx, stdout, stderr); err != nil && ctx.Err() == nil {
				return err
			}
			return nil
		},
		Ready: askReadiness, Keyset: presentKeyset,
		Database: func() (string, error) {
			c, err := readConfig()
			return c.DatabaseURL, err
		},
		Migrate: migrate, OpenStores: openStores, Checks: checks, StoreChecks: storeChecks,
	}
}

// migrate brings the database up to date.
func migrate(ctx context.Context) error {
	c, err := readConfig()
	if err != nil {
		return err
	}
	repository, err := db.Open(ctx, c.DatabaseURL, models.DefaultCatalogue())
	if err != nil {
		return err
	}
	return repository.Close()
}

func openStores(ctx context.Context) (cli.Stores, error) {
	c, err := readConfig()
	if err != nil {
		return nil, err
	}
	return c.openUnchanged(ctx)
}

// checks are what doctor looks at. A configuration that is not understood is told by the first, and the others say that they know none.
var checks = []cli.Check{
	{Name: "configuration", Do: func(context.Context) (string, error) {
		c, err := readConfig()
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
	configured("TikTok and the clock", func(c config, ctx context.Context) (string, error) { return c.reach(ctx, tiktok.APIOrigin) }),
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

func (c config) checkDatabase(ctx context.Context) (string, error) {
	version, err := db.ReadSchemaVersion(ctx, c.DatabaseURL)
	if err == nil && version.Present != version.Target {
		err = errors.New(cli.SchemaText(version) + "\nhandback migrate up, or a start, brings an older one up to date")
	}
	return cli.SchemaText(version), err
}

// openUnchanged opens the database, unless that would bring it up to date.
func (c config) openUnchanged(ctx context.Context) (*db.Repository, error) {
	if _, err := c.checkDatabase(ctx); err != nil {
		return nil, err
	}
	return db.Open(ctx, c.DatabaseURL, models.DefaultCatalogue())
}

func (c config) checkKeysetOpens(ctx context.Context) (string, error) {
	switch {
	case c.Keyset == "" && c.sandboxed():
		return "the demo has its own", nil
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
	if err != nil {
		return "", fmt.Errorf("the app is not let in by Shopify (%w): have the store's owner open the app in the Shopify admin", err)
	}
	if lacking != "" {
		return "", fmt.Errorf("the store has not granted %s: have its owner open the app in the Shopify admin and allow it", lacking)
	}
	return "Shopify lets the app in, with every permission", nil
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
	if errors.Is(err, models.ErrAccessLost) || err == nil && !authorized {
		return "", errors.New("TikTok lets the app into " + account.Name + " no more: have its owner connect it again, or disconnect; the store goes back either way")
	}
	if err != nil {
		return "", fmt.Errorf("TikTok does not say whether the app is let into %s (%w): try again later", account.Name, err)
	}
	return "TikTok lets the app into " + account.Name, nil
}

// variables lists the variables as the tags of config have them.
func variables() string {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for field := range reflect.TypeFor[config]().Fields() {
		meaning := field.Tag.Get("help")
		if standard := field.Tag.Get("envDefault"); standard != "" {
			meaning += " (" + standard + ")"
		}
		_, _ = fmt.Fprintf(table, "  %s\t%s\n", field.Tag.Get("env"), meaning)
	}
	_, _ = fmt.Fprintf(table, "  OTEL_*\t%s\n", "OpenTelemetry's: where to send traces, by HTTP; none are made without OTEL_EXPORTER_OTLP_ENDPOINT")
	_ = table.Flush() // a strings.Builder takes everything
	return text.String()
}

// unknownBuild stands where a build does not say: go run and builds outside of git know no commit.
const unknownBuild = "unknown"

// buildInfo says what was built.
type buildInfo struct {
	version string // of the module: a tag, or a pseudo-version of Go's
	commit  string // with +dirty behind it when files were changed
}

func readBuildInfo() buildInfo {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return buildInfo{unknownBuild, unknownBuild}
	}
	return buildInfoFrom(info)
}

func buildInfoFrom(info *debug.BuildInfo) buildInfo {
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	b := buildInfo{version: cmp.Or(info.Main.Version, unknownBuild), commit: cmp.Or(settings["vcs.revision"], unknownBuild)}
	if settings["vcs.modified"] == "true" {
		b.commit += "+dirty"
	}
	return b
}

// describe says what runs here, and on what.
func describe(build buildInfo, c config) telemetry.Build {
	return telemetry.Build{Version: build.version, Commit: build.commit, Database: c.database(), Mode: c.mode()}
}

// String is what the version is printed as.
func (b buildInfo) String() string {
	return fmt.Sprintf("handback %s, commit %s, %s", b.version, b.commit, runtime.Version())
}

// demoKeyset seals the demo store's tokens in a PostgreSQL database when there is no other keyset: nothing is beside such a
// database where all processes could find one. Everybody knows it, and what it seals are the sandbox's tokens, which open
// nothing.
const demoKeyset = "CNzF6uAPEmQKWAowdHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUuY3J5cHRvLnRpbmsuQWVzR2NtS2V5EiIaIFlgcE5fHKaK/SDHvPUlVtafCPbloL6BrcOO+Q/4vOpfGAEQARjcxergDyAB"

func (c config) checkKeyset() error {
	if c.Keyset == "" {
		return nil
	}
	if _, err := secrets.Parse(c.Keyset); err != nil {
		return fmt.Errorf("%s is not understood: %w", cli.KeysetVariable, err)
	}
	return nil
}

// keyring opens the keyset. Without the variable there is one for the demo, in a file beside the embedded database, and
// where sellers sign in one that ends with the process, which can open nothing that is stored.
func (c config) keyring() (*secrets.Keyring, error) {
	switch {
	case c.Keyset != "":
		return secrets.Parse(c.Keyset)
	case !c.sandboxed():
		passing, err := secrets.New()
		if err != nil {
			return nil, err
		}
		return secrets.Parse(passing)
	case c.database() == "postgresql":
		return secrets.Parse(demoKeyset)
	case c.DatabaseURL == "":
		c.DatabaseURL = db.DefaultURL
	}
	return secrets.OpenFile(strings.TrimSuffix(strings.TrimPrefix(c.DatabaseURL, "sqlite:"), ".db") + ".keyset")
}

// presentKeyset is the one that is set, whatever else is.
func presentKeyset() (string, error) {
	present := os.Getenv(cli.KeysetVariable)
	return present, checkEndsOf(cli.KeysetVariable, present)
}

// demoCertificateKey signs the demo store's certificates. Everybody knows it, so what it signs proves nothing of any store.
const demoCertificateKey = "ZGVtbyBrZXkgb2YgSGFuZGJhY2sncyBjZXJ0aWZpYyE"

func (c config) checkCertificateKeys() error {
	if c.CertificateKeys == "" {
		return nil
	}
	if _, err := certificate.ParseKeys(c.CertificateKeys); err != nil {
		return fmt.Errorf("HANDBACK_CERTIFICATE_KEYS is not understood: %w", err)
	}
	return nil
}

// openCertificates returns what publishes the public keys, and what signs: nil without keys, where sellers sign in.
func (c config) openCertificates() (published http.Handler, certificates graph.Certificates, err error) {
	keys := c.CertificateKeys
	if keys == "" && c.sandboxed() {
		keys = demoCertificateKey
	}
	if keys == "" {
		return http.NotFoundHandler(), nil, nil
	}
	signer, err := certificate.ParseKeys(keys)
	if err != nil {
		return nil, nil, err
	}
	set, err := signer.PublicKeys()
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/jwk-set+json")
		_, _ = w.Write(set)
	}), signer, err
}

// healthcheckTime is how long the program may take to say whether it is ready. It asks its database within a second.
const healthcheckTime = 3 * time.Second

// askReadiness returns what /readyz says, for images that have nothing else to ask with. It is asked at OPS_ADDR, which answers until
// the program ends.
func askReadiness(ctx context.Context) (string, error) {
	c, err := readConfig()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, healthcheckTime)
	defer cancel()
	_, name, _ := net.SplitHostPort(c.Addr) // which was checked
	port, err := net.DefaultResolver.LookupPort(ctx, "tcp", name)
	if err != nil {
		return "", fmt.Errorf("ADDR has no port: %w", innermost(err))
	}
	address := locally(c.opsAddr(port))
	if strings.HasSuffix(address, ":0") {
		return "", errors.New("OPS_ADDR, or ADDR, must name a port: a free one is not known here")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/readyz", http.NoBody)
	if err != nil {
		return "", err
	}
	answer, err := (&http.Transport{}).RoundTrip(request) // without a proxy
	if err != nil {
		return "", fmt.Errorf("nothing answers at %s: %w", address, innermost(err))
	}
	defer func() { _ = answer.Body.Close() }()
	said, err := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
	if err != nil || answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("not ready: %s", strings.TrimSpace(string(said)))
	}
	return strings.TrimSpace(string(said)), nil
}
