package web

import (
	"bytes"
	"embed"
	"html"
	"io/fs"
	"net/http"
	"regexp"
	"strings"
)

// built is the admin as Vite builds it from src; the names of its scripts that are loaded later change with what is in them.
//
//go:embed dist
var built embed.FS

// appBridge is the script that embedded apps must load from Shopify, and from nowhere else. It gives the page the session
// tokens of who is signed in to Shopify's admin. They come as messages between frames, which no policy concerns: so the
// policy lets it in as a script, and does no more for it.
const (
	appBridgeHost = "https://cdn.shopify.com"
	appBridge     = appBridgeHost + "/shopifycloud/app-bridge.js"
)

// documentsFile lists the documents that the admin sends. The build writes it; it is no file of the admin's.
const documentsFile = "/documents.json"

// Documents are the documents that the admin sends, as a JSON object from SHA-256 to text.
func Documents() []byte { return filesBuilt()[documentsFile].plain().content }

// AdminConfig is what the admin is told. Everybody can read it.
type AdminConfig struct {
	ShopifyAPIKey string // the app's at Shopify; "" where nobody signs in
	SupportURL    string // where sellers turn when something does not work, https: or mailto:; "" when there is no such place
	Sandbox       bool   // whether stores that sign in get stand-ins for the platforms; every page says so then
	GraphiQL      bool   // whether there is a page to try operations on, which leads there then
}

// Admin serves the app's pages in the store's admin: / and what is below it. It serves everybody: whoever loads a page is
// not signed in yet, and there is nothing secret in one.
func Admin(config AdminConfig) http.Handler {
	files := filesBuilt()
	page := withHead(files["/index.html"].plain().content, config)
	delete(files, "/index.html")
	delete(files, documentsFile)
	index := newFile("index.html", func() []byte { return page })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w, adminSecurity(r, config.ShopifyAPIKey != ""))
		f, found := files[r.URL.Path]
		switch {
		case !onlyRead(w, r):
		case found:
			f.serve(w, r)
		case strings.Contains(r.URL.Path, "."):
			http.NotFound(w, r)
		case pages.MatchString(r.URL.Path):
			index.serve(w, r)
		default:
			index.serveNotFound(w)
		}
	})
}

// pages are the addresses of pages. What else there is below them the page knows.
var pages = regexp.MustCompile(`^/((settings|activity|api-keys|webhook-endpoints)(/.*)?)?$`)

// filesBuilt are the files that were built, each under its address.
func filesBuilt() map[string]file {
	files := map[string]file{}
	err := fs.WalkDir(built, "dist", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if !strings.HasSuffix(name, brotli) {
			files[strings.TrimPrefix(name, "dist")] = newBuiltFile(name)
		}
		return nil
	})
	if err != nil {
		panic(err) // the files are in the program
	}
	return files
}

// brotli is what the names of copies end in that were compressed when the admin was built, to be smaller than gzip makes them.
const brotli = ".br"

func newBuiltFile(name string) file {
	f := newFile(name, within(built, name))
	if _, err := fs.Stat(built, name+brotli); err == nil {
		return f.in("br", within(built, name+brotli))
	}
	return f
}

// withHead puts into the page what it is told, and App Bridge, which demands to be the first script and to find its key
// before it.
func withHead(page []byte, config AdminConfig) []byte {
	const head = "<head>"
	if !bytes.Contains(page, []byte(head)) {
		panic("web: a page has no " + head)
	}
	told := ""
	if config.ShopifyAPIKey != "" {
		told += meta("shopify-api-key", config.ShopifyAPIKey) + `<script src="` + appBridge + `"></script>`
	}
	if config.SupportURL != "" {
		told += meta("support-url", config.SupportURL)
	}
	if config.Sandbox {
		told += meta("sandbox", "true")
	}
	if config.GraphiQL {
		told += meta("graphiql", "true")
	}
	return bytes.Replace(page, []byte(head), []byte(head+told), 1)
}

func meta(name, content string) string {
	return `<meta name="` + name + `" content="` + html.EscapeString(content) + `">`
}

// adminSecurity is the admin's policy. Without sign-in nobody may frame it: the page can do all that the seller can, and
// a frame could steal clicks. With sign-in Shopify's admin may, and the store that the address names, although anybody
// can have written that. It is safe: the page has no cookies and no secrets, and can do nothing without a session token,
// which it gets from who frames it. Only Shopify has one to give.
func adminSecurity(r *http.Request, signIn bool) string {
	if !signIn {
		return contentSecurity("", "'none'")
	}
	return contentSecurity(" "+appBridgeHost, framersOf(shopInAddress(r)))
}

// secureInShopify is the policy of a page that signs in by App Bridge, as the admin does. The store of FramedBy is known; the
// one in the address, anybody can have written, which is safe as it is for the admin.
func secureInShopify(w http.ResponseWriter, r *http.Request) {
	store := framedBy(r)
	if store == "" {
		store = shopInAddress(r)
	}
	secure(w, contentSecurity(" "+appBridgeHost, framersOf(store)))
}

// shopInAddress is the store that the address names, "" when it names none that is one.
func shopInAddress(r *http.Request) string {
	if shop := r.URL.Query()["shop"]; len(shop) == 1 && shopDomain.MatchString(shop[0]) {
		return shop[0]
	}
	return ""
}

// shopDomain lets nothing through that would mean something in a policy.
var shopDomain = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*\.myshopify\.com$`)

// serveNotFound sends a page that says so in words.
func (f file) serveNotFound(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Type", f.contentType)
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write(f.plain().content) // the client may have gone
}
