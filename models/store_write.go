package models

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"
)

// StoreWrite is one thing to be written in a store at Shopify: an entry of a setting gets its target, unless it has it
// already. All are repeatable.
type StoreWrite struct {
	Seq    int
	Key    string // of the setting
	Entry  string // a product's, a location's or an event's; "" for the whole setting
	Target Value  // empty: the entry is taken away
	// Replaced is what was observed in its place when it was planned.
	Replaced Value
	State    StoreWriteState
	Reason   RestorationExceptionReason // why it cannot be written; "" unless State is WriteImpossible
	Detail   string                     // what Shopify says to it, where it rejects it for a reason that the program does not know
	EntrySeq *int64                     // of the audit entry of the edit that asks for it; nil when none does
}

// place is what a write is about.
type place struct{ key, entry string }

func (w StoreWrite) place() place { return place{w.Key, w.Entry} }

// StoreWriteState is how far a write is.
type StoreWriteState string

// The states of a write.
const (
	WritePending    StoreWriteState = "PENDING"
	WriteDone       StoreWriteState = "DONE"
	WriteImpossible StoreWriteState = "IMPOSSIBLE"
)

// RestorationExceptionReason says why an entry of a snapshot could not be restored.
type RestorationExceptionReason string

// The reasons.
const (
	ResourceDeleted    RestorationExceptionReason = "RESOURCE_DELETED"
	LocationInactive   RestorationExceptionReason = "LOCATION_INACTIVE"
	NotWritable        RestorationExceptionReason = "NOT_WRITABLE"
	OnlyOnlineLocation RestorationExceptionReason = "ONLY_ONLINE_LOCATION"
	AppUninstalled     RestorationExceptionReason = "APP_UNINSTALLED"
	ScopeMissing       RestorationExceptionReason = "SCOPE_MISSING"
	ExceptionAccepted  RestorationExceptionReason = "ACCEPTED"
)

// rejection is a sentence on why the write could not be done.
func (w StoreWrite) rejection() string {
	switch w.Reason {
	case ResourceDeleted:
		return "there is no " + spokenEntry(w.Entry) + " in the store."
	case OnlyOnlineLocation:
		return "Shopify keeps the last location on that fulfills online orders."
	case LocationInactive:
		return "the " + spokenEntry(w.Entry) + " is deactivated."
	}
	return "Shopify does not let the app change it" + about(w.Detail) + "."
}

// spokenEntry is an entry in a sentence: "product 7001" for Shopify's id of it.
func spokenEntry(entry string) string {
	kind, number, found := strings.Cut(strings.TrimPrefix(entry, "gid://shopify/"), "/")
	if !found || kind+"/"+number == entry {
		return shortened(entry)
	}
	return strings.ToLower(kind) + " " + shortened(number)
}

// shortened is a name that somebody has sent, for a sentence.
func shortened(name string) string {
	const most = 100
	if len(name) <= most {
		return name
	}
	return strings.ToValidUTF8(name[:most], "") + "…"
}

// writeOrder says which settings are written before which when a store is connected. When it is given back the order is
// the other way round: what the channel carries goes before the channel.
var writeOrder = map[string]int{
	KeyChannel: 1, KeyAttribution: 2, KeyAutoPublish: 3, KeyPublished: 4, KeyOnlineLocations: 5, KeyWebhookTopics: 6, KeyResourceFeedback: 7,
}

// isDerived reports whether a setting follows from another, so that it is read and never written.
func isDerived(key string) bool { return key == KeyAttribution }

// PlanConnecting lists what has to be written in the store for its settings to be what the integration needs.
func PlanConnecting(observed *Observation, wanted []SnapshotSetting) []StoreWrite {
	var writes []StoreWrite
	for _, want := range wanted {
		if _, inStore := writeOrder[want.Key]; inStore && !isDerived(want.Key) {
			writes = appendWrites(writes, want.Key, entriesOf(want.Key, observed.Value(want.Key)), entriesOf(want.Key, want.Value))
		}
	}
	return numbered(writes, 1)
}

// PlanEdit lists what has to be written in the store for changes of settings to be true there.
func (c Catalogue) PlanEdit(changes []SettingChange) []StoreWrite {
	var writes []StoreWrite
	for _, change := range changes {
		if _, inStore := writeOrder[change.Key]; inStore && !isDerived(change.Key) {
			writes = appendWrites(writes, change.Key, entriesOf(change.Key, change.Before), entriesOf(change.Key, change.After))
		}
	}
	return numbered(writes, 1)
}

// Expected returns the settings as they will be when the writes are done, which edits before have asked for.
func Expected(settings []Setting, writes []StoreWrite) []Setting {
	expected := slices.Clone(settings)
	for i, setting := range expected {
		said := entriesOf(setting.Key, setting.Value)
		differs := false
		for _, write := range writes {
			if write.Key != setting.Key || write.State == WriteImpossible {
				continue
			}
			differs = true
			said[write.Entry] = write.Target
			if write.Target == "" {
				delete(said, write.Entry)
			}
		}
		if differs {
			expected[i].Value = valueOf(setting.Key, said)
		}
	}
	return expected
}

// StoreSnapshot is a snapshot with what is needed to restore it in a store.
type StoreSnapshot struct {
	Snapshot

	// Published are the products that connecting has put on the channel.
	Published map[string]bool
}

// Plan lists what has to be written in the store for every recorded entry to have its recorded value, and for what the
// integration added to be gone. What cannot be written is listed, too, with the reason. Locations that the snapshot does
// not name are left alone, and so are products that were published since by others than the integration when the store
// published new ones by itself before.
func (s StoreSnapshot) Plan(observed *Observation) []StoreWrite {
	recorded := s.entries()
	var writes []StoreWrite
	for key := range writeOrder {
		if isDerived(key) {
			continue
		}
		from := entriesOf(key, observed.Value(key))
		maps.DeleteFunc(from, func(entry string, _ Value) bool { return s.leavesAlone(key, entry, recorded) })
		writes = appendWrites(writes, key, from, recorded[key])
	}
	for i, write := range writes {
		if reason := observed.hindrance(write.Key, write.Entry); reason != "" {
			writes[i].State, writes[i].Reason = WriteImpossible, reason
		}
	}
	writes = numbered(writes, -1)
	keepOneOnline(observed, writes)
	return writes
}

// keepOneOnline marks the write that would switch off the last location that fulfills online orders, which Shopify keeps.
func keepOneOnline(observed *Observation, writes []StoreWrite) {
	online := entriesOf(KeyOnlineLocations, observed.Value(KeyOnlineLocations))
	last := -1
	for i, write := range writes {
		if write.Key != KeyOnlineLocations || write.State != WritePending {
			continue
		}
		online[write.Entry] = write.Target
		if write.Target == "false" && write.Replaced == "true" {
			last = i
		}
	}
	for _, value := range online {
		if value == "true" {
			return
		}
	}
	if last >= 0 {
		writes[last].State, writes[last].Reason = WriteImpossible, OnlyOnlineLocation
	}
}

// entries takes every recorded setting apart that lives in the store.
func (s Snapshot) entries() map[string]entries {
	recorded := make(map[string]entries, len(writeOrder))
	for _, setting := range s.Settings {
		if _, inStore := writeOrder[setting.Key]; inStore {
			recorded[setting.Key] = entriesOf(setting.Key, setting.Value)
		}
	}
	return recorded
}

// leavesAlone reports whether an entry of the setting that was not recorded stays as it is.
func (s StoreSnapshot) leavesAlone(key, entry string, recorded map[string]entries) bool {
	switch {
	case recorded[key][entry] != "":
		return false
	case key == KeyPublished:
		return recorded[KeyAutoPublish][""] == "true" && !s.Published[entry]
	}
	return key == KeyOnlineLocations
}

// appendWrites adds the entries that differ. There may be so many that the list must not be copied while it grows.
func appendWrites(writes []StoreWrite, key string, from, to entries) []StoreWrite {
	count := 0
	for range differing(from, to) {
		count++
	}
	writes = slices.Grow(writes, count)
	for entry := range differing(from, to) {
		writes = append(writes, StoreWrite{Key: key, Entry: entry, Target: to[entry], Replaced: from[entry], State: WritePending})
	}
	return writes
}

// differing iterates over the names of entries that differ.
func differing(from, to entries) iter.Seq[string] {
	return func(yield func(string) bool) {
		for entry, target := range to {
			if from[entry] != target && !yield(entry) {
				return
			}
		}
		for entry := range from {
			if to[entry] == "" && !yield(entry) {
				return
			}
		}
	}
}

// numbered puts writes in order. Of locations those that are switched on come first: Shopify keeps one on always.
func numbered(writes []StoreWrite, direction int) []StoreWrite {
	slices.SortFunc(writes, func(a, b StoreWrite) int {
		return cmp.Or(
			direction*cmp.Compare(writeOrder[a.Key], writeOrder[b.Key]),
			cmp.Compare(b.Target, a.Target), // "true" before "false" and before nothing
			cmp.Compare(a.Entry, b.Entry),
		)
	})
	for i := range writes {
		writes[i].Seq = i + 1
	}
	return writes
}

// CheckConnecting compares a store that was read back with what the integration needs: what is to be written again, and
// the settings as they are now. What the store has rejected stays as it is.
func CheckConnecting(observed *Observation, wanted []SnapshotSetting, impossible []StoreWrite) (again []StoreWrite, settings []SnapshotSetting) {
	rejected := reasonsByPlace(impossible)
	for _, write := range PlanConnecting(observed, wanted) {
		if rejected[write.place()] == "" {
			again = append(again, write)
		}
	}
	settings = slices.Clone(wanted)
	for i, want := range settings {
		if _, inStore := writeOrder[want.Key]; inStore {
			settings[i].Value = observed.reworded(want.Key, want.Value)
		}
	}
	return again, settings
}

// FinalRejections leaves out what may be written after all, of a store that was read back so often: the last location that fulfills
// online orders may not be the last any more, and what Shopify does not let the app change it may after a while. What was rejected
// in every round is rejected; but for a disconnect only where the reason is known to last.
func FinalRejections(kind TransitionKind, impossible []StoreWrite, rounds int) []StoreWrite {
	last := rounds+1 >= MaxRounds
	return slices.DeleteFunc(slices.Clone(impossible), func(write StoreWrite) bool {
		if last {
			return kind == TransitionDisconnect && write.mayBeAllowed()
		}
		return write.Reason == OnlyOnlineLocation || write.Reason == NotWritable
	})
}

// mayBeAllowed reports whether the write was rejected for a reason that the app does not know, such as a lock, which may pass or be
// put right by a person.
func (w StoreWrite) mayBeAllowed() bool { return w.Reason == NotWritable && w.Detail != "" }

// DifferenceProblem says what is wrong with a store that differs by these writes: what Shopify has said to one of them, or else which
// setting reads back differently.
func DifferenceProblem(writes, rejected []StoreWrite) (code ProblemCode, detail string) {
	if rejection := rejectionAmong(writes, rejected); rejection != "" {
		return ShopifyRejected, rejection
	}
	return VerificationFailed, writes[0].Key
}

// rejectionAmong is what Shopify said to one of the writes when it rejected it, "" when it has rejected none.
func rejectionAmong(writes, rejected []StoreWrite) string {
	details := make(map[place]string, len(rejected))
	for _, write := range rejected {
		if write.mayBeAllowed() {
			details[write.place()] = write.Key + ": " + write.Detail
		}
	}
	for _, write := range writes {
		if detail := details[write.place()]; detail != "" {
			return detail
		}
	}
	return ""
}

// AnyRejected reports whether Shopify did not let the app write one of the writes before.
func AnyRejected(writes, rejected []StoreWrite) bool {
	reasons := reasonsByPlace(rejected)
	return slices.ContainsFunc(writes, func(write StoreWrite) bool { return reasons[write.place()] == NotWritable })
}

func reasonsByPlace(impossible []StoreWrite) map[place]RestorationExceptionReason {
	reasons := make(map[place]RestorationExceptionReason, len(impossible))
	for _, write := range impossible {
		reasons[write.place()] = write.Reason
	}
	return reasons
}
