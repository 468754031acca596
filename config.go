package main

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/caarlos0/env/v11"

	"handback/db"
	"handback/endpoint"
	"handback/telemetry"
	"handback/web"
)

// config is what the environment says. README.md tells operators the same, and --help prints it.
type config struct {
	Addr string `env:"ADDR" envDefault:"127.0.0.1:8080" help:"where to listen; loopback only without sign-in; port 0 takes a free one"`

	DatabaseURL      string         `env:"DATABASE_URL"       help:"sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME (sqlite:handback.db)"`
	ShopifyAPIKey    string         `env:"SHOPIFY_API_KEY"    help:"the app's API key at Shopify; without it and the secret there is a demo store and no sign-in"`
	ShopifyAPISecret string         `env:"SHOPIFY_API_SECRET" help:"the app's secret at Shopify"`
	Keyset           string         `env:"HANDBACK_KEYSET"    help:"seals the platforms' tokens in the database: what handback keyset new prints"`
	Sandbox          string         `env:"SANDBOX"            help:"true: stand-ins answer for Shopify and TikTok; or the http address of a stand-in for Shopify"`
	SandboxProducts  int            `env:"SANDBOX_PRODUCTS"   help:"how many products a store of the stand-in begins with (12)"`
	SandboxFile      string         `env:"SANDBOX_FILE"       help:"where the stand-in keeps its stores (beside the embedded database, or handback.shopify)"`
	WebhookURL       string         `env:"WEBHOOK_URL"        help:"https address that stores send events to"`
	AllowedOrigins   []string       `env:"ALLOWED_ORIGINS"    help:"other origins whose pages may call the API, with commas between"`
	TrustedProxies   []netip.Prefix `env:"TRUSTED_PROXIES"    help:"networks whose X-Forwarded-For is believed, with commas between"`

	MetricsNetworks []netip.Prefix `env:"METRICS_NETWORKS" envDefault:"127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7" help:"networks that /metrics is answered to, with commas between"`

	Introspection bool `env:"INTROSPECTION" envDefault:"true" help:"whether callers may ask for the schema"`

	TrustedDocuments string   `env:"TRUSTED_DOCUMENTS"     help:"a JSON file from SHA-256 to document: nothing else may run, but what the admin sends"`
	ThrottleMaximum  *float64 `env:"THROTTLE_MAXIMUM"      help:"points of cost that a caller may spend at once (20000)"`
	ThrottleRate     *float64 `env:"THROTTLE_RESTORE_RATE" help:"points that a caller gets back a second (1000)"`
	SupportURL       string   `env:"SUPPORT_URL"           help:"where the admin sends sellers for help: https://... or mailto:NAME@HOST"`
	LogFormat        string   `env:"LOG_FORMAT"            help:"text or json (text)"`

	ShutdownDelay   time.Duration `env:"SHUTDOWN_DELAY"   envDefault:"500ms" help:"after a stop signal, how long /readyz says so before connections are refused"`
	ShutdownTimeout time.Duration `env:"SHUTDOWN_TIMEOUT" envDefault:"30s"   help:"how long to finish the requests in flight and the jobs then"`
}

// leastSecret is how many characters Shopify's secret has at least; theirs have 32 and more.
const leastSecret = 16

func readConfig() (config, error) {
	var c config
	if err := checkEnds(&c, &telemetry.TraceConfig{}); err != nil {
		return c, err
	}
	if err := env.Parse(&c); err != nil {
		return c, unparsed(err)
	}
	return c, errors.Join(c.checkCredentials(), c.checkKeyset(), c.checkAddr(), c.checkOrigins(), c.checkLimits(), c.checkSupport(), c.checkSandbox())
}

// checkEnds refuses values as they come out of files and templates: with a line break or a space at an end, or in
// quotation marks. Most would be found wrong later, but a secret would not: nobody could sign in. Values are not
// repeated.
func checkEnds(configs ...any) error {
	var errs []error
	for _, config := range configs {
		variables, err := env.GetFieldParams(config)
		if err != nil {
			return err
		}
		for _, variable := range variables {
			errs = append(errs, checkEndsOf(variable.Key, os.Getenv(variable.Key)))
		}
	}
	return errors.Join(errs...)
}

func checkEndsOf(name, value string) error {
	first, _ := utf8.DecodeRuneInString(value)
	last, _ := utf8.DecodeLastRuneInString(value)
	const quotes = "\"'`“”„‘’"
	switch {
	case value == "":
		return nil
	case isInvisible(first) || isInvisible(last):
		return fmt.Errorf("%s begins or ends with a space, a line break or another character that cannot be seen: take it away", name)
	case strings.ContainsRune(quotes, first) || strings.ContainsRune(quotes, last):
		return fmt.Errorf("%s begins or ends with a quotation mark: take it away", name)
	case strings.ContainsFunc(value, unicode.IsControl): // as of a secret that was put into an address
		return fmt.Errorf("%s holds a character that cannot be seen, such as a line break: take it away", name)
	}
	return nil
}

// isInvisible is true of byte order marks and zero-width characters, too.
func isInvisible(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }

// forms says how values that are no texts are written.
var forms = map[reflect.Type]string{
	reflect.TypeFor[bool]():           "true or false",
	reflect.TypeFor[int]():            "a whole number",
	reflect.TypeFor[*float64]():       "a number",
	reflect.TypeFor[time.Duration]():  "a time such as 30s",
	reflect.TypeFor[[]netip.Prefix](): "networks such as 10.0.0.0/8, separated by commas",
}

// unparsed names the variables that cannot be read, and not their values.
func unparsed(err error) error {
	var all env.AggregateError
	if !errors.As(err, &all) {
		return err
	}
	var errs []error
	for _, one := range all.Errors {
		if parse, ok := errors.AsType[env.ParseError](one); ok {
			field, _ := reflect.TypeFor[config]().FieldByName(parse.Name)
			one = fmt.Errorf("%s is not understood: it must be %s", field.Tag.Get("env"), forms[field.Type])
		}
		errs = append(errs, one)
	}
	return errors.Join(errs...)
}

// demo reports whether the program serves the demo store to whoever is on this machine, without sign-in.
func (c config) demo() bool { return c.ShopifyAPISecret == "" }

// sandboxed reports whether the platforms are stand-ins.
func (c config) sandboxed() bool { return c.demo() || c.Sandbox != "" && c.Sandbox != "false" }

// remoteSandbox is the address of a sandbox of Shopify outside this process.
func (c config) remoteSandbox() (address string, ok bool) {
	parsed, err := url.Parse(c.Sandbox)
	if err != nil || parsed.Scheme != "http" {
		return "", false
	}
	return parsed.Host, true
}

// credentialsOfSandbox are the app's at a sandbox outside this process, which stand in its address in the demo.
func (c config) credentialsOfSandbox() (key, secret string) {
	parsed, err := url.Parse(c.Sandbox)
	if err != nil {
		return "", ""
	}
	secret, _ = parsed.User.Password()
	return parsed.User.Username(), secret
}

// sandboxFile is where the stand-in for Shopify keeps its stores.
func (c config) sandboxFile() string {
	if c.SandboxFile != "" {
		return c.SandboxFile
	}
	if path, embedded := db.EmbeddedPath(c.DatabaseURL); embedded {
		return strings.TrimSuffix(path, ".db") + ".shopify"
	}
	return "handback.shopify"
}

// mode is a word for operators. Sellers sign in with Shopify's tokens outside of the demo; in the mode sandbox what answers for
// Shopify and TikTok stands in for them.
func (c config) mode() string {
	switch {
	case c.demo():
		return "demo"
	case c.sandboxed():
		return "sandbox"
	}
	return "production"
}

// database is the kind of database that DATABASE_URL names. The rest of it holds a password.
func (c config) database() string {
	if strings.HasPrefix(c.DatabaseURL, "postgres") {
		return "postgresql"
	}
	return "sqlite"
}

func (c config) checkCredentials() error {
	switch {
	case c.ShopifyAPIKey == "" && c.ShopifyAPISecret == "":
		return nil
	case c.ShopifyAPIKey == "" || c.ShopifyAPISecret == "":
		return errors.New("SHOPIFY_API_KEY and SHOPIFY_API_SECRET belong together: set both, or neither for the demo store")
	case utf8.RuneCountInString(c.ShopifyAPISecret) < leastSecret:
		return fmt.Errorf("SHOPIFY_API_SECRET must have %d characters or more", leastSecret)
	case strings.ContainsFunc(c.ShopifyAPIKey, notInCredentials):
		return errors.New("SHOPIFY_API_KEY holds a character that no credential of Shopify has, such as a space, a line break or a quotation mark")
	case strings.ContainsFunc(c.ShopifyAPISecret, notInCredentials):
		return errors.New("SHOPIFY_API_SECRET holds a character that no credential of Shopify has, such as a space, a line break or a quotation mark")
	}
	return nil
}

// notInCredentials is true of what is not printed in ASCII, and of quotation marks.
func notInCredentials(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"'`", r) }

// checkAddr rejects addresses that other machines can reach while there is no sign-in: whoever reaches the program
// acts as the demo store's seller.
func (c config) checkAddr() error {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return errors.New("ADDR is not understood: it must be HOST:PORT")
	}
	if c.demo() && !isLoopback(host) {
		return errors.New("ADDR must be a loopback address such as 127.0.0.1:8080: without SHOPIFY_API_KEY and SHOPIFY_API_SECRET there is no sign-in, so anybody who reached the program could act as the seller")
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// defaultPorts are left out of origins.
var defaultPorts = map[string]string{"http": "80", "https": "443"}

func (c config) checkOrigins() error {
	for _, origin := range c.AllowedOrigins {
		address, err := url.Parse(origin)
		if err != nil || address.Host == "" || strings.Contains(origin, "*") || origin != strings.ToLower(origin) ||
			origin != "http://"+address.Host && origin != "https://"+address.Host || defaultPorts[address.Scheme] == address.Port() {
			return errors.New("ALLOWED_ORIGINS must be origins as browsers write them, such as https://admin.example.com, separated by commas")
		}
	}
	return nil
}

// checkSupport lets through what a link of the admin may lead to.
func (c config) checkSupport() error {
	address, err := url.Parse(c.SupportURL)
	switch {
	case c.SupportURL == "":
		return nil
	case err == nil && (address.Scheme == "https" || address.Scheme == "http") && address.Host != "" && address.User == nil:
		return nil
	case err == nil && address.Scheme == "mailto" && strings.Contains(address.Opaque, "@"):
		return nil
	}
	return errors.New("SUPPORT_URL is not understood: it must be https://HOST/PATH or mailto:NAME@HOST")
}

// checkSandbox lets through true, false, and addresses on this machine. In the demo, which has no credentials, the address
// holds those of the stand-in.
func (c config) checkSandbox() error {
	if c.SandboxProducts < 0 || c.SandboxProducts > mostProducts {
		return fmt.Errorf("SANDBOX_PRODUCTS must be a whole number from 0 to %d", mostProducts)
	}
	if hook, err := url.Parse(c.WebhookURL); err != nil || c.WebhookURL != "" && (hook.Scheme != "https" || hook.Host == "" || hook.User != nil) {
		return errors.New("WEBHOOK_URL is not understood: it must be https://HOST/PATH")
	}
	switch address, err := url.Parse(c.Sandbox); {
	case c.Sandbox == "", c.Sandbox == "true", c.Sandbox == "false":
		return nil
	case err == nil && address.Scheme == "http" && address.Port() != "" && isLoopback(address.Hostname()) && address.Path == "" && (address.User != nil) == c.demo():
		return nil
	}
	return errors.New("SANDBOX is not understood: it must be true, false, or http://127.0.0.1:PORT, and http://KEY:SECRET@127.0.0.1:PORT without SHOPIFY_API_KEY and SHOPIFY_API_SECRET")
}

// mostProducts is how many products a store of the sandbox may begin with.
const mostProducts = 1_000_000

func (c config) checkLimits() error {
	switch {
	case c.ThrottleMaximum != nil && !(*c.ThrottleMaximum >= endpoint.MaxCost && *c.ThrottleMaximum <= mostPoints):
		return fmt.Errorf("THROTTLE_MAXIMUM must be a number from %d, which one operation may cost, to %.0f", endpoint.MaxCost, mostPoints)
	case c.ThrottleRate != nil && !(*c.ThrottleRate >= 1 && *c.ThrottleRate <= mostPoints):
		return fmt.Errorf("THROTTLE_RESTORE_RATE must be a number from 1 to %.0f", mostPoints)
	case c.ShutdownDelay < 0 || c.ShutdownTimeout < 0:
		return errors.New("SHUTDOWN_DELAY and SHUTDOWN_TIMEOUT must not be negative")
	}
	return nil
}

// mostPoints is as good as no limit.
const mostPoints = 1e9

// demoRestoreRate keeps the demo store from being throttled but by what is dear: all who try the program out or measure
// it share one bucket.
const demoRestoreRate = 1_000_000

// throttle is how fast a caller may ask.
func (c config) throttle() endpoint.Throttle {
	throttle := endpoint.DefaultThrottle
	if c.demo() {
		throttle.RestoreRate = demoRestoreRate
	}
	if c.ThrottleMaximum != nil {
		throttle.Maximum = *c.ThrottleMaximum
	}
	if c.ThrottleRate != nil {
		throttle.RestoreRate = *c.ThrottleRate
	}
	return throttle
}

// trustedDocuments reads the list of documents that may run, and adds the admin's own; nil when every document may.
func (c config) trustedDocuments(schema endpoint.Schema) (endpoint.TrustedDocuments, error) {
	if c.TrustedDocuments == "" {
		return nil, nil
	}
	list, err := os.ReadFile(c.TrustedDocuments)
	if err != nil {
		return nil, fmt.Errorf("cannot read TRUSTED_DOCUMENTS: %w", innermost(err))
	}
	trusted, err := endpoint.ReadTrustedDocuments(schema, list)
	if err != nil {
		return nil, fmt.Errorf("cannot use TRUSTED_DOCUMENTS: %w", err)
	}
	own, err := endpoint.ReadTrustedDocuments(schema, web.Documents())
	if err != nil {
		return nil, fmt.Errorf("the admin's documents do not fit the schema: %w", err)
	}
	maps.Copy(trusted, own)
	return trusted, nil
}

// innermost unwraps an error.
func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
