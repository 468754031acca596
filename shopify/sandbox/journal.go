package sandbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// maxJournal is how many bytes are appended to the file before it is written anew.
const maxJournal = 16 << 20

// journal is the file that keeps the state: a line for each request, with what the request changed and that it was
// made. A line is written at once, so that a process that is killed has done a call or has not. Every so often the
// file is written anew without what was overwritten.
type journal struct {
	path string // "" keeps nothing
	file *os.File
	size int64
}

// entry is a line of the file.
type entry struct {
	Shop string `json:"shop"`
	Puts []put  `json:"puts,omitempty"`
	Call *Call  `json:"call,omitempty"`
}

// put is a change: a value that something has from now on, or that it is no more.
type put struct {
	Kind  string          `json:"kind"`
	ID    string          `json:"id,omitempty"`
	Value json.RawMessage `json:"value,omitempty"`
}

func (w *world) put(kind, id string, value any) {
	w.puts = append(w.puts, put{kind, id, marshal(value)})
}

func (w *world) drop(kind, id string) { w.puts = append(w.puts, put{Kind: kind, ID: id}) }

func (w *world) takePuts() []put {
	puts := w.puts
	w.puts = nil
	return puts
}

// openJournal reads the file into the sandbox and writes it anew.
func openJournal(path string, s *Sandbox) (*journal, error) {
	j := &journal{path: path}
	if path == "" {
		return j, nil
	}
	file, err := os.Open(path)
	if err == nil {
		err = replay(file, s)
		_ = file.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return j, j.rewrite(s)
}

// replay applies the lines of a file. One without an end was being written when the process died.
func replay(file io.Reader, s *Sandbox) error {
	lines := bufio.NewReader(file)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.replayLine(line); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
}

func (s *Sandbox) replayLine(line []byte) error {
	var e entry
	if err := json.Unmarshal(line, &e); err != nil {
		return err
	}
	w := s.worlds[e.Shop]
	if w == nil && e.Shop != "" {
		w = newWorld(e.Shop)
		s.worlds[e.Shop] = w
	}
	for _, p := range e.Puts {
		if err := w.apply(p); err != nil {
			return err
		}
	}
	if e.Call != nil {
		s.calls.add(e.Call)
	}
	return nil
}

func (j *journal) append(e entry, s *Sandbox) error {
	if j.path == "" || len(e.Puts) == 0 && e.Call == nil {
		return nil
	}
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	written, err := j.file.Write(append(text, '\n'))
	j.size += int64(written)
	if err == nil && j.size > maxJournal {
		err = j.rewrite(s)
	}
	return err
}

// rewrite replaces the file by one with the present state.
func (j *journal) rewrite(s *Sandbox) error {
	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	for domain, w := range s.worlds {
		if err := lines.Encode(entry{Shop: domain, Puts: w.snapshot()}); err != nil {
			return err
		}
	}
	for _, call := range s.calls.after(s.calls.last - maxCalls) {
		if err := lines.Encode(entry{Call: &call}); err != nil {
			return err
		}
	}
	if err := os.WriteFile(j.path+".new", text.Bytes(), 0o600); err != nil {
		return err
	}
	if err := os.Rename(j.path+".new", j.path); err != nil {
		return err
	}
	_ = j.close()
	file, err := os.OpenFile(j.path, os.O_APPEND|os.O_WRONLY, 0o600)
	j.file, j.size = file, 0
	return err
}

func (j *journal) close() error {
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}
