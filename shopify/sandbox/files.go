package sandbox

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
)

// files keeps what is uploaded and the results of bulk operations.
type files interface {
	// write puts a part of a file at a place, and ends the file there.
	write(name string, at int64, part []byte) error
	// open reads a file from a place on.
	open(name string, at int64) (io.ReadCloser, error)
	remove(name string)
}

// openFiles keeps files beside the state, or else in memory.
func openFiles(path string) files {
	if path == "" {
		return memory{}
	}
	return directory(path + ".files")
}

// memory is files by their names. The sandbox's lock is held by who uses it.
type memory map[string][]byte

func (m memory) write(name string, at int64, part []byte) error {
	m[name] = append(m[name][:at], part...)
	return nil
}

func (m memory) open(name string, at int64) (io.ReadCloser, error) {
	text, known := m[name]
	if !known {
		return nil, os.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(text[at:])), nil
}

func (m memory) remove(name string) { delete(m, name) }

// directory is a folder of files.
type directory string

func (d directory) write(name string, at int64, part []byte) error {
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(d.path(name), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(part, at)
	if err == nil {
		err = file.Truncate(at + int64(len(part)))
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return err
}

func (d directory) open(name string, at int64) (io.ReadCloser, error) {
	file, err := os.Open(d.path(name))
	if err != nil {
		return nil, err
	}
	_, err = file.Seek(at, io.SeekStart)
	return file, err
}

func (d directory) remove(name string) { _ = os.Remove(d.path(name)) }

func (d directory) path(name string) string { return filepath.Join(string(d), filepath.Base(name)) }
