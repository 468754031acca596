// Package web holds the pages the program carries in itself: GraphiQL.
package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path"
	"time"
)

// contentSecurity is what a page may do, but for who may frame it: run and load the program's own files, and talk to
// the program. Fonts and pictures may stand in the style sheets themselves.
const contentSecurity = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "

type framerKey struct{}

// FramedBy returns the request with the store that may frame its page, such as aurora-outfitters.myshopify.com: that of
// whoever is signed in. What the address says of a store, anybody can have written.
func FramedBy(r *http.Request, storeDomain string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), framerKey{}, storeDomain))
}

// SecurePage sets the headers that every page and every file of one is sent with. Shopify's admin may frame it, and
// so may the store of FramedBy; nobody else.
func SecurePage(w http.ResponseWriter, r *http.Request) {
	framers := "https://admin.shopify.com"
	if domain, ok := r.Context().Value(framerKey{}).(string); ok {
		framers += " https://" + domain
	}
	w.Header().Set("Content-Security-Policy", contentSecurity+framers)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// file is what one address answers.
type file struct {
	content     []byte
	contentType string
	etag        string
}

var contentTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".txt":  "text/plain; charset=utf-8",
}

// newFile panics when the name ends in no known type.
func newFile(name string, content []byte) file {
	contentType, known := contentTypes[path.Ext(name)]
	if !known {
		panic("web: no content type for " + name)
	}
	sum := sha256.Sum256(content)
	return file{content, contentType, `"` + hex.EncodeToString(sum[:]) + `"`}
}

// serveFiles answers GET and HEAD of the addresses in files. Browsers keep the files and ask each time whether theirs
// is still the one, so that a new program is never mixed with an old page.
func serveFiles(files map[string]file) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		SecurePage(w, r)
		f, found := files[r.URL.Path]
		switch {
		case !found:
			http.NotFound(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		default:
			w.Header().Set("Cache-Control", "no-cache")
			w.Header().Set("Content-Type", f.contentType)
			w.Header().Set("ETag", f.etag)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.content))
		}
	})
}
