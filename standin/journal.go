package standin

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// maxJournal is how many bytes are appended to the file before it is written anew.
const maxJournal = 16 << 20

// lockWait is how long a process waits for the one before it, which may be ending.
const lockWait = 5 * time.Second

// errInUse says that two processes would write the same file.
var errInUse = errors.New("another process uses it")

// State is what a journal keeps.
type State interface {
	// Replay applies a line that was read from the file.
	Replay(line []byte) error
	// Snapshot writes the lines that make the state as it is now, out of nothing.
	Snapshot(write func(entry any) error) error
}

// Journal is a file that keeps a state: a line for each request, with what the request changed and that it was made. A line is
// written at once, so that a process that is killed has done a call or has not. Every so often the file is written anew
// without what was overwritten. Whoever uses it holds the state's lock. It is one process's at a time.
type Journal struct {
	path  string // "" keeps nothing
	state State
	file  *os.File
	size  int64
	lock  *flock.Flock // of a file beside it, because this one is replaced
}

// OpenJournal reads the file into the state, unless it is to be forgotten, and writes it anew. Without a path it keeps nothing.
func OpenJournal(path string, forget bool, state State) (*Journal, error) {
	j := &Journal{path: path, state: state}
	if path == "" {
		return j, nil
	}
	if err := j.takeLock(); err != nil {
		return nil, err
	}
	if err := j.begin(forget); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

// CheckJournal fails where OpenJournal would, and leaves the file as it is: it may be another process's. It reads the file into the state.
func CheckJournal(path string, state State) error {
	j := &Journal{path: path, state: state}
	if err := j.read(); err != nil {
		return err
	}
	// The file is replaced by one that is made beside it, so that is tried.
	probe, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

func (j *Journal) begin(forget bool) error {
	if !forget {
		if err := j.read(); err != nil {
			return err
		}
	}
	return j.rewrite()
}

// read applies what the file holds, if there is one.
func (j *Journal) read() error {
	file, err := os.Open(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return j.replay(file)
}

func (j *Journal) takeLock() error {
	ctx, cancel := context.WithTimeout(context.Background(), lockWait)
	defer cancel()
	j.lock = flock.New(j.path + ".lock")
	_, err := j.lock.TryLockContext(ctx, lockWait/100)
	if errors.Is(err, context.DeadlineExceeded) {
		return errInUse
	}
	return err
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
	_ = j.closeFile()
	file, err := os.OpenFile(j.path, os.O_APPEND|os.O_WRONLY, 0o600)
	j.file, j.size = file, 0
	return err
}

// Close leaves the file to others.
func (j *Journal) Close() error {
	if j.lock == nil {
		return nil
	}
	return errors.Join(j.closeFile(), j.lock.Close())
}

func (j *Journal) closeFile() error {
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}
