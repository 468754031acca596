package models

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"slices"
	"strings"
	"time"
)

// Snapshot is the settings outside the ads scope as they were before a connection's first write. A setting that
// is not listed did not exist.
type Snapshot struct {
	TakenAt  time.Time
	Digest   string
	Settings []SnapshotSetting // in key order
}

// SnapshotSetting is a setting without its history.
type SnapshotSetting struct {
	Key   string       `json:"key"`
	Scope SettingScope `json:"scope"`
	Value Value        `json:"value"`
}

// Restoration is how the settings went back to a snapshot, with the proof: the two digests are equal.
type Restoration struct {
	SnapshotTakenAt time.Time
	SnapshotDigest  string
	RestoredDigest  *string // of the settings as read back; nil until then
	VerifiedAt      *time.Time
	Changes         []SettingChange

	DisconnectionID string
	ExceptionCount  int32 // entries that could not be restored
}

// TakeSnapshot records the settings that exist, without the ads scope.
func TakeSnapshot(settings []Setting, now time.Time) Snapshot {
	recorded := []SnapshotSetting{}
	for _, setting := range settings {
		if setting.Value != "" && setting.Scope != ScopeAds {
			recorded = append(recorded, SnapshotSetting{Key: setting.Key, Scope: setting.Scope, Value: setting.Value})
		}
	}
	slices.SortFunc(recorded, func(a, b SnapshotSetting) int { return strings.Compare(a.Key, b.Key) })
	return Snapshot{TakenAt: now, Digest: Digest(recorded), Settings: recorded}
}

// Digest is the SHA-256, in hex, over one line a setting: key, tab, value, newline. The settings are in key order.
func Digest(settings []SnapshotSetting) string {
	hash := sha256.New()
	for _, setting := range settings {
		writeText(hash, setting.Key+"\t")
		writeText(hash, string(setting.Value))
		writeText(hash, "\n")
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// writeText writes a text, which may be of megabytes, without a copy of it.
func writeText(hash hash.Hash, text string) {
	var part [4 << 10]byte
	for len(text) > 0 {
		n := copy(part[:], text)
		hash.Write(part[:n])
		text = text[n:]
	}
}

// Recorded returns the epoch's snapshot; ok is false when it is missing or cannot be read.
func (e *Epoch) Recorded() (snapshot Snapshot, ok bool) {
	snapshot = Snapshot{TakenAt: e.OpenedAt, Digest: e.SnapshotDigest}
	if err := json.Unmarshal([]byte(e.Snapshot), &snapshot.Settings); err != nil {
		return Snapshot{TakenAt: e.OpenedAt}, false
	}
	return snapshot, true
}

// Intact reports whether the snapshot is what was recorded: its settings give its digest, and none is what no
// snapshot holds: one of the ads scope, or text that would read as more than one line of the digest.
func (s Snapshot) Intact() bool {
	foreign := func(setting SnapshotSetting) bool {
		return setting.Scope == ScopeAds || strings.ContainsAny(setting.Key, "\t\n") || strings.ContainsAny(string(setting.Value), "\t\n")
	}
	return s.Digest == Digest(s.Settings) && !slices.ContainsFunc(s.Settings, foreign)
}

// ChangesFrom lists what has to change for the settings to be as recorded: values put back, removed settings
// re-created, added ones removed. Settings of the ads scope are left alone.
func (s Snapshot) ChangesFrom(settings []Setting) []SettingChange {
	present := indexByKey(settings)
	wanted := make([]SnapshotSetting, 0, len(settings))
	recorded := make(map[string]bool, len(s.Settings))
	for _, setting := range s.Settings {
		if index, known := present[setting.Key]; known {
			setting.Scope = settings[index].Scope // the digest says nothing of scopes
		}
		recorded[setting.Key] = true
		wanted = append(wanted, setting)
	}
	for _, setting := range settings {
		if setting.Scope != ScopeAds && !recorded[setting.Key] {
			wanted = append(wanted, SnapshotSetting{Key: setting.Key, Scope: setting.Scope})
		}
	}
	return ChangesTo(settings, wanted)
}
