package models

// ChangesOf returns the changes of the setting with the key, all of them when it is nil.
func (e *AuditEntry) ChangesOf(key *string) []SettingChange { return changesOf(e.Changes, key) }

// ChangesOf returns the changes of the setting with the key, all of them when it is nil.
func (p *DisconnectPreview) ChangesOf(key *string) []SettingChange { return changesOf(p.Changes, key) }

// ChangesOf returns the changes of the setting with the key, all of them when it is nil.
func (r *Restoration) ChangesOf(key *string) []SettingChange { return changesOf(r.Changes, key) }

func changesOf(changes []SettingChange, key *string) []SettingChange {
	if key == nil {
		return changes
	}
	of := []SettingChange{}
	for _, change := range changes {
		if change.Key == *key {
			of = append(of, change)
		}
	}
	return of
}
