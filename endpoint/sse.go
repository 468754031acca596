package endpoint

import (
	"bytes"
	"net/http"
)

// Server-Sent Events.
const (
	heartbeatComment = ":\n\n"
	completeEvent    = "event: complete\ndata: \n\n"
)

// nextEvent is an answer as an event. It has one line: a line break in JSON is white space.
func nextEvent(answer body) [][]byte {
	parts := append([][]byte{[]byte("event: next\ndata: ")}, answer.parts()...)
	for i, part := range parts[1:] {
		if bytes.ContainsAny(part, "\r\n") {
			parts[i+1] = bytes.ReplaceAll(bytes.ReplaceAll(part, []byte("\r"), []byte(" ")), []byte("\n"), []byte(" "))
		}
	}
	return append(parts, []byte("\n\n"))
}

// streamHeader sends the header of a stream.
func (w *responseWriter) streamHeader() {
	header := w.Header()
	header.Set("Content-Type", mediaStream)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // proxies that know it pass everything on at once
	header.Add("Vary", "Accept")
	w.operation.Status = http.StatusOK
	w.WriteHeader(http.StatusOK)
}

// writeWholeStream sends one answer as a stream that ends with it.
func (w *responseWriter) writeWholeStream(answer body) {
	w.streamHeader()
	for _, part := range append(nextEvent(answer), []byte(completeEvent)) {
		_, _ = w.Write(part)
	}
}
