package sandbox

import (
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
)

var (
	//go:embed consent.html
	consentText string
	//go:embed consent.css
	consentStyle string

	consentPage = template.Must(template.New("consent").Parse(consentText))

	styleSum = sha256.Sum256([]byte(consentStyle))
	// consentPolicy is the page's. Where its form leads to in the end is the app's matter.
	consentPolicy = "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(styleSum[:]) + "'; base-uri 'none'; frame-ancestors 'none'"
)

// serveConsent shows the shops that can be consented to, a button for each seller. The form goes to where the page is, so that it works
// behind any path.
func (s *Sandbox) serveConsent(w http.ResponseWriter, r *http.Request) {
	if !s.isConsent(w, r) {
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", consentPolicy)
	w.Header().Set("Cache-Control", "no-store")
	_ = consentPage.Execute(w, map[string]any{"Style": template.CSS(consentStyle), "Sellers": s.sellersToChoose()}) //nolint:gosec // it is in the program
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

// sellersToChoose are the shops that the page shows, those of one seller together.
func (s *Sandbox) sellersToChoose() (sellers [][]shop) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.options.Shops {
		shown := *s.world.Shops[idOfShop(o.Code)]
		at := slices.IndexFunc(sellers, func(shops []shop) bool { return shops[0].Seller == shown.Seller })
		if at < 0 {
			sellers = append(sellers, []shop{shown})
			continue
		}
		sellers[at] = append(sellers[at], shown)
	}
	return sellers
}

// serveAllow sends the browser back: with a code when the app is let into a seller's shops, and with an error when it is not. How TikTok
// says the latter is not documented; this is how OAuth has it.
func (s *Sandbox) serveAllow(w http.ResponseWriter, r *http.Request) {
	if !s.isConsent(w, r) {
		return
	}
	if r.PostFormValue("deny") != "" {
		s.sendBack(w, r, url.Values{"error": {"access_denied"}})
		return
	}
	s.mu.Lock()
	chosen := s.world.Shops[idOfShop(r.PostFormValue("shop"))]
	s.mu.Unlock()
	if chosen == nil {
		http.Error(w, "There is no such shop.", http.StatusBadRequest)
		return
	}
	s.sendBack(w, r, url.Values{"app_key": {s.options.AppKey}, "code": {s.consent(chosen)}, "locale": {"en"}, "shop_region": {chosen.Region}})
}

func (s *Sandbox) sendBack(w http.ResponseWriter, r *http.Request, with url.Values) {
	back, err := url.Parse(s.options.Redirect)
	if err != nil {
		http.Error(w, "The app's address to come back to is none.", http.StatusBadRequest)
		return
	}
	query := back.Query()
	maps.Copy(query, with)
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
