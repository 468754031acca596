package endpoint

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"

	"golang.org/x/sync/semaphore"
)

// receive waits for the body of a request. Meanwhile it takes a place among those whose bodies are on their way, and none of those that
// are answered.
func (c *call) receive() ([]byte, *requestError) {
	if c.r.Method == http.MethodGet {
		return nil, nil
	}
	if !c.capacity.arriving.TryAcquire(1) {
		return nil, overloaded()
	}
	defer c.capacity.arriving.Release(1)
	release, wait, admitted := c.limiter.admit(c.caller, arriving)
	if !admitted {
		return nil, c.throttled(nil, wait)
	}
	defer release()
	body, rejection := c.readBody()
	if rejection != nil {
		return nil, c.chargeRejection(rejection)
	}
	return body, nil
}

func (c *call) readBody() ([]byte, *requestError) {
	if c.r.ContentLength > bodyBytes {
		return nil, c.rejectLongBody(0)
	}
	reader := bodyReader{admission: c.admission, store: c.capacity.store(c.caller.Store.ID).bodies, budget: c.capacity.bodies}
	if !reader.holdLength(c.r.ContentLength) {
		return nil, overloaded()
	}
	body, err := reader.read(c.r)
	if err != nil {
		return nil, c.rejectUnread(err)
	}
	c.unread = false
	values, rejection := measureJSON(body)
	c.chargeInput(len(body), values)
	if rejection == nil && !c.holdValues(values) {
		rejection = overloaded()
	}
	return body, rejection
}

// chargeInput takes points for what has arrived, whatever comes of it: to read it takes time, and to write it down takes space.
func (c *call) chargeInput(bytes, values int) {
	c.input = bytes/pointBytes + max(0, values-fewValues)/valuesAPoint
	c.charge(c.input)
}

// rejectUnread says why a body was not read to its end.
func (c *call) rejectUnread(err error) *requestError {
	var tooLarge *http.MaxBytesError
	var rejection *requestError
	switch {
	case errors.As(err, &rejection):
		return rejection
	case errors.As(err, &tooLarge):
		return c.rejectLongBody(bodyBytes)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return newRequestError(codeRequestTimeout, "The body did not arrive in time.")
	}
	return newRequestError(codeBadRequest, "The body did not arrive whole.")
}

// rejectLongBody rejects a body that is too long, of which so much was read. Clients that are still sending do not look for an answer, so
// a little more than the limit is taken.
func (c *call) rejectLongBody(read int) *requestError {
	drained, _ := io.CopyN(io.Discard, c.r.Body, int64(bodyBytes+drainedBytes-read))
	c.chargeInput(read+int(drained), 0)
	return limitError(codeBodyTooLarge, "The body has more bytes than are read", bodyBytes)
}

// bodyReader reads the body of one request into memory, as far as there is budget for it.
type bodyReader struct {
	*admission
	store  *semaphore.Weighted // bytes of long bodies that the caller's store may be sending
	budget *semaphore.Weighted // bytes of all that have arrived
}

// read reads the whole body, once its length is held.
func (b *bodyReader) read(r *http.Request) ([]byte, error) {
	source := &budgetReader{body: http.MaxBytesReader(nil, r.Body, bodyBytes), left: longBody, more: b.holdStep}
	body := bytes.NewBuffer(make([]byte, 0, bytes.MinRead+min(max(r.ContentLength, 0), longBody)))
	_, err := body.ReadFrom(source)
	return body.Bytes(), err
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
