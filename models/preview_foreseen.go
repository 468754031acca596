package models

import "slices"

// override is what an entry of a setting will be, other than recorded.
type override struct {
	Key   string
	Entry *string // nil for the whole setting
	Value Value   // empty: it will not be there
}

// foreseen is the snapshot as the store will be: with what cannot be restored as it is, and with what is left alone.
func (s Snapshot) foreseen(drift Drift) Snapshot {
	overrides := slices.Clone(drift.Kept)
	for _, exception := range drift.Exceptions {
		overrides = append(overrides, override{Key: exception.Key, Entry: exception.Entry, Value: exception.Present})
	}
	byKey := map[string][]override{}
	for _, o := range overrides {
		byKey[o.Key] = append(byKey[o.Key], o)
	}
	settings := slices.Clone(s.Settings)
	for key, overrides := range byKey {
		at, found := slices.BinarySearchFunc(settings, SnapshotSetting{Key: key}, bySettingKey)
		if !found {
			settings = slices.Insert(settings, at, SnapshotSetting{Key: key, Scope: ScopeStore})
		}
		settings[at].Value = overridden(settings[at].Value, overrides)
		if settings[at].Value == "" {
			settings = slices.Delete(settings, at, at+1)
		}
	}
	return Snapshot{TakenAt: s.TakenAt, Digest: s.Digest, Settings: settings}
}

// overridden is a value with other entries: those of a map by their names, those of a list as they stand in it.
func overridden(value Value, overrides []override) Value {
	if overrides[0].Entry == nil {
		return overrides[0].Value
	}
	if value != "" {
		if list, ok := value.decoded().([]any); ok {
			return overriddenList(list, overrides)
		}
	}
	left := members(value)
	if left == nil {
		left = map[string]any{}
	}
	for _, o := range overrides {
		if o.Value == "" {
			delete(left, *o.Entry)
		} else {
			left[*o.Entry] = o.Value.decoded()
		}
	}
	return mustValue(left)
}

func overriddenList(list []any, overrides []override) Value {
	for _, o := range overrides {
		list = slices.DeleteFunc(list, func(item any) bool { return item == *o.Entry })
		if o.Value != "" {
			list = append(list, *o.Entry)
		}
	}
	return mustValue(list)
}
