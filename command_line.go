package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
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

// checkSchema says which version the database has, and fails unless that is this program's.
func (c config) checkSchema(ctx context.Context) (string, error) {
	version, err := db.ReadSchemaVersion(ctx, c.DatabaseURL)
	switch {
	case err == nil && version.Present > version.Target:
		err = errors.New(cli.SchemaText(version))
	case err == nil && version.Present < version.Target:
		err = errors.New(cli.SchemaText(version) + "\nhandback migrate up, or a start, brings it up to date")
	}
	return cli.SchemaText(version), err
}

// openUnchanged opens the database, unless that would bring it up to date.
func (c config) openUnchanged(ctx context.Context) (*db.Repository, error) {
	if _, err := c.checkSchema(ctx); err != nil {
		return nil, err
	}
	return db.Open(ctx, c.DatabaseURL, models.DefaultCatalogue())
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
	}
	return secrets.OpenFile(c.keysetFile())
}

// keysetFile is where the demo has its keyset, beside the embedded database.
func (c config) keysetFile() string {
	path, _ := db.EmbeddedPath(c.DatabaseURL)
	return strings.TrimSuffix(path, ".db") + ".keyset"
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
