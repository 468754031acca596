package main

import (
	"errors"
	"fmt"
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

	"github.com/handback/handback/db"
	"github.com/handback/handback/endpoint"
	"github.com/handback/handback/models"
	"github.com/handback/handback/telemetry"
)

// config is what the environment says. README.md tells operators the same, and --help prints it.
type config struct {
	Addr string `env:"ADDR" envDefault:"127.0.0.1:8080" help:"where to listen; loopback only without sign-in; port 0 takes a free one"`

	OpsAddr string `env:"OPS_ADDR" help:"where /metrics, /livez and /readyz are answered to operators (127.0.0.1, and 1000 above the port of ADDR)"`

	DatabaseURL      string         `env:"DATABASE_URL"              help:"sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME (sqlite:handback.db)"`
	ShopifyAPIKey    string         `env:"SHOPIFY_API_KEY"           help:"the app's API key at Shopify; without it and the secret there is a demo store and no sign-in"`
	ShopifyAPISecret string         `env:"SHOPIFY_API_SECRET"        help:"the app's secret at Shopify"`
	ShopifyFormer    string         `env:"SHOPIFY_API_SECRET_FORMER" help:"the app's secret before that, while Shopify may still sign with it"`
	TikTokAppKey     string         `env:"TIKTOK_APP_KEY"            help:"the app's key at TikTok; without it and the secret no shop can be connected"`
	TikTokAppSecret  string         `env:"TIKTOK_APP_SECRET"         help:"the app's secret at TikTok"`
	TikTokAuthorize  string         `env:"TIKTOK_AUTHORIZE_URL"      help:"the app's authorization link at TikTok, as Partner Center shows it (the one for all markets, with the app's key)"`
	Keyset           string         `env:"HANDBACK_KEYSET"           help:"seals the platforms' tokens in the database: what handback keyset new prints"`
	CertificateKeys  string         `env:"HANDBACK_CERTIFICATE_KEYS" help:"sign certificates of disconnects: what handback certificate-key prints; the first one signs, with commas between"`
	Sandbox          string         `env:"SANDBOX"                   help:"true: stand-ins answer for Shopify and TikTok; or the http address of what stands in for both"`
	SandboxProducts  int            `env:"SANDBOX_PRODUCTS"          help:"how many products a store of the stand-in begins with (12)"`
	SandboxFile      string         `env:"SANDBOX_FILE"              help:"where the stand-in for Shopify keeps its stores (beside the embedded database, or handback.shopify), with TikTok's beside it"`
	WebhookURL       string         `env:"WEBHOOK_URL"               help:"https address that the platforms send events to, at /shopify and /tiktok below it, such as https://app.example.com/webhooks"`
	AllowedOrigins   []string       `env:"ALLOWED_ORIGINS"           help:"other origins whose pages may call the API, with commas between"`
	TrustedProxies   []netip.Prefix `env:"TRUSTED_PROXIES"           help:"networks whose X-Forwarded-For is believed, with commas between"`

	Introspection bool `env:"INTROSPECTION" envDefault:"true" help:"whether callers may ask for the schema"`
	GraphiQL      bool `env:"GRAPHIQL"      envDefault:"true" help:"whether there is a page to try operations on, at /graphiql"`

	TrustedDocuments string   `env:"TRUSTED_DOCUMENTS"     help:"a JSON file from SHA-256 to document: nothing else may run, but what the admin sends"`
	ThrottleMaximum  *float64 `env:"THROTTLE_MAXIMUM"      help:"points of cost that a caller may spend at once (20000)"`
	ThrottleRate     *float64 `env:"THROTTLE_RESTORE_RATE" help:"points that a caller gets back a second (1000)"`
	LedgerDaily      int      `env:"LEDGER_DAILY_MIB"      help:"MiB that may be added to what is stored of a store on one day; stored answers take a quarter of it more (256)"`
	SupportURL       string   `env:"SUPPORT_URL"           help:"where the admin sends sellers for help: https://... or mailto:NAME@HOST"`
	LogFormat        string   `env:"LOG_FORMAT"            help:"text or json (text)"`

	ShutdownDelay   time.Duration `env:"SHUTDOWN_DELAY"   envDefault:"500ms" help:"after a stop signal, how long /readyz says so before connections are refused"`
	ShutdownTimeout time.Duration `env:"SHUTDOWN_TIMEOUT" envDefault:"30s"   help:"how long to finish the requests in flight and the jobs then"`
}

// leastSecret is how many characters an app's secret has at least; those of the platforms have 32 and more.
const leastSecret = 16

func readConfig() (config, error) {
	var c config
	if err := checkEnds(&c, &telemetry.TraceConfig{}); err != nil {
		return c, err
	}
	if err := env.Parse(&c); err != nil {
		return c, unparsed(err)
	}
	return c, errors.Join(c.checkCredentials(), c.checkKeyset(), c.checkCertificateKeys(), c.checkAddr(), c.checkOpsAddr(), c.checkOrigins(), c.checkLimits(), c.checkSupport(), c.checkSandbox(), c.checkAuthorize())
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

// remoteSandbox is the address of a sandbox of both platforms outside this process.
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

// webhook is where a platform sends events to, "" for nowhere.
func (c config) webhook(platform string) string {
	if c.WebhookURL == "" {
		return ""
	}
	return strings.TrimSuffix(c.WebhookURL, "/") + platform
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

// tikTokFile is where the stand-in for TikTok keeps its shops: beside the other one's file.
func (c config) tikTokFile() string {
	return strings.TrimSuffix(c.sandboxFile(), ".shopify") + ".tiktok"
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
	return errors.Join(
		checkApp("Shopify", "SHOPIFY_API", c.ShopifyAPIKey, c.ShopifyAPISecret, "for the demo store"),
		c.checkFormerSecret(),
		checkApp("TikTok", "TIKTOK_APP", c.TikTokAppKey, c.TikTokAppSecret, "where no shop is to be connected"),
	)
}

// checkApp checks the app's credentials at a platform.
func checkApp(platform, names, key, secret, without string) error {
	switch {
	case key == "" && secret == "":
		return nil
	case key == "" || secret == "":
		return fmt.Errorf("%s_KEY and %s_SECRET belong together: set both, or neither %s", names, names, without)
	case strings.ContainsFunc(key, notInCredentials):
		return fmt.Errorf("%s_KEY holds a character that no credential of %s has, such as a space, a line break or a quotation mark", names, platform)
	}
	return checkSecret(platform, names+"_SECRET", secret)
}

func checkSecret(platform, name, secret string) error {
	switch {
	case utf8.RuneCountInString(secret) < leastSecret:
		return fmt.Errorf("%s must have %d characters or more", name, leastSecret)
	case strings.ContainsFunc(secret, notInCredentials):
		return fmt.Errorf("%s holds a character that no credential of %s has, such as a space, a line break or a quotation mark", name, platform)
	}
	return nil
}

func (c config) checkFormerSecret() error {
	switch {
	case c.ShopifyFormer == "":
		return nil
	case c.ShopifyAPISecret == "":
		return errors.New("SHOPIFY_API_SECRET_FORMER is of no use without SHOPIFY_API_SECRET")
	}
	return checkSecret("Shopify", "SHOPIFY_API_SECRET_FORMER", c.ShopifyFormer)
}

// notInCredentials is true of what is not printed in ASCII, and of quotation marks.
func notInCredentials(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"'`", r) }

// checkAddr rejects addresses that other machines can reach while there is no sign-in: whoever reaches the program
// acts as the demo store's seller.
func (c config) checkAddr() error {
	host, err := hostOf("ADDR", c.Addr)
	if err != nil {
		return err
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

// checkAuthorize lets through what a seller's browser may be sent to.
func (c config) checkAuthorize() error {
	address, err := url.Parse(c.TikTokAuthorize)
	if c.TikTokAuthorize == "" || err == nil && address.Scheme == "https" && address.Host != "" && address.User == nil && address.Fragment == "" {
		return nil
	}
	return errors.New("TIKTOK_AUTHORIZE_URL is not understood: it must be https://HOST/PATH, as Partner Center shows it")
}

// ownAddress is where a browser on this machine finds the program.
func (c config) ownAddress() string { return "http://" + locally(c.Addr) }

// locally is where what listens on an address is reached on this machine.
func locally(addr string) string {
	host, port, _ := net.SplitHostPort(addr) // which was checked
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// checkSandbox lets through true, false, and addresses on this machine. In the demo, which has no credentials, the address
// holds those of the stand-in.
func (c config) checkSandbox() error {
	if c.SandboxProducts < 0 || c.SandboxProducts > mostProducts {
		return fmt.Errorf("SANDBOX_PRODUCTS must be a whole number from 0 to %d", mostProducts)
	}
	if hook, err := url.Parse(c.WebhookURL); err != nil || c.WebhookURL != "" && (hook.Scheme != "https" || hook.Host == "" || hook.User != nil || hook.RawQuery != "" || hook.Fragment != "") {
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
	case c.LedgerDaily != 0 && (c.LedgerDaily < leastLedger || c.LedgerDaily > mostLedger):
		return fmt.Errorf("LEDGER_DAILY_MIB must be a whole number from %d, which one edit may take, to %d", leastLedger, mostLedger)
	case c.ShutdownDelay < 0 || c.ShutdownTimeout < 0:
		return errors.New("SHUTDOWN_DELAY and SHUTDOWN_TIMEOUT must not be negative")
	}
	return nil
}

// What LEDGER_DAILY_MIB may be: all settings of the store with the longest ones may be edited at once.
const leastLedger, mostLedger = 64, 1 << 30

// ledgerBudget is how many bytes may be added to what is stored of a store on one day.
func (c config) ledgerBudget() int64 {
	if c.LedgerDaily == 0 {
		return models.DefaultLedgerBudget
	}
	return int64(c.LedgerDaily) << 20
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
