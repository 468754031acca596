package main

import (
	"cmp"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"
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

// String is what --version prints.
func (b buildInfo) String() string {
	return fmt.Sprintf("handback %s, commit %s, %s", b.version, b.commit, runtime.Version())
}
