package sandbox

import (
	"cmp"
	"net/http"
)

// Control returns a handler of what the platform does not have: the calls that were made, faults, and the admin of a
// store for whoever plays the merchant. It asks for no credentials, so it is for loopback only.
//
//	GET    /sandbox/calls?after=N
//	POST   /sandbox/faults
//	DELETE /sandbox/faults
//	POST   /sandbox/shopify/admin/api/{version}/graphql.json
//	POST   /sandbox/shopify/redact
//	POST   /sandbox/shopify/users
func (s *Sandbox) Control() http.Handler {
	routes := http.NewServeMux()
	s.options.Log.Handle(routes, platform)
	routes.HandleFunc("POST /sandbox/shopify/admin/api/{version}/graphql.json", s.serveMerchant)
	routes.HandleFunc("POST /sandbox/shopify/redact", func(w http.ResponseWriter, r *http.Request) {
		s.Redact(cmp.Or(r.Header.Get("X-Sandbox-Shop"), s.options.Shop))
		w.WriteHeader(http.StatusNoContent)
	})
	routes.HandleFunc("POST /sandbox/shopify/users", s.serveUser)
	return routes
}
