// Package web holds the pages the program carries in itself: the admin and GraphiQL.
package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"embed"
	"fmt"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// contentSecurity is what a page may do: run and load the program's own files, and talk to the program. Fonts and
// pictures may stand in the style sheets themselves. scripts and framers are who else's scripts it may run, and who may
// frame it.
func contentSecurity(scripts, framers string) string {
	return "default-src 'none'; script-src 'self'" + scripts + "; style-src 'self'; img-src 'self' data:; " +
		"font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors " + framers
}

type framerKey struct{}

// FramedBy returns the request with the store that may frame its page, such as aurora-outfitters.myshopify.com: that of
// whoever is signed in. What the address says of a store, anybody can have written.
func FramedBy(r *http.Request, storeDomain string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), framerKey{}, storeDomain))
}

// ShopifyAdminHost is where sellers look after their stores.
const ShopifyAdminHost = "admin.shopify.com"

const shopifyAdmin = "https://" + ShopifyAdminHost

// SecurePage sets the headers that every page and every file of one is sent with. Shopify's admin may frame it, and
// so may the store of FramedBy; nobody else.
func SecurePage(w http.ResponseWriter, r *http.Request) {
	secure(w, contentSecurity("", framersOf(framedBy(r))))
}

// framedBy is the store of FramedBy, "" when there is none.
func framedBy(r *http.Request) string {
	domain, _ := r.Context().Value(framerKey{}).(string)
	return domain
}

// framersOf lets Shopify's admin frame a page, and a store if there is one.
func framersOf(storeDomain string) string {
	if storeDomain == "" {
		return shopifyAdmin
	}
	return shopifyAdmin + " https://" + storeDomain
}

func secure(w http.ResponseWriter, contentSecurity string) {
	w.Header().Set("Content-Security-Policy", contentSecurity)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

var contentTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".md":   "text/plain; charset=utf-8", // so that browsers show it
	".svg":  "image/svg+xml",
	".txt":  "text/plain; charset=utf-8",
}

// file is what one address answers.
type file struct {
	contentType string
	plain       func() body
	compressed  []coding // the best first
}

// coding is how a client may take a file, such as gzip.
type coding struct {
	name string
	body func() body
}

// body is a file's content in one of its codings.
type body struct {
	content []byte
	etag    string
}

// leastGzipped is how long a file is at least that is worth being compressed.
const leastGzipped = 1024

// newFile panics when the name ends in no known type. The content is read when it is first asked for, and compressed when
// it is first asked for so: a start must not take longer for it, nor a program that nobody asks hold it twice.
func newFile(name string, read func() []byte) file {
	contentType, known := contentTypes[path.Ext(name)]
	if !known {
		panic("web: no content type for " + name)
	}
	plain := sync.OnceValue(func() body {
		content := read()
		return body{content, fmt.Sprintf(`"%x"`, sha256.Sum256(content))}
	})
	return file{contentType: contentType, plain: plain}.in("gzip", func() []byte { return compress(plain().content) })
}

// in returns the file so that it can be taken in another coding, too, which is better than those it has.
func (f file) in(name string, read func() []byte) file {
	encoded := sync.OnceValue(func() body {
		return body{read(), strings.TrimSuffix(f.plain().etag, `"`) + "-" + name + `"`}
	})
	f.compressed = slices.Insert(slices.Clone(f.compressed), 0, coding{name, encoded})
	return f
}

// within reads a file that is in the program.
func within(files embed.FS, name string) func() []byte {
	return func() []byte {
		content, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		return content
	}
}

func compress(content []byte) []byte {
	var compressed bytes.Buffer
	to, _ := gzip.NewWriterLevel(&compressed, gzip.BestCompression) // it fails for other levels only
	if _, err := to.Write(content); err != nil {
		panic(err) // a buffer takes everything
	}
	if err := to.Close(); err != nil {
		panic(err)
	}
	return compressed.Bytes()
}

// takes reports whether the client names a coding as one that it takes.
func takes(r *http.Request, coding string) bool {
	for taken := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, parameters, err := mime.ParseMediaType(taken)
		if err != nil || name != coding {
			continue
		}
		weight, given := parameters["q"]
		q, err := strconv.ParseFloat(weight, 64)
		return !given || err == nil && q > 0
	}
	return false
}

// serve sends the file. Browsers keep it and ask each time whether theirs is still the one, so that a new program is
// never mixed with an old page.
func (f file) serve(w http.ResponseWriter, r *http.Request) {
	header, sent := w.Header(), f.plain()
	if len(sent.content) >= leastGzipped {
		header.Add("Vary", "Accept-Encoding")
		if at := slices.IndexFunc(f.compressed, func(c coding) bool { return takes(r, c.name) }); at >= 0 {
			sent = f.compressed[at].body()
			header.Set("Content-Encoding", f.compressed[at].name)
		}
	}
	header.Set("Cache-Control", "no-cache")
	header.Set("Content-Type", f.contentType)
	header.Set("Content-Length", strconv.Itoa(len(sent.content)))
	header.Set("ETag", sent.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(sent.content))
}

// serveFiles answers GET and HEAD of the addresses in files, with the headers that policy sets.
func serveFiles(files map[string]file, policy func(http.ResponseWriter, *http.Request)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		policy(w, r)
		f, found := files[r.URL.Path]
		switch {
		case !found:
			http.NotFound(w, r)
		case onlyRead(w, r):
			f.serve(w, r)
		}
	})
}

// onlyRead rejects what is neither GET nor HEAD.
func onlyRead(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	return false
}
