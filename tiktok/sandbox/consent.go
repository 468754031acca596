package sandbox

import (
	"crypto/rand"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
)

//go:embed consent.html
var consentText string

var consentPage = template.Must(template.New("consent").Parse(consentText))

// serveConsent shows the shops that can be consented to, a button each. The form goes to where the page is, so that it works
// behind any path.
func (s *Sandbox) serveConsent(w http.ResponseWriter, r *http.Request) {
	if !s.isConsent(w, r) {
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_ = consentPage.Execute(w, s.shopsToChoose())
}

func (s *Sandbox) isConsent(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case r.URL.Query().Get("app_key") != s.options.AppKey:
		http.Error(w, "There is no app with this app_key.", http.StatusBadRequest)
	case s.options.Redirect == "":
		http.Error(w, "The app has no address to come back to.", http.StatusBadRequest)
	default:
		return true
	}
	return false
}

func (s *Sandbox) shopsToChoose() []shop {
	s.mu.Lock()
	defer s.mu.Unlock()
	var shops []shop
	for _, o := range s.options.Shops {
		shops = append(shops, *s.world.Shops[idOfShop(o.Code)])
	}
	return shops
}

// serveAllow lets the app in and sends the browser back.
func (s *Sandbox) serveAllow(w http.ResponseWriter, r *http.Request) {
	if !s.isConsent(w, r) {
		return
	}
	s.mu.Lock()
	chosen := s.world.Shops[idOfShop(r.PostFormValue("shop"))]
	s.mu.Unlock()
	back, err := url.Parse(s.options.Redirect)
	if chosen == nil || err != nil {
		http.Error(w, "There is no such shop.", http.StatusBadRequest)
		return
	}
	query := back.Query()
	query.Set("app_key", s.options.AppKey)
	query.Set("code", s.consent(chosen))
	query.Set("locale", "en")
	query.Set("shop_region", chosen.Region)
	query.Set("state", r.URL.Query().Get("state"))
	back.RawQuery = query.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// Consent does what the consent page does for a shop, and returns the authorization code; "" when there is no such shop.
func (s *Sandbox) Consent(shopCode string) string {
	s.mu.Lock()
	chosen := s.world.Shops[idOfShop(shopCode)]
	s.mu.Unlock()
	if chosen == nil {
		return ""
	}
	return s.consent(chosen)
}

func (s *Sandbox) consent(to *shop) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, expires := "TTP_"+rand.Text(), s.options.Now().Add(codeLife)
	if to.Expired {
		expires = s.options.Now()
	}
	made := &code{Seller: to.Seller, Expires: expires.Unix()}
	s.world.Codes[hashOf(text)] = made
	s.world.put("code", hashOf(text), made)
	s.commit(nil)
	return text
}
