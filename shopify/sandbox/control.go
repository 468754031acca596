package sandbox

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
)

// Control returns a handler of what the platform does not have: the calls that were made, faults, and the admin of a
// store for whoever plays the merchant. It asks for no credentials, so it is for loopback only.
//
//	GET    /sandbox/calls?after=N
//	POST   /sandbox/faults
//	DELETE /sandbox/faults
//	POST   /sandbox/shopify/admin/api/{version}/graphql.json
func (s *Sandbox) Control() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /sandbox/calls", s.serveCalls)
	routes.HandleFunc("POST /sandbox/faults", s.serveAddFault)
	routes.HandleFunc("DELETE /sandbox/faults", func(w http.ResponseWriter, _ *http.Request) {
		s.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	})
	routes.HandleFunc("POST /sandbox/shopify/admin/api/{version}/graphql.json", s.serveMerchant)
	return routes
}

func (s *Sandbox) serveCalls(w http.ResponseWriter, r *http.Request) {
	after, err := strconv.ParseInt(cmp.Or(r.URL.Query().Get("after"), "0"), 10, 64)
	if err != nil || after < 0 {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "after: must be the number of a call"})
		return
	}
	calls := s.Calls(after)
	if calls == nil {
		calls = []Call{}
	}
	writeJSON(w, http.StatusOK, map[string]any{"calls": calls})
}

func (s *Sandbox) serveAddFault(w http.ResponseWriter, r *http.Request) {
	var fault Fault
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&fault)
	if err == nil {
		err = s.AddFault(fault)
	}
	if err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	writeBody(w, status, marshal(value))
}

// marshal encodes a value that is made here, and so can be.
func marshal(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic("sandbox: " + err.Error())
	}
	return text
}

func writeBody(w http.ResponseWriter, status int, text []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}
