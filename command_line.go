package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"handback/db"
	"handback/secrets"
	"handback/telemetry"
)

// exitUsage is the exit code for arguments that are not understood, as it is of Unix's own programs.
const exitUsage = 2

// answerArguments answers the arguments that the program is started with. done says that it has nothing more to do; it
// goes on without arguments only. What is not understood is not repeated: it may be a secret that belongs in a variable.
func answerArguments(arguments []string, stdout, stderr io.Writer) (code int, done bool) {
	if len(arguments) == 0 {
		return 0, false
	}
	if step := keysetSteps[arguments[len(arguments)-1]]; step != nil && len(arguments) == 2 && arguments[0] == "keyset" {
		return answerKeyset(step, stdout, stderr), true
	}
	switch strings.Join(arguments, " ") {
	case "--help", "-help", "-h":
		_, _ = io.WriteString(stdout, usage())
	case "--version", "-version":
		_, _ = fmt.Fprintln(stdout, readBuildInfo())
	default:
		_, _ = io.WriteString(stderr, "handback: the arguments are not understood: there are --help, --version and keyset, and everything else is set by variables of the environment\n")
		return exitUsage, true
	}
	return 0, true
}

// usage lists the variables as the tags of config have them.
func usage() string {
	var text strings.Builder
	text.WriteString("Handback connects a Shopify store to TikTok Shop and gives it back as it was.\n\n" +
		"Usage: handback [--help | --version | keyset new|add|promote|remove|list]\n\n" + keysetUsage + "It is configured by variables of the environment:\n\n")
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for field := range reflect.TypeFor[config]().Fields() {
		meaning := field.Tag.Get("help")
		if standard := field.Tag.Get("envDefault"); standard != "" {
			meaning += " (" + standard + ")"
		}
		_, _ = fmt.Fprintf(table, "  %s\t%s\n", field.Tag.Get("env"), meaning)
	}
	_, _ = fmt.Fprintf(table, "  OTEL_*\t%s\n", "OpenTelemetry's: where to send traces, by HTTP; none are made without OTEL_EXPORTER_OTLP_ENDPOINT")
	_ = table.Flush() // a strings.Builder takes everything
	return text.String()
}

// unknownBuild stands where a build does not say: go run and builds outside of git know no commit.
const unknownBuild = "unknown"

// buildInfo says what was built.
type buildInfo struct {
	version string // of the module: a tag, or a pseudo-version of Go's
	commit  string // with +dirty behind it when files were changed
}

func readBuildInfo() buildInfo {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return buildInfo{unknownBuild, unknownBuild}
	}
	return buildInfoFrom(info)
}

func buildInfoFrom(info *debug.BuildInfo) buildInfo {
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	b := buildInfo{version: cmp.Or(info.Main.Version, unknownBuild), commit: cmp.Or(settings["vcs.revision"], unknownBuild)}
	if settings["vcs.modified"] == "true" {
		b.commit += "+dirty"
	}
	return b
}

// describe says what runs here, and on what.
func describe(build buildInfo, c config) telemetry.Build {
	return telemetry.Build{Version: build.version, Commit: build.commit, Database: c.database(), Mode: c.mode()}
}

// String is what --version prints.
func (b buildInfo) String() string {
	return fmt.Sprintf("handback %s, commit %s, %s", b.version, b.commit, runtime.Version())
}

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
