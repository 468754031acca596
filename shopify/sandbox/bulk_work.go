package sandbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/handback/handback/standin"
)

const (
	bulkDelay = 500 * time.Millisecond // from creating an operation to its first line
	bulkChunk = 1000                   // lines whose effects are written to the file at once
)

// advance works on the bulk operations of a store as far as they have come by now.
func (s *Sandbox) advance(w *world, now time.Time) {
	for _, bulkID := range sortedIDs(w.Bulks, false) {
		b := w.Bulks[bulkID]
		for !b.finished() && s.advanceBulk(w, b, now) {
			w.putBulk(b)
			s.commit(w, nil)
		}
	}
}

// advanceBulk does a chunk of the lines that are due, and reports whether anything changed.
func (s *Sandbox) advanceBulk(w *world, b *bulk, now time.Time) bool {
	if b.Status == "CANCELING" {
		s.endBulk(w, b, now, "CANCELED", "")
		return true
	}
	elapsed := now.Sub(b.CreatedAt.Add(bulkDelay))
	if elapsed < 0 {
		return false
	}
	due := min(int64(elapsed.Seconds()*float64(s.options.BulkRate)), b.Total)
	if due <= b.Done && b.Done < b.Total && b.Status == "RUNNING" {
		return false
	}
	b.Status = "RUNNING"
	if err := s.runLines(w, b, now, min(due-b.Done, bulkChunk)); err != nil {
		s.endBulk(w, b, now, "FAILED", "INTERNAL_SERVER_ERROR")
	} else if b.Done >= b.Total {
		s.endBulk(w, b, now, "COMPLETED", "")
	}
	return true
}

func (s *Sandbox) endBulk(w *world, b *bulk, now time.Time, status, code string) {
	b.end(now, status, code)
	w.dropUpload(s.files, b.Path)
}

// runLines carries out the mutation with the variables of the next lines. Results are written at the place the file
// knows of, so that a process that is killed in between writes them again.
func (s *Sandbox) runLines(w *world, b *bulk, now time.Time, lines int64) error {
	if lines <= 0 {
		return nil
	}
	file, err := s.files.open(w.Uploads[b.Path].Name, b.Read)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	reader := bufio.NewReader(file)
	document, operation, _ := parseBulk(b.Mutation) // it was looked at when the operation was created
	plan := execution{sandbox: s, world: w, document: document, scopes: w.scopes(), now: now}
	var results bytes.Buffer
	for range lines {
		line, err := nextLine(reader, b)
		if err != nil {
			return err
		}
		results.Write(plan.runLine(operation, line, b.Done))
		b.Done++
	}
	if err := s.files.write(b.Key, b.Results, results.Bytes()); err != nil {
		return err
	}
	b.Results += int64(results.Len())
	return nil
}

// nextLine returns the next line that is not blank.
func nextLine(reader *bufio.Reader, b *bulk) ([]byte, error) {
	for {
		line, err := reader.ReadBytes('\n')
		b.Read += int64(len(line))
		if len(bytes.TrimSpace(line)) > 0 {
			return line, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// runLine carries out the mutation once, as planned but for the variables, and returns a line of the results.
func (plan *execution) runLine(operation *ast.OperationDefinition, line []byte, number int64) []byte {
	result := struct {
		Data   *result         `json:"data,omitempty"`
		Errors []*graphQLError `json:"errors,omitempty"`
		Line   int64           `json:"__lineNumber"`
	}{Line: number}
	var given map[string]any
	if json.Unmarshal(line, &given) != nil {
		result.Errors = []*graphQLError{apiError("INVALID_VARIABLE", "The line is not JSON.")}
	}
	variables, problems := variablesOf(operation, given)
	result.Errors = append(result.Errors, problems...)
	if len(result.Errors) == 0 {
		e := *plan
		e.variables = variables
		result.Data = e.run(operation)
		result.Errors = e.errors
	}
	text := standin.Marshal(result)
	return append(text, '\n')
}

func (w *world) scopes() []string {
	if w.Installation == nil {
		return []string{}
	}
	return append([]string{}, w.Installation.Scopes...)
}

// serveResult sends the results of a bulk operation to whoever has their address.
func (s *Sandbox) serveResult(w http.ResponseWriter, r *http.Request) {
	key, _ := strings.CutSuffix(r.PathValue("key"), ".jsonl")
	call := &Call{Operation: "BulkResult"}
	fault, ok := s.begin(w, r, nil, call, false)
	if !ok {
		return
	}
	s.mu.Lock()
	shop, text := s.results(key, call)
	call.Outcome = OutcomeOK
	if text == nil {
		call.Outcome = OutcomeInvalid
	}
	s.finish(shop, call, fault)
	s.mu.Unlock()
	fault.Cut()
	if text == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/jsonl")
	_, _ = w.Write(text)
}

func (s *Sandbox) results(key string, call *Call) (*world, []byte) {
	for _, w := range s.worlds {
		for _, b := range w.Bulks {
			if b.Key != key || !b.finished() || s.options.Now().Sub(*b.CompletedAt) > bulkLifetime {
				continue
			}
			call.Target = gid("BulkOperation", b.ID)
			file, err := s.files.open(b.Key, 0)
			if err != nil {
				return w, nil
			}
			defer func() { _ = file.Close() }()
			text, err := io.ReadAll(io.LimitReader(file, b.Results))
			if err != nil {
				return w, nil
			}
			return w, text
		}
	}
	return nil, nil
}
