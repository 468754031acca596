// Package sandbox stands in for Shopify: an HTTP server with the part of the Admin API that this program uses. It has
// state of its own, and the scopes, costs, limits and errors that were recorded of the platform, or that its schema
// and documentation give. Where none of these says what happens, a comment does.
package sandbox

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"sync"
	"time"

	"github.com/handback/handback/models"
	"github.com/handback/handback/standin"
)

const (
	defaultShop      = "aurora-outfitters.myshopify.com"
	defaultSlowDelay = 3 * time.Second
	defaultBulkRate  = 1000
)

// Scopes are those an app is granted when the options name none: what the operations of this program need.
var Scopes = []string{
	"read_publications", "write_publications", "read_products", "read_locations", "write_locations",
	"read_product_listings", "write_resource_feedbacks", "read_legal_policies",
}

// Options of a sandbox. The zero value is one in memory, with the products of the catalogue.
type Options struct {
	File      string           // where the state is kept, by one process at a time; "" keeps it in memory
	Forget    bool             // whether what the file has is forgotten
	Products  int              // in every store to begin with; 0: those of the catalogue
	Catalogue models.Catalogue // what stores are like to begin with; the default catalogue when it is nil
	Shop      string           // whose admin Control opens when a request names no other
	APIKey    string           // of the app; made up when it is empty
	APISecret string           // likewise
	Scopes    []string         // granted when the app is installed; Scopes when it is nil
	Now       func() time.Time // time.Now when it is nil

	// Deliver takes notifications, one after the other. One that fails is delivered again later. When it is nil, there are none.
	Deliver func(context.Context, Notification) error
	// Webhook is where notifications go of the Topics that the app's configuration names; "" for nowhere. Topics are those of the
	// program when it is nil.
	Webhook string
	Topics  []string

	// What the platform does not document either way, so that both are tried.
	LockedPublication   bool // the app may not change autoPublish of its own publication
	ChannelPublications bool // a publication comes with a channel and goes with it; else it is the installation's

	RestoreRate int           // points a second that come back, as a store's plan has it; those of the standard plan when it is 0
	BulkRate    int           // objects a bulk operation changes in a second
	SlowDelay   time.Duration // of a call with the fault SLOW
	Log         *standin.Log  // of calls and faults, which stand-ins may share; one of its own when it is nil
	Exchanges   io.Writer     // gets every exchange over GraphQL, one Exchange a line
}

// Sandbox is the server. It tells stores apart by the header X-Sandbox-Shop, or else by the host it is asked as.
type Sandbox struct {
	options Options
	types   map[string]objectType
	routes  *http.ServeMux
	journal *standin.Journal
	files   files

	mu       sync.Mutex
	worlds   map[string]*world
	buckets  map[string]*bucket
	reported error // what went wrong when state was written
	waiting  []Notification

	wake chan struct{} // there may be something to deliver
	stop context.CancelFunc
	done chan struct{}
}

// New opens a sandbox with the state of the file, if there is one.
func New(options Options) (*Sandbox, error) {
	s := prepare(options)
	s.routes = s.makeRoutes()
	s.options.Log.Open(platform, standin.FaultKinds...)
	journal, err := standin.OpenJournal(options.File, options.Forget, state{s})
	if err != nil {
		return nil, fmt.Errorf("open sandbox: %w", err)
	}
	s.journal = journal
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	if s.options.Deliver == nil {
		close(s.done)
	} else {
		go s.deliverAll(ctx)
	}
	return s, nil
}

// CheckFile fails where New would because of the file, and leaves the file as it is.
func CheckFile(path string) error { return standin.CheckJournal(path, state{prepare(Options{})}) }

func prepare(options Options) *Sandbox {
	return &Sandbox{
		options: withDefaults(options),
		types:   makeTypes(),
		worlds:  map[string]*world{},
		buckets: map[string]*bucket{},
		files:   openFiles(options.File),
		wake:    make(chan struct{}, 1),
		done:    make(chan struct{}),
	}
}

func withDefaults(o Options) Options {
	if o.Catalogue == nil {
		o.Catalogue = models.DefaultCatalogue()
	}
	if o.Scopes == nil {
		o.Scopes = Scopes
	}
	if o.Topics == nil {
		o.Topics = models.ShopifyTopics()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Shop = cmp.Or(o.Shop, defaultShop)
	o.APIKey = cmp.Or(o.APIKey, "sandbox")
	if o.APISecret == "" {
		o.APISecret = rand.Text()
	}
	o.RestoreRate = cmp.Or(o.RestoreRate, restoreRate)
	o.BulkRate = cmp.Or(o.BulkRate, defaultBulkRate)
	o.SlowDelay = cmp.Or(o.SlowDelay, defaultSlowDelay)
	if o.Log == nil {
		o.Log = standin.NewLog()
	}
	return o
}

// Close ends deliveries and closes the file.
func (s *Sandbox) Close() error {
	s.stop()
	<-s.done
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.journal.Close()
}

// APIKey returns the app's client id.
func (s *Sandbox) APIKey() string { return s.options.APIKey }

// APISecret returns the app's client secret.
func (s *Sandbox) APISecret() string { return s.options.APISecret }

func (s *Sandbox) makeRoutes() *http.ServeMux {
	routes := http.NewServeMux()
	routes.HandleFunc("POST /admin/api/{version}/graphql.json", s.serveGraphQL)
	routes.HandleFunc("POST /admin/oauth/access_token", s.serveToken)
	routes.HandleFunc("POST "+uploadPath, s.serveUpload)
	routes.HandleFunc("GET "+resultPath+"{key}", s.serveResult)
	return routes
}

// Transport returns a transport that takes requests to the sandbox within the process, whatever host they name.
func (s *Sandbox) Transport() http.RoundTripper { return standin.Transport(s) }

// ServeHTTP answers as the platform does.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.routes.ServeHTTP(w, r) }

var shopDomain = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*\.myshopify\.com$`)

// shopOf names the store a request is for, "" when it is for none.
func shopOf(r *http.Request) string {
	shop := cmp.Or(r.Header.Get("X-Sandbox-Shop"), r.Host)
	if !shopDomain.MatchString(shop) {
		return ""
	}
	return shop
}

// origin is where the request was sent to, as files are there, too.
func origin(r *http.Request) string {
	scheme := cmp.Or(r.URL.Scheme, "http")
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// commit writes what a request changed, and that it was made.
func (s *Sandbox) commit(w *world, call *Call) {
	entry := entry{Shop: w.Shop.Domain, Puts: w.takePuts()}
	s.notifyOf(w, entry.Puts)
	if call != nil {
		call.Platform = platform
		s.options.Log.Add(call)
		entry.Call = call
	}
	if len(entry.Puts) == 0 && call == nil {
		return
	}
	if err := s.journal.Append(entry); err != nil {
		s.reported = err
	}
}
