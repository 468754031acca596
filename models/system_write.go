package models

import (
	"maps"
	"slices"
	"strings"
)

// SystemWrite is a write of a setting by the app itself in a connection, as the ledger has it: connecting, or what was read in Seller
// Center. Its change has Before only where somebody else had written that.
type SystemWrite struct {
	Change SettingChange `gorm:"embedded"`
	Action AuditAction   // of its audit entry
}

// MaxSystemWrites is how many writes of one setting are looked at, the newest: what is read for a preview does not grow with the ledger.
// Edits that are older than all of them count as the app's own.
const MaxSystemWrites = 16

// RestoredEdits is LostEdits of a disconnect that has ended: the writes are those of its connection up to its own, which are its changes.
func RestoredEdits(writes []SystemWrite) []SettingChange {
	changes, before := []SettingChange{}, make([]SystemWrite, 0, len(writes))
	for _, write := range writes {
		if write.Action == AccountDisconnectedAction {
			changes = append(changes, write.Change.WithKind())
		} else {
			before = append(before, write)
		}
	}
	slices.SortFunc(changes, func(a, b SettingChange) int { return strings.Compare(a.Key, b.Key) })
	return LostEdits(changes, before)
}

// systemWrites are those of one setting, oldest first.
type systemWrites []SystemWrite

// overEdit reports whether the write has gone over what somebody else had written in the connection. What connecting goes over is
// in the snapshot.
func (w SystemWrite) overEdit() bool {
	return w.Action != AccountConnectedAction && w.Change.LastChangedBy.Kind != ActorSystem
}

// editor is who has edited the setting last beside the app, given who wrote it last; edited is false when nobody has in this connection.
func (w systemWrites) editor(last Actor) (editor Actor, edited bool) {
	if last.Kind != ActorSystem {
		return last, true
	}
	for _, write := range slices.Backward(w) {
		if write.overEdit() {
			return write.Change.LastChangedBy, true
		}
	}
	return Actor{}, false
}

// written is the value that the setting of the change would have if nobody but the app had written it since connecting: what was
// recorded, with what each write has changed. Connecting writes values whole, whatever it finds.
func (w systemWrites) written(change SettingChange) Value {
	written, found := change.After, change.After
	for i, write := range w {
		if write.overEdit() {
			found = write.Change.Before
		}
		unknown := i == 0 && len(w) >= MaxSystemWrites // what was written before
		if write.Action == AccountConnectedAction || unknown {
			found = written
		}
		written = merged(change.Key, written, found, write.Change.After)
		found = write.Change.After
	}
	return written
}

// merged does to a value what led from one that was found to another: of a list or a map only the entries change that it has changed.
func merged(key string, value, found, after Value) Value {
	if value == found || found == "" || after == "" {
		return after
	}
	definition := defaultDefinition(key)
	switch definition.ValueType() {
	case TypeMap:
		return mergedEntries(key, value, found, after)
	case TypeList:
		return mergedItems(value, found, after)
	}
	return after
}

func mergedEntries(key string, value, found, after Value) Value {
	before, now := allEntries(found), allEntries(after)
	members := map[string]any{}
	for entry, of := range allEntries(value) {
		members[entry] = of.decoded()
	}
	for _, of := range []entries{before, now} {
		for entry := range of {
			switch {
			case sameEntry(key, before[entry], now[entry]):
			case now[entry] == "":
				delete(members, entry)
			default:
				members[entry] = now[entry].decoded()
			}
		}
	}
	return mustValue(members)
}

// mergedItems compares lists as sets.
func mergedItems(value, found, after Value) Value {
	items, before, now := itemsOf(value), itemsOf(found), itemsOf(after)
	merged := listOf(after, func(item string) bool { return items[item] || !before[item] })
	for _, item := range slices.Sorted(maps.Keys(items)) {
		if !now[item] && !before[item] {
			merged = append(merged, Value(item).decoded())
		}
	}
	return mustValue(merged)
}

// listOf are the items of a list that are selected by their JSON texts.
func listOf(value Value, selects func(item string) bool) []any {
	list, _ := value.decoded().([]any)
	return slices.DeleteFunc(list, func(item any) bool { return !selects(string(mustValue(item))) })
}
