package jobs_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// wire counts the calls that a process makes, and lets a test do something before or after one of them.
type wire struct {
	next http.RoundTripper

	mu     sync.Mutex
	made   []string // operations
	before func(n int, operation string)
	after  func(n int, operation string)
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var call struct {
		Operation string `json:"operationName"`
	}
	_ = json.Unmarshal(body, &call) // others are named by nothing
	if strings.Contains(r.URL.Host, "tiktok") {
		call.Operation = r.Method + " " + r.URL.Path
	}
	w.mu.Lock()
	w.made = append(w.made, call.Operation)
	n, before, after := len(w.made), w.before, w.after
	w.mu.Unlock()
	if before != nil {
		before(n, call.Operation)
	}
	response, err := w.next.RoundTrip(r)
	if after != nil {
		after(n, call.Operation)
	}
	return response, err
}

// watch counts from one again, and has something done before and after each call.
func (w *wire) watch(before, after func(n int, operation string)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.made, w.before, w.after = nil, before, after
}

// operations are those that were called since watch.
func (w *wire) operations() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.made)
}

// during has something done before the first call of an operation.
func (l *life) during(operation string, do func()) {
	var done bool
	l.wire.watch(func(_ int, called string) {
		if called == operation && !done {
			done = true
			do()
		}
	}, nil)
}
