package endpoint

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"

	"golang.org/x/sync/semaphore"
)

// bodyReader reads the body of one request into memory, as far as there is budget for it.
type bodyReader struct {
	*admission
	store  *semaphore.Weighted // bytes of long bodies that the caller's store may be sending
	budget *semaphore.Weighted // bytes of all that have arrived
	values *semaphore.Weighted // bytes of what is made of them
}

// read reads the whole body, once its length is held.
func (b *bodyReader) read(r *http.Request) ([]byte, *requestError) {
	source := &budgetReader{body: http.MaxBytesReader(nil, r.Body, bodyBytes), left: longBody, more: b.holdStep}
	body := bytes.NewBuffer(make([]byte, 0, bytes.MinRead+min(max(r.ContentLength, 0), longBody)))
	_, err := body.ReadFrom(source)
	var tooLarge *http.MaxBytesError
	var rejection *requestError
	switch {
	case errors.As(err, &rejection):
		return nil, rejection
	case errors.As(err, &tooLarge):
		return nil, rejectBody(r)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, newRequestError(codeRequestTimeout, "The body did not arrive in time.")
	case err != nil:
		return nil, newRequestError(codeBadRequest, "The body did not arrive whole.")
	}
	return body.Bytes(), b.holdValues(body.Bytes())
}

// holdLength keeps the long bodies of one store from taking budget from one another until none of them gets on.
func (b *bodyReader) holdLength(length int64) bool {
	if length < 0 { // it does not say how long it is
		length = bodyBytes
	}
	return length <= longBody || b.hold(b.store, length)
}

// holdStep waits for budget for more of a long body.
func (b *bodyReader) holdStep() error {
	if !b.hold(b.budget, bodyStep*bodyWeight) {
		return overloaded()
	}
	return nil
}

// holdValues waits for budget for what is made of the body: many small values take many times their text. Nobody who has
// it waits for a body.
func (b *bodyReader) holdValues(body []byte) *requestError {
	values, rejection := measureJSON(body)
	if rejection == nil && values > fewValues && !b.hold(b.values, int64(values)*valueBytes) {
		rejection = overloaded()
	}
	return rejection
}

// budgetReader reads as much as there is budget for, and asks for more then. A body that is slow to arrive has budget for
// what has arrived only.
type budgetReader struct {
	body io.Reader
	left int
	more func() error // gives bodyStep bytes
}

// Read implements io.Reader.
func (r *budgetReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		if err := r.more(); err != nil {
			return 0, err
		}
		r.left = bodyStep
	}
	n, err := r.body.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}

// rejectBody rejects a body that is too long. Clients that are still sending do not look for an answer.
func rejectBody(r *http.Request) *requestError {
	_, _ = io.CopyN(io.Discard, r.Body, drainedBytes)
	return limitError(codeBodyTooLarge, "The body has more bytes than are read", bodyBytes)
}
