package web

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"slices"
)

var (
	//go:embed shops.tmpl
	shopsText string
	//go:embed shops.css
	shopsStyle string

	shopsTemplate = template.Must(template.New("shops").Parse(shopsText))
)

// ShopsPage is the page on which a seller chooses one of several shops. It stands outside of the admin, where nobody is signed in,
// and needs no script.
type ShopsPage struct {
	StoreName string
	Choice    string // what the form is sent with; a secret
	Shops     []ShopOnPage
	Back      string // the page of the admin that the seller came from
	Texts     ShopsTexts
}

// ShopOnPage is a shop to choose.
type ShopOnPage struct {
	Code, Name, Region string
	Refusal            string // a sentence that says why it cannot be chosen; "" when it can
}

// CanChoose reports whether there is anything to choose.
func (p ShopsPage) CanChoose() bool {
	return slices.ContainsFunc(p.Shops, func(shop ShopOnPage) bool { return shop.Refusal == "" })
}

// Style is the page's style sheet.
func (ShopsPage) Style() template.CSS { return template.CSS(shopsStyle) } //nolint:gosec // it is in the program

// Serve sends the page. Where the form leads after it was sent counts as a place that it may be sent to.
func (p ShopsPage) Serve(w http.ResponseWriter) {
	var page bytes.Buffer
	if err := shopsTemplate.Execute(&page, p); err != nil {
		panic("web: a page of texts can be written: " + err.Error())
	}
	secure(w, "default-src 'none'; style-src '"+hashInPolicy(shopsStyle)+"'; base-uri 'none'; form-action 'self' "+shopifyAdmin+"; frame-ancestors 'none'")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", contentTypes[".html"])
	_, _ = w.Write(page.Bytes()) // the client may have gone
}

// hashInPolicy is how a policy names a style sheet that stands in a page.
func hashInPolicy(style string) string {
	sum := sha256.Sum256([]byte(style))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
