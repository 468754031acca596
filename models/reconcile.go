package models

import "maps"

// Reconcile lists what has to change for the settings to say what was observed in the store.
func (c Catalogue) Reconcile(settings []Setting, observed *Observation) []SettingChange {
	present := indexByKey(settings)
	wanted := make([]SnapshotSetting, 0, 8)
	for _, d := range c {
		if d.Source != SourceShopify {
			continue
		}
		var former Value
		if index, known := present[d.Key]; known {
			former = settings[index].Value
		}
		wanted = append(wanted, SnapshotSetting{Key: d.Key, Scope: d.Scope, Value: observed.reworded(d.Key, former)})
	}
	return ChangesTo(settings, wanted)
}

// Differences are the entries of settings that have another value in the store that was observed than the settings say. Whose doing
// each of them is has to be found out: entries that were written there are explained by that.
//
// Left out is what Shopify does by itself when the channel comes or goes: what is derived from it, and what it brings and takes along.
type Differences struct {
	catalogue Catalogue
	settings  []Setting
	present   map[string]int // where in settings the setting of a key is
	observed  *Observation
	left      map[string]entries // by key: what is there, "" for nothing
	explained map[string]entries
}

// Differ compares settings with what was observed in the store.
func (c Catalogue) Differ(settings []Setting, observed *Observation) *Differences {
	d := &Differences{
		catalogue: c, settings: settings, present: indexByKey(settings), observed: observed, left: map[string]entries{}, explained: map[string]entries{},
	}
	for _, definition := range c {
		key := definition.Key
		former, present := d.former(key), observed.Value(key)
		if definition.Source != SourceShopify || former == present || followsChannel(key, former, present) {
			continue
		}
		said, says := entriesOf(key, former), entriesOf(key, present)
		differ := entries{}
		for entry := range differing(said, says) {
			differ[entry] = says[entry]
		}
		if len(differ) > 0 {
			d.left[key] = differ
		}
	}
	return d
}

// followsChannel reports whether a setting differs because there is a channel now, or none any more.
func followsChannel(key string, former, present Value) bool {
	switch key {
	case KeyAutoPublish:
		return former == "" || present == ""
	case KeyPublished, KeyResourceFeedback:
		return present == ""
	}
	return isDerived(key)
}

func (d *Differences) former(key string) Value {
	if index, known := d.present[key]; known {
		return d.settings[index].Value
	}
	return ""
}

// None reports whether nothing is left that is not explained.
func (d *Differences) None() bool { return len(d.left) == 0 }

// Explain takes note of what was written in the store. That a product is gone is nothing that is written.
func (d *Differences) Explain(key, entry string, written Value) {
	value, differs := d.left[key][entry]
	if !differs || value != written || key == KeyPublished && d.observed.hindrance(key, entry) != "" {
		return
	}
	if d.explained[key] == nil {
		d.explained[key] = entries{}
	}
	d.explained[key][entry] = value
	if delete(d.left[key], entry); len(d.left[key]) == 0 {
		delete(d.left, key)
	}
}

// ExplainRestored takes note of what giving the store back writes.
func (d *Differences) ExplainRestored(snapshot StoreSnapshot) {
	recorded := snapshot.entries()
	for key, differ := range d.left {
		for entry := range differ {
			if !snapshot.leavesAlone(key, entry, recorded) {
				d.Explain(key, entry, recorded[key][entry])
			}
		}
	}
}

// Explained lists the changes that make the settings say what is explained.
func (d *Differences) Explained() []SettingChange {
	return d.changes(d.explained, func(_ string, former Value) Value { return former })
}

// Unexplained lists the changes that make the settings say what is left: the doing of others. Nothing is said of products that do not
// exist any more.
func (d *Differences) Unexplained() []SettingChange {
	return d.changes(d.left, d.observed.withoutDeleted)
}

// changes keeps as much of what the settings say as it can.
func (d *Differences) changes(differ map[string]entries, kept func(key string, former Value) Value) []SettingChange {
	wanted := make([]SnapshotSetting, 0, len(differ))
	for key, values := range differ {
		former := d.former(key)
		says := entriesOf(key, former)
		maps.Copy(says, values)
		maps.DeleteFunc(says, func(_ string, value Value) bool { return value == "" })
		wanted = append(wanted, SnapshotSetting{Key: key, Scope: d.catalogue.Definition(key).Scope, Value: worded(key, kept(key, former), says)})
	}
	return ChangesTo(d.settings, wanted)
}

// worded is a value of these entries, as near to the former wording as can be.
func worded(key string, former Value, says entries) Value {
	switch key {
	case KeyPublished:
		return rewordedMap(former, says)
	case KeyWebhookTopics:
		return rewordedList(former, says)
	}
	return valueOf(key, says)
}
