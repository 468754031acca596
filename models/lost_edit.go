package models

import (
	"maps"
	"slices"
)

// LostEdits lists what somebody has changed by hand since connecting and what disconnecting changes back: of the changes those of
// settings that differ from what the integration wrote, and of a list or a map only the entries that do. The entries beside them are the
// integration's doing: a seller who takes one of twelve products off the channel has changed one. writes are those of the connection, in
// their order; of a setting that nobody else has written in it they may be left out. A preview and the record of what it announced are
// both judged so.
func LostEdits(changes []SettingChange, writes []SystemWrite) []SettingChange {
	edits := []SettingChange{}
	byKey := map[string]systemWrites{}
	for _, write := range writes {
		byKey[write.Change.Key] = append(byKey[write.Change.Key], write)
	}
	for _, change := range changes {
		writes := byKey[change.Key]
		editor, edited := writes.editor(change.LastChangedBy)
		if !edited {
			continue
		}
		if edit, lost := change.lostSince(writes.written(change)); lost {
			edit.LastChangedBy = editor
			edits = append(edits, edit)
		}
	}
	return edits
}

// lostSince narrows a change to what differs from the value that was written; lost is false when nothing does.
func (c SettingChange) lostSince(written Value) (edit SettingChange, lost bool) {
	switch {
	case c.Before == written:
		return c, false
	case c.Before == "" || written == "":
		return c, true
	}
	definition := defaultDefinition(c.Key)
	switch definition.ValueType() {
	case TypeMap:
		return c.lostEntries(written)
	case TypeList:
		return c.lostItems(written)
	}
	return c, true
}

func (c SettingChange) lostEntries(written Value) (edit SettingChange, lost bool) {
	now, before, after := allEntries(c.Before), allEntries(written), allEntries(c.After)
	present, recorded := map[string]any{}, map[string]any{}
	for _, of := range []entries{now, before} {
		for entry := range of {
			if sameEntry(c.Key, now[entry], before[entry]) || sameEntry(c.Key, now[entry], after[entry]) {
				continue
			}
			if value := now[entry]; value != "" {
				present[entry] = value.decoded()
			}
			if value := after[entry]; value != "" {
				recorded[entry] = value.decoded()
			}
		}
	}
	return c.between(mustValue(present), mustValue(recorded)), len(present)+len(recorded) > 0
}

// lostItems compares lists as sets: of one that is only in another order, or has an item more often, all is changed.
func (c SettingChange) lostItems(written Value) (edit SettingChange, lost bool) {
	now, before, after := itemsOf(c.Before), itemsOf(written), itemsOf(c.After)
	if maps.Equal(now, before) {
		return c, true
	}
	added := func(items, than map[string]bool, value Value) []any {
		list, _ := value.decoded().([]any)
		return slices.DeleteFunc(list, func(item any) bool {
			text := string(mustValue(item))
			return !items[text] || than[text] || now[text] == before[text]
		})
	}
	present, recorded := added(now, after, c.Before), []any{}
	if c.After != "" {
		recorded = added(after, now, c.After)
	}
	if len(present)+len(recorded) == 0 && maps.Equal(now, after) {
		return c, true
	}
	return c.between(mustValue(present), mustValue(recorded)), len(present)+len(recorded) > 0
}

// between is the change with other values; a setting that is removed stays so.
func (c SettingChange) between(before, after Value) SettingChange {
	c.Before = before
	if c.After != "" {
		c.After = after
	}
	return c.WithKind()
}

// sameEntry compares entries; a product that is not named is not published.
func sameEntry(key string, one, other Value) bool {
	if key == KeyPublished {
		return (one == "true") == (other == "true")
	}
	return one == other
}

func allEntries(value Value) entries {
	if value == "" {
		return nil
	}
	return entriesOfMap(value, func(Value) bool { return true })
}

// itemsOf are the items of a list as JSON texts.
func itemsOf(value Value) map[string]bool {
	items := map[string]bool{}
	if value == "" {
		return items
	}
	list, _ := value.decoded().([]any)
	for _, item := range list {
		items[string(mustValue(item))] = true
	}
	return items
}
