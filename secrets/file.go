package secrets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// OpenFile makes a keyring of the keyset in a file, and the file when there is none. It is made whole or not at all, once,
// however many processes start at the same moment; nobody but its owner can read it.
func OpenFile(path string) (*Keyring, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeFile(path); err == nil {
			content, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("cannot use the keyset file: %w", err)
	}
	keyring, err := Parse(strings.TrimSpace(string(content)))
	if err != nil {
		return nil, fmt.Errorf("the keyset file %s is not understood: %w", path, err)
	}
	return keyring, nil
}

// makeFile is no error when another process was first.
func makeFile(path string) (err error) {
	encoded, err := New()
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(file.Name())) }()
	_, err = file.WriteString(encoded + "\n")
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err = os.Link(file.Name(), path); errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}
