package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"handback/db"
	"handback/secrets"
)

// keysetVariable holds the keyset that tokens of the platforms are sealed with in the database.
const keysetVariable = "HANDBACK_KEYSET"

// demoKeyset seals the demo store's tokens in a PostgreSQL database when there is no other keyset: nothing is beside such a
// database where all processes could find one. Everybody knows it, and what it seals are the sandbox's tokens, which open
// nothing.
const demoKeyset = "CNzF6uAPEmQKWAowdHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUuY3J5cHRvLnRpbmsuQWVzR2NtS2V5EiIaIFlgcE5fHKaK/SDHvPUlVtafCPbloL6BrcOO+Q/4vOpfGAEQARjcxergDyAB"

func (c config) checkKeyset() error {
	if c.Keyset == "" {
		return nil
	}
	if _, err := secrets.Parse(c.Keyset); err != nil {
		return fmt.Errorf("%s is not understood: %w", keysetVariable, err)
	}
	return nil
}

// keyring opens the keyset. Without the variable there is one for the demo, in a file beside the embedded database, and
// where sellers sign in one that ends with the process, which can open nothing that is stored.
func (c config) keyring() (*secrets.Keyring, error) {
	switch {
	case c.Keyset != "":
		return secrets.Parse(c.Keyset)
	case !c.sandboxed():
		passing, err := secrets.New()
		if err != nil {
			return nil, err
		}
		return secrets.Parse(passing)
	case c.database() == "postgresql":
		return secrets.Parse(demoKeyset)
	case c.DatabaseURL == "":
		c.DatabaseURL = db.DefaultURL
	}
	return secrets.OpenFile(strings.TrimSuffix(strings.TrimPrefix(c.DatabaseURL, "sqlite:"), ".db") + ".keyset")
}

// keysetSteps are what the command keyset does: each takes the present keyset and returns what is to be printed.
var keysetSteps = map[string]func(present string) (string, error){
	"new":     func(string) (string, error) { return secrets.New() },
	"add":     secrets.Add,
	"promote": secrets.Promote,
	"remove":  secrets.Remove,
	"list":    secrets.List,
}

// keysetUsage is the part of --help about the command.
const keysetUsage = `handback keyset prints a keyset for ` + keysetVariable + `:

  new      one with one key
  add      the present one, from ` + keysetVariable + `, with a key more
  promote  the present one, in which the last key seals
  remove   the present one, without the keys before the one that seals
  list     the ids of the present one's keys

`

// answerKeyset prints what a step makes of the present keyset. Nothing of it is logged or repeated in an error.
func answerKeyset(step func(string) (string, error), stdout, stderr io.Writer) (code int) {
	present := os.Getenv(keysetVariable)
	err := checkEndsOf(keysetVariable, present)
	if err == nil {
		var text string
		if text, err = step(present); err == nil {
			_, _ = fmt.Fprintln(stdout, text)
			return 0
		}
		err = fmt.Errorf("cannot take %s: %w", keysetVariable, err)
	}
	_, _ = fmt.Fprintf(stderr, "handback: %v\n", err)
	return 1
}
