package models

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// RestorationException is an entry of a snapshot that could not be restored.
type RestorationException struct {
	Seq      int `json:"-"` // among those of its restoration, from 1
	Key      string
	Entry    *string // nil when it is the whole setting
	Reason   RestorationExceptionReason
	Recorded Value
	Present  Value
}

// StoreCheck is how a store that was read back compares with a snapshot.
type StoreCheck struct {
	// Again is what still differs, and can be written.
	Again []StoreWrite
	// Settings are those of the store as they were read back, in the words of the snapshot: what it does not name and may
	// stay is left out.
	Settings   []SnapshotSetting
	Exceptions []RestorationException
	// following is the exception that there is if what is to be written again is not.
	following []RestorationException
	// Presumed says that the store could not be read back: the settings are as they were last known.
	Presumed bool
}

// Check compares the store as it was read back with the snapshot. impossible are the writes that the store has rejected.
func (s StoreSnapshot) Check(observed *Observation, impossible []StoreWrite) StoreCheck {
	var check StoreCheck
	rejected := reasonsByPlace(impossible)
	recorded, values := s.entries(), s.values()
	for _, write := range s.Plan(observed) {
		reason := cmp.Or(write.Reason, rejected[write.place()])
		if reason == "" {
			check.Again = append(check.Again, write)
			continue
		}
		check.Exceptions = append(check.Exceptions, exceptionOf(write, reason, recorded))
	}
	// Of products that were not published there is nothing to write, but what is said of them cannot be read back either.
	for _, product := range observed.deleted(KeyPublished, values[KeyPublished]) {
		if recorded[KeyPublished][product] == "" {
			check.Exceptions = append(check.Exceptions, RestorationException{
				Key: KeyPublished, Entry: &product, Reason: ResourceDeleted, Recorded: "false",
			})
		}
	}
	for _, key := range []string{KeyReturnPolicy, KeyAttribution} { // which nobody can write
		recorded, present := values[key], observed.Value(key)
		exception := RestorationException{Key: key, Reason: NotWritable, Recorded: recorded, Present: present}
		switch {
		case recorded == present:
		case key == KeyAttribution && len(check.Again) > 0: // it follows what is still to be written
			check.following = append(check.following, exception)
		default:
			check.Exceptions = append(check.Exceptions, exception)
		}
	}
	slices.SortFunc(check.Exceptions, RestorationException.compare)
	for _, key := range append(slices.Sorted(maps.Keys(writeOrder)), KeyReturnPolicy) {
		if value := s.asRead(key, recorded, values[key], observed); value != "" {
			check.Settings = append(check.Settings, SnapshotSetting{Key: key, Scope: ScopeStore, Value: value})
		}
	}
	return check
}

func exceptionOf(write StoreWrite, reason RestorationExceptionReason, recorded map[string]entries) RestorationException {
	return RestorationException{
		Key: write.Key, Entry: optional(write.Entry), Reason: reason, Recorded: recorded[write.Key][write.Entry], Present: write.Replaced,
	}
}

// Accept makes exceptions of what still differs.
func (c *StoreCheck) Accept(snapshot Snapshot, reason RestorationExceptionReason) {
	recorded := snapshot.entries()
	for _, write := range c.Again {
		c.Exceptions = append(c.Exceptions, exceptionOf(write, reason, recorded))
	}
	c.Exceptions = append(c.Exceptions, c.following...)
	c.Again, c.following = nil, nil
	slices.SortFunc(c.Exceptions, RestorationException.compare)
}

func (e RestorationException) compare(other RestorationException) int {
	return cmp.Or(cmp.Compare(e.Key, other.Key), cmp.Compare(dereference(e.Entry), dereference(other.Entry)))
}

func dereference(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func (s Snapshot) values() map[string]Value {
	values := make(map[string]Value, len(s.Settings))
	for _, setting := range s.Settings {
		values[setting.Key] = setting.Value
	}
	return values
}

// asRead is the value of a setting as it was read back, in the words of the snapshot.
func (s StoreSnapshot) asRead(key string, recorded map[string]entries, former Value, observed *Observation) Value {
	value := observed.Value(key)
	if value != "" && value != former && (key == KeyOnlineLocations || key == KeyPublished) {
		members, _ := value.decoded().(map[string]any)
		maps.DeleteFunc(members, func(entry string, _ any) bool { return s.leavesAlone(key, entry, recorded) })
		value = mustValue(members)
	}
	return reworded(key, observed.withoutDeleted(key, former), value)
}

// With returns the snapshot as the store allows it: the settings that live there as they were read back.
func (s Snapshot) With(check StoreCheck) Snapshot {
	settings := slices.DeleteFunc(slices.Clone(s.Settings), func(setting SnapshotSetting) bool {
		return writeOrder[setting.Key] > 0 || setting.Key == KeyReturnPolicy
	})
	settings = append(settings, check.Settings...)
	slices.SortFunc(settings, bySettingKey)
	return Snapshot{TakenAt: s.TakenAt, Digest: Digest(settings), Settings: settings}
}

// Without leaves exceptions out, so that what is left can be compared.
func (s Snapshot) Without(exceptions []RestorationException) Snapshot {
	whole, left := map[string]bool{}, map[string]map[string]bool{} // the settings, and by setting the entries, that are left out
	for _, exception := range exceptions {
		switch {
		case exception.Entry == nil:
			whole[exception.Key] = true
		case left[exception.Key] == nil:
			left[exception.Key] = map[string]bool{*exception.Entry: true}
		default:
			left[exception.Key][*exception.Entry] = true
		}
	}
	settings := slices.DeleteFunc(slices.Clone(s.Settings), func(setting SnapshotSetting) bool { return whole[setting.Key] })
	for i, setting := range settings {
		if entries := left[setting.Key]; len(entries) > 0 {
			settings[i].Value = withoutEntries(setting.Key, setting.Value, entries)
		}
	}
	return Snapshot{TakenAt: s.TakenAt, Digest: Digest(settings), Settings: settings}
}

func withoutEntries(key string, value Value, entries map[string]bool) Value {
	switch decoded := value.decoded().(type) {
	case map[string]any:
		maps.DeleteFunc(decoded, func(name string, _ any) bool { return entries[name] })
		return mustValue(decoded)
	case []any:
		return mustValue(slices.DeleteFunc(decoded, func(item any) bool {
			name, named := item.(string)
			return named && entries[name]
		}))
	}
	panic("models: " + key + " has no entries")
}

func bySettingKey(a, b SnapshotSetting) int {
	switch {
	case a.Key < b.Key:
		return -1
	case a.Key > b.Key:
		return 1
	}
	return 0
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// ProveRestored compares settings that were read back with the snapshot, the exceptions left out of both. It returns the
// digest of what was read.
func ProveRestored(snapshot, read Snapshot, exceptions []RestorationException) (digest string, err error) {
	recorded, restored := snapshot.Without(exceptions), read.Without(exceptions)
	if recorded.Digest != restored.Digest {
		return "", fmt.Errorf("restored settings have digest %s, their snapshot %s", restored.Digest, recorded.Digest)
	}
	return restored.Digest, nil
}

// Presume is what the store was last known to be like, where it cannot be read: as recorded, but for the writes, which were
// not done.
func (s StoreSnapshot) Presume(missing []StoreWrite) *Observation {
	presumed := &Observation{Products: map[string]bool{}, Locations: map[string]bool{}}
	recorded, values := s.entries(), s.values()
	for _, said := range recorded {
		for entry := range said {
			presumed.Products[entry], presumed.Locations[entry] = true, true
		}
	}
	for product := range members(values[KeyPublished]) { // nobody knows whether it was deleted since
		presumed.Products[product] = true
	}
	for _, write := range missing {
		if recorded[write.Key] == nil {
			recorded[write.Key] = entries{}
		}
		recorded[write.Key][write.Entry] = write.Replaced
		if write.Replaced == "" {
			delete(recorded[write.Key], write.Entry)
		}
		presumed.Products[write.Entry], presumed.Locations[write.Entry] = true, true
	}
	for _, key := range append(slices.Sorted(maps.Keys(writeOrder)), KeyReturnPolicy) {
		value := values[key]
		if key != KeyReturnPolicy {
			value = valueOf(key, recorded[key])
		}
		if value != "" {
			presumed.Settings = append(presumed.Settings, SnapshotSetting{Key: key, Scope: ScopeStore, Value: value})
		}
	}
	return presumed
}

// valueOf puts entries together again.
func valueOf(key string, said entries) Value {
	switch key {
	case KeyPublished, KeyOnlineLocations:
		members := make(map[string]any, len(said))
		for entry, value := range said {
			members[entry] = value.decoded()
		}
		return mustValue(members)
	case KeyWebhookTopics:
		return rewordedList("", said)
	}
	return said[""]
}
