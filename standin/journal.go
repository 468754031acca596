package standin

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

// State is what a journal keeps.
type State interface {
	// Replay applies a line that was read from the file.
	Replay(line []byte) error
	// Snapshot writes the lines that make the state as it is now, out of nothing.
	Snapshot(write func(entry any) error) error
}

// Journal is a file that keeps a state: a line for each request, with what the request changed and that it was made. A line is
// written at once, so that a process that is killed has done a call or has not. Every so often the file is written anew
// without what was overwritten. Whoever uses it holds the state's lock.
type Journal struct {
	path  string // "" keeps nothing
	state State
	file  *os.File
	size  int64
}

// OpenJournal reads the file into the state and writes it anew. Without a path it keeps nothing.
func OpenJournal(path string, state State) (*Journal, error) {
	j := &Journal{path: path, state: state}
	if path == "" {
		return j, nil
	}
	file, err := os.Open(path)
	if err == nil {
		err = j.replay(file)
		_ = file.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return j, j.rewrite()
}

// replay applies the lines of a file. One without an end was being written when the process died.
func (j *Journal) replay(file io.Reader) error {
	lines := bufio.NewReader(file)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := j.state.Replay(line); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
}

// Append writes a line.
func (j *Journal) Append(entry any) error {
	if j.path == "" {
		return nil
	}
	text, err := json.Marshal(entry)
	if err != nil {
		return err
	}
	written, err := j.file.Write(append(text, '\n'))
	j.size += int64(written)
	if err == nil && j.size > maxJournal {
		err = j.rewrite()
	}
	return err
}

// rewrite replaces the file by one with the present state.
func (j *Journal) rewrite() error {
	var text bytes.Buffer
	if err := j.state.Snapshot(json.NewEncoder(&text).Encode); err != nil {
		return err
	}
	if err := os.WriteFile(j.path+".new", text.Bytes(), 0o600); err != nil {
		return err
	}
	if err := os.Rename(j.path+".new", j.path); err != nil {
		return err
	}
	_ = j.Close()
	file, err := os.OpenFile(j.path, os.O_APPEND|os.O_WRONLY, 0o600)
	j.file, j.size = file, 0
	return err
}

// Close closes the file.
func (j *Journal) Close() error {
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}
