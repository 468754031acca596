// Package sandbox stands in for TikTok Shop: an HTTP server with the part of its API that this program uses, the page on
// which sellers consent, and the notifications that TikTok sends. It has state of its own, verifies signatures and clocks,
// and answers with the codes that are known of the platform. Where nothing says what happens, a comment does.
package sandbox

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/handback/handback/standin"
)

const (
	platform         = "tiktok"
	defaultAppKey    = "sandbox"
	defaultSlowDelay = 3 * time.Second
)

// Options of a sandbox. The zero value is one in memory, with the demo's shops.
type Options struct {
	File      string           // where the state is kept, by one process at a time; "" keeps it in memory
	Forget    bool             // whether what the file has is forgotten
	Shops     []Shop           // that the consent page shows; DemoShops and TwoShops when it is nil
	Shop      string           // the code of the shop that Control acts on when a request names none; the first one's when empty
	AppKey    string           // of the app; "sandbox" when it is empty
	AppSecret string           // likewise; made up when it is empty
	Redirect  string           // where the consent page sends browsers to
	Now       func() time.Time // time.Now when it is nil

	// Deliver takes notifications, one after the other. One that fails is delivered again, as late as TikTok does; so is one
	// that was being delivered when the process died. When it is nil, there are none.
	Deliver func(context.Context, Notification) error
	// Webhook is where notifications of shops go that the app has set no address for; "" for nowhere.
	Webhook string

	// What the platform does not document either way, so that both are tried.
	RefreshOnce bool // a refresh token is dead once it was used; else it is good until the new one was
	ConsentOnce bool // a consent ends the tokens of the one before; else they stay good

	SlowDelay time.Duration // of a call with the fault SLOW
	Log       *standin.Log  // of calls and faults, which stand-ins may share; one of its own when it is nil
	Exchanges io.Writer     // gets every exchange over the API, one Exchange a line
}

// Sandbox is the server. It serves both of TikTok's hosts: their paths differ.
type Sandbox struct {
	options Options
	routes  *http.ServeMux
	journal *standin.Journal

	mu       sync.Mutex
	world    *world
	reported error // what went wrong when state was written

	wake chan struct{} // there may be something to deliver
	stop context.CancelFunc
	done chan struct{}
}

// New opens a sandbox with the state of the file, if there is one.
func New(options Options) (*Sandbox, error) {
	s := prepare(options)
	s.options.Log.Open(platform, standin.FaultKinds...)
	s.routes = s.makeRoutes()
	journal, err := standin.OpenJournal(options.File, options.Forget, state{s})
	if err != nil {
		return nil, fmt.Errorf("open sandbox: %w", err)
	}
	s.journal = journal
	s.addShops()
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	go s.deliverAll(ctx)
	return s, nil
}

func prepare(options Options) *Sandbox {
	return &Sandbox{options: withDefaults(options), world: newWorld(), wake: make(chan struct{}, 1), done: make(chan struct{})}
}

// CheckFile fails where New would because of the file, and leaves the file as it is.
func CheckFile(path string) error { return standin.CheckJournal(path, state{prepare(Options{})}) }

func withDefaults(o Options) Options {
	if o.Shops == nil {
		o.Shops = slices.Concat(DemoShops, TwoShops)
	}
	if o.Shop == "" && len(o.Shops) > 0 {
		o.Shop = o.Shops[0].Code
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = standin.NewLog()
	}
	o.AppKey = cmp.Or(o.AppKey, defaultAppKey)
	if o.AppSecret == "" {
		o.AppSecret = rand.Text()
	}
	o.SlowDelay = cmp.Or(o.SlowDelay, defaultSlowDelay)
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

// AppKey returns the app's key.
func (s *Sandbox) AppKey() string { return s.options.AppKey }

// AppSecret returns the app's secret.
func (s *Sandbox) AppSecret() string { return s.options.AppSecret }

// Transport returns a transport that takes requests to the sandbox within the process, whatever host they name.
func (s *Sandbox) Transport() http.RoundTripper { return standin.Transport(s) }

// ServeHTTP answers as the platform does.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.routes.ServeHTTP(w, r) }

func (s *Sandbox) makeRoutes() *http.ServeMux {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /oauth/authorize", s.serveConsent)
	routes.HandleFunc("POST /oauth/authorize", s.serveAllow)
	routes.HandleFunc("GET /api/v2/token/get", s.serveToken("TokenExchange", (*Sandbox).exchange))
	routes.HandleFunc("GET /api/v2/token/refresh", s.serveToken("TokenRefresh", (*Sandbox).refresh))
	for _, o := range operations {
		routes.HandleFunc(o.pattern, s.serveOperation(o))
	}
	routes.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		standin.WriteJSON(w, http.StatusNotFound, answer{Code: codeNoSuchPath, Message: "Invalid path"})
	})
	return routes
}

// commit writes what a request changed, and that it was made.
func (s *Sandbox) commit(call *standin.Call) {
	entry := entry{Puts: s.world.takePuts()}
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
	if len(s.world.Notifications) > 0 {
		select {
		case s.wake <- struct{}{}:
		default: // it is awake
		}
	}
}
