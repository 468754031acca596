package standin

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
)

// Handle adds what all stand-ins have and no platform has:
//
//	GET    /sandbox/calls?after=N
//	POST   /sandbox/faults
//	DELETE /sandbox/faults
//
// A fault that names no platform is for the one given.
func (l *Log) Handle(routes *http.ServeMux, platform string) {
	routes.HandleFunc("GET /sandbox/calls", l.serveCalls)
	routes.HandleFunc("POST /sandbox/faults", func(w http.ResponseWriter, r *http.Request) { l.serveAddFault(w, r, platform) })
	routes.HandleFunc("DELETE /sandbox/faults", func(w http.ResponseWriter, _ *http.Request) {
		l.ClearFaults("")
		w.WriteHeader(http.StatusNoContent)
	})
}

func (l *Log) serveCalls(w http.ResponseWriter, r *http.Request) {
	after, err := strconv.ParseInt(cmp.Or(r.URL.Query().Get("after"), "0"), 10, 64)
	if err != nil || after < 0 {
		WriteJSON(w, http.StatusBadRequest, map[string]string{"error": "after: must be the number of a call"})
		return
	}
	calls := l.Calls("", after)
	if calls == nil {
		calls = []Call{}
	}
	WriteJSON(w, http.StatusOK, map[string]any{"calls": calls})
}

func (l *Log) serveAddFault(w http.ResponseWriter, r *http.Request, platform string) {
	var fault Fault
	err := ReadJSON(w, r, &fault)
	if err == nil {
		fault.Platform = cmp.Or(fault.Platform, platform)
		err = l.AddFault(fault)
	}
	if err != nil {
		WriteJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

const maxControl = 1 << 16 // bytes

// errMore says that a request has more than its one value.
var errMore = errors.New("there must be one JSON value and nothing behind it")

// ReadJSON reads a request of whoever plays with a stand-in. Members that it does not know are an error, and so is more than a value.
func ReadJSON(w http.ResponseWriter, r *http.Request, into any) error {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxControl))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errMore
	}
	return nil
}

// WriteJSON answers with a value.
func WriteJSON(w http.ResponseWriter, status int, value any) { WriteBody(w, status, Marshal(value)) }

// Marshal encodes a value that is made here, and so can be.
func Marshal(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic("sandbox: " + err.Error())
	}
	return text
}

// WriteBody answers with JSON.
func WriteBody(w http.ResponseWriter, status int, text []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}
