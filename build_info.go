package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
)

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
